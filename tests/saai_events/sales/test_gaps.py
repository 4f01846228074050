"""Finding the next sale below a gap, over DynamoDB in memory."""

from hypothesis import given
from hypothesis import strategies as st
from saai_domain.aws.dynamodb import serialize
from saai_domain.codes import TenantId, sale_code_for
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.dynamodb import SimulatedDynamoDB
from saai_events.sales.gaps import newest_sale_until

TENANT = TenantId("T001")
NUMBERS = st.integers(1, 12) | st.integers(1, 1_200) | st.integers(1, 2_000_000) | st.integers(1, 10**12)


def newest(numbers: set[int], until: int, *, others: tuple[str, ...] = ()) -> int:
    aws = InMemoryAws(dynamodb=SimulatedDynamoDB(page_size=3))
    for entity_id in (*(sale_code_for(TENANT, number) for number in numbers), *others):
        aws.dynamodb.put_item(TableName="ventas", Item=serialize({"tenant_id": TENANT, "entity_id": entity_id}))
    foreign = {"tenant_id": "T002", "entity_id": "T002V007"}
    aws.dynamodb.put_item(TableName="ventas", Item=serialize(foreign))
    return newest_sale_until(aws.clients.dynamodb, "ventas", TENANT, until)


@given(st.sets(NUMBERS, max_size=30), NUMBERS)
def test_it_is_the_highest_number_however_long_the_codes_are(numbers: set[int], until: int) -> None:
    """Keys are ordered as texts: T001V1000 stands before T001V999."""
    assert newest(numbers, until) == max((number for number in numbers if number <= until), default=0)


def test_rows_that_are_no_sales_are_passed_over() -> None:
    """The table may be another system's."""
    assert newest({5}, 900, others=("T001V1x2", "T001V٣٣٣", "T001V10")) == 5

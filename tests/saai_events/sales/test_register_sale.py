"""A sale in DynamoDB: everything or nothing, whatever others do at the same time."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from aws_lite.backoff import Backoff
from aws_lite.wire import decode_json_with_decimals, encode_json
from botocore.exceptions import ClientError, ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.errors import Contention, CounterBehind, IdempotencyMismatch, OutcomeUnknown
from saai_domain.settings import load_settings
from saai_domain.testing.aws import Call
from saai_domain.testing.dynamodb import SimulatedDynamoDB
from saai_events.sales.errors import InsufficientStock, UnknownProducts
from saai_events.sales.register_sale import RegisterSale

from tests.domain import fakes
from tests.saai_events.selling_store import CASHIER, SellingStore, request

SALES = load_settings(RegisterSale, {"VENTAS_TABLE": "ventas", "PRODUCTOS_TABLE": "productos"})


class Interrupted:
    """A client in front of another: something happens between a sale's read and its write, or to its write."""

    def __init__(self, client: Any, *before_write: Any) -> None:
        self.client = client
        self.before_write = list(before_write)
        self.writes: list[dict[str, Any]] = []

    def batch_get_item(self, **params: Any) -> Any:
        return self.client.batch_get_item(**params)

    def transact_write_items(self, **params: Any) -> Any:
        self.writes.append(params)
        if self.before_write:
            self.before_write.pop(0)()
        return self.client.transact_write_items(**params)


def test_a_sale_writes_everything_it_changes(store: SellingStore) -> None:
    """Sale, stock, both counters, the pending event and the repeatable answer."""
    store.has("P001")
    registered = store.sell(request(P001=2))
    assert registered.answer == {"codigo_venta": "T001V001", "total": Decimal("7.00"), "fecha": "2025-12-31"}
    (sale,) = store.rows("ventas")
    assert (sale["tenant_id"], sale["entity_id"], sale["data"]["total"]) == ("T001", "T001V001", 7)
    assert (sale["data"]["estado"], sale["data"]["created_at"]) == ("COMPLETADA", "2025-12-31T12:00:00-05:00")
    assert store.stock("P001") == 38
    assert {row["entity_id"]: row["data"]["value"] for row in store.rows("counters")} == {
        "ventas": 1,
        "eventos#tienda": 1,
    }
    (event,) = store.rows("eventos")
    assert event["pendiente"] == 1
    frame: Any = decode_json_with_decimals(event["data"]["frame"])
    assert (frame["seq"], frame["data"]["codigo_venta"], frame["data"]["total"]) == (1, "T001V001", Decimal("7.00"))
    assert '"total":7.00' in event["data"]["frame"]
    notice: Any = decode_json_with_decimals(event["data"]["notices"][0]["message"])
    assert set(notice) == {"id", "tipo", "titulo", "mensaje", "detalle"}


def test_a_sale_takes_one_consistent_read_and_one_transaction(store: SellingStore) -> None:
    """Few round trips: the hot path of the store."""
    store.has("P001")
    store.has("P002")
    calls = store.client.aws.record()
    store.sell(request(P001=1, P002=1), key="k")
    made = [call for call in calls if call.operation != "scan"]
    assert [call.operation for call in made] == ["batch_get_item", "transact_write_items"]
    assert all(table["ConsistentRead"] for table in made[0].params["RequestItems"].values())


def test_ninety_products_fit_a_transaction(store: SellingStore) -> None:
    """DynamoDB takes 100 actions."""
    codes = [f"P{number:03d}" for number in range(1, 91)]
    for code in codes:
        store.has(code)
    calls = store.client.aws.record()
    store.sell(request(**dict.fromkeys(codes, 1)), key="k")
    assert len(calls[-1].params["TransactItems"]) == 95


def test_another_stores_product_is_unknown(store: SellingStore) -> None:
    """Nothing tells that it exists elsewhere."""
    with pytest.raises(UnknownProducts):
        store.sell(request(P404=1))


def test_refusals_leave_nothing_behind(store: SellingStore) -> None:
    """Not even under the key: the next try is judged anew."""
    store.has("P001", stock=1)
    with pytest.raises(InsufficientStock):
        store.sell(request(P001=2), key="k")
    assert all(store.rows(table) == [] for table in ("ventas", "counters", "eventos", "idempotencia"))


def test_a_sale_overtaken_between_read_and_write_is_decided_again(store: SellingStore) -> None:
    """The other cashier took the last units: what is available is told as it is now."""
    store.has("P001", stock=3)
    client = Interrupted(store.client, lambda: store.sell(request(P001=2)))
    with pytest.raises(InsufficientStock) as refused:
        store.seller(client).execute(request(P001=2), CASHIER, key="slow")
    assert refused.value.shortages[0].disponible == 1
    assert store.stock("P001") == 1


def test_a_price_changed_meanwhile_is_charged_as_it_is_now(store: SellingStore) -> None:
    """The price is the product's own at the moment of the sale."""
    store.has("P001", precio=Decimal("3.50"))
    client = Interrupted(store.client, lambda: store.has("P001", precio=Decimal("4.00")))
    registered = store.seller(client).execute(request(P001=1), CASHIER, key="k")
    assert registered.answer["total"] == Decimal("4.00")
    assert registered.attempts == 2


@pytest.mark.parametrize("stock", [90, 1])
def test_stock_that_another_service_moves_meanwhile_is_kept(store: SellingStore, stock: int) -> None:
    """A restock or a loss between read and write moves no counter: the sale is decided again on it."""
    store.has("P001", stock=40)
    client = Interrupted(store.client, lambda: store.has("P001", stock=stock))
    registered = store.seller(client).execute(request(P001=1), CASHIER, key="k")
    assert (store.stock("P001"), registered.attempts) == (stock - 1, 2)
    (event,) = store.rows("eventos")
    assert f'"stock":{stock - 1}' in event["data"]["frame"]


def test_a_lost_answer_repeats_the_identical_request(store: SellingStore) -> None:
    """The first one was committed: the same token keeps it from being made twice."""
    store.has("P001")

    class LostAnswer(Interrupted):
        def transact_write_items(self, **params: Any) -> Any:
            answer = super().transact_write_items(**params)
            if len(self.writes) == 1:
                raise ReadTimeoutError(endpoint_url="https://dynamodb")
            return answer

    client = LostAnswer(store.client)
    store.seller(client).execute(request(P001=1), CASHIER, key="k")
    first, second = client.writes
    assert first == second
    assert first["ClientRequestToken"]
    assert store.stock("P001") == 39


def _refused(store: SellingStore, operation: str, *errors: ClientError) -> None:
    """Refuse the next calls of an operation, each for its reason."""
    left = list(errors)

    def refuse(call: Call, make: Callable[[], Any]) -> Any:
        if call.operation == operation and left:
            raise left.pop(0)
        return make()

    store.client.aws.around.append(refuse)


CANCELLED = ClientError(
    {
        "Error": {"Code": "TransactionCanceledException"},
        "CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}],
    },
    "TransactWriteItems",
)
_SERVER_ERROR: Any = {"Error": {"Code": "InternalServerError"}, "ResponseMetadata": {"HTTPStatusCode": 500}}
BROKEN = ClientError(_SERVER_ERROR, "TransactWriteItems")


def test_a_cancelled_transaction_is_decided_again_and_an_unknown_outcome_is_not(store: SellingStore) -> None:
    """A conflict reads anew; a 500 repeats the same request without reading."""
    store.has("P001")
    _refused(store, "transact_write_items", CANCELLED, BROKEN)
    calls = store.client.aws.record()
    registered = store.seller().execute(request(P001=1), CASHIER, key="k")
    read, write = "batch_get_item", "transact_write_items"
    assert [call.operation for call in calls] == [read, write, read, write, write]
    assert calls[-1].params == calls[-2].params
    assert registered.attempts == 2


def test_endless_contention_is_a_conflict_that_is_safe_to_repeat(store: SellingStore) -> None:
    """After the time allowed nothing was written."""
    store.has("P001")
    _refused(store, "transact_write_items", *[CANCELLED] * 3)
    backoff = Backoff(total=1.0, monotonic=iter([0, 0, 0.3, 2.0]).__next__, sleep=lambda _: None, uniform=max)
    with pytest.raises(Contention):
        store.seller(backoff=backoff).execute(request(P001=1), CASHIER, key="k")
    assert store.rows("ventas") == []


def test_an_outcome_that_stays_unknown_is_said_so(store: SellingStore) -> None:
    """The cashier may repeat under the same key."""
    store.has("P001")

    def never() -> None:
        raise ReadTimeoutError(endpoint_url="https://dynamodb")

    client = Interrupted(store.client, *[never] * 99)
    with pytest.raises(OutcomeUnknown):
        store.seller(client, fakes.backoff(total=2)).execute(request(P001=1), CASHIER, key="k")
    assert len({write["ClientRequestToken"] for write in client.writes}) == 1


def test_other_failures_of_dynamodb_are_not_hidden(store: SellingStore) -> None:
    """A missing right is no contention."""
    _refused(store, "batch_get_item", ClientError({"Error": {"Code": "AccessDeniedException"}}, "BatchGetItem"))
    with pytest.raises(ClientError):
        store.seller().execute(request(P001=1), CASHIER, key="k")


def test_a_counter_that_was_never_seeded_is_reported(store: SellingStore) -> None:
    """The earlier version's sales are there, the counter is not."""
    store.has("P001")
    store.client.put_item(TableName="ventas", Item={"tenant_id": {"S": "T001"}, "entity_id": {"S": "T001V001"}})
    with pytest.raises(CounterBehind, match="T001V001"):
        store.sell(request(P001=1))
    assert store.stock("P001") == 40


def test_a_repeat_under_the_same_key_answers_the_first_sale(store: SellingStore) -> None:
    """The same text, no second sale, no second event."""
    store.has("P001")
    first = store.sell(request(P001=1), key="k")
    again = store.sell(request(P001=1), key="k")
    assert str(again.answer["total"]) == str(first.answer["total"]) == "3.50"
    assert again.event is None
    assert len(store.rows("ventas")) == 1


def test_the_same_key_with_another_body_is_a_conflict(store: SellingStore) -> None:
    """A key stands for one request."""
    store.has("P001")
    store.sell(request(P001=1), key="k")
    with pytest.raises(IdempotencyMismatch):
        store.sell(request(P001=2), key="k")


@given(st.permutations([("P001", 1), ("P002", 2), ("P003", 4)]))
def test_lines_in_another_order_are_the_same_request(lines: list[tuple[str, int]]) -> None:
    """And so is the same sale with its lines merged."""
    assert SALES.meaning(request(**dict(lines))) == SALES.meaning(request(P003=4, P001=1, P002=2))


def test_how_it_was_paid_and_how_many_were_sold_make_another_request() -> None:
    """The same key with either changed is a conflict."""
    meanings = {
        encode_json(SALES.meaning(request(paid, **{code: units})))
        for code in ("P001", "P002")
        for units in (1, 2)
        for paid in ("YAPE", "efectivo")
    }
    assert len(meanings) == 8


def test_a_key_is_free_again_after_a_day(store: SellingStore) -> None:
    """Also while DynamoDB has not removed the row yet."""
    store.has("P001")
    store.sell(request(P001=1), key="k")
    store.moment += timedelta(hours=24)
    assert store.sell(request(P001=2), key="k").answer["codigo_venta"] == "T001V002"


def test_a_retry_that_races_its_original_makes_one_sale(store: SellingStore) -> None:
    """Both are under way: the second finds the first one's answer."""
    store.has("P001")
    client = Interrupted(store.client, lambda: store.sell(request(P001=1), key="k"))
    retry = store.seller(client).execute(request(P001=1), CASHIER, key="k")
    assert retry.event is None
    assert store.stock("P001") == 39


ROWS_OF_A_SALE = ("counters ventas", "counters eventos#tienda", "idempotencia venta#T001U001#k", "productos T001P001")


@pytest.mark.parametrize("row", ROWS_OF_A_SALE)
@pytest.mark.parametrize("stock", [1, 2])
def test_a_repeat_whose_batch_is_torn_by_its_original_gets_the_originals_answer(row: str, stock: int) -> None:
    """BatchGetItem reads each row at its own moment: the original may be committed after any of them."""
    client = SimulatedDynamoDB()
    store = SellingStore(client)
    store.has("P001", stock=stock)
    answers = []

    def original(read: tuple[str, str, str]) -> None:
        if f"{read[0]} {read[2]}" == row:
            client.between_rows = None
            answers.append(store.sell(request(P001=1), key="k").answer)

    client.between_rows = original
    answers.append(store.sell(request(P001=1), key="k").answer)
    assert answers[0] == answers[1]
    assert store.stock("P001") == stock - 1


@pytest.mark.parametrize("refuse", [Contention, OutcomeUnknown])
def test_a_repeat_that_gives_up_finds_what_its_original_did_last(store: SellingStore, refuse: type[Exception]) -> None:
    """It lost against its original in its last try, or never heard what became of its own."""
    store.has("P001")

    def overtaken() -> None:
        store.sell(request(P001=1), key="k")
        if refuse is OutcomeUnknown:
            raise ReadTimeoutError(endpoint_url="https://dynamodb")

    client = Interrupted(store.client, overtaken)
    registered = store.seller(client, fakes.backoff(total=0)).execute(request(P001=1), CASHIER, key="k")
    assert (registered.answer["codigo_venta"], registered.event) == ("T001V001", None)


def test_a_sale_that_is_refused_costs_one_read_more(store: SellingStore) -> None:
    """Of one row; a sale that is made doesn't pay for it."""
    store.has("P001", stock=1)
    calls = store.client.aws.record()
    with pytest.raises(InsufficientStock):
        store.seller().execute(request(P001=2), CASHIER, key="k")
    assert [call.operation for call in calls] == ["batch_get_item", "batch_get_item"]
    assert list(calls[1].params["RequestItems"]) == ["idempotencia"]


@given(st.lists(st.lists(st.integers(1, 4), max_size=3), min_size=1, max_size=4))
def test_no_interleaving_oversells_or_leaves_a_gap(schedule: list[list[int]]) -> None:
    """Whoever sells between another's read and write: stock is conserved, codes and events are contiguous."""
    client: Any = SimulatedDynamoDB()
    store = SellingStore(client)
    store.has("P001", stock=10)
    sold = 0
    keys = itertools.count()

    def sell(units: int, through: Any = None) -> None:
        nonlocal sold
        try:
            store.seller(through).execute(request(P001=units), CASHIER, key=f"k{next(keys)}")
        except InsufficientStock:
            return
        sold += units

    for intruders in schedule:
        between = [lambda units=units: sell(units) for units in intruders]
        sell(1, Interrupted(client, *between))
    assert store.stock("P001") == 10 - sold >= 0
    events = [int(row["data"]["seq"]) for row in store.rows("eventos")]
    assert events == list(range(1, len(store.rows("ventas")) + 1))


def test_sixty_four_simultaneous_sales_of_forty_units_sell_forty() -> None:
    """Threads over one table: each sale has its own code."""
    client: Any = SimulatedDynamoDB()
    store = SellingStore(client)
    store.has("P001", stock=40)
    client.seconds = 0.0005

    def sell(number: int) -> str | None:
        backoff = Backoff(base=0.001, ceiling=0.02, total=60)
        try:
            registered = store.seller(backoff=backoff).execute(request(P001=1), CASHIER, key=f"k{number}")
        except InsufficientStock:
            return None
        return str(registered.answer["codigo_venta"])

    with ThreadPoolExecutor(16) as cashiers:
        codes = [code for code in cashiers.map(sell, range(64)) if code]
    assert sorted(codes) == [f"T001V{number:03d}" for number in range(1, 41)]
    assert store.stock("P001") == 0

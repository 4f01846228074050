"""Committing a decision: cancelled means decide again, unknown means repeat the same."""

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from aws_lite.backoff import Backoff
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)
from botocore.stub import Stubber
from saai_domain.aws.dynamodb import Key, put, update
from saai_domain.aws.transactions import Committed, Decision, commit
from saai_domain.errors import Contention, NotFound, OutcomeUnknown

from tests.domain.aws.fakes import ScriptedClient, tokens_of
from tests.domain.fakes import FakeTime, backoff

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ACTIONS = {
    "sale": put("ventas", {"tenant_id": "T001", "entity_id": "T001V001"}, condition="attribute_not_exists(entity_id)"),
    "stock": update(
        Key("productos", "T001", "T001P001"),
        expression="SET #stock = :left",
        condition="#stock = :read",
        names={"#stock": "stock"},
        values={":left": 1, ":read": 2},
    ),
}
TIMEOUT = ReadTimeoutError(endpoint_url="https://dynamodb")


@attrs.define
class Dynamo:
    """DynamoDB through botocore's Stubber: scripted answers, remembered requests."""

    client: "DynamoDBClient"
    stubber: Stubber
    requests: list[dict[str, Any]] = attrs.field(factory=list)

    def accepts(self) -> None:
        self.stubber.add_response("transact_write_items", {})

    def cancels(self, *reasons: str) -> None:
        self.refuses("TransactionCanceledException", CancellationReasons=[{"Code": reason} for reason in reasons])

    def refuses(self, code: str, status: int = 400, **fields: object) -> None:
        self.stubber.add_client_error(
            "transact_write_items", service_error_code=code, http_status_code=status, modeled_fields=fields
        )

    def remember(self, params: dict[str, Any], **_: object) -> None:
        self.requests.append(copy.deepcopy(params))


@pytest.fixture
def dynamo(real_client: "DynamoDBClient") -> Iterator[Dynamo]:
    with Stubber(real_client) as stubber:
        dynamo = Dynamo(real_client, stubber)
        real_client.meta.events.register("provide-client-params.dynamodb.TransactWriteItems", dynamo.remember)
        yield dynamo
        real_client.meta.events.unregister("provide-client-params.dynamodb.TransactWriteItems", dynamo.remember)
        stubber.assert_no_pending_responses()


@attrs.define
class Decider:
    """Decides the same every time and counts how often it was asked."""

    actions: Mapping[str, Any] = attrs.field(factory=lambda: ACTIONS)
    on_cancelled: Callable[[Mapping[str, str]], None] = lambda _refused: None
    times: int = 0

    def __call__(self) -> Decision[int]:
        self.times += 1
        return Decision(result=self.times, actions=self.actions, on_cancelled=self.on_cancelled)


class TestCommitted:
    def test_a_decision_is_written_whole_and_its_result_returned(self, dynamo: Dynamo) -> None:
        """One transaction with every action, in their order."""
        dynamo.accepts()

        assert commit(dynamo.client, Decider(), backoff=backoff()).result == 1
        assert [request["TransactItems"] for request in dynamo.requests] == [[*ACTIONS.values()]]

    def test_a_decision_without_actions_writes_nothing(self, dynamo: Dynamo) -> None:
        """The answer stands already."""
        assert commit(dynamo.client, Decider(actions={}), backoff=backoff()).result == 1
        assert dynamo.requests == []

    def test_what_a_decision_raises_reaches_the_caller(self, dynamo: Dynamo) -> None:
        """A refusal is no reason to try again."""

        def decide() -> Decision[int]:
            raise NotFound("producto", ["T001P001"])

        with pytest.raises(NotFound):
            commit(dynamo.client, decide, backoff=backoff())


class TestCancelled:
    @pytest.mark.parametrize(
        "reason",
        ["ConditionalCheckFailed", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"],
    )
    def test_a_cancelled_transaction_is_decided_again(self, dynamo: Dynamo, reason: str) -> None:
        """After a pause, with a token of its own: it is another request."""
        time, decide = FakeTime(), Decider()
        dynamo.cancels("None", reason)
        dynamo.accepts()

        assert commit(dynamo.client, decide, backoff=backoff(time)) == Committed(result=2, attempts=2)
        assert len(set(tokens_of(dynamo.requests))) == 2
        assert time.naps == [0.04]

    def test_a_cancellation_without_reasons_is_no_success(self, dynamo: Dynamo) -> None:
        """Nothing was written, whoever was to blame."""
        dynamo.refuses("TransactionCanceledException")
        dynamo.accepts()

        assert commit(dynamo.client, Decider(), backoff=backoff()).result == 2

    def test_pauses_grow_while_others_are_faster(self, dynamo: Dynamo) -> None:
        """So that the one in front gets through."""
        time = FakeTime()
        for _ in range(4):
            dynamo.cancels("TransactionConflict", "None")
        dynamo.accepts()

        assert commit(dynamo.client, Decider(), backoff=backoff(time)).result == 5
        assert time.naps == [0.04, 0.08, 0.16, 0.2]

    def test_after_the_total_time_it_is_contention(self, dynamo: Dynamo) -> None:
        """Nothing was written, and the error says after how many attempts."""
        for _ in range(3):
            dynamo.cancels("TransactionConflict", "TransactionConflict")

        with pytest.raises(Contention) as refusal:
            commit(dynamo.client, Decider(), backoff=backoff(total=0.2))
        assert refusal.value.attempts == 3

    @pytest.mark.parametrize("reason", ["ValidationError", "ItemCollectionSizeLimitExceeded", "AccessDenied"])
    def test_a_reason_that_no_other_try_can_change_is_raised(self, dynamo: Dynamo, reason: str) -> None:
        """Even next to one that it could."""
        dynamo.cancels("ConditionalCheckFailed", reason)

        with pytest.raises(ClientError, match="TransactionCanceledException"):
            commit(dynamo.client, Decider(), backoff=backoff())

    def test_the_decision_hears_which_of_its_actions_are_to_blame(self, dynamo: Dynamo) -> None:
        """By name, with the reason, before it is made again."""
        heard: list[Mapping[str, str]] = []
        dynamo.cancels("ConditionalCheckFailed", "None")
        dynamo.cancels("None", "TransactionConflict")
        dynamo.accepts()

        assert commit(dynamo.client, Decider(on_cancelled=heard.append), backoff=backoff()).result == 3
        assert heard == [{"sale": "ConditionalCheckFailed"}, {"stock": "TransactionConflict"}]

    def test_the_decision_may_end_the_attempts(self, dynamo: Dynamo) -> None:
        """Where deciding again is pointless; no pause is wasted."""
        time = FakeTime()

        def give_up(_refused: Mapping[str, str]) -> None:
            raise NotFound("producto", ["T001P001"])

        decide = Decider(on_cancelled=give_up)
        dynamo.cancels("ConditionalCheckFailed", "None")

        with pytest.raises(NotFound):
            commit(dynamo.client, decide, backoff=backoff(time))
        assert (decide.times, time.naps) == (1, [])


class TestUnknown:
    @pytest.mark.parametrize(
        ("code", "status"),
        [
            ("InternalServerError", 500),
            ("ServiceUnavailable", 503),
            ("TransactionInProgressException", 400),
            ("ThrottlingException", 400),
            ("ProvisionedThroughputExceededException", 400),
            ("RequestLimitExceeded", 400),
        ],
    )
    def test_an_unknown_outcome_repeats_the_identical_request(self, dynamo: Dynamo, code: str, status: int) -> None:
        """The same token: the first one may have been written."""
        time, decide = FakeTime(), Decider()
        dynamo.refuses(code, status)
        dynamo.refuses(code, status)
        dynamo.accepts()

        assert commit(dynamo.client, decide, backoff=backoff(time)).result == 1
        assert dynamo.requests[0] == dynamo.requests[1] == dynamo.requests[2]
        assert time.naps == [0.04, 0.08]

    @pytest.mark.parametrize(
        "error",
        [
            TIMEOUT,
            ConnectTimeoutError(endpoint_url="https://dynamodb"),
            ConnectionClosedError(endpoint_url="https://dynamodb"),
            EndpointConnectionError(endpoint_url="https://dynamodb"),
        ],
        ids=lambda error: type(error).__name__,
    )
    def test_so_does_a_request_that_got_no_answer(self, error: Exception) -> None:
        """Time-outs and broken connections."""
        client: Any = ScriptedClient([error, error, {}])
        decide = Decider()

        assert commit(client, decide, backoff=backoff()).result == 1
        assert client.requests[0] == client.requests[1] == client.requests[2]

    def test_a_repeat_that_is_cancelled_leads_to_a_new_decision(self, dynamo: Dynamo) -> None:
        """Then the first one was not written: the token would have said so."""
        dynamo.refuses("InternalServerError", 500)
        dynamo.cancels("ConditionalCheckFailed", "None")
        dynamo.accepts()

        assert commit(dynamo.client, Decider(), backoff=backoff()).result == 2
        first, repeat, second = tokens_of(dynamo.requests)
        assert first == repeat != second

    def test_after_the_total_time_the_outcome_stays_unknown(self) -> None:
        """It is never called contention: something may have been written."""
        client: Any = ScriptedClient([TIMEOUT] * 3)

        with pytest.raises(OutcomeUnknown) as refusal:
            commit(client, Decider(), backoff=backoff(total=0.2))
        assert refusal.value.repeats == 3
        assert refusal.value.__cause__ is TIMEOUT
        assert len(set(tokens_of(client.requests))) == 1

    def test_the_total_time_covers_decisions_and_repeats_together(self) -> None:
        """A caller waits once, not once per decision."""
        time = FakeTime()
        cancelled = ClientError(
            {
                "Error": {"Code": "TransactionCanceledException", "Message": ""},
                "CancellationReasons": [{"Code": "TransactionConflict"}],
            },
            "TransactWriteItems",
        )
        client: Any = ScriptedClient([cancelled, cancelled, *[TIMEOUT] * 20])

        with pytest.raises(OutcomeUnknown):
            commit(client, Decider(), backoff=backoff(time, total=1.0))
        assert time.elapsed <= 1.0

    def test_real_pauses_are_drawn_between_nothing_and_the_longest(self) -> None:
        """Attempts that collided must not meet again."""
        drawn: list[float] = []

        def uniform(_low: float, high: float) -> float:
            drawn.append(high)
            return 0.0

        client: Any = ScriptedClient([TIMEOUT, TIMEOUT, {}])
        commit(client, Decider(), backoff=Backoff(uniform=uniform, sleep=lambda _seconds: None))

        assert drawn == [0.04, 0.08]


class TestRefused:
    @pytest.mark.parametrize(
        ("code", "status"),
        [
            ("ValidationException", 400),
            ("AccessDeniedException", 400),
            ("ResourceNotFoundException", 400),
            ("IdempotentParameterMismatchException", 400),
            ("ExpiredTokenException", 400),
        ],
    )
    def test_an_error_that_repeating_can_not_cure_is_raised(self, dynamo: Dynamo, code: str, status: int) -> None:
        """At once, as botocore raised it."""
        dynamo.refuses(code, status)

        with pytest.raises(ClientError, match=code):
            commit(dynamo.client, Decider(), backoff=backoff())

    def test_an_error_of_our_own_set_up_is_raised(self) -> None:
        """No request went out: nothing is unknown."""
        client: Any = ScriptedClient([NoCredentialsError()])

        with pytest.raises(NoCredentialsError):
            commit(client, Decider(), backoff=backoff())

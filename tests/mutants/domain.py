"""Harm to the domain layer."""

from typing import Final

from tests.mutants.mutation import FAULTS, Mutation

_PACKAGE: Final = "packages/domain/saai_domain"
_TESTS: Final = "tests/domain"


def _mutation(name: str, module: str, old: str, new: str, *suites: str) -> Mutation:
    tests = tuple(suite if suite.startswith("tests/") else f"{_TESTS}/{suite}" for suite in suites)
    return Mutation(name, f"{_PACKAGE}/{module}.py", old, new, (*tests, FAULTS))


MUTATIONS: Final = (
    _mutation(
        "an event that is sent again is logged again",
        "aws/event_log",
        'if seen is not None and seen["ttl"] > epoch_seconds(moment):',
        "if False:",
        "aws/test_event_log.py",
    ),
    _mutation(
        "another event under the same id is dropped",
        "aws/event_log",
        'if seen["data"].get("hash", digest) != digest:',
        "if False:",
        "aws/test_event_log.py",
    ),
    _mutation(
        "an event_id is forgotten while a failure may wait for it",
        "aws/event_log",
        "EVENT_DEDUPE_SECONDS: Final = FAILURES_SECONDS + 86_400",
        "EVENT_DEDUPE_SECONDS: Final = 86_400",
        "aws/test_event_log.py",
    ),
    _mutation(
        "a late repeat doesn't keep its row longer",
        "aws/event_log",
        'if seen["ttl"] >= now + FAILURES_SECONDS:',
        "if True:",
        "aws/test_event_log.py",
    ),
    _mutation(
        "a row past its time stands in the way of a new one",
        "aws/event_log",
        'values={":now": row.created_epoch},',
        'values={":now": 0},',
        "aws/test_event_log.py",
        "tests/saai_events/sales/test_ledger.py",
    ),
    _mutation(
        "what is delivered stays on the list of what is pending",
        "aws/event_log",
        'expression="REMOVE pendiente SET #data.updated_at = :now"',
        'expression="SET #data.updated_at = :now"',
        "aws/test_event_log.py",
    ),
    _mutation(
        "an event is written over another in its place",
        "aws/event_log",
        'event_log.to_item(row), condition="attribute_not_exists(entity_id)")',
        'event_log.to_item(row), condition="attribute_not_exists(entity_id) OR attribute_exists(entity_id)")',
        "aws/test_event_log.py",
        "tests/saai_events/sales",
    ),
    _mutation(
        "the log forgets after a day",
        "event_log",
        "RETENTION_SECONDS: Final = 7 * 86_400",
        "RETENTION_SECONDS: Final = 86_400",
        "test_event_log.py",
        "tests/ws_gateway",
    ),
    _mutation(
        "the log isn't sorted by its sequence",
        "event_log",
        'return f"{canal}#{seq:012d}"',
        'return f"{canal}#{seq}"',
        "test_event_log.py",
    ),
    _mutation(
        "a notice's id changes with each of its repeats",
        "event_log",
        '"id": notice_id,',
        '"id": f"{notice_id}#{id(notice)}",',
        "test_event_log.py",
    ),
    _mutation(
        "a counter moves on from wherever it stands",
        "aws/dynamodb",
        'condition="#data.#value = :read",',
        'condition="#data.#value = :read OR attribute_exists(entity_id)",',
        "aws/test_dynamodb.py",
        "tests/saai_events/sales",
    ),
    _mutation(
        "rows that DynamoDB left unread are taken for missing",
        "aws/dynamodb",
        'request = response.get("UnprocessedKeys") or {}',
        "request = {}",
        "aws/test_dynamodb.py",
    ),
    _mutation(
        "decisions rest on what was true a moment ago",
        "aws/dynamodb",
        "backoff: Backoff | None = None, consistent: bool = True",
        "backoff: Backoff | None = None, consistent: bool = False",
        "aws/test_dynamodb.py",
    ),
    _mutation(
        "a throttled read is given up at once",
        "aws/dynamodb",
        "if is_transient(error) and backoff.pause(attempt, deadline):",
        "if False:",
        "aws/test_dynamodb.py",
    ),
    _mutation(
        "a collision fails the sale",
        "aws/transactions",
        '"ConditionalCheckFailed", "TransactionConflict", "ThrottlingError"',
        '"ConditionalCheckFailed", "ThrottlingError"',
        "aws/test_transactions.py",
    ),
    _mutation(
        "a transaction without an answer is repeated under another token",
        "aws/transactions",
        "ClientRequestToken=token)",
        "ClientRequestToken=str(uuid.uuid4()))",
        "aws/test_transactions.py",
    ),
    _mutation(
        "a transaction without an answer counts as written",
        "aws/transactions",
        "            raise OutcomeUnknown(repeat) from unanswered",
        "            return None",
        "aws/test_transactions.py",
    ),
    _mutation(
        "a cancelled transaction counts as written",
        "aws/transactions",
        "            if reasons is not None:\n                return reasons\n",
        "            if reasons is not None:\n                return None\n",
        "aws/test_transactions.py",
    ),
    _mutation(
        "a secret that SSM refuses to tell goes on being good",
        "aws/parameters",
        "if not is_transient(error) or not self._bridge():",
        "if not self._bridge():",
        "aws/test_parameters.py",
    ),
    _mutation(
        "a secret is good for as long as SSM doesn't answer",
        "aws/parameters",
        "        if now >= end:\n            return False\n",
        "",
        "aws/test_parameters.py",
    ),
    _mutation(
        "a withdrawn secret is good for an hour",
        "aws/parameters",
        "CACHE_SECONDS: Final = 300",
        "CACHE_SECONDS: Final = 3_600",
        "aws/test_parameters.py",
    ),
    _mutation(
        "a token is good after its end",
        "auth",
        "    if expires <= now:\n        raise ExpiredToken(expires)\n",
        "",
        "test_auth.py",
    ),
    _mutation(
        "a user of one store is let into another",
        "auth",
        "if rol is not Rol.SAAI and codes.tenant_of(user) != tenant:",
        "if False:",
        "test_auth.py",
    ),
    _mutation(
        "a token may be signed by whatever algorithm it names",
        "auth",
        "algorithms=[ALGORITHM]",
        'algorithms=[ALGORITHM, "HS384", "HS512"]',
        "test_auth.py",
    ),
    _mutation(
        "the log's name is not told",
        "aws/channels",
        "log=str(named or FIRST_LOG),",
        "log=FIRST_LOG,",
        "tests/operations/test_new_log.py",
        "tests/ws_gateway/messages",
    ),
    _mutation(
        "a store that was deleted is let in",
        "aws/admission",
        "_estado(store) != Estado.ACTIVA:",
        '_estado(store) == "SUSPENDIDA":',
        "aws/test_admission.py",
    ),
    _mutation(
        "a missing row of a user refuses",
        "aws/admission",
        "if user is not None and _estado(user) != Estado.ACTIVO:",
        "if user is None or _estado(user) != Estado.ACTIVO:",
        "aws/test_admission.py",
    ),
    _mutation(
        "a publisher sends what is refused",
        "aws/publisher",
        "        check_new_event(text)\n",
        "",
        "aws/test_publisher.py",
    ),
    _mutation(
        "a failed invoke counts as accepted",
        "aws/publisher",
        "            raise PublishError(self.function_name, event_id) from error",
        "            return",
        "aws/test_publisher.py",
    ),
    _mutation(
        "everybody hears the owner's channel",
        "events",
        "return self is Canal.TIENDA or rol in {Rol.ADMIN, Rol.SAAI}",
        "return True",
        "test_events.py",
    ),
    _mutation(
        "an event's size is not looked at",
        "events",
        "    if size > MAX_FRAME_BYTES:\n        raise EventTooLarge(event.event_type, size, MAX_FRAME_BYTES)\n",
        "",
        "test_events.py",
    ),
    _mutation(
        "the order of an event's keys makes another of it",
        "events",
        'decimal_format="number", order="deterministic")',
        'decimal_format="number")',
        "test_events.py",
        "aws/test_event_log.py",
    ),
    _mutation(
        "half a céntimo is rounded to the even one",
        "money",
        "quantize(CENTIMO, ROUND_HALF_UP)",
        "quantize(CENTIMO)",
        "test_money.py",
    ),
)

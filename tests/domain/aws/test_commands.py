"""An idempotent command through the outbox: whatever a publisher decides is done once, whole, and told."""

import itertools
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import attrs
import msgspec
import pytest
from aws_lite.backoff import Backoff
from aws_lite.wire import decode_json_with_decimals
from botocore.exceptions import ClientError, ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.auth import Claims
from saai_domain.aws.admission import Admission
from saai_domain.aws.commands import CodeSeries, Command, CommandExecutor, Executed, Outcome, Situation
from saai_domain.aws.dynamodb import Key, deserialize, serialize, update
from saai_domain.aws.event_log import EventLog
from saai_domain.codes import Kind, TenantId, UserCode
from saai_domain.component import component
from saai_domain.errors import Conflict, Contention, CounterBehind, IdempotencyMismatch, NotAdmitted, OutcomeUnknown
from saai_domain.events import AnaliticaActualizada, EventData, Notice, PrediccionGenerada, Severidad
from saai_domain.roles import Rol
from saai_domain.testing.aws import Call, InMemoryAws
from saai_domain.time import LIMA

from tests.domain import fakes
from tests.domain.expenses import Expense, RegisterExpense

OWNER = Claims(tenant_id=TenantId("T001"), codigo_usuario=UserCode("T001U009"), rol=Rol.ADMIN, exp=2_000_000_000)
NOON = datetime(2025, 12, 31, 12, 0, tzinfo=LIMA)
RENT = Expense(monto=Decimal("750.00"), motivo="Alquiler")
EXPENSE = RegisterExpense(series=CodeSeries(table="gastos", kind=Kind.EXPENSE))
ROWS_OF_A_CORRECTION = (
    "counters eventos#administracion",
    "idempotencia ajuste#T001U009#key#1",
    "productos T001P001",
)
READ, WRITE = "batch_get_item", "transact_write_items"
CONFLICT = ClientError(
    {
        "Error": {"Code": "TransactionCanceledException"},
        "CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}],
    },
    "TransactWriteItems",
)


@attrs.frozen(kw_only=True)
class StockRequest:
    unidades: int
    motivo: str | None = None


@component
class AdjustStock(Command[StockRequest]):
    """A correction of the stock of one product: it makes no row, and may be refused."""

    origin: ClassVar[str] = "AjustarStock"
    key_prefix: ClassVar[str] = "ajuste"
    event: ClassVar[type[EventData]] = AnaliticaActualizada
    product: ClassVar[Key] = Key("productos", "T001", "T001P001")

    def reads(self, request: StockRequest, claims: Claims) -> Iterable[Key]:
        # Whoever reads what is read anyway doesn't make the batch impossible.
        return (self.product, Key("usuarios", "T001", claims.codigo_usuario))

    def decide(self, request: StockRequest, situation: Situation) -> Outcome:
        stock = int(situation.rows[self.product]["data"]["stock"])
        if stock + request.unidades < 0:
            raise Conflict
        return Outcome(
            answer={"stock": stock + request.unidades},
            event=AnaliticaActualizada(mensaje=f"Stock: {stock + request.unidades}."),
            notices=(Notice(tipo="ajuste", severidad=Severidad.INFO, titulo="Ajuste", mensaje="Hecho.", detalle={}),),
            writes=[
                update(
                    self.product,
                    expression="SET #data.stock = :left",
                    condition="#data.stock = :read",
                    names={"#data": "data"},
                    values={":left": stock + request.unidades, ":read": stock},
                )
            ],
        )


@attrs.define
class Stage:
    """A stage's tables, and what executes commands over them."""

    aws: InMemoryAws = attrs.field(factory=InMemoryAws)
    moment: datetime = NOON
    backoff: Backoff = attrs.field(factory=fakes.backoff)

    def executor(self, command: Command[Any] = EXPENSE) -> CommandExecutor[Any]:
        client = self.aws.client("dynamodb")
        return CommandExecutor(
            command=command,
            client=client,
            events=EventLog(
                client=client, eventos_table="eventos", counters_table="counters", idempotencia_table="idempotencia"
            ),
            admission=Admission(tiendas_table="tiendas", usuarios_table="usuarios"),
            clock=lambda: self.moment,
            backoff=self.backoff,
        )

    def spend(self, request: Expense = RENT, *, key: str = "key#1") -> Executed:
        return self.executor().execute(request, OWNER, key=key)

    def adjust(self, unidades: int, *, key: str = "key#1", motivo: str | None = None) -> Executed:
        request = StockRequest(unidades=unidades, motivo=motivo)
        return self.executor(AdjustStock()).execute(request, OWNER, key=key)

    def has(self, table: str, entity_id: str, tenant_id: str = "T001", **data: Any) -> None:
        item = {"tenant_id": tenant_id, "entity_id": entity_id, "data": data}
        self.aws.dynamodb.put_item(TableName=table, Item=serialize(item))

    def rows(self, table: str) -> list[dict[str, Any]]:
        rows = [deserialize(item) for item in self.aws.dynamodb.rows(table)]
        return sorted(rows, key=lambda row: row["entity_id"])

    def codes(self, table: str) -> list[str]:
        return [row["entity_id"] for row in self.rows(table)]

    def counters(self) -> dict[str, int]:
        return {row["entity_id"]: int(row["data"]["value"]) for row in self.rows("counters")}

    def before_write(self, *happen: Callable[[], Any]) -> Any:
        """Have things happen before the next transactions: between what was read and its write."""
        left = list(happen)

        def around(call: Call, make: Callable[[], Any]) -> Any:
            if call.operation == WRITE and left:
                left.pop(0)()
            return make()

        return self.aws.meanwhile(around)

    def answering(self, *errors: Exception, lost: bool = False) -> Any:
        """Have the next transactions fail, whether they were written (``lost``) or not."""
        left = list(errors)

        def around(call: Call, make: Callable[[], Any]) -> Any:
            if call.operation != WRITE or not left:
                return make()
            if lost:
                make()
            raise left.pop(0)

        return self.aws.meanwhile(around)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_command_writes_its_row_its_event_its_counters_and_its_answer(stage: Stage) -> None:
    """In one transaction, after one consistent read."""
    with stage.aws.recording() as calls:
        executed = stage.spend()
    assert [call.operation for call in calls] == [READ, WRITE]
    assert all(table["ConsistentRead"] for table in calls[0].params["RequestItems"].values())
    assert executed.answer == {
        "codigo_gasto": "T001G001",
        "monto": Decimal("750.00"),
        "motivo": "Alquiler",
        "fecha": "2025-12-31",
    }
    (row,) = stage.rows("gastos")
    assert (row["tenant_id"], row["entity_id"], row["data"]["motivo"]) == ("T001", "T001G001", "Alquiler")
    assert (row["data"]["estado"], row["data"]["created_at"]) == ("ACTIVO", "2025-12-31T12:00:00-05:00")
    assert stage.counters() == {"gastos": 1, "eventos#administracion": 1}
    (event,) = stage.rows("eventos")
    frame: Any = decode_json_with_decimals(event["data"]["frame"])
    assert (event["pendiente"], frame["canal"], frame["seq"]) == (1, "administracion", 1)
    assert (frame["event_type"], frame["data"]) == ("gasto_registrado", executed.answer)
    assert executed.event is not None
    assert (executed.event.entity_id, executed.attempts) == (event["entity_id"], 1)


def test_codes_and_events_are_contiguous(stage: Stage) -> None:
    """Each command takes the next ones."""
    for number in range(1, 4):
        stage.spend(key=f"key#{number}")
    assert stage.codes("gastos") == ["T001G001", "T001G002", "T001G003"]
    assert [int(row["data"]["seq"]) for row in stage.rows("eventos")] == [1, 2, 3]


def test_a_command_without_a_series_changes_what_there_is(stage: Stage) -> None:
    """It makes no row and moves no counter but its event's."""
    stage.has("productos", "T001P001", stock=5)
    assert stage.adjust(-2).answer == {"stock": 3}
    assert stage.rows("productos")[0]["data"]["stock"] == 3
    assert stage.counters() == {"eventos#administracion": 1}
    (event,) = stage.rows("eventos")
    assert event["data"]["notices"][0]["attributes"]["origen"] == "AjustarStock"


def test_a_repeat_is_answered_as_the_first_and_brings_no_event(stage: Stage) -> None:
    """To the céntimo; it is one read."""
    first = stage.spend()
    with stage.aws.recording() as calls:
        again = stage.spend()
    assert [call.operation for call in calls] == [READ]
    assert str(again.answer) == str(first.answer)
    assert again.event is None
    assert len(stage.rows("gastos")) == len(stage.rows("eventos")) == 1


def test_a_key_is_free_again_after_a_day(stage: Stage) -> None:
    """Also while its row is still there."""
    stage.spend()
    stage.moment += timedelta(hours=24)
    assert stage.spend().answer["codigo_gasto"] == "T001G002"


def test_the_same_key_with_another_body_is_a_conflict(stage: Stage) -> None:
    """A key stands for one request."""
    stage.spend()
    with pytest.raises(IdempotencyMismatch):
        stage.spend(attrs.evolve(RENT, motivo="Luz"))


def test_a_key_is_a_commands_and_a_users_own(stage: Stage) -> None:
    """Two services, or two tills, may count their requests alike."""
    stage.has("productos", "T001P001", stock=5)
    stage.spend()
    stage.adjust(1)
    other = msgspec.structs.replace(OWNER, codigo_usuario=UserCode("T001U001"))
    assert stage.executor().execute(RENT, other, key="key#1").event is not None
    assert stage.codes("idempotencia") == ["ajuste#T001U009#key#1", "gasto#T001U001#key#1", "gasto#T001U009#key#1"]


def test_a_field_that_is_absent_is_not_part_of_what_a_request_says() -> None:
    """So one may be added, and a repeat across the deployment stays a repeat."""
    command = AdjustStock()
    assert command.meaning(StockRequest(unidades=1)) == {"unidades": 1}
    assert command.meaning(StockRequest(unidades=1, motivo="merma")) == {"unidades": 1, "motivo": "merma"}


def test_a_refusal_leaves_nothing_behind(stage: Stage) -> None:
    """Not even under its key: the next try is judged anew. It costs one read more, of one row."""
    stage.has("productos", "T001P001", stock=1)
    with stage.aws.recording() as calls, pytest.raises(Conflict):
        stage.adjust(-2)
    assert [call.operation for call in calls] == [READ, READ]
    assert list(calls[1].params["RequestItems"]) == ["idempotencia"]
    assert all(stage.rows(table) == [] for table in ("counters", "eventos", "idempotencia"))
    stage.has("productos", "T001P001", stock=2)
    assert stage.adjust(-2).answer == {"stock": 0}


@pytest.mark.parametrize(
    ("table", "tenant_id", "entity_id", "estado"),
    [("tiendas", "SAAI", "T001", "SUSPENDIDA"), ("usuarios", "T001", "T001U009", "INACTIVO")],
)
def test_who_is_not_active_does_nothing_new(
    stage: Stage, table: str, tenant_id: str, entity_id: str, estado: str
) -> None:
    """And hears of what was done before."""
    done = stage.spend()
    stage.has(table, entity_id, tenant_id, estado=estado)
    assert stage.spend().answer == done.answer
    with pytest.raises(NotAdmitted):
        stage.spend(key="key#2")


def test_who_was_overtaken_decides_again(stage: Stage) -> None:
    """On what there is now."""
    with stage.before_write(lambda: stage.spend(key="key#2")):
        slow = stage.spend()
    assert (slow.answer["codigo_gasto"], slow.attempts) == ("T001G002", 2)
    assert [int(row["data"]["seq"]) for row in stage.rows("eventos")] == [1, 2]


def test_what_another_service_changed_meanwhile_is_decided_on(stage: Stage) -> None:
    """Its write moves no counter."""
    stage.has("productos", "T001P001", stock=5)
    with stage.before_write(lambda: stage.has("productos", "T001P001", stock=9)):
        assert stage.adjust(-2).answer == {"stock": 7}


def test_who_loses_for_too_long_may_repeat(stage: Stage) -> None:
    """Nothing was written."""
    stage.backoff = fakes.backoff(total=0)
    with stage.answering(CONFLICT), pytest.raises(Contention):
        stage.spend()
    assert stage.rows("gastos") == []
    assert stage.spend().answer["codigo_gasto"] == "T001G001"


def test_a_lost_answer_is_asked_for_again(stage: Stage) -> None:
    """The identical request, under the same token: it was written once."""
    with stage.answering(ReadTimeoutError(endpoint_url="https://dynamodb"), lost=True), stage.aws.recording() as calls:
        executed = stage.spend()
    first, second = (call.params for call in calls if call.operation == WRITE)
    assert first == second
    assert executed.event is not None
    assert len(stage.rows("gastos")) == len(stage.rows("eventos")) == 1


def test_an_answer_that_stays_lost_is_found_under_the_key(stage: Stage) -> None:
    """What was written is answered, though DynamoDB never said so."""
    stage.backoff = fakes.backoff(total=0)
    with stage.answering(ReadTimeoutError(endpoint_url="https://dynamodb"), lost=True):
        executed = stage.spend()
    assert (executed.answer["codigo_gasto"], executed.event) == ("T001G001", None)
    with stage.answering(ReadTimeoutError(endpoint_url="https://dynamodb")), pytest.raises(OutcomeUnknown):
        stage.spend(key="key#2")


@pytest.mark.parametrize("row", ROWS_OF_A_CORRECTION)
@pytest.mark.parametrize("stock", [1, 2])
def test_a_repeat_whose_batch_is_torn_by_its_original_gets_the_originals_answer(
    stage: Stage, row: str, stock: int
) -> None:
    """BatchGetItem reads each row at its own moment: what the original left would refuse its repeat."""
    stage.has("productos", "T001P001", stock=stock)
    answers = []

    def original(read: tuple[str, str, str]) -> None:
        if f"{read[0]} {read[2]}" == row:
            stage.aws.dynamodb.between_rows = None
            answers.append(stage.adjust(-1).answer)

    stage.aws.dynamodb.between_rows = original
    answers.append(stage.adjust(-1).answer)
    assert answers[0] == answers[1]
    assert stage.rows("productos")[0]["data"]["stock"] == stock - 1
    assert len(stage.rows("eventos")) == 1


def test_a_code_that_is_taken_is_reported_at_once(stage: Stage) -> None:
    """The rows of an earlier system are there, the counter is not."""
    stage.has("gastos", "T001G001")
    with stage.aws.recording() as calls, pytest.raises(CounterBehind, match="T001G001"):
        stage.spend()
    assert [call.operation for call in calls] == [READ, WRITE, READ]


def test_a_place_in_the_log_that_is_taken_is_reported_at_once(stage: Stage) -> None:
    """The event's counter is behind, the command's own is not."""
    stage.has("eventos", "administracion#000000000001")
    with pytest.raises(CounterBehind, match="eventos#administracion"):
        stage.spend()
    assert stage.rows("gastos") == []


def test_an_event_that_the_command_doesnt_declare_is_a_mistake_of_the_code(stage: Stage) -> None:
    """Its channel's counter was not read: it would be logged in another's place."""

    class Wrong(RegisterExpense):
        event: ClassVar[type[EventData]] = PrediccionGenerada

    with pytest.raises(TypeError, match="PrediccionGenerada"):
        stage.executor(Wrong(series=EXPENSE.series)).execute(RENT, OWNER, key="k")
    assert stage.rows("eventos") == []


@pytest.mark.parametrize("data", [None, {"motivo": "merma"}])
def test_a_row_without_a_place_and_a_place_without_a_row_are_mistakes_of_the_code(
    stage: Stage, data: dict[str, Any] | None
) -> None:
    """Neither is dropped in silence."""

    class Wrong(AdjustStock):
        series: Any = None if data else EXPENSE.series

        def decide(self, request: StockRequest, situation: Situation) -> Outcome:
            return Outcome(answer={}, event=AnaliticaActualizada(mensaje=""), data=data)

    with pytest.raises(TypeError, match="series"):
        stage.executor(Wrong()).execute(StockRequest(unidades=1), OWNER, key="k")


@given(st.lists(st.lists(st.integers(0, 3), max_size=3), min_size=1, max_size=4))
def test_no_interleaving_leaves_a_gap_or_does_anything_twice(schedule: list[list[int]]) -> None:
    """Whoever comes between another's read and write, under a key of its own or another's."""
    stage = Stage()
    for intruders in schedule:
        with stage.before_write(*[lambda key=key: stage.spend(key=f"key#{key}") for key in intruders]):
            stage.spend(key="key#0")
    done = stage.codes("idempotencia")
    assert stage.codes("gastos") == [f"T001G{number:03d}" for number in range(1, len(done) + 1)]
    assert [int(row["data"]["seq"]) for row in stage.rows("eventos")] == list(range(1, len(done) + 1))


def test_many_at_once_are_each_done_once() -> None:
    """Threads over one store."""
    stage = Stage(backoff=Backoff(base=0.001, ceiling=0.02, total=60))
    stage.aws.dynamodb.seconds = 0.0005
    keys = itertools.chain.from_iterable([f"key#{number}"] * 2 for number in range(16))

    def spend(key: str) -> str:
        return str(stage.spend(key=key).answer["codigo_gasto"])

    with ThreadPoolExecutor(8) as owners:
        answers = list(owners.map(spend, keys))
    assert answers[::2] == answers[1::2]
    assert sorted(answers[::2]) == stage.codes("gastos") == [f"T001G{number:03d}" for number in range(1, 17)]

"""An idempotent command through the transactional outbox: the one way in which a request changes a store.

A publisher says what it reads and what it decides, a pure function of what was read. The rest is here: the row of the
request's key and its replay, admission, the code of a new row, the event's place in its channel, one transaction for
everything, contention, and lost answers (docs/architecture.md, "The way of a sale").

``saai_domain.handlers.commands`` makes a function of the HTTP API of a command, and shows a whole one.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeVar

import attrs
import msgspec
from aws_lite.backoff import Backoff
from aws_lite.wire import encode_json

from saai_domain import event_log
from saai_domain.auth import Claims
from saai_domain.aws.admission import Admission
from saai_domain.aws.dynamodb import Counter, Item, Key, batch_get, put
from saai_domain.aws.event_log import EVENT, EventLog, EventLogSettings, idempotency_record
from saai_domain.aws.transactions import Decision, commit
from saai_domain.codes import Kind, TenantId
from saai_domain.component import component
from saai_domain.errors import CounterBehind, IdempotencyMismatch, NotAdmitted, SaaiError
from saai_domain.event_log import LoggedEvent
from saai_domain.events import EventData, Notice, event_of
from saai_domain.rows import Estado, make_row
from saai_domain.settings import setting
from saai_domain.time import Clock, epoch_seconds, iso_timestamp, lima_now

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

__all__ = ["CodeSeries", "Command", "CommandExecutor", "CommandSettings", "Executed", "Outcome", "Situation"]

RequestT = TypeVar("RequestT")

_ROW: Final = "row"
"""The name of the new row's write in its transaction."""


@component
class CodeSeries:
    """The rows of a kind, which a counter of the store numbers without a gap. ``table`` is their physical table."""

    table: str
    kind: Kind


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision is based on.

    ``claims`` tell who asks, for which store; ``moment`` is the commit time; ``code`` is the new row's, empty where the
    command has no series; ``rows`` are those of what the command reads that exist.
    """

    claims: Claims
    moment: datetime
    code: str
    rows: Mapping[Key, Item]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a request: all of it is written, or nothing.

    ``answer`` is what the user is answered, by default what the event tells: whole numbers, Decimals, texts,
    booleans, None, lists and mappings, no floats. ``notices`` go to people besides those that the event's contract
    brings. ``data`` and ``estado`` are the new row's, where the command has a series. ``writes`` are the
    transaction's other writes, at most 95, each on condition that what was read still stands
    (``saai_domain.aws.dynamodb.put``, ``update``).
    """

    event: EventData
    answer: Mapping[str, Any] | None = None
    notices: Sequence[Notice] = ()
    data: Mapping[str, Any] | None = None
    estado: Estado = Estado.ACTIVO
    writes: Sequence[Any] = ()


class Command(ABC, Generic[RequestT]):
    """A kind of request that changes a store, and is executed once, however often it is sent."""

    origin: ClassVar[str]
    """The function, by docs/domain.md's name of it: the notices' ``origen``."""
    key_prefix: ClassVar[str]
    """What its rows in ``idempotencia`` begin with, as ``venta``: another command's keys are other keys."""
    event: ClassVar[type[EventData]]
    """The event that it brings; its contract has the channel."""

    @property
    def series(self) -> CodeSeries | None:
        """The rows of which each request makes one, as a field of the command; None where it makes none."""
        return None

    def reads(self, request: RequestT, claims: Claims) -> Iterable[Key]:  # noqa: ARG002 - for those that read
        """Return the keys of what the decision needs, at most 95: they are read at once, consistently."""
        return ()

    @abstractmethod
    def decide(self, request: RequestT, situation: Situation) -> Outcome:
        """Decide what becomes of a request: a pure function, called again where somebody else was faster.

        Raises:
            SaaiError: It is refused; nothing is written, and the next try is judged anew.
        """

    def meaning(self, request: RequestT) -> object:
        """Return what a request says as a JSON value: the same for a repeat, another for any other request.

        By default the fields of an attrs class; one that is None counts as absent, so that a field may be added.
        """
        fields: Any = request
        return attrs.asdict(fields, filter=lambda _, value: value is not None)

    def restore(self, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a kept answer as it was given first. DynamoDB drops a number's trailing zeros, so amounts need it."""
        return answer


class Executed(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a request, and the event that was logged; None where the request had been executed before."""

    answer: Mapping[str, Any]
    event: LoggedEvent | None
    attempts: int = 1


@component
class CommandSettings(EventLogSettings):
    """The tables of any command, for the settings of its function."""

    tiendas_table: str = setting("TIENDAS_TABLE")
    usuarios_table: str = setting("USUARIOS_TABLE")


@component
class CommandExecutor(Generic[RequestT]):
    """Executes a command for all stores: one consistent batch read, one decision, one transaction."""

    command: Command[RequestT]
    client: "DynamoDBClient"
    events: EventLog
    admission: Admission
    clock: Clock = lima_now
    backoff: Backoff = Backoff()

    @classmethod
    def over(
        cls, client: "DynamoDBClient", settings: CommandSettings, command: Command[RequestT]
    ) -> "CommandExecutor[RequestT]":
        """Return the executor of a command in the settings' tables."""
        return cls(
            command=command,
            client=client,
            events=EventLog.over(client, settings),
            admission=Admission(tiendas_table=settings.tiendas_table, usuarios_table=settings.usuarios_table),
        )

    def execute(self, request: RequestT, claims: Claims, *, key: str) -> Executed:
        """Do what is asked, or return the answer of what was done under the same key of the user within 24 hours.

        Nothing is refused before the row of the key was read once more, by itself: a batch reads each row at its own
        moment, so a repeat may miss the row of its original and see what the original changed.

        Raises:
            NotAdmitted: The store or the user is not active.
            IdempotencyMismatch: The key was used with another request.
            Contention, OutcomeUnknown: See ``saai_domain.aws.transactions.commit``.
            CounterBehind: The next code, or the next event's place, exists already.
            EventTooLarge: The event doesn't fit a frame.
            Whatever the command's decision raises.
        """
        meaning = encode_json(self.command.meaning(request))
        digest = hashlib.sha256(meaning.encode()).hexdigest()
        try:
            committed = commit(self.client, lambda: self._decide(request, claims, key, digest), backoff=self.backoff)
        except SaaiError:
            record_key = self._record_key(claims, key)
            rows = batch_get(self.client, (record_key,))
            before = self._executed_before(rows.get(record_key), key, digest, moment=self.clock())
            if before is None:
                raise
            return before
        return msgspec.structs.replace(committed.result, attempts=committed.attempts)

    def _decide(self, request: RequestT, claims: Claims, key: str, digest: str) -> Decision[Executed]:
        tenant, series = claims.tenant_id, self.command.series
        record_key = self._record_key(claims, key)
        events_key = self.events.counter_key(tenant, self.command.event.canal)
        series_keys = () if series is None else (Key(self.events.counters_table, tenant, series.kind.counter),)
        admission_keys = self.admission.keys(tenant, claims.codigo_usuario)
        reads = (*series_keys, events_key, record_key, *admission_keys, *self.command.reads(request, claims))
        rows = batch_get(self.client, dict.fromkeys(reads))
        moment = self.clock()
        before = self._executed_before(rows.get(record_key), key, digest, moment=moment)
        if before is not None:
            return Decision(result=before)
        reason = self.admission.refusal(rows, tenant, claims.codigo_usuario)
        if reason is not None:
            raise NotAdmitted(reason)
        counters = [Counter.among(rows, each) for each in series_keys]
        code = "" if series is None else series.kind.code(tenant, counters[0].value + 1)
        outcome = self.command.decide(request, Situation(claims=claims, moment=moment, code=code, rows=rows))
        self._check(outcome)
        events = Counter.among(rows, events_key)
        event = event_of(outcome.event)
        answer = event.payload if outcome.answer is None else outcome.answer
        logged = event_log.log_event(
            event,
            tenant_id=tenant,
            seq=events.value + 1,
            moment=moment,
            origen=self.command.origin,
            notices=(*outcome.event.notices, *outcome.notices),
        )
        kept = {"hash": digest, "respuesta": answer, "canal": logged.canal, "seq": logged.seq}
        return Decision(
            result=Executed(answer=answer, event=logged),
            actions={
                **self._new_row(outcome, tenant, code, moment),
                **{f"counter {each.key.entity_id}": each.advance(now=logged.timestamp) for each in counters},
                **self.events.actions(logged, events),
                **{f"write {place}": action for place, action in enumerate(outcome.writes)},
                "idempotency record": idempotency_record(record_key, kept, logged),
            },
            on_cancelled=lambda refused: self._refuse_taken_places(refused, code, logged),
        )

    def _check(self, outcome: Outcome) -> None:
        """Refuse what the command's own declarations contradict: it would be written to the wrong place, or nowhere."""
        if type(outcome.event) is not self.command.event:
            msg = f"{self.command.origin} is declared to bring {self.command.event.__name__}, not {outcome.event!r}"
            raise TypeError(msg)
        if (outcome.data is None) != (self.command.series is None):
            msg = f"{self.command.origin} needs a series and each outcome data, or neither"
            raise TypeError(msg)

    def _new_row(self, outcome: Outcome, tenant: TenantId, code: str, moment: datetime) -> Mapping[str, Any]:
        series = self.command.series
        if series is None or outcome.data is None:
            return {}
        row = make_row(tenant, code, outcome.data, moment=iso_timestamp(moment), estado=outcome.estado)
        return {_ROW: put(series.table, row, condition="attribute_not_exists(entity_id)")}

    def _refuse_taken_places(self, refused: Mapping[str, str], code: str, logged: LoggedEvent) -> None:
        """Raise CounterBehind where nothing but a taken place is to blame: the counters stand where they were read."""
        # What was overtaken finds the counters moved as well.
        if not refused.keys() <= {_ROW, EVENT} or set(refused.values()) != {"ConditionalCheckFailed"}:
            return
        if self.command.series is not None and _ROW in refused:
            raise CounterBehind(self.command.series.kind.counter, code)
        raise CounterBehind(event_log.counter_name(logged.canal), logged.entity_id)

    def _record_key(self, claims: Claims, key: str) -> Key:
        entity_id = f"{self.command.key_prefix}#{claims.codigo_usuario}#{key}"
        return Key(self.events.idempotencia_table, claims.tenant_id, entity_id)

    def _executed_before(self, record: Item | None, key: str, digest: str, *, moment: datetime) -> Executed | None:
        """Return the answer of what was done under a key; None where its row is missing, or past its time."""
        if record is None or record["ttl"] <= epoch_seconds(moment):
            return None
        if record["data"]["hash"] != digest:
            raise IdempotencyMismatch(key)
        return Executed(answer=self.command.restore(record["data"]["respuesta"]), event=None)

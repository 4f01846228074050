"""Calculating a store's analytics and telling its owner: everything is written in one transaction.

A worker may run twice for the same message, and die anywhere. The rows of ``analitica``, the event and the new
alerts' notices are written together or not at all, so an alert is told once: a second calculation compares with the
first. The days that were counted for it are stored afterwards; where that fails, the next one counts them again.

Each sale asks for a calculation, so a burst asks for many. A row says when the reading for it began: a calculation that
was asked for before that has nothing to add, and does nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from aws_lite.backoff import Backoff
from saai_domain import event_log
from saai_domain.aws.dynamodb import Counter, Item, Key, batch_get, put
from saai_domain.aws.event_log import EventWriter, EventWriterSettings
from saai_domain.aws.transactions import Decision, commit
from saai_domain.codes import PLATFORM, TenantId
from saai_domain.component import component
from saai_domain.event_log import LoggedEvent
from saai_domain.events import AnaliticaActualizada, Notice, Periodo, Resumen, event_of
from saai_domain.rows import Estado, make_row
from saai_domain.settings import setting
from saai_domain.time import Clock, epoch_seconds, iso_timestamp, lima_date, lima_now
from saai_domain.value_object import value_object

from saai_events.analytics.alerts import alerts_of, as_rows, new_alerts
from saai_events.analytics.figures import LONGEST, Figures, Store, Tipo, figures_of, period
from saai_events.analytics.store_reader import StoreReader, StoreReaderSettings
from saai_events.entities import UnreadableEntity
from saai_events.summaries.days import CountedDays, Days, DaysSettings

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

ORIGIN: Final = "ActualizarAnalitica"
CLOCKS_DIFFER_SECONDS: Final = 1
"""Moments are whole seconds, and the clocks of SQS and of two invocations not the same."""


class NotRefreshed(StrEnum):
    """Why there was nothing to do for a store."""

    INACTIVE = "store is not active"
    SHOWN = "analytics show it already"


@value_object
class Refreshed:
    """What became of a store's refresh: its event, its alerts, the days that were counted, and unreadable rows."""

    event: LoggedEvent
    alerts: int
    new_alerts: int
    counted: CountedDays
    unreadable: Sequence[UnreadableEntity]


@component
class AnalystSettings(EventWriterSettings, DaysSettings, StoreReaderSettings):
    """Tables that the figures are made of and written to."""

    analitica_table: str = setting("ANALITICA_TABLE")
    tiendas_table: str = setting("TIENDAS_TABLE")


@component
class Analyst:
    """Calculates the stores' analytics."""

    client: "DynamoDBClient"
    events: EventWriter
    days: Days
    reader: StoreReader
    analitica_table: str
    tiendas_table: str
    clock: Clock = lima_now
    backoff: Backoff = Backoff()

    @classmethod
    def over(cls, client: "DynamoDBClient", settings: AnalystSettings) -> "Analyst":
        """Return the calculation over the settings' tables."""
        return cls(
            client=client,
            events=EventWriter.of(settings),
            days=Days.over(client, settings),
            reader=StoreReader.over(client, settings),
            analitica_table=settings.analitica_table,
            tiendas_table=settings.tiendas_table,
        )

    def refresh(self, tenant_id: TenantId, *, asked: int | None = None) -> Refreshed | NotRefreshed:
        """Calculate a store's figures from today's sales and the summaries of the days before, and write them.

        ``asked`` is when that was asked for (epoch seconds, rounded up): where the calculation before began to read
        later than that, it shows whatever there was, and nothing is done. With None it is calculated in any case.

        Raises:
            ReadThrottled: DynamoDB left rows unread.
            Contention, OutcomeUnknown: See ``saai_domain.aws.transactions.commit``.
            EventTooLarge: The event doesn't fit a frame.
        """
        outcome = commit(self.client, lambda: self._decide(tenant_id, asked), backoff=self.backoff).result
        if isinstance(outcome, Refreshed):
            self.days.save(tenant_id, outcome.counted)
        return outcome

    def _decide(self, tenant_id: TenantId, asked: int | None) -> Decision[Refreshed | NotRefreshed]:
        # The calculation before is read first: whoever reads sales later than this one and is faster replaces it, and
        # this one is decided again. So no figures are followed by older ones.
        before = self._before(tenant_id)
        if before is None:
            return Decision(result=NotRefreshed.INACTIVE)
        moment = self.clock()
        if asked is not None and is_shown(before.get(Tipo.DIA), asked=asked, now=epoch_seconds(moment)):
            return Decision(result=NotRefreshed.SHOWN)
        today = lima_date(moment)
        rows = self.reader.read(tenant_id, since=period(today, Tipo.MES)[0])
        products = rows.productos.products
        counted = self.days.recent(tenant_id, days=LONGEST, moment=moment, out_of_stock=rows.productos.out_of_stock)
        store = Store(today=today, days=counted.days, productos=products, gastos=rows.gastos, usuarios=rows.usuarios)
        figures = {tipo: figures_of(store, tipo) for tipo in Tipo}
        alerts = alerts_of(dia=figures[Tipo.DIA], semana=figures[Tipo.SEMANA], productos=products)
        fresh = new_alerts(alerts, before[Tipo.SEMANA]["data"] if Tipo.SEMANA in before else None)
        counter = self._counter(tenant_id)
        logged = event_log.log_event(
            event_of(refresh_event(figures, alerts=len(alerts), timestamp=iso_timestamp(moment))),
            tenant_id=tenant_id,
            seq=counter.value + 1,
            moment=self.clock(),
            origen=ORIGIN,
            notices=fresh,
        )
        items = {tipo: analytics_row(figures[tipo], alerts, before.get(tipo), logged, read=moment) for tipo in Tipo}
        return Decision(
            result=Refreshed(
                event=logged,
                alerts=len(alerts),
                new_alerts=len(fresh),
                counted=counted,
                unreadable=(*counted.unreadable, *rows.unreadable),
            ),
            actions={
                **self.events.actions(logged, counter),
                **{tipo: self._replace(item, before.get(tipo)) for tipo, item in items.items()},
            },
        )

    def _before(self, tenant_id: TenantId) -> Mapping[str, Item] | None:
        """Read the calculation before; None for a store that is not active."""
        store = Key(self.tiendas_table, PLATFORM, tenant_id)
        rows = batch_get(self.client, (store, *(Key(self.analitica_table, tenant_id, tipo.value) for tipo in Tipo)))
        # As at $connect, a store without a row is not refused.
        if store in rows and rows[store].get("data", {}).get("estado") != Estado.ACTIVA:
            return None
        return {key.entity_id: row for key, row in rows.items() if key != store}

    def _counter(self, tenant_id: TenantId) -> Counter:
        key = self.events.counter_key(tenant_id, AnaliticaActualizada.canal)
        return Counter.among(batch_get(self.client, (key,)), key)

    def _replace(self, item: Item, before: Item | None) -> Any:  # noqa: ANN401 - boto3's own nested type
        """Replace a row, on condition that it is still the one that the alerts were compared with."""
        if before is None:
            return put(self.analitica_table, item, condition="attribute_not_exists(entity_id)")
        return put(
            self.analitica_table,
            item,
            condition="#data.event_id = :before",
            names={"#data": "data"},
            values={":before": before["data"]["event_id"]},
        )


def is_shown(row: Item | None, *, asked: int, now: int) -> bool:
    """Tell whether a calculation shows what there was at ``asked``: it began to read after that.

    A moment in the future comes from a clock that was wrong, and proves nothing. All in epoch seconds.
    """
    read = row.get("leido_epoch") if row else None
    return read is not None and asked + CLOCKS_DIFFER_SECONDS <= read <= now + CLOCKS_DIFFER_SECONDS


def analytics_row(
    figures: Figures, alerts: Sequence[Notice], before: Item | None, logged: LoggedEvent, *, read: datetime
) -> Item:
    """Return a period's row of ``analitica``, as the event told of it.

    ``before`` is the row that it replaces, ``read`` when the reading for it began.
    """
    data = {
        **figures.data(),
        "alertas_detectadas": as_rows(alerts),
        "event_id": logged.event_id,
    }
    row = make_row(
        logged.tenant_id,
        figures.periodo.tipo.value,
        data,
        moment=logged.timestamp,
        created_at=before["data"]["created_at"] if before else None,
    )
    return {**row, "leido_epoch": epoch_seconds(read)}


def refresh_event(figures: Mapping[Tipo, Figures], *, alerts: int, timestamp: str) -> AnaliticaActualizada:
    """Return what the owner's screens are told: enough for the dashboard's head, the rest is fetched."""
    today = figures[Tipo.DIA].ventas
    periods = [figures[tipo].periodo for tipo in Tipo]
    return AnaliticaActualizada(
        mensaje="Analítica actualizada.",
        timestamp=timestamp,
        periodos=tuple(
            Periodo(tipo=each.tipo, fecha_inicio=each.fecha_inicio.isoformat(), fecha_fin=each.fecha_fin.isoformat())
            for each in periods
        ),
        resumen=Resumen(ventas_hoy=today.total_ventas, ingresos_hoy=today.total_ingresos, alertas=alerts),
    )

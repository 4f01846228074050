"""Whatever happened in a store, its figures are those of a plain recount of all its sales."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from saai_domain.aws.dynamodb import deserialize, key_of, serialize
from saai_domain.testing.aws import InMemoryAws
from saai_support.shop import analyst, close_days

from tests.saai_events.summaries.sales_history import TENANT, at, sale_row

FIRST_DAY = date(2025, 11, 20)
PRODUCTS = ("P001", "P002", "P003", "P004", "P005", "P006", "P007")
USERS = ("U001", "U002", "U003")


@attrs.frozen
class Sold:
    """A sale to be made: units by product, price, who sells, and how many days back it is dated."""

    units: Mapping[str, int]
    price: Decimal
    usuario: str
    days_back: int = 0


@attrs.frozen
class StoreDay:
    """A day: sales, perhaps a refresh before the last, annulments among the last, and the night, unless left out."""

    sales: Sequence[Sold]
    annulled: Sequence[int]
    refreshed: bool
    closed: bool


sold = st.builds(
    Sold,
    st.dictionaries(st.sampled_from(PRODUCTS), st.integers(1, 9), min_size=1, max_size=4),
    st.decimals(min_value="0.10", max_value="99.90", places=2),
    st.sampled_from(USERS),
    st.sampled_from([0] * 20 + [1, 3]),
)
store_day = st.builds(
    StoreDay,
    st.lists(sold, max_size=6),
    st.lists(st.integers(1, 12), max_size=2),
    st.booleans(),
    st.sampled_from([True, True, True, False]),
)


@attrs.define
class Life:
    """A store's days as they go by; another service annuls sales, and dates some back."""

    aws: InMemoryAws = attrs.field(factory=InMemoryAws)
    today: date = FIRST_DAY
    number: int = 0
    night_left_out: bool = False

    def lives(self, day: StoreDay) -> None:
        for sale in day.sales[:-1]:
            self._sells(sale)
        if day.refreshed:
            self.refreshes()
        for sale in day.sales[-1:]:
            self._sells(sale)
        for back in day.annulled:
            self._annuls(self.number - back)
        self.today += timedelta(days=1)
        # Two nights left out one after the other could put an annulled sale out of the recount's week.
        self.night_left_out = not day.closed and not self.night_left_out
        if not self.night_left_out:
            close_days(self.aws, moment=at(self.today, 2))

    def _sells(self, sale: Sold) -> None:
        self.number += 1
        fecha = self.today - timedelta(days=sale.days_back)
        row = sale_row(self.number, fecha, units=sale.units, price=sale.price, usuario=sale.usuario)
        self.aws.dynamodb.load("ventas", serialize(row))
        counter = {"tenant_id": TENANT, "entity_id": "ventas", "data": {"value": self.number}}
        self.aws.dynamodb.load("counters", serialize(counter))

    def _annuls(self, number: int) -> None:
        """Annul a sale, unless it is too old for the night's recount, and so for a test of it."""
        key = key_of(TENANT, f"{TENANT}V{number:03d}")
        row = self.aws.dynamodb.get_item(TableName="ventas", Key=key).get("Item")
        if row is None:
            return
        data = deserialize(row)["data"]
        if date.fromisoformat(data["fecha"]) > self.today - timedelta(days=6):
            self.aws.dynamodb.load("ventas", serialize(deserialize(row) | {"data": data | {"estado": "ANULADA"}}))

    def refreshes(self) -> None:
        analyst(self.aws, moment=at(self.today, 21)).refresh(TENANT)

    def row(self, tipo: str) -> dict[str, Any]:
        return deserialize(self.aws.dynamodb.get_item(TableName="analitica", Key=key_of(TENANT, tipo))["Item"])["data"]

    def recount(self, days: int) -> dict[str, Any]:
        """Count a period from every sale that there is."""
        dates = [self.today - timedelta(days=back) for back in range(days - 1, -1, -1)]
        sales = [deserialize(row)["data"] for row in self.aws.dynamodb.rows("ventas")]
        income: dict[str, Decimal] = defaultdict(Decimal)
        count: Counter[str] = Counter()
        workers: Counter[str] = Counter()
        units: Counter[str] = Counter()
        for sale in sales:
            if sale["estado"] == "COMPLETADA" and date.fromisoformat(sale["fecha"]) in dates:
                income[sale["fecha"]] += sale["total"]
                count[sale["fecha"]] += 1
                workers[sale["codigo_usuario"]] += 1
                for line in sale["productos"]:
                    units[line["codigo_producto"]] += int(line["cantidad"])
        return {
            "total": (sum(count.values()), sum(income.values())),
            "days": [(fecha.isoformat(), count[fecha.isoformat()], income[fecha.isoformat()]) for fecha in dates],
            "workers": dict(workers),
            "best": sorted(units.values(), reverse=True)[:5],
        }


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says, in the recount's form."""
    return {
        "total": (row["ventas"]["total_ventas"], row["ventas"]["total_ingresos"]),
        "days": [(day["fecha"], day["cantidad"], day["ingresos"]) for day in row["ventas_diarias"]],
        "workers": {worker["codigo_usuario"]: worker["cantidad"] for worker in row["ventas_por_trabajador"]},
        "best": [product["unidades"] for product in row["productos_top"]],
    }


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(store_day, min_size=1, max_size=40), st.lists(sold, max_size=5))
def test_the_figures_are_those_of_a_plain_recount(days: Sequence[StoreDay], last: Sequence[Sold]) -> None:
    """After any days of sales, annulments and sales dated back, with nights and refreshes left out here and there."""
    life = Life()
    for day in days:
        life.lives(day)
    close_days(life.aws, moment=at(life.today, 2))
    life.lives(StoreDay([attrs.evolve(sale, days_back=0) for sale in last], [], refreshed=False, closed=False))
    life.today -= timedelta(days=1)
    life.refreshes()
    for tipo, length in (("dia", 1), ("semana", 7), ("mes", 30)):
        assert _told(life.row(tipo)) == life.recount(length)

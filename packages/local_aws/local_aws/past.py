"""What a bodega may have sold: believable sales of the past, the same ones for the same seed.

Few products make most of the units, as in every shop; some sell every other week. Fridays and weekends are strong, and
so are the days after pay days (15th and month's end); customers come before work, at noon and in the evening. Over
three months a product is launched, one runs out for a while, and the whole store grows a little. One sale in a hundred
is annulled.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

import attrs
from saai_domain.roles import Rol
from saai_domain.time import LIMA, lima_date

from local_aws.catalogue import Product, Store

CUSTOMERS: Final = 26.0
"""On an average day."""
WEEK: Final = (0.85, 0.8, 0.9, 0.95, 1.15, 1.3, 1.1)
"""How strong a day is, from Monday on."""
GROWTH: Final = 0.15
"""By how much the store grows over the whole time."""
ANNULLED: Final = 0.01
PAYMENTS: Final = {"EFECTIVO": 52, "YAPE": 30, "PLIN": 10, "TARJETA": 8}
_PEAKS: Final = ((8.0, 1.0, 30), (12.8, 1.2, 30), (19.0, 1.5, 40))
"""Hour, spread and weight of the rushes."""
_OPEN: Final = (6.5, 22.0)
_LAUNCHED_BEFORE_END: Final = 35
_OUT: Final = (20, 10)
"""Days before the end on which the shelf was full again, and for how many it had been empty."""


@attrs.frozen(kw_only=True)
class PastLine:
    producto: Product
    cantidad: int


@attrs.frozen(kw_only=True)
class PastSale:
    """A sale that was made."""

    moment: datetime
    codigo_usuario: str
    metodo_pago: str
    lines: tuple[PastLine, ...]
    anulada: bool


def past_sales(tienda: Store, *, days: int, now: datetime) -> list[PastSale]:
    """The sales of the days before today, and of today until now, oldest first."""
    shop = _Shop.of(tienda, days=days, today=lima_date(now))
    return [sale for day in range(days, -1, -1) for sale in shop.sales_of(day) if sale.moment < now]


@attrs.frozen(kw_only=True)
class _Shop:
    """A store's habits; days are counted back from today."""

    random: Random
    today: date
    days: int
    sellers: Sequence[str]
    popularity: Mapping[Product, float]
    launched: Product
    ran_out: Product

    @classmethod
    def of(cls, tienda: Store, *, days: int, today: date) -> "_Shop":
        random = Random(tienda.codigo_tienda)  # noqa: S311 - nothing secret
        # The catalogue has what everybody buys first, roughly.
        places = sorted(range(len(tienda.productos)), key=lambda place: place + random.uniform(0, 15))
        ranked = [tienda.productos[place] for place in places]
        return cls(
            random=random,
            today=today,
            days=days,
            sellers=[usuario.codigo_usuario for usuario in tienda.with_role(Rol.TRABAJADOR) or tienda.usuarios],
            # Zipf's law, flattened at its head.
            popularity={producto: (rank + 4) ** -1.2 for rank, producto in enumerate(ranked)},
            launched=ranked[len(ranked) // 6],
            ran_out=ranked[len(ranked) // 4],
        )

    def sales_of(self, back: int) -> Iterator[PastSale]:
        """A day's sales, in order."""
        fecha = self.today - timedelta(days=back)
        strength = WEEK[fecha.weekday()] * (1.2 if fecha.day in {1, 2, 15, 16, 30, 31} else 1.0)
        growth = 1 + GROWTH * (0.5 - back / max(self.days, 1))
        expected = CUSTOMERS * strength * growth
        count = max(3, round(self.random.gauss(expected, expected**0.5)))
        offered = {each: weight for each, weight in self.popularity.items() if self._on_the_shelf(each, back)}
        for hour in sorted(self._hour() for _ in range(count)):
            yield self._sale(datetime.combine(fecha, time.min, LIMA) + timedelta(hours=hour), offered)

    def _sale(self, moment: datetime, offered: Mapping[Product, float]) -> PastSale:
        wanted = 1 + min(int(self.random.expovariate(0.8)), 6)
        picked = dict.fromkeys(self.random.choices(list(offered), list(offered.values()), k=wanted))
        early = moment.hour < 14  # noqa: PLR2004 - two shifts
        return PastSale(
            moment=moment.replace(microsecond=0),
            codigo_usuario=self.sellers[0 if early else -1],
            metodo_pago=self.random.choices(list(PAYMENTS), list(PAYMENTS.values()))[0],
            lines=tuple(PastLine(producto=each, cantidad=self._units(each)) for each in picked),
            anulada=self.random.random() < ANNULLED,
        )

    def _on_the_shelf(self, producto: Product, back: int) -> bool:
        if producto == self.launched:
            return back < _LAUNCHED_BEFORE_END
        full_again, empty = _OUT
        return producto != self.ran_out or not full_again <= back < full_again + empty

    def _units(self, producto: Product) -> int:
        # What is cheap is bought by the handful.
        return 1 + min(int(self.random.expovariate(0.9 if producto.precio < 4 else 2.2)), 5)  # noqa: PLR2004 - soles

    def _hour(self) -> float:
        hour, spread, _weight = self.random.choices(_PEAKS, [weight for *_, weight in _PEAKS])[0]
        return min(max(self.random.gauss(hour, spread), _OPEN[0]), _OPEN[1])

"""Who watches, and what is sold: the demo's plot, as plain values."""

from collections.abc import Iterator, Sequence
from itertools import cycle, islice

import attrs
from saai_domain.roles import Rol

from local_aws.catalogue import Producto, Tienda, Usuario

SALES_PER_CASHIER = 3
SALES_WHILE_AWAY = 3
PLENTY = 20
"""Units from which on a product can be sold all through the demo."""
METHODS = ("EFECTIVO", "YAPE", "PLIN", "TARJETA")


@attrs.frozen(kw_only=True)
class Screen:
    """A browser tab of a store's user, as far as the demo is concerned."""

    tienda: str
    codigo_usuario: str
    nombre: str
    rol: Rol

    @property
    def label(self) -> str:
        """The person's first name and job, for the demo's lines."""
        return f"{self.nombre.split()[0]} ({'owner' if self.rol is Rol.ADMIN else 'cashier'})"


@attrs.frozen(kw_only=True)
class Line:
    """A line of a sale."""

    producto: Producto
    cantidad: int


@attrs.frozen(kw_only=True)
class Order:
    """What a cashier asks the API to register."""

    number: int
    """Its place in the demo; tells orders of equal content apart."""
    cashier: Screen
    lines: tuple[Line, ...]
    metodo_pago: str
    in_stock: bool = True
    """Whether the store can fulfil it. One that it can't must be refused."""

    @property
    def text(self) -> str:
        return ", ".join(f"{line.cantidad} x {line.producto.nombre}" for line in self.lines)


@attrs.frozen(kw_only=True)
class Absence:
    """A screen drops out, its store sells on without it, and it comes back."""

    screen: Screen
    meanwhile: tuple[Order, ...]


@attrs.frozen(kw_only=True)
class Question:
    """An owner who asks for a product's forecast."""

    owner: Screen
    producto: Producto


@attrs.frozen(kw_only=True)
class Scenario:
    """The demo's screens, and its orders in waves: those of a wave are sent at the same time."""

    screens: tuple[Screen, ...]
    waves: tuple[tuple[Order, ...], ...]
    absence: Absence | None = None
    question: Question | None = None

    @property
    def orders(self) -> tuple[Order, ...]:
        """Every order, in the order of their numbers."""
        meanwhile = self.absence.meanwhile if self.absence else ()
        return (*(order for wave in self.waves for order in wave), *meanwhile)


def plan(tiendas: Sequence[Tienda]) -> Scenario:
    """Make the plot.

    A first sale in each store, then every cashier at once, again and again; one asks for too much. Then a cashier's
    screen drops out while a colleague sells, and an owner asks what tomorrow will bring.
    """
    screens = tuple(_screen(tienda, usuario) for tienda in tiendas for usuario in tienda.usuarios)
    numbers = iter(range(1, 1_000_000))
    first = tuple(_order(next(numbers), tienda, _cashiers(tienda, screens)[0]) for tienda in tiendas)
    together = [
        tuple(_order(next(numbers), tienda, cashier) for tienda in tiendas for cashier in _cashiers(tienda, screens))
        for _ in range(SALES_PER_CASHIER)
    ]
    too_much = _too_much(next(numbers), tiendas[0], _cashiers(tiendas[0], screens)[-1])
    together[-1] = (*together[-1], too_much)
    store = tiendas[0]
    colleague, absent = _cashiers(store, screens)[:2]
    meanwhile = tuple(_order(next(numbers), store, colleague) for _ in range(SALES_WHILE_AWAY))
    return Scenario(
        screens=screens,
        waves=(first, *together),
        absence=Absence(screen=absent, meanwhile=meanwhile),
        question=Question(owner=_owner(store, screens), producto=store.productos[0]),
    )


def _screen(tienda: Tienda, usuario: Usuario) -> Screen:
    return Screen(
        tienda=tienda.codigo_tienda, codigo_usuario=usuario.codigo_usuario, nombre=usuario.nombre, rol=usuario.rol
    )


def _cashiers(tienda: Tienda, screens: Sequence[Screen]) -> Sequence[Screen]:
    return [screen for screen in screens if screen.tienda == tienda.codigo_tienda and screen.rol is Rol.TRABAJADOR]


def _owner(tienda: Tienda, screens: Sequence[Screen]) -> Screen:
    return next(screen for screen in screens if screen.tienda == tienda.codigo_tienda and screen.rol is Rol.ADMIN)


def _order(number: int, tienda: Tienda, cashier: Screen) -> Order:
    """An order of two products that the store has plenty of, others for each number."""
    lines = tuple(
        Line(producto=producto, cantidad=1 + (number + place) % 2)
        for place, producto in enumerate(_pick(number, tienda))
    )
    return Order(number=number, cashier=cashier, lines=lines, metodo_pago=METHODS[number % len(METHODS)])


def _pick(number: int, tienda: Tienda) -> Iterator[Producto]:
    plenty = [producto for producto in tienda.productos if producto.stock >= PLENTY]
    return islice(cycle(plenty), 2 * number, 2 * number + 2)


def _too_much(number: int, tienda: Tienda, cashier: Screen) -> Order:
    """An order for twice what the store has of its scarcest product, beside one that it has."""
    scarcest = min(tienda.productos, key=lambda producto: producto.stock)
    plenty = next(_pick(number, tienda))
    return Order(
        number=number,
        cashier=cashier,
        lines=(Line(producto=scarcest, cantidad=2 * scarcest.stock), Line(producto=plenty, cantidad=1)),
        metodo_pago=METHODS[0],
        in_stock=False,
    )

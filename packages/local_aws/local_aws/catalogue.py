"""Two believable bodegas for the demo and for `make dev`: products, prices, people.

The data stands in catalogue.json.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import msgspec
from saai_domain.aws.dynamodb import Item, serialize
from saai_domain.codes import Kind, number_of
from saai_domain.roles import Rol
from saai_domain.rows import Estado, make_row
from saai_domain.time import obtener_fecha_hora_peru

from local_aws.errors import LocalAwsError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from local_aws.stack import Stack

_FILE = Path(__file__).with_suffix(".json")
_STORES_TENANT = "SAAI"
"""The `tenant_id` of every row of `tiendas` (docs/domain.md, "Table model")."""
_BATCH = 25
"""BatchWriteItem's limit."""


@attrs.frozen(kw_only=True)
class Product:
    """A product: ``precio`` in soles, ``stock`` in units."""

    codigo_producto: str
    nombre: str
    precio: Decimal
    stock: int


@attrs.frozen(kw_only=True)
class User:
    """A user of a store."""

    codigo_usuario: str
    nombre: str
    rol: Rol


@attrs.frozen(kw_only=True)
class Store:
    """A store with its users and products."""

    codigo_tienda: str
    nombre: str
    usuarios: tuple[User, ...]
    productos: tuple[Product, ...]

    @property
    def people(self) -> tuple[User, ...]:
        """Its users, and SAAI's operator, who has no row in a store."""
        operator = User(codigo_usuario=f"{self.codigo_tienda}U999", nombre="Operador de SAAI", rol=Rol.SAAI)
        return (*self.usuarios, operator)

    def with_role(self, rol: Rol) -> tuple[User, ...]:
        """The people with this role."""
        return tuple(usuario for usuario in self.people if usuario.rol is rol)


@attrs.frozen(kw_only=True)
class Row:
    """A row to store: the table under docs/domain.md's name, and its content in plain values."""

    table: str
    item: Item


def catalogue() -> tuple[Store, ...]:
    """The stores of catalogue.json."""
    return msgspec.json.decode(_FILE.read_bytes(), type=tuple[Store, ...])


def rows(tiendas: Sequence[Store], *, now: str) -> Iterator[Row]:
    """The stores as docs/domain.md's table model keeps them, each kind with its counter. Sales start at V001."""
    for tienda in tiendas:
        tenant = tienda.codigo_tienda
        yield row_of(
            "tiendas",
            _STORES_TENANT,
            tenant,
            {"codigo_tienda": tenant, "nombre": tienda.nombre},
            now,
            estado=Estado.ACTIVA,
        )
        for usuario in tienda.usuarios:
            yield row_of("usuarios", tenant, usuario.codigo_usuario, attrs.asdict(usuario), now)
        for producto in tienda.productos:
            yield row_of("productos", tenant, producto.codigo_producto, attrs.asdict(producto), now)
        users = [usuario.codigo_usuario for usuario in tienda.usuarios]
        products = [producto.codigo_producto for producto in tienda.productos]
        for kind, codes in ((Kind.USER, users), (Kind.PRODUCT, products), (Kind.SALE, ())):
            highest = max(map(number_of, codes), default=0)
            yield row_of("counters", tenant, kind.counter, {"value": highest}, now)


def load_catalogue(
    stack: "Stack", *, dynamodb: "DynamoDBClient", tiendas: Sequence[Store] | None = None
) -> tuple[Store, ...]:
    """Store the stores in the local AWS, the catalogue's or others, and return them.

    Raises:
        LocalAwsError: DynamoDB left rows unwritten.
    """
    stores = tuple(catalogue() if tiendas is None else tiendas)
    write_rows(stack, tuple(rows(stores, now=obtener_fecha_hora_peru())), dynamodb=dynamodb)
    return stores


def write_rows(stack: "Stack", everything: Sequence[Row], *, dynamodb: "DynamoDBClient") -> None:
    """Store rows in the local AWS.

    Raises:
        LocalAwsError: DynamoDB left rows unwritten.
    """
    for start in range(0, len(everything), _BATCH):
        _write(stack, dynamodb, everything[start : start + _BATCH])


def read_rows(stack: "Stack", table: str, *, dynamodb: "DynamoDBClient") -> Iterator[Mapping[str, Any]]:
    """Yield every row of a table of docs/domain.md's name, in DynamoDB's form."""
    for page in dynamodb.get_paginator("scan").paginate(TableName=stack.tables[table]):
        yield from page["Items"]


def row_of(
    table: str, tenant_id: str, entity_id: str, data: Mapping[str, Any], now: str, *, estado: Estado = Estado.ACTIVO
) -> Row:
    """Make an entity's row as docs/domain.md's table model has it, written at `now`."""
    return Row(table=table, item=make_row(tenant_id, entity_id, data, moment=now, estado=estado))


def _write(stack: "Stack", dynamodb: "DynamoDBClient", batch: Sequence[Row]) -> None:
    request: dict[str, list[Any]] = {}
    for row in batch:
        request.setdefault(stack.tables[row.table], []).append({"PutRequest": {"Item": serialize(row.item)}})
    left = dynamodb.batch_write_item(RequestItems=request)["UnprocessedItems"]
    if left:
        raise LocalAwsError(f"{sum(len(items) for items in left.values())} rows of the catalogue could not be stored")

"""Reading a store's products, expenses and users: one Query each, all pages."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from saai_domain.codes import TenantId
from saai_domain.component import component
from saai_domain.settings import setting
from saai_domain.value_object import value_object

from saai_events.analytics.store_rows import Expense, User, read_expense, read_user
from saai_events.entities import UnreadableEntity, entities_of_store
from saai_events.products.storage import Products, StoreProducts

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient


@value_object
class StoreRows:
    """What other services keep of a store; ``unreadable`` are the rows that can't be counted."""

    productos: StoreProducts
    gastos: Sequence[Expense]
    usuarios: Sequence[User]
    unreadable: Sequence[UnreadableEntity]


@component
class StoreReaderSettings:
    """The tables that other services keep, for the settings of a function that reads them."""

    productos_table: str = setting("PRODUCTOS_TABLE")
    gastos_table: str = setting("GASTOS_TABLE")
    usuarios_table: str = setting("USUARIOS_TABLE")


@component
class StoreReader:
    """Reads the rows of a store, eventually consistent: a refresh comes seconds after a sale."""

    client: "DynamoDBClient"
    products: Products
    gastos_table: str
    usuarios_table: str

    @classmethod
    def over(cls, client: "DynamoDBClient", settings: StoreReaderSettings) -> "StoreReader":
        """Return the reader of the settings' tables."""
        return cls(
            client=client,
            products=Products(client=client, table=settings.productos_table),
            gastos_table=settings.gastos_table,
            usuarios_table=settings.usuarios_table,
        )

    def read(self, tenant_id: TenantId, *, since: date) -> StoreRows:
        """Read products that are sold, expenses from a day on, and all users.

        Expenses have no index on their day, and their codes follow no day either: all of a store's are read, 50 or
        so for a read unit.
        """
        productos = self.products.of_store(tenant_id)
        gastos = entities_of_store(
            self.client, self.gastos_table, tenant_id, read_expense, fields=("monto", "fecha", "estado")
        )
        usuarios = entities_of_store(
            self.client, self.usuarios_table, tenant_id, read_user, fields=("nombre", "rol", "estado")
        )
        return StoreRows(
            productos=productos,
            gastos=[gasto for gasto in gastos.readable if gasto.fecha >= since],
            usuarios=usuarios.readable,
            unreadable=(*productos.unreadable, *gastos.unreadable, *usuarios.unreadable),
        )

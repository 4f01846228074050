"""A past for the stores of `make dev`: sales and expenses of the last days, as the other services would have left them.

Sales and expenses have contiguous codes and their counters, but no events: the log forgets after a week, and screens
load what was before by snapshot.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from saai_domain.codes import Kind, TenantId, sale_code_for
from saai_domain.money import soles
from saai_domain.rows import Estado
from saai_domain.time import LIMA, iso_timestamp, lima_date, lima_now

from local_aws.catalogue import Row, Store, row_of, write_rows
from local_aws.past import PastSale, past_sales

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from local_aws.stack import Stack

EXPENSES: Final = ((1, "750.00"), (8, "420.00"), (15, "510.00"), (22, "465.00"), (28, "138.50"))
"""Day of the month and soles: the rent, what suppliers ask for, the electricity."""


def load_history(
    stack: "Stack", tiendas: Sequence[Store], *, days: int, dynamodb: "DynamoDBClient", now: datetime | None = None
) -> int:
    """Give the stores a past of so many days, and return how many sales it has.

    Raises:
        LocalAwsError: DynamoDB left rows unwritten.
    """
    moment = now or lima_now()
    sales = 0
    for tienda in tiendas:
        past = past_sales(tienda, days=days, now=moment)
        expenses = tuple(expense_rows(tienda, days=days, now=moment))
        write_rows(stack, (*sale_rows(tienda, past), *expenses), dynamodb=dynamodb)
        sales += len(past)
    return sales


def sale_rows(tienda: Store, past: Sequence[PastSale]) -> Iterator[Row]:
    """The sales' rows, V001 being the oldest, and the counter that stands at the newest."""
    tenant = TenantId(tienda.codigo_tienda)
    for number, sale in enumerate(past, start=1):
        code = sale_code_for(tenant, number)
        estado = Estado.ANULADA if sale.anulada else Estado.COMPLETADA
        yield row_of("ventas", tenant, code, _data(code, sale), iso_timestamp(sale.moment), estado=estado)
    if past:
        yield row_of("counters", tenant, Kind.SALE.counter, {"value": len(past)}, iso_timestamp(past[-1].moment))


def expense_rows(tienda: Store, *, days: int, now: datetime) -> Iterator[Row]:
    """What the store paid on its days until today, and the counter that stands at the newest."""
    tenant = TenantId(tienda.codigo_tienda)
    dates = [lima_date(now) - timedelta(days=back) for back in range(days, -1, -1)]
    paid = [(fecha, amount) for fecha in dates for day, amount in EXPENSES if fecha.day == day]
    for number, (fecha, amount) in enumerate(paid, start=1):
        data = {"monto": Decimal(amount), "fecha": fecha.isoformat()}
        moment = iso_timestamp(datetime.combine(fecha, time(9), LIMA))
        yield row_of("gastos", tenant, Kind.EXPENSE.code(tenant, number), data, moment)
    if paid:
        yield row_of("counters", tenant, Kind.EXPENSE.counter, {"value": len(paid)}, iso_timestamp(now))


def _data(code: str, sale: PastSale) -> dict[str, Any]:
    lines = [
        {
            "codigo_producto": line.producto.codigo_producto,
            "nombre_producto": line.producto.nombre,
            "precio_unitario": line.producto.precio,
            "cantidad": line.cantidad,
            "subtotal_item": soles(line.producto.precio * line.cantidad),
        }
        for line in sale.lines
    ]
    return {
        "codigo_venta": code,
        "productos": lines,
        "total": sum((line["subtotal_item"] for line in lines), Decimal("0.00")),
        "metodo_pago": sale.metodo_pago,
        "fecha": lima_date(sale.moment).isoformat(),
        "codigo_usuario": sale.codigo_usuario,
    }

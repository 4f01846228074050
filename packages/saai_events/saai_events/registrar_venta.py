"""RegistrarVenta (``POST /ventas``): registers a sale and has its event delivered
(docs/domain.md, "RegistrarVenta").
"""

from collections.abc import Mapping
from typing import Final

from saai_domain.aws.clients import AwsClients
from saai_domain.component import component
from saai_domain.handlers.commands import HttpCommandSettings, http_command
from saai_domain.handlers.entry_point import Handler, entry_point
from saai_domain.roles import Rol
from saai_domain.settings import load_settings, setting

from saai_events.sales.register_sale import RegisterSale
from saai_events.sales.sale_request import read_sale_request

SELLERS: Final = frozenset({Rol.TRABAJADOR, Rol.ADMIN})


@component
class Settings(HttpCommandSettings):
    """What every command needs, and the tables of a sale."""

    productos_table: str = setting("PRODUCTOS_TABLE")
    ventas_table: str = setting("VENTAS_TABLE")


def build(environment: Mapping[str, str], aws: AwsClients) -> Handler:
    """Make the handler."""
    settings = load_settings(Settings, environment)
    return http_command(
        RegisterSale.over(aws.dynamodb, ventas_table=settings.ventas_table, productos_table=settings.productos_table),
        aws,
        settings,
        roles=SELLERS,
        read=read_sale_request,
        message="Venta registrada.",
        subject="sale",
        done_metric="SalesRegistered",
        replayed_metric="SalesReplayed",
        attempts_metric="SaleAttempts",
        refused_metric="SalesRefused",
        failed_metric="SalesFailed",
        logged=("codigo_venta",),
    )


lambda_handler = entry_point(build)

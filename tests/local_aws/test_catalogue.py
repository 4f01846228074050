"""The two bodegas."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from local_aws.catalogue import Product, Store, catalogue, load_catalogue, rows
from local_aws.clients import Clients
from local_aws.errors import LocalAwsError
from local_aws.stack import Stack
from saai_domain.roles import Rol
from saai_support.aws_tables import create_table

NOW = "2026-11-24T09:00:00-05:00"
TIENDA = Store(
    codigo_tienda="T001",
    nombre="Bodega Doña Rosa",
    usuarios=(),
    productos=(Product(codigo_producto="T001P001", nombre="Inca Kola 500 ml", precio=Decimal("3.00"), stock=48),),
)


def test_there_are_two_stores_with_an_owner_and_two_cashiers_each() -> None:
    """The demo opens a screen for each of them."""
    assert [tienda.codigo_tienda for tienda in catalogue()] == ["T001", "T002"]
    for tienda in catalogue():
        assert len(tienda.with_role(Rol.ADMIN)) == 1
        assert len(tienda.with_role(Rol.TRABAJADOR)) == 2


def test_codes_belong_to_their_store_and_are_unique() -> None:
    """A code starts with its store's."""
    for tienda in catalogue():
        codes = [producto.codigo_producto for producto in tienda.productos]
        codes += [usuario.codigo_usuario for usuario in tienda.usuarios]
        assert all(code.startswith(tienda.codigo_tienda) for code in codes)
        assert max(Counter(codes).values()) == 1


def test_prices_are_believable_soles() -> None:
    """Two decimals, as money always has, and nothing that a bodega wouldn't sell."""
    for tienda in catalogue():
        assert 25 <= len(tienda.productos) <= 30
        for producto in tienda.productos:
            assert producto.precio == producto.precio.quantize(Decimal("0.01"))
            assert Decimal("0.50") <= producto.precio <= Decimal("50.00")
            assert producto.stock > 0


def test_rows_follow_the_table_model() -> None:
    """Key, and the whole entity in `data` with its state and times; stores stand under SAAI and are ACTIVA."""
    tienda, producto, *counters = rows([TIENDA], now=NOW)

    times = {"created_at": NOW, "updated_at": NOW}
    assert tienda.table == "tiendas"
    assert tienda.item == {
        "tenant_id": "SAAI",
        "entity_id": "T001",
        "data": {"codigo_tienda": "T001", "nombre": "Bodega Doña Rosa", "estado": "ACTIVA", **times},
    }
    assert producto.item == {
        "tenant_id": "T001",
        "entity_id": "T001P001",
        "data": {
            "codigo_producto": "T001P001",
            "nombre": "Inca Kola 500 ml",
            "precio": Decimal("3.00"),
            "stock": 48,
            "estado": "ACTIVO",
            **times,
        },
    }
    assert {row.table for row in counters} == {"counters"}
    stand = {row.item["entity_id"]: row.item["data"]["value"] for row in counters}
    assert stand == {"usuarios": 0, "productos": 1, "ventas": 0}


TABLES = ("tiendas", "usuarios", "productos", "counters")


def stack() -> Stack:
    return Stack(
        ws_url="",
        api_url="",
        endpoint_url="",
        region="us-east-1",
        stage="test",
        jwt_secret="",
        tables={name: f"catalogue-{name}" for name in TABLES},
        functions={},
        queues={},
        rules={},
        outputs={},
    )


def test_the_whole_catalogue_is_stored(clients: Clients) -> None:
    """Every row can be read again, with its price as an exact number."""
    for name in TABLES:
        create_table(clients.dynamodb, name, physical=f"catalogue-{name}")

    loaded = load_catalogue(stack(), dynamodb=clients.dynamodb)

    products = clients.dynamodb.scan(TableName="catalogue-productos", ConsistentRead=True)["Items"]
    assert len(products) == sum(len(tienda.productos) for tienda in loaded)
    key = {"tenant_id": {"S": "T001"}, "entity_id": {"S": "T001P001"}}
    stored: dict[str, Any] = clients.dynamodb.get_item(TableName="catalogue-productos", Key=key)["Item"]
    assert stored["data"]["M"]["precio"] in ({"N": "3"}, {"N": "3.00"})


class FullDynamoDB:
    """Takes nothing."""

    def batch_write_item(self, RequestItems: dict[str, list[Any]]) -> dict[str, Any]:  # noqa: N803 - boto3's name
        return {"UnprocessedItems": RequestItems}


def test_rows_that_were_not_stored_fail_the_load() -> None:
    """A half catalogue would make a demo fail later, and elsewhere."""
    dynamodb: Any = FullDynamoDB()

    with pytest.raises(LocalAwsError, match="5 rows"):
        load_catalogue(stack(), dynamodb=dynamodb, tiendas=[TIENDA])

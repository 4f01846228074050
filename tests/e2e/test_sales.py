"""A sale appears on every screen of its store, and on no other."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from decimal import Decimal
from functools import partial
from itertools import repeat

import httpx
from saai_domain.roles import Rol

from tests.e2e.store import Store, eventually, frame, is_silent


def _sell_for_sure(store: Store, cashier: int) -> httpx.Response:
    """Sell one unit as a careful client does: repeat, under the same key, what got no clear answer."""
    while True:
        answer = store.sell({"P001": 1}, key=f"caja-{cashier}")
        # A conflict without details is contention: "safe to repeat".
        if answer.status_code == 201 or (answer.status_code == 409 and "data" in answer.json()):
            return answer


def test_every_screen_of_the_store_sees_the_sale(store: Store, other_store: Store) -> None:
    """Cashier and owner get the same frame; the store beside gets nothing."""
    with store.screen() as cashier, store.screen(store.token(Rol.ADMIN)) as owner, other_store.screen() as stranger:
        answer = store.sell({"P001": 2, "P002": 1})
        assert answer.status_code == 201
        seen = frame(cashier)
        assert frame(owner) == seen
        assert is_silent(stranger)
    assert {"event_type", "tenant_id", "timestamp", "data", "event_id", "canal", "seq"} == set(seen)
    assert (seen["event_type"], seen["tenant_id"]) == ("venta_registrada", store.tenant_id)
    assert (seen["canal"], seen["seq"]) == ("tienda", 1)
    assert seen["data"] == {
        "codigo_venta": f"{store.tenant_id}V001",
        "items_count": 2,
        "total": Decimal("19.00"),
        "metodo_pago": "YAPE",
        "trabajador": f"{store.tenant_id}U001",
        "fecha": answer.json()["data"]["fecha"],
        "productos_vendidos": [
            {
                "codigo": f"{store.tenant_id}P001",
                "nombre": "Inca Kola 500 ml",
                "cantidad": 2,
                "subtotal": Decimal("7.00"),
                "stock": 38,
            },
            {
                "codigo": f"{store.tenant_id}P002",
                "nombre": "Arroz 5 kg",
                "cantidad": 1,
                "subtotal": Decimal("12.00"),
                "stock": 4,
            },
        ],
    }


def test_a_delivered_event_is_not_pending_any_more(store: Store) -> None:
    """Its row stays in the log, off the sweep's index."""
    store.sell({"P001": 1})
    assert eventually(lambda: "pendiente" not in store.rows("eventos")[0])


def test_sixty_four_sales_at_sixteen_tills_sell_exactly_the_forty_units(store: Store) -> None:
    """Each sale has its own code, each refusal says what is available, each event is in the log once."""
    with ThreadPoolExecutor(16) as cashiers:
        answers = list(cashiers.map(partial(_sell_for_sure, store), range(64)))
    sold = [answer.json()["data"]["codigo_venta"] for answer in answers if answer.status_code == 201]
    assert sorted(sold) == [f"{store.tenant_id}V{number:03d}" for number in range(1, 41)]
    assert {answer.status_code for answer in answers} == {201, 409}
    assert store.stock("P001") == 0
    seqs = [row["data"]["seq"] for row in store.rows("eventos") if row["data"]["canal"] == "tienda"]
    assert seqs == list(range(1, 41))


def test_a_refusal_says_what_is_available(store: Store) -> None:
    """The cashier sees the product and what is left of it."""
    answer = store.sell({"P002": 6})
    assert answer.status_code == 409
    assert answer.json() == {
        "success": False,
        "message": "No hay stock suficiente para la venta.",
        "data": [
            {"codigo_producto": f"{store.tenant_id}P002", "nombre": "Arroz 5 kg", "solicitado": 6, "disponible": 5}
        ],
    }
    assert store.rows("ventas") == []


def test_a_repeated_key_makes_one_sale(store: Store) -> None:
    """The answer is the first one's; another body under the key is a conflict."""
    first = store.sell({"P001": 1}, key="caja-1")
    again = store.sell({"P001": 1}, key="caja-1")
    other = store.sell({"P001": 2}, key="caja-1")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert first.text == again.text
    assert store.stock("P001") == 39


def test_who_may_not_sell_gets_the_spanish_envelope(store: Store) -> None:
    """401 without a good token, 403 for the operator, 404 for another store's product."""
    unsigned = store.sell({"P001": 1}, token="no.es.token")
    assert unsigned.status_code == 401
    assert unsigned.json() == {"success": False, "message": "Tu sesión no es válida. Vuelve a iniciar sesión."}
    foreign = store.sell({}, productos=[{"codigo_producto": "T001P001", "cantidad": 1}])
    assert foreign.status_code == 404
    invalid = store.sell({"P001": 0}, metodo_pago=" ")
    assert invalid.status_code == 400
    assert [entry["campo"] for entry in invalid.json()["data"]] == ["productos[0].cantidad", "metodo_pago"]


def test_many_screens_follow_concurrent_cashiers_of_two_stores(store: Store, other_store: Store) -> None:
    """Every screen sees each sale of its own store once."""
    with ExitStack() as stack, ThreadPoolExecutor(8) as cashiers:
        screens = [(each, stack.enter_context(each.screen())) for each in (store, other_store) for _ in range(3)]
        list(cashiers.map(Store.sell, [store, other_store] * 4, repeat({"P001": 1})))
        for each, screen in screens:
            frames = [frame(screen) for _ in range(4)]
            assert {seen["tenant_id"] for seen in frames} == {each.tenant_id}
            assert sorted(seen["seq"] for seen in frames) == [1, 2, 3, 4]

"""Harm to the publishers and to what reads and keeps for them."""

from typing import Final

from tests.mutants.mutation import FAULTS, Mutation

_PACKAGE: Final = "packages/saai_events/saai_events"
_TESTS: Final = "tests/saai_events"
_DASHBOARDS: Final = "tests/faults/test_dashboards.py"


def _sale(name: str, module: str, old: str, new: str, *suites: str) -> Mutation:
    return _mutation(name, module, old, new, FAULTS, *suites)


def _mutation(name: str, module: str, old: str, new: str, faults: str, *suites: str) -> Mutation:
    tests = tuple(f"{_TESTS}/{suite}" for suite in suites)
    return Mutation(name, f"{_PACKAGE}/{module}.py", old, new, (*tests, faults))


def _dashboard(name: str, module: str, old: str, new: str, *suites: str) -> Mutation:
    return _mutation(name, module, old, new, _DASHBOARDS, *suites)


MUTATIONS: Final = (
    _sale(
        "the hash of a request leaves the payment method out",
        "sales/register_sale",
        "return [sorted(request.units.items()), request.metodo_pago]",
        "return [sorted(request.units.items())]",
        "sales/test_register_sale.py",
    ),
    _sale(
        "lines of the same product are not merged",
        "sales/sale_request",
        "units[code] = units.get(code, 0) + quantity",
        "units[code] = quantity",
        "sales/test_sale_request.py",
    ),
    _sale(
        "two units cost as much as one",
        "sales/sale",
        "return soles(self.product.precio * self.cantidad)",
        "return soles(self.product.precio)",
        "sales/test_sale.py",
    ),
    _sale(
        "a sale takes one unit too many from the shelf",
        "sales/sale",
        "return self.product.stock - self.cantidad",
        "return self.product.stock - self.cantidad - 1",
        "sales/test_sale.py",
    ),
    _sale(
        "the last unit can't be sold",
        "sales/sale",
        "if line.stock_left < 0",
        "if line.stock_left <= 0",
        "sales/test_sale.py",
    ),
    _sale(
        "a refusal names another stock than there is",
        "sales/sale",
        "disponible=max(line.product.stock, 0),",
        "disponible=max(line.product.stock - 1, 0),",
        "sales/test_sale.py",
    ),
    _sale(
        "an event tells the stock from before the sale",
        "sales/sale",
        "stock=line.stock_left,",
        "stock=line.product.stock,",
        "sales/test_sale.py",
    ),
    _sale(
        "an event tells another payment method",
        "sales/sale",
        "        metodo_pago=sale.metodo_pago,\n        trabajador=",
        '        metodo_pago="EFECTIVO",\n        trabajador=',
        "sales/test_sale.py",
    ),
    _sale(
        "a sale is stored under another user",
        "sales/sale",
        '"codigo_usuario": sale.codigo_usuario,\n    }',
        '"codigo_usuario": f"{sale.tenant_id}U001",\n    }',
        "sales/test_sale.py",
    ),
    _sale(
        "a restock between read and write is lost",
        "products/storage",
        'condition="#data.#stock = :stock AND #data.precio = :precio AND #data.estado = :estado",',
        'condition="(#data.#stock = :stock OR #data.#stock <> :stock) AND #data.precio = :precio"\n'
        '            " AND #data.estado = :estado",',
        "products/test_storage.py",
        "sales/test_register_sale.py",
        "sales",
    ),
    _sale(
        "a price that changes between read and write is lost",
        "products/storage",
        'condition="#data.#stock = :stock AND #data.precio = :precio AND #data.estado = :estado",',
        'condition="#data.#stock = :stock AND (#data.precio = :precio OR #data.precio <> :precio)"\n'
        '            " AND #data.estado = :estado",',
        "products/test_storage.py",
        "sales/test_register_sale.py",
        "sales",
    ),
    _sale(
        "a product that is taken off between read and write is sold",
        "products/storage",
        'condition="#data.#stock = :stock AND #data.precio = :precio AND #data.estado = :estado",',
        'condition="#data.#stock = :stock AND #data.precio = :precio"\n'
        '            " AND (#data.estado = :estado OR #data.estado <> :estado)",',
        "products/test_storage.py",
        "sales/test_register_sale.py",
        "sales",
    ),
    _sale(
        "a role that may not sells",
        "sales/register_sale",
        "    roles = frozenset({Rol.TRABAJADOR, Rol.ADMIN})\n",
        "    roles = frozenset(Rol)\n",
        "test_registrar_venta.py",
    ),
    _sale(
        "a snapshot's cursor is read after its data",
        "queries/snapshot",
        "return Snapshot(data=data, place=before, tries=tries)",
        "return Snapshot(data=data, place=after, tries=tries)",
        "queries/test_snapshot.py",
        "queries/test_no_gap.py",
    ),
    _sale(
        "cashiers are shown the owner's notifications",
        "queries/notifications",
        "FOR_CASHIERS if rol is Rol.TRABAJADOR else FOR_OWNERS",
        "FOR_OWNERS",
        "queries/test_notifications.py",
    ),
    _sale(
        "cashiers are shown the dashboard",
        "consultar_tienda",
        '"GET /analitica": Route(allowed=OWNERS,',
        '"GET /analitica": Route(allowed=EVERYONE,',
        "queries/test_analytics.py",
    ),
    _sale(
        "products that are not sold any more are listed",
        "queries/products",
        'Filter(expression="#data.estado = :activo"',
        'Filter(expression="attribute_exists(#data.estado) OR #data.estado = :activo"',
        "queries/test_products.py",
    ),
    _sale(
        "the list of sales passes over one between pages",
        "queries/sales",
        "page.siguiente = code\n",
        "page.siguiente = sale_code_for(tenant, max(1, int(code.split('V')[1]) - 1))\n",
        "queries/test_sales.py",
    ),
    _sale(
        "a notification that was kept is written over",
        "notifications/storage",
        'condition="attribute_not_exists(entity_id)"',
        'condition="attribute_not_exists(entity_id) OR attribute_exists(entity_id)"',
        "test_guardar_notificacion.py",
        "notifications",
    ),
    _sale(
        "a notification that can't be kept counts as kept",
        "guardar_notificacion",
        "        raise NotKept(reasons)",
        "        return",
        "test_guardar_notificacion.py",
    ),
    _dashboard(
        "figures are followed by older ones",
        "analytics/calculation",
        'condition="#data.event_id = :before",',
        'condition="#data.event_id = :before OR attribute_exists(entity_id)",',
        "analytics/test_calculation.py",
    ),
    _dashboard(
        "the clocks of SQS and of a worker are taken for one",
        "analytics/calculation",
        "CLOCKS_DIFFER_SECONDS: Final = 1",
        "CLOCKS_DIFFER_SECONDS: Final = 0",
        "analytics/test_calculation.py",
        "test_actualizar_analitica.py",
    ),
    _dashboard(
        "a refresh that was asked for during the one before is left out",
        "analytics/calculation",
        "asked + CLOCKS_DIFFER_SECONDS <= read",
        "asked <= read + 5",
        "analytics/test_calculation.py",
    ),
    _dashboard(
        "an alert is told again at each refresh",
        "analytics/alerts",
        "not in known]",
        "]",
        "analytics/test_alerts.py",
    ),
    _dashboard(
        "an alert about another product is none",
        "analytics/alerts",
        'return tipo, detalle.get("codigo_producto")',
        "return tipo, None",
        "analytics/test_alerts.py",
    ),
    _dashboard(
        "annulled sales count",
        "summaries/sold",
        "completed = estado == Estado.COMPLETADA",
        "completed = True",
        "summaries",
    ),
    _dashboard(
        "a day that was annulled late is counted for one night only",
        "summaries/days",
        "RECOUNTED_DAYS: Final = 7",
        "RECOUNTED_DAYS: Final = 1",
        "summaries",
    ),
    _dashboard(
        "an older count of a day is written over a later one",
        "summaries/storage",
        'condition="attribute_not_exists(#data.updated_at) OR #data.updated_at <= :counted",',
        'condition="attribute_exists(entity_id) OR #data.updated_at <= :counted OR attribute_not_exists(entity_id)",',
        "summaries",
    ),
    _dashboard(
        "a row that can't be read fails the batch",
        "store_queue",
        "except Exception as error:  # noqa: BLE001",
        "except LookupError as error:  # noqa: BLE001",
        "test_actualizar_analitica.py",
    ),
    _dashboard(
        "a store whose refresh failed isn't asked for again",
        "store_queue",
        "        return False\n    return True",
        "        return True\n    return True",
        "test_actualizar_analitica.py",
    ),
    _dashboard(
        "the night's batch is told twice",
        "forecasts/nightly",
        "    if done in rows:\n        return Decision(result=None)\n",
        "",
        "test_prediccion_demanda.py",
        "forecasts",
    ),
    _dashboard(
        "stores that are not active have their analytics calculated",
        "dispatching/stores",
        'FilterExpression="#data.estado = :active",',
        'FilterExpression="attribute_exists(#data.estado) OR #data.estado = :active",',
        "test_despachar_tiendas.py",
        "dispatching",
    ),
)

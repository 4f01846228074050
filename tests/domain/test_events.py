"""The event contracts and the frame that a screen receives."""

import copy
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import attrs
import pytest
from aws_lite.wire import decode_json_with_decimals, encode_json
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect
from saai_domain import events as declared
from saai_domain.errors import EventTooLarge, InvalidEvent, UnknownEventType
from saai_domain.events import (
    CONTRACTS,
    MAX_FRAME_BYTES,
    AnaliticaActualizada,
    Canal,
    EventData,
    PrediccionGenerada,
    ProductoVendido,
    StoreEvent,
    VentaRegistrada,
    decode_event,
    encode_frame,
    event_of,
)
from saai_domain.roles import Rol
from saai_domain.testing.events import events, examples

from tests.domain.examples import ANALYTICS, BATCH, FORECAST, SALE, STORE

SENT: Mapping[str, Mapping[str, Any]] = {name: contract.examples[0] for name, contract in CONTRACTS.items()}
"""A payload of each type, with all that our publishers send."""
SALE_SENT = SENT["venta_registrada"]
FORECAST_SENT = SENT["prediccion_generada"]

SALE_FRAME = (
    '{"event_type":"venta_registrada","tenant_id":"T001","timestamp":"2025-12-31T15:30:00-05:00",'
    '"data":{"codigo_venta":"T001V015","items_count":1,"total":7.50,"metodo_pago":"EFECTIVO",'
    '"trabajador":"T001U002","fecha":"2025-12-31","productos_vendidos":[{"codigo":"T001P005",'
    '"nombre":"Piña","cantidad":3,"subtotal":7.50,"stock":38}]},'
    '"event_id":"e-1","canal":"tienda","seq":7}'
)
ANALYTICS_FRAME = (
    '{"event_type":"analitica_actualizada","tenant_id":"T001","timestamp":"2025-12-31T15:30:00-05:00",'
    '"data":{"mensaje":"Analítica actualizada","timestamp":"2025-12-31T15:30:00-05:00","periodos":['
    '{"tipo":"dia","fecha_inicio":"2025-12-31","fecha_fin":"2025-12-31"}],'
    '"resumen":{"ventas_hoy":12,"ingresos_hoy":480.00,"alertas":1}},'
    '"event_id":"e-1","canal":"administracion","seq":7}'
)
FORECAST_FRAME = (
    '{"event_type":"prediccion_generada","tenant_id":"T001","timestamp":"2025-12-31T15:30:00-05:00",'
    '"data":{"codigo_producto":"T001P005","demanda_manana":6,"demanda_proxima_semana":40,'
    '"stock_actual":38,"alerta":"stockBajo"},"event_id":"e-1","canal":"administracion","seq":7}'
)
BATCH_FRAME = (
    '{"event_type":"prediccion_generada","tenant_id":"T001","timestamp":"2025-12-31T15:30:00-05:00",'
    '"data":{"productos":120,"alertas":3},"event_id":"e-1","canal":"administracion","seq":7}'
)


def changed(payload: Mapping[str, Any], path: str, value: object) -> dict[str, Any]:
    """Return a payload in which one place, as `productos_vendidos.0.cantidad`, has another value."""
    result = copy.deepcopy(dict(payload))
    *parents, last = (int(step) if step.isdigit() else step for step in path.split("."))
    place: Any = result
    for step in parents:
        place = place[step]
    place[last] = value
    return result


def frame_of(event: StoreEvent) -> str:
    return encode_frame(event, tenant_id=STORE, timestamp="2025-12-31T15:30:00-05:00", event_id="e-1", seq=7)


def classes_of_events() -> list[type[EventData]]:
    """Every class of the module that declares an event."""
    found = [each for each in vars(declared).values() if isinstance(each, type) and issubclass(each, EventData)]
    return [each for each in found if each is not EventData]


def paths(*, required: bool) -> Iterator[tuple[str, str]]:
    """The places of each type's first example whose field must be there, or may be left out by itself."""
    for event_type, contract in CONTRACTS.items():
        decided = {name for group in getattr(contract, "requires_one_of", ()) for name in group}
        for path, must in _places(inspect.type_info(contract), SENT[event_type]):
            if must is required and path not in decided:
                yield event_type, path


def _places(node: inspect.Type, sent: Any, path: str = "") -> Iterator[tuple[str, bool]]:
    match node:
        case inspect.DataclassType(fields=fields):
            for field in fields:
                if field.name in sent:
                    place = f"{path}.{field.name}".lstrip(".")
                    yield place, field.required
                    yield from _places(field.type, sent[field.name], place)
        case inspect.VarTupleType(item_type=item):
            yield from _places(item, sent[0], f"{path}.0")
        case inspect.UnionType(types=types):
            for member in types:
                yield from _places(member, sent, path)
        case _:
            return


class TestContracts:
    @pytest.mark.parametrize("contract", classes_of_events(), ids=lambda contract: contract.__name__)
    def test_every_event_that_is_declared_is_registered(self, contract: type[EventData]) -> None:
        """Under its own type; the registry is what is asked everywhere."""
        assert CONTRACTS.get(contract.event_type) is contract, (
            f"add {contract.__name__} to saai_domain.events.CONTRACTS"
        )
        assert contract.__name__ in declared.__all__, f"add {contract.__name__} to __all__ of saai_domain.events"

    @pytest.mark.parametrize("event_type", CONTRACTS)
    def test_a_contract_says_what_is_derived_from_it(self, event_type: str) -> None:
        """Its examples show every field, each keeps the contract, and a notice is of the declared kind."""
        contract = CONTRACTS[event_type]
        shown = {name for payload in contract.examples for name in payload}
        missing = [field.name for field in contract.__attrs_attrs__ if field.name not in shown]
        assert missing == [], f"add {missing} to the examples of {contract.__name__}"
        for payload in contract.examples:
            data = decode_event(event_type, payload).data
            assert {notice.tipo for notice in data.notices} == {contract.notice_tipo} - {None}, (
                f"make {contract.__name__}.notices and notice_tipo agree"
            )

    @pytest.mark.parametrize(
        ("rol", "channels"),
        [
            (Rol.TRABAJADOR, (Canal.TIENDA,)),
            (Rol.ADMIN, (Canal.TIENDA, Canal.ADMINISTRACION)),
            (Rol.SAAI, (Canal.TIENDA, Canal.ADMINISTRACION)),
        ],
    )
    def test_a_role_hears_its_channels(self, rol: Rol, channels: tuple[Canal, ...]) -> None:
        """Sales are everyone's; analytics and forecasts the owner's and the platform's."""
        assert Canal.for_rol(rol) == channels
        assert {canal for canal in Canal if canal.heard_by(rol)} == set(channels)

    @pytest.mark.parametrize("event", list(examples()), ids=lambda event: event.event_type)
    def test_an_event_is_frozen(self, event: StoreEvent) -> None:
        """It has happened."""
        data: Any = event.data
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            data.canal = Canal.TIENDA

    @pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
    def test_an_amount_is_finite_when_made_in_python_too(self, amount: str) -> None:
        """JSON has no text for the others."""
        with pytest.raises(ValueError, match="subtotal is not an amount of soles"):
            ProductoVendido(codigo="T001P005", nombre="Piña", cantidad=1, subtotal=Decimal(amount))


class TestDecoding:
    @pytest.mark.parametrize(
        ("event_type", "data"),
        [("venta_registrada", SALE), ("analitica_actualizada", ANALYTICS), ("prediccion_generada", FORECAST)],
    )
    def test_what_a_service_sends_becomes_typed_values(self, event_type: str, data: EventData) -> None:
        """Lambda parses JSON into floats; an amount is Decimal again, by its digits."""
        event = decode_event(event_type, SENT[event_type])

        assert event.data == data
        assert (event.event_type, event.canal) == (event_type, data.canal)

    def test_a_nightly_batch_sends_counts_instead_of_a_product(self) -> None:
        """The other form of a forecast."""
        assert decode_event("prediccion_generada", {"productos": 120, "alertas": 3}).data == BATCH

    @pytest.mark.parametrize(
        ("amount", "digits"),
        [(0.1, "0.1"), (12.55, "12.55"), (12, "12"), ("12.50", "12.50"), (Decimal("1.20"), "1.20")],
    )
    def test_an_amount_is_read_by_its_digits(self, amount: object, digits: str) -> None:
        """Floats of Lambda's parser, whole numbers, and the texts that services make of a Decimal."""
        event = decode_event("venta_registrada", changed(SALE_SENT, "total", amount))

        assert isinstance(event.data, VentaRegistrada)
        assert str(event.data.total) == digits

    @pytest.mark.parametrize(("event_type", "path"), list(paths(required=False)))
    def test_what_earlier_services_leave_out_may_be_absent(self, event_type: str, path: str) -> None:
        """Absent or null, and then it is passed on just so."""
        with_null = changed(SENT[event_type], path, None)
        without = json.loads(json.dumps(with_null), object_pairs_hook=_drop_null)

        assert decode_event(event_type, with_null).data == decode_event(event_type, without).data
        assert decode_event(event_type, without).payload == without

    @pytest.mark.parametrize(("event_type", "path"), list(paths(required=True)))
    def test_a_missing_field_is_named(self, event_type: str, path: str) -> None:
        """With the place where it is missed."""
        field = path.rsplit(".", 1)[-1]
        without = json.loads(json.dumps(changed(SENT[event_type], path, None)), object_pairs_hook=_drop_null)

        with pytest.raises(InvalidEvent, match=f"missing required field `{field}`") as refusal:
            decode_event(event_type, without)
        assert refusal.value.event_type == event_type

    @pytest.mark.parametrize(
        "payload",
        [
            {},
            {"codigo_producto": "T001P005"},
            {"demanda_manana": 6},
            {"productos": 120},
            {"alertas": 3},
            {"codigo_producto": "T001P005", "alertas": 3},
        ],
    )
    def test_a_forecast_is_of_a_product_or_of_a_batch(self, payload: Mapping[str, object]) -> None:
        """Half of either form says nothing."""
        with pytest.raises(InvalidEvent, match="either codigo_producto and demanda_manana, or productos and alertas"):
            decode_event("prediccion_generada", payload)

    @pytest.mark.parametrize(
        ("event_type", "path", "value", "place"),
        [
            ("venta_registrada", "codigo_venta", 15, "$.codigo_venta"),
            ("venta_registrada", "items_count", "1", "$.items_count"),
            ("venta_registrada", "items_count", True, "$.items_count"),
            ("venta_registrada", "items_count", 1.5, "$.items_count"),
            ("venta_registrada", "items_count", -1, "$.items_count"),
            ("venta_registrada", "items_count", 10**30, "$.items_count"),
            ("venta_registrada", "total", "mucho", "$.total"),
            ("venta_registrada", "total", True, "$.total"),
            ("venta_registrada", "total", "NaN", "total"),
            ("venta_registrada", "total", float("inf"), "total"),
            ("venta_registrada", "productos_vendidos", {}, "$.productos_vendidos"),
            ("venta_registrada", "productos_vendidos.0", "Piña", "$.productos_vendidos[0]"),
            ("venta_registrada", "productos_vendidos.0.cantidad", 0, "$.productos_vendidos[0].cantidad"),
            ("venta_registrada", "productos_vendidos.0.subtotal", None, "$.productos_vendidos[0].subtotal"),
            ("venta_registrada", "productos_vendidos.0.subtotal", "NaN", "$.productos_vendidos[0]"),
            ("venta_registrada", "productos_vendidos.0.stock", "38", "$.productos_vendidos[0].stock"),
            ("analitica_actualizada", "mensaje", None, "$.mensaje"),
            ("analitica_actualizada", "periodos.0.tipo", 1, "$.periodos[0].tipo"),
            ("analitica_actualizada", "resumen.alertas", "1", "$.resumen.alertas"),
            ("prediccion_generada", "demanda_manana", -1, "$.demanda_manana"),
            ("prediccion_generada", "alerta", 5, "$.alerta"),
        ],
    )
    def test_a_wrong_value_is_refused_with_its_place(
        self, event_type: str, path: str, value: object, place: str
    ) -> None:
        """Nothing is coerced: a text is no number, a boolean is no count."""
        with pytest.raises(InvalidEvent) as refusal:
            decode_event(event_type, changed(SENT[event_type], path, value))

        assert place in refusal.value.reason

    @pytest.mark.parametrize("payload", [None, [], "venta", 5, True])
    @pytest.mark.parametrize("event_type", CONTRACTS)
    def test_a_payload_is_an_object(self, event_type: str, payload: object) -> None:
        """For every type."""
        with pytest.raises(InvalidEvent, match="Expected `object`"):
            decode_event(event_type, payload)

    @pytest.mark.parametrize("event_type", ["", "venta", "VENTA_REGISTRADA", None, 5, True, ["venta_registrada"], {}])
    def test_an_event_without_a_contract_is_refused(self, event_type: object) -> None:
        """The error lists those that there are."""
        with pytest.raises(UnknownEventType) as refusal:
            decode_event(event_type, SALE_SENT)

        assert refusal.value.event_type is event_type
        assert refusal.value.known == list(CONTRACTS)

    def test_a_stock_below_zero_is_shown_as_it_is(self) -> None:
        """Other services may have driven it there."""
        event = decode_event("venta_registrada", changed(SALE_SENT, "productos_vendidos.0.stock", -4))

        assert isinstance(event.data, VentaRegistrada)
        assert event.data.productos_vendidos[0].stock == -4

    @pytest.mark.parametrize("alerta", ["stockBajoManana", True, False])
    def test_an_alert_is_a_name_or_a_yes_or_no(self, alerta: object) -> None:
        """Services differ."""
        event = decode_event("prediccion_generada", changed(FORECAST_SENT, "alerta", alerta))

        assert isinstance(event.data, PrediccionGenerada)
        assert event.data.alerta is alerta


class TestUnknownKeys:
    @pytest.mark.parametrize(
        ("event_type", "path"),
        [
            ("venta_registrada", "caja"),
            ("venta_registrada", "event_type"),
            ("venta_registrada", "productos_vendidos.0.lote"),
            ("analitica_actualizada", "version"),
            ("analitica_actualizada", "periodos.0.dias"),
            ("analitica_actualizada", "resumen.ticket_promedio"),
            ("prediccion_generada", "confianza"),
        ],
    )
    def test_a_key_that_no_contract_knows_reaches_the_screen(self, event_type: str, path: str) -> None:
        """At every level: services add fields before we know them."""
        payload = changed(SENT[event_type], path, {"nuevo": [1, "dos", None]})

        assert json.loads(frame_of(decode_event(event_type, payload)))["data"] == payload

    @given(
        extra=st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"])).filter(lambda key: key not in SALE_SENT),
            st.none()
            | st.booleans()
            | st.integers(-(2**63), 2**64 - 1)
            | st.text(st.characters(exclude_categories=["Cs"])),
        )
    )
    def test_whatever_it_is_called_and_holds(self, extra: dict[str, object]) -> None:
        """The payload arrives as it was sent, key by key."""
        payload = {**SALE_SENT, **extra}
        frame = json.loads(frame_of(decode_event("venta_registrada", payload)))

        assert frame["data"] == payload
        assert list(frame["data"]) == list(payload)


class TestFrames:
    @pytest.mark.parametrize(
        ("data", "frame"),
        [
            (SALE, SALE_FRAME),
            (ANALYTICS, ANALYTICS_FRAME),
            (FORECAST, FORECAST_FRAME),
            (BATCH, BATCH_FRAME),
        ],
        ids=["venta_registrada", "analitica_actualizada", "prediccion_generada", "prediccion_generada, batch"],
    )
    def test_a_frame_is_this_text(self, data: EventData, frame: str) -> None:
        """The four contract keys first, then the log's; money with its two decimals as a number; UTF-8."""
        assert frame_of(event_of(data)) == frame

    def test_a_field_that_is_absent_does_not_appear(self) -> None:
        """Neither at the top nor within a list."""
        sale = attrs.evolve(
            SALE, total=None, productos_vendidos=(attrs.evolve(SALE.productos_vendidos[0], stock=None),)
        )
        payload = event_of(sale).payload

        assert "total" not in payload
        assert "stock" not in payload["productos_vendidos"][0]

    @given(data=events())
    def test_what_we_publish_keeps_its_own_contract(self, data: EventData) -> None:
        """Another service's invoke of the same payload, over JSON, gives the same event."""
        event = event_of(data)
        received = decode_event(event.event_type, decode_json_with_decimals(encode_json(event.payload)))

        assert received.data == data
        assert frame_of(received) == frame_of(event)

    @given(data=events())
    def test_the_same_event_gives_the_same_bytes(self, data: EventData) -> None:
        """An event that is sent again is byte-equal."""
        assert frame_of(event_of(data)).encode() == frame_of(event_of(copy.deepcopy(data))).encode()

    @pytest.mark.parametrize("letter", ["a", "ñ", "🍍"])
    def test_a_frame_has_at_most_131072_bytes(self, letter: str) -> None:
        """Bytes, not letters: what API Gateway can post."""
        size = len(letter.encode())
        empty = len(frame_of(event_of(AnaliticaActualizada(mensaje=""))).encode())
        letters, rest = divmod(MAX_FRAME_BYTES - empty, size)
        full = letter * letters + "." * rest

        assert MAX_FRAME_BYTES == 131_072
        assert len(frame_of(event_of(AnaliticaActualizada(mensaje=full))).encode()) == MAX_FRAME_BYTES
        with pytest.raises(EventTooLarge) as refusal:
            frame_of(event_of(AnaliticaActualizada(mensaje=full + ".")))
        assert (refusal.value.size, refusal.value.limit) == (MAX_FRAME_BYTES + 1, MAX_FRAME_BYTES)

    def test_a_text_cut_inside_an_emoji_is_refused(self) -> None:
        """JSON's escapes let half a surrogate pair through; UTF-8 has no bytes for it."""
        event = decode_event("venta_registrada", changed(SALE_SENT, "productos_vendidos.0.nombre", "Piña \ud83c"))

        with pytest.raises(InvalidEvent, match="surrogates"):
            frame_of(event)

    def test_nesting_without_end_is_refused(self) -> None:
        """In a key that no contract knows."""
        nested: list[object] = []
        for _ in range(100_000):
            nested = [nested]

        with pytest.raises(InvalidEvent, match="recursion"):
            frame_of(decode_event("venta_registrada", {**SALE_SENT, "extra": nested}))


def _drop_null(pairs: list[tuple[str, object]]) -> dict[str, object]:
    return {key: value for key, value in pairs if value is not None}


def test_a_key_with_half_a_surrogate_pair_breaks_the_contract() -> None:
    """It is refused as any other field that is wrong."""
    with pytest.raises(InvalidEvent):
        decode_event("analitica_actualizada", {"\ud800": 1, "mensaje": "Lista"})

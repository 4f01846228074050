"""Handing an event to EmitirEventosWs."""

import json
from decimal import Decimal
from typing import Any, ClassVar

import attrs
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.aws.clients import process_clients
from saai_domain.aws.publisher import EventPublisher
from saai_domain.codes import ConnectionId, TenantId
from saai_domain.errors import EventTooLarge, InvalidInput, MissingSettings, PublishError
from saai_domain.event_log import HIGHEST_SEQ, log_event
from saai_domain.events import (
    MAX_FRAME_BYTES,
    AnaliticaActualizada,
    Canal,
    EventData,
    PrediccionGenerada,
    decode_event,
    encode_frame,
    event_of,
)
from saai_domain.invocation import NewEvent, read_invocation

from tests.domain.aws.fakes import ScriptedClient
from tests.domain.examples import BATCH, SALE, STORE
from tests.domain.fakes import NEW_YEARS_EVE

FUNCTION = "saai-dev-EmitirEventosWs"
FORECAST: dict[str, Any] = {"codigo_producto": "T001P005", "demanda_manana": 3}
NUMBERS = st.integers() | st.floats() | st.decimals() | st.booleans()
TEXTS = st.none() | st.text() | st.booleans() | st.integers()
ACCEPTED = {"StatusCode": 202}
THROTTLED = ClientError({"Error": {"Code": "TooManyRequestsException", "Message": ""}}, "Invoke")


@attrs.frozen(kw_only=True)
class StockRepuesto(EventData):
    """An event of nobody's contracts: no screen would ever hear of it."""

    event_type: ClassVar[str] = "stock_repuesto"
    canal: ClassVar[Canal] = Canal.TIENDA
    codigo_producto: str = "T001P005"


def publisher(*answers: object) -> tuple[EventPublisher, ScriptedClient]:
    """Return a publisher and the client that answers it."""
    client: Any = ScriptedClient(answers)
    return EventPublisher(client=client, function_name=FUNCTION), client


class TestEmit:
    def test_the_invoke_is_the_contracts(self) -> None:
        """docs/domain.md, "WebSocket": asynchronous; money with its decimals, letters as they are."""
        publish, client = publisher(ACCEPTED)

        assert publish.emit(STORE, SALE, event_id="e-1", exclude_connection_id=ConnectionId("c-1")) == "e-1"
        assert client.requests == [
            {
                "FunctionName": FUNCTION,
                "InvocationType": "Event",
                "Payload": (
                    '{"tenant_id":"T001","event_type":"venta_registrada","payload":{"codigo_venta":"T001V015",'
                    '"items_count":1,"total":7.50,"metodo_pago":"EFECTIVO","trabajador":"T001U002",'
                    '"fecha":"2025-12-31","productos_vendidos":[{"codigo":"T001P005","nombre":"Piña","cantidad":3,'
                    '"subtotal":7.50,"stock":38}]},"event_id":"e-1","exclude_connection_id":"c-1"}'
                ).encode(),
            }
        ]

    def test_what_the_function_receives_keeps_the_contract(self) -> None:
        """Lambda parses the payload; the same event comes out."""
        publish, client = publisher(ACCEPTED)
        publish.emit(STORE, SALE)
        received = json.loads(client.requests[0]["Payload"])

        assert decode_event(received["event_type"], received["payload"]).data == SALE

    def test_nothing_is_sent_for_what_is_not_given(self) -> None:
        """No connection is excluded by null."""
        publish, client = publisher(ACCEPTED)
        publish.emit(STORE, BATCH, event_id="e-1")

        assert client.requests[0]["Payload"] == (
            b'{"tenant_id":"T001","event_type":"prediccion_generada","payload":{"productos":120,"alertas":3},'
            b'"event_id":"e-1"}'
        )

    def test_an_event_gets_an_id_of_its_own(self) -> None:
        """So that Lambda's own retries are recognised; it is returned for the caller's."""
        publish, client = publisher(ACCEPTED, ACCEPTED)
        ids = [publish.emit(STORE, BATCH), publish.emit(STORE, BATCH)]

        assert len(set(ids)) == 2
        assert [json.loads(request["Payload"])["event_id"] for request in client.requests] == ids

    def test_an_event_that_was_received_is_passed_on_with_its_unknown_keys(self) -> None:
        """A service may relay what it doesn't know."""
        publish, client = publisher(ACCEPTED)
        payload = {"productos": 120, "alertas": 3, "duracion": 7}
        publish.emit(STORE, decode_event("prediccion_generada", payload))

        assert json.loads(client.requests[0]["Payload"])["payload"] == payload

    @pytest.mark.parametrize(
        "error",
        [
            THROTTLED,
            EndpointConnectionError(endpoint_url="https://lambda"),
            ReadTimeoutError(endpoint_url="https://lambda"),
        ],
        ids=lambda error: type(error).__name__,
    )
    @pytest.mark.parametrize("event_id", ["e-1", None])
    def test_a_failure_carries_the_id_to_repeat_with(self, error: Exception, event_id: str | None) -> None:
        """The invoke may have been accepted: with the same id nothing is logged twice."""
        publish, client = publisher(error)

        with pytest.raises(PublishError) as refusal:
            publish.emit(STORE, BATCH, event_id=event_id)

        assert refusal.value.event_id == json.loads(client.requests[0]["Payload"])["event_id"]
        assert refusal.value.function_name == FUNCTION
        assert refusal.value.__cause__ is error

    def test_what_the_function_would_refuse_is_refused_here(self) -> None:
        """An asynchronous caller would never hear of it."""
        publish, client = publisher()

        with pytest.raises(InvalidInput, match="tenant_id"):
            publish.emit(TenantId("SAAI"), BATCH)
        with pytest.raises(InvalidInput, match="event_id: Se espera un texto de 1 a 100 caracteres"):
            publish.emit(STORE, BATCH, event_id="x" * 101)
        assert client.requests == []

    @pytest.mark.parametrize(
        ("event", "options"),
        [
            (BATCH, {"event_id": "sin\N{NO-BREAK SPACE}corte"}),
            (BATCH, {"event_id": "dos\nlíneas"}),
            (BATCH, {"event_id": "medio \ud83d"}),
            (BATCH, {"exclude_connection_id": "dos\nlíneas"}),
            (BATCH, {"exclude_connection_id": "x" * 129}),
            (FORECAST | {"demanda_manana": -1}, {}),
            (FORECAST | {"demanda_manana": 2.5}, {}),
            (FORECAST | {"demanda_manana": Decimal("2.5")}, {}),
            (FORECAST | {"demanda_manana": Decimal("NaN")}, {}),
            (FORECAST | {"stock_actual": 10**10}, {}),
            (AnaliticaActualizada(mensaje=None), {}),  # type: ignore[arg-type] - what a caller without types sends
            (AnaliticaActualizada(mensaje=object()), {}),  # type: ignore[arg-type]
            (AnaliticaActualizada(mensaje="medio \ud83d"), {}),
            (attrs.evolve(SALE, productos_vendidos=(attrs.evolve(SALE.productos_vendidos[0], cantidad=0),)), {}),
            (StockRepuesto(), {}),
        ],
    )
    def test_each_kind_of_event_that_the_function_would_refuse_is_refused_here(
        self, event: Any, options: dict[str, Any]
    ) -> None:
        """Also one that keeps none of the contracts, though its class looks like one."""
        publish, client = publisher()
        event = PrediccionGenerada(**event) if isinstance(event, dict) else event

        with pytest.raises(InvalidInput):
            publish.emit(STORE, event, **options)
        assert client.requests == []

    @given(event_id=st.text(max_size=110), excluded=st.text(max_size=140), demand=NUMBERS, stock=NUMBERS, text=TEXTS)
    def test_what_is_sent_is_what_the_function_takes(
        self, event_id: str, excluded: str, demand: Any, stock: Any, text: Any
    ) -> None:
        """Read as Lambda and the function read it; whatever is not, is refused before it is sent."""
        publish, client = publisher(ACCEPTED)
        event = PrediccionGenerada(codigo_producto="T001P005", demanda_manana=demand, stock_actual=stock, alerta=text)

        try:
            publish.emit(STORE, event, event_id=event_id, exclude_connection_id=ConnectionId(excluded))
        except InvalidInput:
            assert client.requests == []
            return
        invocation = read_invocation(json.loads(client.requests[0]["Payload"]), request_id="r-1")
        assert isinstance(invocation, NewEvent)
        assert invocation.event.data == event

    def test_an_event_that_fits_no_frame_is_refused_here(self) -> None:
        """At the size at which EmitirEventosWs refuses it, whatever its place will be."""
        publish, client = publisher(ACCEPTED)
        room = MAX_FRAME_BYTES - len(
            encode_frame(
                event_of(AnaliticaActualizada(mensaje="")),
                tenant_id=STORE,
                timestamp="2025-12-31T23:59:59-05:00",
                event_id="e-1",
                seq=HIGHEST_SEQ,
            )
        )

        with pytest.raises(EventTooLarge):
            publish.emit(STORE, AnaliticaActualizada(mensaje="x" * (room + 1)), event_id="e-1")
        assert client.requests == []
        assert publish.emit(STORE, AnaliticaActualizada(mensaje="x" * room), event_id="e-1") == "e-1"

    def test_an_id_may_have_100_characters(self) -> None:
        """The limit itself is good."""
        publish, _ = publisher(ACCEPTED)

        assert publish.emit(STORE, BATCH, event_id="x" * 100) == "x" * 100


class TestDeliver:
    ROW = log_event(event_of(SALE), tenant_id=STORE, seq=7, moment=NEW_YEARS_EVE, origen="RegistrarVenta")

    def test_an_event_in_the_log_is_named_by_its_place(self) -> None:
        """The frame is the log's: it is not sent again."""
        publish, client = publisher(ACCEPTED)
        publish.deliver(self.ROW)

        assert client.requests == [
            {
                "FunctionName": FUNCTION,
                "InvocationType": "Event",
                "Payload": b'{"tenant_id":"T001","canal":"tienda","seq":7}',
            }
        ]

    def test_a_failure_names_the_event(self) -> None:
        """It stays pending: the sweep will find it."""
        publish, _ = publisher(THROTTLED)

        with pytest.raises(PublishError) as refusal:
            publish.deliver(self.ROW)
        assert refusal.value.event_id == "T001-tienda-000000000007"


class TestTryDeliver:
    def test_what_is_not_accepted_is_told_and_not_raised(self) -> None:
        """The change is committed: its row stays pending."""
        publish, client = publisher(THROTTLED)
        row = log_event(event_of(SALE), tenant_id=STORE, seq=7, moment=NEW_YEARS_EVE, origen="prueba")

        problem = publish.deliver_or_error(row)

        assert isinstance(problem, PublishError)
        assert problem.__cause__ is THROTTLED
        assert len(client.requests) == 1

    def test_without_a_row_nothing_is_asked(self) -> None:
        """A repeat of a request has no event of its own."""
        publish, client = publisher()

        assert publish.deliver_or_error(None) is None
        assert client.requests == []


class TestFromEnvironment:
    def test_the_environment_names_the_function(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """With the process's own client."""
        monkeypatch.setenv("EMITIR_EVENTOS_WS_FUNCTION_NAME", FUNCTION)

        publish = EventPublisher.from_environment()

        assert publish.function_name == FUNCTION
        assert publish.client is process_clients().lambda_

    def test_without_it_the_error_names_the_variable(self) -> None:
        """That is what must be set."""
        with pytest.raises(MissingSettings, match="EMITIR_EVENTOS_WS_FUNCTION_NAME"):
            EventPublisher.from_environment()

"""Names are contracts: they are written out here, not computed."""

import pytest
from saai_infra import names


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (names.function_name("dev", "EmitirEventosWs"), "saai-dev-EmitirEventosWs"),
        (names.table_name("dev", "ws-connections"), "saai-dev-ws-connections"),
        (names.websocket_api_name("dev"), "saai-websocket-dev"),
        (names.http_api_name("dev"), "saai-http-dev"),
        (names.alerts_topic_name("dev"), "AlertasSAAI-dev"),
        (names.alarms_topic_name("dev"), "saai-dev-alarmas"),
        (names.jwt_secret_parameter("dev"), "/saai/dev/jwt-secret"),
        (names.layer_parameter("dev"), "/saai/dev/layers/domain"),
        (names.table_variable("ws-connections"), "WS_CONNECTIONS_TABLE"),
        (names.table_variable("productos"), "PRODUCTOS_TABLE"),
        (names.function_variable("EmitirEventosWs"), "EMITIR_EVENTOS_WS_FUNCTION_NAME"),
        (names.module_name("OnConnect"), "on_connect"),
        (names.module_name("EmitirEventosWs"), "emitir_eventos_ws"),
    ],
)
def test_names_are_those_of_the_contract(actual: str, expected: str) -> None:
    """Other services and the frontend know these names."""
    assert actual == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("http", "POST /ventas"), "http-POST-ventas"),
        (("http", "GET /ventas/{codigo}"), "http-GET-ventas-codigo"),
        (("websocket", "$connect"), "websocket-connect"),
        (("websocket", "AutorizarConexion-authorizer"), "websocket-AutorizarConexion-authorizer"),
        (("ping",), "ping"),
    ],
)
def test_a_logical_name_is_of_letters_digits_and_dashes(parts: tuple[str, ...], expected: str) -> None:
    """The provider makes physical names of them, and AWS takes fewer characters than routes have."""
    assert names.logical_name(*parts) == expected

"""PrediccionDemanda: the owner's requests, and the nightly queue's messages."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from botocore.exceptions import ClientError, EndpointConnectionError
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.lambda_context import Invocation
from saai_domain.testing.tokens import token
from saai_events import prediccion_demanda
from saai_support.functions import ENVIRONMENT, Functions
from saai_support.payloads import http_request, sqs_batch

from tests.saai_events.forecasts.forecast_store import ForecastStore


@pytest.fixture
def store(aws: InMemoryAws) -> Iterator[ForecastStore]:
    """A store, on its day."""
    store = ForecastStore(aws.client("dynamodb"))
    store.has("P001")
    store.sold_daily(P001=4)
    with time_machine.travel(store.moment, tick=False):
        yield store


@pytest.fixture
def post(store: ForecastStore, functions: Functions) -> Any:
    """Call the function as API Gateway does; answers status and envelope."""

    def call(body: Any, *, rol: str = "admin", jwt: str | None = None) -> tuple[int, Any]:
        jwt = token(rol=rol, codigo_usuario="T001U002") if jwt is None else jwt
        answer = functions.call("PrediccionDemanda", http_request("POST /predicciones", token=jwt, body=body))
        return answer["statusCode"], json.loads(answer["body"])

    return call


@pytest.fixture
def run(store: ForecastStore, functions: Functions) -> Any:
    """Call the function as SQS does, with bodies whose message ids are m-0, m-1 …"""

    def call(*bodies: str) -> Any:
        return functions.call("PrediccionDemanda", sqs_batch(*bodies))

    return call


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.usefixtures("store")
def test_a_request_that_takes_too_long_is_to_be_repeated(aws: InMemoryAws) -> None:
    """503 while API Gateway still waits; the night's messages have all the time that the function has."""
    handle = prediccion_demanda.build(ENVIRONMENT, aws.clients, request_seconds=0)
    jwt = token(rol="admin", codigo_usuario="T001U002")
    request = http_request("POST /predicciones", token=jwt, body=ASKED)
    refused = handle(request, Invocation())
    envelope = json.loads(refused["body"])
    assert (refused["statusCode"], envelope["success"]) == (503, False)
    assert "vuelve a intentarlo" in envelope["message"]
    assert handle(sqs_batch('{"tenant_id":"T001"}'), Invocation()) == {"batchItemFailures": []}
    assert handle(request, Invocation())["statusCode"] == 503


ASKED = {"codigo_producto": "T001P001"}


@pytest.mark.parametrize("rol", ["ADMIN", "admin"])
def test_the_owner_gets_a_prediction(post: Any, aws: InMemoryAws, rol: str) -> None:
    """200 with whole units, and one invoke with the event's place; asked again, the same without another."""
    expected = {"codigo_producto": "T001P001", "demanda_manana": 4, "demanda_proxima_semana": 28}
    for _ in range(2):
        status, envelope = post(ASKED, rol=rol)
        assert (status, envelope["success"], envelope["data"]) == (200, True, expected)
    assert [invoke.payload for invoke in aws.lambda_.queue] == [
        {"tenant_id": "T001", "canal": "administracion", "seq": 1}
    ]


@pytest.mark.parametrize("rol", ["worker", "SAAI"])
def test_nobody_else_does(post: Any, rol: str) -> None:
    """403."""
    assert post(ASKED, rol=rol)[0] == 403


def test_without_a_good_token_nothing_is_told(post: Any) -> None:
    """401 in SAAI's envelope."""
    status, envelope = post(ASKED, jwt="")
    assert (status, envelope["success"]) == (401, False)


@pytest.mark.parametrize("body", [{}, {"codigo_producto": 7}, {"codigo_producto": "P001"}])
def test_what_names_no_product_gets_400(post: Any, body: Any) -> None:
    """With an entry of the field."""
    status, envelope = post(body)
    assert (status, [entry["campo"] for entry in envelope["data"]]) == (400, ["codigo_producto"])


def test_a_body_that_is_no_object_gets_400(post: Any) -> None:
    """With an entry that says so."""
    assert post([])[1]["data"][0]["campo"] == "body"


def test_an_unknown_product_gets_404(post: Any) -> None:
    """And the message says why."""
    assert post({"codigo_producto": "T001P009"}) == (
        404,
        {"success": False, "message": "El producto no existe en la tienda o ya no se vende."},
    )


def test_a_product_with_too_few_sales_gets_a_clear_400(store: ForecastStore, post: Any) -> None:
    """How many it has, and how many it needs."""
    store.has("P002")
    store.sold_daily(days=range(3, 0, -1), P002=1)
    assert post({"codigo_producto": "T001P002"}) == (
        400,
        {
            "success": False,
            "message": "El producto necesita al menos 5 ventas en los últimos 90 días.",
            "data": [{"campo": "codigo_producto", "mensaje": "Tiene 3 de las 5 ventas necesarias."}],
        },
    )


def test_a_failed_invoke_never_fails_the_prediction(
    store: ForecastStore, post: Any, aws: InMemoryAws, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is counted, and the event stays pending."""
    with aws.failing("lambda", EndpointConnectionError(endpoint_url="https://lambda")):
        assert post(ASKED)[0] == 200
    assert store.events()[0]["pendiente"] == 1
    (line,) = lines(capsys)
    assert (line["PublishFailed"], line["level"]) == (1, "ERROR")


def test_when_dynamodb_fails_the_envelope_says_no_more_than_that(
    aws: InMemoryAws, post: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """500; the reason is in the log."""
    with aws.failing("dynamodb", ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetItem")):
        assert post(ASKED)[0] == 500
    (line,) = lines(capsys)
    assert line["PredictionsFailed"] == 1
    assert "ResourceNotFoundException" in line["reason"]


def test_a_message_predicts_its_store(
    store: ForecastStore, run: Any, aws: InMemoryAws, capsys: pytest.CaptureFixture[str]
) -> None:
    """One event is handed over and one line printed; the same message again does neither."""
    store.has("P002")
    assert run('{"tenant_id":"T001"}') == run('{"tenant_id":"T001"}') == {"batchItemFailures": []}
    assert [invoke.payload for invoke in aws.lambda_.queue] == [
        {"tenant_id": "T001", "canal": "administracion", "seq": 1}
    ]
    done, repeated = lines(capsys)
    assert (done["BatchesDone"], done["PredictionsMade"], done["PredictionsSkipped"]) == (1, 1, 1)
    assert repeated["BatchesDone"] == 0
    assert store.prediction("P001") is not None


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"tenant_id":"SAAI"}', '{"tenant_id":7}'])
def test_a_bad_message_fails_alone(run: Any, capsys: pytest.CaptureFixture[str], body: str) -> None:
    """It comes again, ends among the dead letters, and its line says what it was."""
    assert run(body, '{"tenant_id":"T001"}') == {"batchItemFailures": [{"itemIdentifier": "m-0"}]}
    failed, done = lines(capsys)
    assert (failed["BatchesFailed"], failed["message_id"], failed["body"]) == (1, "m-0", body)
    assert done["BatchesDone"] == 1


def test_a_failed_invoke_is_no_reason_to_predict_again(run: Any, aws: InMemoryAws, store: ForecastStore) -> None:
    """The event is in the log; the sweep delivers it."""
    with aws.failing("lambda", EndpointConnectionError(endpoint_url="https://lambda")):
        assert run('{"tenant_id":"T001"}') == {"batchItemFailures": []}
    assert store.events()[0]["pendiente"] == 1

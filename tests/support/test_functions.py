"""The functions over AWS in memory are those that are deployed, and find what they find there."""

import json

import pytest
from saai_domain.codes import TenantId
from saai_support.functions import ENVIRONMENT, MODULES, Functions, variables_of
from saai_support.lambda_process import MODULES as DEPLOYED
from saai_support.payloads import http_request, payload, sqs_batch, websocket
from saai_support.store import Store


def test_they_are_the_catalogues() -> None:
    """Each under its module."""
    assert sorted(MODULES.keys() - DEPLOYED.keys()) == [], "add them to FUNCTIONS in saai_infra.catalog"
    assert MODULES == DEPLOYED


@pytest.mark.parametrize("name", list(MODULES))
def test_each_is_built_from_the_environment(name: str) -> None:
    """Without a call to AWS: that waits for an event."""
    unknown = sorted(variables_of(name) - ENVIRONMENT.keys())
    assert unknown == [], f"add {', '.join(unknown)} to ENVIRONMENT in saai_support.functions"
    functions = Functions()
    with functions.aws.recording() as calls:
        functions.build(name)
    assert calls == []


def test_a_sale_reaches_a_screen_and_the_list_of_notifications() -> None:
    """With nothing between the functions but what they ask of AWS."""
    store = Store.opened()
    store.connect()
    store.sell()
    store.functions.run_queued()
    (frame,) = store.aws.connections.frames("L0SM9cOFvHcCIhw=")
    assert json.loads(frame)["event_type"] == "venta_registrada"
    (notification,) = store.aws.dynamodb.rows("notificaciones")
    assert notification["tenant_id"] == {"S": TenantId("T001")}


def test_no_function_posts_to_another_stages_connections() -> None:
    """The endpoint is the environment's."""
    functions = Functions(environment={**ENVIRONMENT, "WS_API_ENDPOINT": "https://a.test/dev"})
    with pytest.raises(ValueError, match=r"b\.test"):
        functions.build("OnMessage", WS_API_ENDPOINT="https://b.test/dev")


def test_a_payload_is_anew_each_time() -> None:
    """A test that changes one changes its own."""
    payload("schedule")["id"] = "changed"
    websocket("connect", exp="1")
    assert payload("schedule")["id"] != "changed"
    assert websocket("connect")["requestContext"]["authorizer"]["exp"] != "1"


def test_what_a_test_leaves_out_of_a_request_is_not_in_it() -> None:
    """No token, key, query or body of the recorded one."""
    event = http_request("GET /ventas")
    assert not {"authorization", "idempotency-key"} & event["headers"].keys()
    assert not {"body", "queryStringParameters"} & event.keys()
    assert (event["routeKey"], event["requestContext"]["http"]["method"], event["rawPath"]) == (
        "GET /ventas",
        "GET",
        "/dev/ventas",
    )


def test_a_batchs_messages_are_told_by_their_place() -> None:
    """So a test can say which of them failed."""
    assert [(each["messageId"], each["body"]) for each in sqs_batch("a", "b")["Records"]] == [
        ("m-0", "a"),
        ("m-1", "b"),
    ]

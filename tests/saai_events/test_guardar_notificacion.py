"""GuardarNotificacion: each notification once, and nothing that fails is lost."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from saai_domain.aws.dynamodb import deserialize
from saai_domain.testing.aws import Call, InMemoryAws
from saai_events.guardar_notificacion import NotKept
from saai_support.functions import Functions

from tests.saai_events.notifications.messages import ATTRIBUTES, ID, MESSAGE, record, without


@pytest.fixture
def client(aws: InMemoryAws) -> Any:
    return aws.client("dynamodb")


@pytest.fixture
def receive(functions: Functions) -> Any:
    """Call the function as SNS does."""

    def call(*records: Any) -> Any:
        return functions.call("GuardarNotificacion", {"Records": list(records)})

    return call


def rows(client: Any) -> list[Any]:
    return [deserialize(item) for item in client.scan(TableName="notificaciones")["Items"]]


def another(number: int) -> dict[str, Any]:
    return record({**MESSAGE, "id": f"{ID}-{number}"})


def test_a_notification_is_kept_under_its_id(client: Any, receive: Any) -> None:
    """In its own store."""
    receive(record())
    (row,) = rows(client)
    assert (row["tenant_id"], row["entity_id"], row["data"]["tipo"]) == ("T001", ID, "ventaRegistrada")


def test_the_same_one_again_changes_nothing(client: Any, receive: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Not even what the user made of it since."""
    receive(record())
    client.update_item(
        TableName="notificaciones",
        Key={"tenant_id": {"S": "T001"}, "entity_id": {"S": ID}},
        UpdateExpression="SET #data.estado = :inactivo",
        ExpressionAttributeNames={"#data": "data"},
        ExpressionAttributeValues={":inactivo": {"S": "INACTIVO"}},
    )
    receive(record())
    assert [row["data"]["estado"] for row in rows(client)] == ["INACTIVO"]
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["NotificationsRepeated"] == 1


def test_two_stores_may_have_the_same_id(client: Any, receive: Any) -> None:
    """It is unique in its store."""
    receive(record(), record(attributes={**ATTRIBUTES, "tenant_id": "T002"}))
    assert {row["tenant_id"] for row in rows(client)} == {"T001", "T002"}


def test_a_malformed_message_fails_the_call_after_the_good_ones_are_kept(
    client: Any, receive: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """The call goes to the failures queue; the line says what is wrong."""
    with pytest.raises(NotKept, match="titulo"):
        receive(another(1), record(without(MESSAGE, "titulo")), another(2))
    assert len(rows(client)) == 2
    line = json.loads(capsys.readouterr().out)
    assert (line["level"], line["NotificationsKept"], line["NotificationsFailed"]) == ("ERROR", 2, 1)
    assert "titulo" in line["reasons"][0]


def test_a_row_that_dynamodb_refuses_fails_the_call(aws: InMemoryAws, client: Any, receive: Any) -> None:
    """And keeps no other from being kept."""

    def too_large(call: Call, make: Callable[[], Any]) -> Any:
        if call.params["Item"]["entity_id"] == {"S": ID}:
            raise ClientError({"Error": {"Code": "ValidationException"}}, "PutItem")
        return make()

    with aws.meanwhile(too_large), pytest.raises(NotKept):
        receive(record(), another(1))
    assert [row["entity_id"] for row in rows(client)] == [f"{ID}-1"]

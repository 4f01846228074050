"""Publishing notices, with SNS's answers played by botocore's Stubber."""

from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ConnectTimeoutError
from botocore.stub import Stubber
from saai_domain.testing.aws import InMemoryAws
from saai_support.functions import TOPIC
from ws_gateway.delivery.notices import NoticeTopic

from tests.ws_gateway.connected import logged


@pytest.fixture(scope="module")
def client() -> Any:
    session = botocore.session.get_session()
    session.set_credentials("test", "test")
    return session.create_client("sns", region_name="us-east-1")


def test_the_rows_message_is_published_with_its_attributes_as_strings(client: Any) -> None:
    """Exactly as the row holds them: the id in the message is what makes a repeat harmless."""
    (notice,) = logged(notices=1).notices
    expected = {
        "TopicArn": TOPIC,
        "Message": notice.message,
        "MessageAttributes": {
            "tenant_id": {"DataType": "String", "StringValue": "T001"},
            "tipo": {"DataType": "String", "StringValue": "t"},
            "severidad": {"DataType": "String", "StringValue": "INFO"},
            "origen": {"DataType": "String", "StringValue": "prueba"},
            "ts": {"DataType": "String", "StringValue": "2025-12-31T12:00:00-05:00"},
        },
    }
    with Stubber(client) as stubber:
        stubber.add_response("publish", {"MessageId": "m-1"}, expected)
        assert NoticeTopic(client=client, topic_arn=TOPIC).publish(notice) is None


def test_a_refusal_is_told_not_raised(client: Any) -> None:
    """The sockets have the event already."""
    (notice,) = logged(notices=1).notices
    with Stubber(client) as stubber:
        stubber.add_client_error("publish", "AuthorizationError", http_status_code=403)
        assert "AuthorizationError" in str(NoticeTopic(client=client, topic_arn=TOPIC).publish(notice))


def test_a_network_failure_is_told_as_well(aws: InMemoryAws) -> None:
    """SNS may be out of reach."""
    (notice,) = logged(notices=1).notices
    with aws.failing("sns", ConnectTimeoutError(endpoint_url="https://sns")):
        assert "https://sns" in str(NoticeTopic(client=aws.clients.sns, topic_arn=TOPIC).publish(notice))

"""What a creator gets from a registration, and how it becomes a call."""

import re

import pytest
from botocore.model import Shape
from local_aws.clients import connect
from local_aws.errors import LocalAwsError
from local_aws.ministack import REGION
from local_aws.resources import Request

CLIENTS = connect(endpoint_url="http://127.0.0.1:9", region=REGION)


def request(**inputs: object) -> Request:
    return Request(type="aws:sns/topic:Topic", name="alertas", inputs=inputs)


def shape(service: str, operation: str) -> Shape | None:
    """The form of an operation's request."""
    client = getattr(CLIENTS, service)
    return client.meta.service_model.operation_model(operation).input_shape


def test_properties_get_the_names_of_the_call() -> None:
    """At every depth; what the program left out does not go into the call, and a map's keys are data."""
    given = {
        "functionName": "saai-test-OnConnect",
        "environment": {"variables": {"saaiStage": "test"}},
        "loggingConfig": {"logFormat": "JSON", "logGroup": None},
        "kmsKeyArn": None,
    }
    assert request().in_form_of(shape("lambda_", "CreateFunction"), given) == {
        "FunctionName": "saai-test-OnConnect",
        "Environment": {"Variables": {"saaiStage": "test"}},
        "LoggingConfig": {"LogFormat": "JSON"},
    }


def test_tags_become_what_the_service_wants() -> None:
    """A list of pairs for most, a map for some."""
    tags = {"tags": {"proyecto": "SAAI"}}
    assert request().in_form_of(shape("sns", "CreateTopic"), tags) == {"Tags": [{"Key": "proyecto", "Value": "SAAI"}]}
    assert request().in_form_of(shape("lambda_", "CreateFunction"), tags) == {"Tags": {"proyecto": "SAAI"}}


def test_an_unknown_property_is_refused_by_name() -> None:
    """A property that nobody applies would make the local AWS differ silently."""
    refusal = "aws:sns/topic:Topic alertas: nothing applies archivePolicy here"
    with pytest.raises(LocalAwsError, match=re.escape(refusal)):
        request(name="x", archivePolicy="{}").call(CLIENTS.sns, "create_topic")


def test_a_resource_keeps_the_name_that_the_program_chose() -> None:
    """Physical names are contracts."""
    assert request(name="AlertasSAAI-local").physical_name() == "AlertasSAAI-local"


def test_a_resource_without_a_name_gets_one_like_pulumis() -> None:
    """The logical name and seven random hexadecimal digits."""
    assert re.fullmatch(r"alertas-[0-9a-f]{7}", request().physical_name())

"""Layers, functions and what invokes them, on MiniStack."""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pulumi
import pulumi_aws as aws
import pytest
from local_aws.clients import Clients
from local_aws.errors import LocalAwsError

from tests.local_aws.support import Deployer, make_zip


def function(
    name: str,
    code: Path | pulumi.Archive,
    *,
    variables: Mapping[str, pulumi.Input[str]] | None = None,
    layers: Sequence[pulumi.Input[str]] | None = None,
) -> aws.lambda_.Function:
    role = aws.iam.Role(name, name=f"role-{name}", assume_role_policy="{}")
    return aws.lambda_.Function(
        name,
        name=name,
        role=role.arn,
        handler="echo.lambda_handler",
        runtime="python3.13",
        code=pulumi.FileArchive(str(code)) if isinstance(code, Path) else code,
        timeout=7,
        memory_size=256,
        layers=layers,
        environment=aws.lambda_.FunctionEnvironmentArgs(variables=variables),
    )


GREETER = """
import os
from greeting import TEXT

def lambda_handler(event, context):
    print("called")
    return {"text": TEXT, "environment": dict(os.environ)}
"""


def test_a_function_runs_with_its_layer_and_its_own_environment_only(
    deployer: Deployer, clients: Clients, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code, layer and variables are the program's; nothing of the host's environment reaches the function."""
    monkeypatch.setenv("SAAI_HOST_SECRET", "leaked")
    layer_zip = make_zip(tmp_path / "layer.zip", {"python/greeting.py": "TEXT = 'hola'"})
    code = make_zip(tmp_path / "code.zip", {"echo.py": GREETER})

    def program() -> None:
        layer = aws.lambda_.LayerVersion(
            "domain",
            layer_name="saai-test-domain",
            code=pulumi.FileArchive(str(layer_zip)),
            compatible_runtimes=["python3.13"],
            compatible_architectures=["x86_64"],
            skip_destroy=True,
        )
        made = function(
            "saai-test-Layered",
            code,
            layers=[layer.arn],
            variables={"SAAI_STAGE": pulumi.Output.secret("test")},
        )
        pulumi.export("layer", layer.arn)
        pulumi.export("invoke_arn", made.invoke_arn)

    exports = deployer(program).exports
    answer = json.load(clients.lambda_.invoke(FunctionName="saai-test-Layered")["Payload"])
    configuration = clients.lambda_.get_function_configuration(FunctionName="saai-test-Layered")

    assert answer["text"] == "hola"
    assert answer["environment"]["SAAI_STAGE"] == "test"
    assert answer["environment"]["AWS_ENDPOINT_URL"] == deployer.aws.endpoint_url
    assert "SAAI_HOST_SECRET" not in answer["environment"]
    assert configuration["Timeout"] == 7
    assert configuration["MemorySize"] == 256
    assert exports["layer"] == "arn:aws:lambda:us-east-1:000000000000:layer:saai-test-domain:1"
    assert exports["invoke_arn"] == (
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
        "arn:aws:lambda:us-east-1:000000000000:function:saai-test-Layered/invocations"
    )


def test_code_of_neither_a_zip_nor_files_is_refused(deployer: Deployer, tmp_path: Path) -> None:
    """Anything else is a mistake."""
    with pytest.raises(LocalAwsError, match="neither a zip nor files"):
        deployer(lambda: function("saai-test-Folder", pulumi.FileArchive(str(tmp_path))))
    with pytest.raises(LocalAwsError, match="no file on this machine"):
        deployer(lambda: function("saai-test-Text", pulumi.AssetArchive({"echo.py": pulumi.StringAsset("")})))


def test_code_may_be_files(deployer: Deployer, clients: Clients, tmp_path: Path) -> None:
    """Under the names that the program gives them, as Pulumi zips them."""
    source = tmp_path / "source.py"
    source.write_text("def lambda_handler(event, context):\n    return 'from files'\n")
    deployer(lambda: function("saai-test-Files", pulumi.AssetArchive({"echo.py": pulumi.FileAsset(str(source))})))
    response = clients.lambda_.invoke(FunctionName="saai-test-Files", Payload=b"{}")
    assert json.loads(response["Payload"].read()) == "from files"


def test_an_asynchronous_invocation_that_fails_ends_in_its_queue(
    deployer: Deployer, clients: Clients, tmp_path: Path
) -> None:
    """The invoke configuration names retries and the queue of what failed for good."""
    code = make_zip(
        tmp_path / "code.zip", {"echo.py": "def lambda_handler(event, context):\n    raise ValueError('no')"}
    )

    def program() -> None:
        failed = aws.sqs.Queue("failed", name="saai-test-failed")
        made = function("saai-test-Failing", code)
        on_failure = aws.lambda_.FunctionEventInvokeConfigDestinationConfigOnFailureArgs(destination=failed.arn)
        aws.lambda_.FunctionEventInvokeConfig(
            "failing",
            function_name=made.name,
            maximum_retry_attempts=0,
            maximum_event_age_in_seconds=3600,
            destination_config=aws.lambda_.FunctionEventInvokeConfigDestinationConfigArgs(on_failure=on_failure),
        )
        pulumi.export("queue", failed.url)

    queue = deployer(program).exports["queue"]
    clients.lambda_.invoke(FunctionName="saai-test-Failing", InvocationType="Event", Payload=b'{"seq": 1}')

    (message,) = clients.sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)["Messages"]
    assert json.loads(message.get("Body", ""))["requestPayload"] == {"seq": 1}


def test_a_queue_feeds_a_function(deployer: Deployer, clients: Clients, tmp_path: Path) -> None:
    """The mapping hands messages over and carries its batch settings."""
    source = """
import os, pathlib

def lambda_handler(event, context):
    print("called")
    pathlib.Path(os.environ["OUT"]).write_text(event["Records"][0]["body"])
    return {"batchItemFailures": []}
"""
    code = make_zip(tmp_path / "code.zip", {"echo.py": source})
    received = tmp_path / "received"

    def program() -> None:
        queue = aws.sqs.Queue("tiendas", name="saai-test-tiendas")
        worker = function("saai-test-Worker", code, variables={"OUT": str(received)})
        aws.lambda_.EventSourceMapping(
            "tiendas",
            event_source_arn=queue.arn,
            function_name=worker.name,
            batch_size=1,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=aws.lambda_.EventSourceMappingScalingConfigArgs(maximum_concurrency=4),
        )
        pulumi.export("queue", queue.url)

    clients.sqs.send_message(QueueUrl=deployer(program).exports["queue"], MessageBody="T001")

    (mapping,) = clients.lambda_.list_event_source_mappings(FunctionName="saai-test-Worker")["EventSourceMappings"]
    assert mapping.get("BatchSize") == 1
    assert mapping.get("FunctionResponseTypes") == ["ReportBatchItemFailures"]
    assert wait_for_text(received) == "T001"


def test_what_a_worker_says_failed_ends_in_the_dead_letters(
    deployer: Deployer, clients: Clients, tmp_path: Path
) -> None:
    """The rest of its batch does not come again."""
    source = """
def lambda_handler(event, context):
    print("called")
    failed = [record["messageId"] for record in event["Records"] if record["body"] == "T002"]
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}
"""
    code = make_zip(tmp_path / "code.zip", {"echo.py": source})

    def program() -> None:
        dead = aws.sqs.Queue("dead", name="saai-test-worker-dead")
        redrive = dead.arn.apply(lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2}))
        queue = aws.sqs.Queue("partly", name="saai-test-partly", visibility_timeout_seconds=3, redrive_policy=redrive)
        aws.lambda_.EventSourceMapping(
            "partly",
            event_source_arn=queue.arn,
            function_name=function("saai-test-Partly", code).name,
            batch_size=5,
            function_response_types=["ReportBatchItemFailures"],
        )
        pulumi.export("queue", queue.url)
        pulumi.export("dead", dead.url)

    exports = deployer(program).exports
    for tienda in ("T001", "T002", "T003"):
        clients.sqs.send_message(QueueUrl=exports["queue"], MessageBody=tienda)

    (message,) = clients.sqs.receive_message(QueueUrl=exports["dead"], WaitTimeSeconds=20)["Messages"]
    assert message.get("Body") == "T002"
    counts = clients.sqs.get_queue_attributes(
        QueueUrl=exports["queue"],
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )["Attributes"]
    assert set(counts.values()) == {"0"}


def wait_for_text(path: Path) -> str:
    for _ in range(500):
        if path.exists() and path.read_text():
            return path.read_text()
        time.sleep(0.02)
    return ""


def test_a_topic_calls_the_function_that_subscribes_to_it(deployer: Deployer, clients: Clients, tmp_path: Path) -> None:
    """Subscription and permission of a Lambda endpoint."""
    source = """
import os, pathlib

def lambda_handler(event, context):
    print("called")
    pathlib.Path(os.environ["OUT"]).write_text(event["Records"][0]["Sns"]["Message"])
"""
    code = make_zip(tmp_path / "code.zip", {"echo.py": source})
    received = tmp_path / "received"

    def program() -> None:
        topic = aws.sns.Topic("avisos", name="saai-test-avisos")
        saver = function("saai-test-Saver", code, variables={"OUT": str(received)})
        aws.lambda_.Permission(
            "avisos",
            statement_id="avisos",
            action="lambda:InvokeFunction",
            function=saver.name,
            principal="sns.amazonaws.com",
            source_arn=topic.arn,
        )
        aws.sns.TopicSubscription("avisos", topic=topic.arn, protocol="lambda", endpoint=saver.arn)
        pulumi.export("topic", topic.arn)

    clients.sns.publish(TopicArn=deployer(program).exports["topic"], Message="venta")

    assert wait_for_text(received) == "venta"

"""Roles on MiniStack."""

import json
from pathlib import Path

import pulumi
import pulumi_aws as aws
from local_aws.clients import Clients

from tests.local_aws.support import Deployer, make_zip

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": "*"}]}


def test_a_role_with_its_policy(deployer: Deployer, clients: Clients) -> None:
    """Trust and inline policy arrive."""

    def program() -> None:
        role = aws.iam.Role("venta", name="saai-test-venta", assume_role_policy=TRUST, tags={"proyecto": "SAAI"})
        aws.iam.RolePolicy("venta", name="minimo", role=role.name, policy=json.dumps(READ))

    deployer(program)

    role = clients.iam.get_role(RoleName="saai-test-venta")["Role"]
    assert role["AssumeRolePolicyDocument"] == json.loads(TRUST)
    assert clients.iam.get_role_policy(RoleName="saai-test-venta", PolicyName="minimo")["PolicyDocument"] == READ


WRITER = """
import boto3
from botocore.exceptions import ClientError

client = boto3.client("dynamodb")

def put(table):
    return {"Put": {"TableName": table, "Item": {"tenant_id": {"S": "T001"}, "entity_id": {"S": "x"}}}}

def outcome(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "done"

def lambda_handler(event, context):
    print("called")
    mine, other = "saai-test-mine", "saai-test-other"
    return {
        "own table": outcome(client.transact_write_items, TransactItems=[put(mine)]),
        "with another table": outcome(client.transact_write_items, TransactItems=[put(mine), put(other)]),
        "another action": outcome(client.scan, TableName=mine),
        "another service": outcome(boto3.client("ssm").get_parameter, Name="/saai/test/nothing"),
    }
"""


def test_a_function_may_do_what_its_role_says_and_no_more(deployer: Deployer, clients: Clients, tmp_path: Path) -> None:
    """Each part of a transaction is checked on its own table: what passes here has the rights that AWS wants."""
    code = make_zip(tmp_path / "code.zip", {"writer.py": WRITER})

    def program() -> None:
        tables = {name: table(name) for name in ("mine", "other")}
        policy = tables["mine"].arn.apply(lambda arn: json.dumps(allow("dynamodb:PutItem", arn)))
        function("writer", code, policy)

    deployer(program)

    outcomes = json.load(clients.lambda_.invoke(FunctionName="saai-test-writer")["Payload"])
    assert outcomes == {
        "own table": "done",
        "with another table": "AccessDeniedException",
        "another action": "AccessDeniedException",
        "another service": "AccessDeniedException",
    }


SENDER = """
import boto3
from botocore.exceptions import ClientError

client = boto3.client("sqs")

def outcome(queue):
    try:
        client.send_message_batch(QueueUrl=queue, Entries=[{"Id": "1", "MessageBody": "T001"}])
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "done"

def lambda_handler(event, context):
    print("called")
    return [outcome(queue) for queue in event["queues"]]
"""


def test_the_right_to_send_a_message_is_the_right_to_send_several(
    deployer: Deployer, clients: Clients, tmp_path: Path
) -> None:
    """As on AWS, whose SQS has no action SendMessageBatch; and only to the queue that the policy names."""
    code = make_zip(tmp_path / "code.zip", {"sender.py": SENDER})

    def program() -> None:
        mine, other = (aws.sqs.Queue(name, name=f"saai-test-{name}") for name in ("to-send", "not-to-send"))
        policy = mine.arn.apply(lambda arn: json.dumps(allow("sqs:SendMessage", arn)))
        function("sender", code, policy)
        pulumi.export("queues", [mine.url, other.url])

    event = json.dumps({"queues": deployer(program).exports["queues"]}).encode()

    outcomes = json.load(clients.lambda_.invoke(FunctionName="saai-test-sender", Payload=event)["Payload"])
    assert outcomes == ["done", "AccessDenied"]


def function(name: str, code: Path, policy: pulumi.Input[str]) -> None:
    """Make a function that may do what a policy says."""
    role = aws.iam.Role(name, name=f"saai-test-{name}", assume_role_policy=TRUST)
    granted = aws.iam.RolePolicy(name, name="minimo", role=role.name, policy=policy)
    aws.lambda_.Function(
        name,
        name=f"saai-test-{name}",
        role=role.arn,
        handler=f"{name}.lambda_handler",
        runtime="python3.13",
        timeout=20,
        code=pulumi.FileArchive(str(code)),
        opts=pulumi.ResourceOptions(depends_on=[granted]),
    )


def table(name: str) -> aws.dynamodb.Table:
    return aws.dynamodb.Table(
        name,
        name=f"saai-test-{name}",
        billing_mode="PAY_PER_REQUEST",
        hash_key="tenant_id",
        range_key="entity_id",
        attributes=[{"name": "tenant_id", "type": "S"}, {"name": "entity_id", "type": "S"}],
    )


def allow(action: str, resource: str) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}

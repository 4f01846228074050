"""Topics, subscriptions, queues and rules on MiniStack."""

import json
from pathlib import Path

import pulumi
import pulumi_aws as aws
from local_aws.clients import Clients

from tests.local_aws.support import Deployer


def test_a_topic_reaches_the_queue_that_subscribes_to_it(deployer: Deployer, clients: Clients) -> None:
    """Topic, queue, the queue's policy and the subscription work together."""

    def program() -> None:
        topic = aws.sns.Topic("alertas", name="AlertasSAAI-test", display_name="Alertas", tags={"proyecto": "SAAI"})
        queue = aws.sqs.Queue("copias", name="saai-test-copias", visibility_timeout_seconds=45)
        statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        aws.sqs.QueuePolicy("copias", queue_url=queue.url, policy=policy)
        aws.sns.TopicSubscription(
            "copias",
            topic=topic.arn,
            protocol="sqs",
            endpoint=queue.arn,
            raw_message_delivery=True,
            filter_policy=json.dumps({"severidad": ["INFO"]}),
        )
        pulumi.export("topic", topic.arn)
        pulumi.export("queue", queue.url)

    exports = deployer(program).exports
    for severidad in ("CRITICAL", "INFO"):
        attribute = {"DataType": "String", "StringValue": severidad}
        clients.sns.publish(
            TopicArn=exports["topic"], Message=f"hola {severidad}", MessageAttributes={"severidad": attribute}
        )

    received = clients.sqs.receive_message(QueueUrl=exports["queue"], WaitTimeSeconds=5, MaxNumberOfMessages=10)

    assert [message.get("Body") for message in received["Messages"]] == ["hola INFO"]
    attributes = clients.sqs.get_queue_attributes(QueueUrl=exports["queue"], AttributeNames=["All"])["Attributes"]
    assert attributes["VisibilityTimeout"] == "45"


def test_a_queue_sends_what_fails_to_its_dead_letter_queue(deployer: Deployer, clients: Clients) -> None:
    """The redrive policy names a queue of the same program."""

    def program() -> None:
        dead = aws.sqs.Queue("dead", name="saai-test-dead", message_retention_seconds=1209600)
        queue = aws.sqs.Queue(
            "work",
            name="saai-test-work",
            sqs_managed_sse_enabled=True,
            redrive_policy=dead.arn.apply(lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})),
        )
        pulumi.export("url", queue.url)

    url = deployer(program).exports["url"]

    policy = clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])["Attributes"]
    assert json.loads(policy["RedrivePolicy"]) == {
        "deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:saai-test-dead",
        "maxReceiveCount": 3,
    }


def test_a_schedule_calls_its_target(deployer: Deployer, clients: Clients, code_zip: Path) -> None:
    """Rule, permission and target, with the input that the program chose."""

    def program() -> None:
        role = aws.iam.Role("barrer", name="saai-test-barrer", assume_role_policy="{}")
        function = aws.lambda_.Function(
            "barrer",
            name="saai-test-Barrer",
            role=role.arn,
            handler="echo.lambda_handler",
            runtime="python3.13",
            code=pulumi.FileArchive(str(code_zip)),
        )
        rule = aws.cloudwatch.EventRule("minuto", name="saai-test-minuto", schedule_expression="rate(1 minute)")
        aws.lambda_.Permission(
            "minuto",
            action="lambda:InvokeFunction",
            function=function.name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
        )
        aws.cloudwatch.EventTarget(
            "minuto",
            rule=rule.name,
            arn=function.arn,
            input=json.dumps({"origen": "horario"}),
            retry_policy=aws.cloudwatch.EventTargetRetryPolicyArgs(maximum_retry_attempts=2),
        )

    deployer(program)

    rule = clients.events.describe_rule(Name="saai-test-minuto")
    assert rule["ScheduleExpression"] == "rate(1 minute)"
    (target,) = clients.events.list_targets_by_rule(Rule="saai-test-minuto")["Targets"]
    assert target["Arn"] == "arn:aws:lambda:us-east-1:000000000000:function:saai-test-Barrer"
    assert target.get("Input") == '{"origen": "horario"}'
    policy = json.loads(clients.lambda_.get_policy(FunctionName="saai-test-Barrer")["Policy"])
    assert policy["Statement"][0]["Principal"] == {"Service": "events.amazonaws.com"}

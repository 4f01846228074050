"""A function's policy allows what its paths ask AWS for, and nothing else.

The functions run over an AWS in memory that notes each call. What they may do is not written down a second time: a
right that no path here uses is too much, and a call without a right fails on AWS.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from saai_domain.aws.dynamodb import serialize
from saai_domain.testing.aws import Call
from saai_domain.testing.tokens import token
from saai_infra.catalog import FUNCTION_NAMES, FUNCTIONS
from saai_support.functions import ENVIRONMENT, QUEUES, Functions
from saai_support.payloads import handshake, http_request, message, sqs_batch, websocket

from tests.infra.recording import ACCOUNT, REGION, Graph

Rights = Mapping[str, set[str]]
"""Actions by resource."""

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/saai-dev-"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:saai-dev-"
CONNECTIONS = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:websocket/dev"
QUEUE_NAMES = {url: name for name, url in QUEUES.items()}
NOON = datetime(2026, 3, 10, 17, tzinfo=UTC)
OWNER = token(rol="ADMIN")
OWN_LOG = {"logs:CreateLogStream", "logs:PutLogEvents"}


def asked(call: Call) -> Iterator[tuple[str, str]]:
    """The resource and the action of a call, as IAM names them; several where it is a batch or a transaction."""
    match call.service, call.operation:
        case "dynamodb", "batch_get_item" | "batch_write_item":
            for table in call.params["RequestItems"]:
                yield f"{TABLE}{table}", f"dynamodb:{pascal(call.operation)}"
        case "dynamodb", "transact_write_items":
            for action in call.params["TransactItems"]:
                ((kind, what),) = action.items()
                yield f"{TABLE}{what['TableName']}", f"dynamodb:{kind}{'' if kind == 'ConditionCheck' else 'Item'}"
        case "dynamodb", operation:
            index = call.params.get("IndexName")
            table = f"{TABLE}{call.params['TableName']}"
            yield (f"{table}/index/{index}" if index else table), f"dynamodb:{pascal(operation)}"
        case "sqs", "send_message" | "send_message_batch":
            yield f"{QUEUE}{QUEUE_NAMES[call.params['QueueUrl']]}", "sqs:SendMessage"
        case "lambda", "invoke":
            name = call.params["FunctionName"]
            yield f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}", "lambda:InvokeFunction"
        case "sns", "publish":
            yield call.params["TopicArn"].replace("us-east-1", REGION), "sns:Publish"
        case "ssm", "get_parameter":
            yield f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{call.params['Name']}", "ssm:GetParameter"
        case "connections", "post_to_connection":
            yield f"{CONNECTIONS}/POST/@connections/*", "execute-api:ManageConnections"
        case "connections", "delete_connection":
            yield f"{CONNECTIONS}/DELETE/@connections/*", "execute-api:ManageConnections"
        case unknown:
            raise AssertionError(unknown)


def pascal(operation: str) -> str:
    return operation.title().replace("_", "")


class Stage(Functions):
    """The functions, and what each has asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: dict[str, defaultdict[str, set[str]]] = {name: defaultdict(set) for name in FUNCTION_NAMES}

    def call(self, name: str, event: Mapping[str, Any], context: Any = None) -> Any:
        with self.aws.recording() as calls:
            answer = super().call(name, event, context)
        for call in calls:
            for resource, action in asked(call):
                self.asked[name][resource].add(action)
        return answer

    def put(self, table: str, entity_id: str, *, tenant: str = "T001", **data: Any) -> None:
        row = {"tenant_id": tenant, "entity_id": entity_id, "data": {"estado": "ACTIVO", **data}}
        self.aws.dynamodb.put_item(TableName=table, Item=serialize(row))


@pytest.fixture(scope="module")
def used() -> Mapping[str, Rights]:
    """What each function asked for, on every path."""
    stage = Stage()
    with time_machine.travel(NOON, tick=False) as clock:
        open_store(stage)
        connect(stage)
        sell(stage)
        talk(stage)
        answer(stage)
        emit_for_others(stage)
        clock.shift(timedelta(minutes=2))
        sweep(stage)
        work(stage)
        leave(stage)
    return stage.asked


def open_store(stage: Stage) -> None:
    stage.put("tiendas", "T001", tenant="SAAI", codigo_tienda="T001", estado="ACTIVA")
    stage.put("usuarios", "T001U001", codigo_usuario="T001U001", rol="TRABAJADOR")
    stage.put("productos", "T001P001", codigo_producto="T001P001", nombre="Arroz", precio=5, stock=500)
    stage.put("gastos", "T001G001", monto=10, fecha="2026-03-10")

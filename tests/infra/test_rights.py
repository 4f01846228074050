"""A function's policy allows what its paths ask AWS for, and nothing else.

The functions run over an AWS in memory that notes each call. What they may do is not written down a second time: a
right that no path here uses is too much, and a call without a right fails on AWS.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import attrs
import pytest
import time_machine
from saai_domain.aws.dynamodb import serialize
from saai_domain.testing.aws import Call, InMemoryAws
from saai_domain.testing.tokens import token
from saai_infra.catalog import FUNCTION_NAMES, FUNCTIONS
from saai_support.functions import QUEUES, Functions
from saai_support.payloads import handshake, http_request, message, payload, sqs_batch, websocket

from tests.infra.recording import ACCOUNT, REGION, Graph

Rights = Mapping[str, set[str]]
"""Actions by resource."""

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/saai-dev-"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:saai-dev-"
CONNECTIONS = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:websocket/dev"
QUEUE_NAMES = {url: name for name, url in QUEUES.items()}
NOON = datetime(2026, 3, 10, 17, tzinfo=UTC)
OWNER = token(rol="ADMIN")


def asked(call: Call) -> Iterator[tuple[str, str]]:
    """The resource and the action of a call, as IAM names them; several where it is a batch or a transaction."""
    match call.service, call.operation:
        case "dynamodb", operation:
            yield from asked_of_tables(operation, call.params)
        case "sqs", _:
            # A batch of messages needs no other right.
            yield f"{QUEUE}{QUEUE_NAMES[call.params['QueueUrl']]}", "sqs:SendMessage"
        case "lambda", "invoke":
            name = call.params["FunctionName"]
            yield f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}", "lambda:InvokeFunction"
        case "sns", "publish":
            yield call.params["TopicArn"], "sns:Publish"
        case "ssm", "get_parameter":
            yield f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{call.params['Name']}", "ssm:GetParameter"
        case "connections", operation:
            method = {"post_to_connection": "POST", "delete_connection": "DELETE"}[operation]
            yield f"{CONNECTIONS}/{method}/@connections/*", "execute-api:ManageConnections"
        case unknown:
            raise AssertionError(unknown)


def asked_of_tables(operation: str, params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A transaction needs the rights of its parts."""
    match operation:
        case "batch_get_item" | "batch_write_item":
            for table in params["RequestItems"]:
                yield f"{TABLE}{table}", f"dynamodb:{pascal(operation)}"
        case "transact_write_items":
            for action in params["TransactItems"]:
                ((kind, what),) = action.items()
                yield f"{TABLE}{what['TableName']}", f"dynamodb:{kind}Item"
        case _:
            index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
            yield f"{TABLE}{params['TableName']}{index}", f"dynamodb:{pascal(operation)}"


def pascal(operation: str) -> str:
    return operation.title().replace("_", "")


@attrs.define
class Stage:
    """The functions, and what each has asked for."""

    functions: Functions = attrs.field(factory=Functions)
    asked: dict[str, defaultdict[str, set[str]]] = attrs.field(
        factory=lambda: {name: defaultdict(set) for name in FUNCTION_NAMES}
    )

    @property
    def aws(self) -> InMemoryAws:
        return self.functions.aws

    def call(self, name: str, event: Mapping[str, Any]) -> Any:
        assert name in self.asked, f"add {name} to FUNCTIONS in saai_infra.catalog"
        with self.aws.recording() as calls:
            answer = self.functions.call(name, event)
        for call in calls:
            for resource, action in asked(call):
                self.asked[name][resource].add(action)
        return answer

    def put(self, table: str, entity_id: str, *, tenant: str = "T001", **data: Any) -> None:
        row = {"tenant_id": tenant, "entity_id": entity_id, "data": {"estado": "ACTIVO", **data}}
        self.aws.dynamodb.put_item(TableName=table, Item=serialize(row))

    def deliver(self) -> None:
        """Run what is queued for EmitirEventosWs, and have the notices kept."""
        while self.aws.lambda_.queue:
            self.call("EmitirEventosWs", self.aws.lambda_.queue.pop(0).payload)
        while self.aws.sns.messages:
            self.call("GuardarNotificacion", {"Records": [self.aws.sns.messages.pop(0).record]})


@pytest.fixture(scope="module")
def used() -> Mapping[str, Rights]:
    """What each function asked for, on every path."""
    stage = Stage()
    with time_machine.travel(NOON, tick=False) as clock:
        open_store(stage)
        connect(stage)
        for number in range(6):
            assert sell(stage, number)["statusCode"] == HTTPStatus.CREATED
            stage.deliver()
        talk(stage)
        pass_over_a_gap(stage)
        emit_for_others(stage)
        # The first event of a channel makes its counter, whoever it is from.
        assert stage.call("PrediccionDemanda", sqs_batch('{"tenant_id":"T003"}')) == {"batchItemFailures": []}
        work(stage)
        ask(stage)
        sell(stage, 7)
        stage.aws.lambda_.queue.clear()
        clock.shift(timedelta(minutes=2))
        stage.call("BarrerEventos", payload("schedule"))
        stage.deliver()
        leave(stage)
        shut_out(stage)
        clock.shift(timedelta(days=1))
        work(stage)
    return stage.asked


def open_store(stage: Stage) -> None:
    for store in ("T001", "T002", "T003"):
        stage.put("tiendas", store, tenant="SAAI", codigo_tienda=store, estado="ACTIVA")
    stage.put("productos", "T003P001", tenant="T003", codigo_producto="T003P001", nombre="Sal", precio=2, stock=5)
    stage.put("usuarios", "T001U001", codigo_usuario="T001U001", rol="TRABAJADOR")
    stage.put("productos", "T001P001", codigo_producto="T001P001", nombre="Arroz", precio=5, stock=500)
    stage.put("gastos", "T001G001", monto=10, fecha="2026-03-10")


def connect(stage: Stage) -> None:
    """With a token and with a ticket; one screen stays, one is past its time, one is gone, and one hears everything."""
    assert stage.call("AutorizarConexion", handshake(token=token()))
    ticket = body(stage.call("EmitirTicketWs", http_request("POST /ws-ticket", token=token())))["ticket"]
    stage.call("AutorizarConexion", handshake(ticket=ticket))
    for name in ("stays", "ends", "gone"):
        stage.aws.connections.open(name)
        ends = str(int(NOON.timestamp()) + 30) if name == "ends" else in_an_hour()
        stage.call("OnConnect", websocket("connect", name, exp=ends, connectedAt=a_minute_ago()))
    stage.aws.connections.sockets.pop("gone")


def in_an_hour() -> str:
    """In seconds, as a token has it."""
    return str(int(NOON.timestamp()) + 3600)


def a_minute_ago() -> str:
    """In milliseconds, as API Gateway has it."""
    return str((int(NOON.timestamp()) - 60) * 1000)


def sell(stage: Stage, number: int) -> Any:
    sold = {"productos": [{"codigo_producto": "T001P001", "cantidad": 1}], "metodo_pago": "EFECTIVO"}
    return stage.call(
        "RegistrarVenta", http_request("POST /ventas", token=token(), body=sold, idempotency_key=f"venta-{number}")
    )


def talk(stage: Stage) -> None:
    """A screen asks how things are, and for what it missed; one whose row is missing; one past its time."""
    for name in ("stays", "unseen"):
        stage.aws.connections.open(name)
        for sent in ({"action": "ping"}, {"action": "resume", "cursor": {"tienda": 1}}):
            stage.call("OnMessage", message(sent, name, exp=in_an_hour(), connectedAt=a_minute_ago()))
    stage.aws.connections.open("late")
    stage.call("OnMessage", message({"action": "ping"}, "late", exp="1"))
    # A store of its own, whose screen asks for so much that it is counted.
    stage.put("counters", "eventos#tienda", tenant="T009", value=1000)
    who = {"tenant_id": "T009", "codigo_usuario": "T009U001", "exp": in_an_hour(), "connectedAt": a_minute_ago()}
    stage.call("OnMessage", message({"action": "resume", "cursor": {"tienda": 1}}, "asks", **who))


def ask(stage: Stage) -> None:
    """Every list."""
    for route in ("GET /ventas", "GET /productos", "GET /analitica", "GET /notificaciones"):
        query = {"periodo": "dia"} if route == "GET /analitica" else {}
        answer = stage.call("ConsultarTienda", http_request(route, token=OWNER, query=query))
        assert answer["statusCode"] == HTTPStatus.OK, f"{route}: has its function an entry for it? {answer}"


def pass_over_a_gap(stage: Stage) -> None:
    """A store whose newest numbers have no sale: what a list, a refresh and the night read of it."""
    stage.put("counters", "ventas", tenant="T008", value=1000)
    owner = token(tenant_id="T008", codigo_usuario="T008U001", rol="ADMIN")
    stage.call("ConsultarTienda", http_request("GET /ventas", token=owner))
    for worker in ("ActualizarAnalitica", "PrediccionDemanda"):
        assert stage.call(worker, sqs_batch('{"tenant_id":"T008"}')) == {"batchItemFailures": []}


def emit_for_others(stage: Stage) -> None:
    """Another service's event, new and sent again."""
    event = {
        "tenant_id": "T001",
        "event_type": "analitica_actualizada",
        "payload": {"mensaje": "hola"},
        "event_id": "e1",
    }
    for event_id in ("e1", "e1", "e2"):
        stage.call("EmitirEventosWs", {**event, "event_id": event_id})


def work(stage: Stage) -> None:
    """A forecast on request, and what the queues bring of both schedules."""
    product = {"codigo_producto": "T001P001"}
    stage.call("PrediccionDemanda", http_request("POST /predicciones", token=OWNER, body=product))
    for task, worker in (("analitica", "ActualizarAnalitica"), ("predicciones", "PrediccionDemanda")):
        stage.call("DespacharTiendas", payload("schedule_with_input", tarea=task))
        for queued in stage.aws.sqs.queues.pop(QUEUES[task]):
            assert stage.call(worker, sqs_batch(queued.body)) == {"batchItemFailures": []}
    stage.deliver()


def leave(stage: Stage) -> None:
    stage.call("OnDisconnect", websocket("disconnect", "stays"))


def shut_out(stage: Stage) -> None:
    """A user is made inactive: while connecting, while connected, and with one screen that says nothing."""
    context = {"exp": in_an_hour(), "connectedAt": a_minute_ago()}
    for name in ("silent", "talks"):
        stage.aws.connections.open(name)
        stage.call("OnConnect", websocket("connect", name, **context))
    stage.put("usuarios", "T001U001", codigo_usuario="T001U001", rol="TRABAJADOR", estado="INACTIVO")
    assert stage.call("OnConnect", websocket("connect", "late", **context)) == {"statusCode": HTTPStatus.FORBIDDEN}
    stage.call("OnMessage", message({"action": "ping"}, "talks", **context))
    stage.call("CerrarPantallas", {"tenant_id": "T001", "codigo_usuario": "T001U001"})


def body(answer: Mapping[str, Any]) -> Any:
    return json.loads(answer["body"])["data"]


def by_lambda(name: str) -> Rights:
    """What Lambda itself does with the function's role: its log, its queue, and what failed for good."""
    (spec,) = (spec for spec in FUNCTIONS if spec.name == name)
    rights = {
        f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/saai-dev-{name}:*": {
            *("logs:CreateLogStream", "logs:PutLogEvents"),
        }
    }
    if spec.queue is not None:
        rights[f"{QUEUE}{spec.queue.name}"] = {
            *("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
        }
    if spec.failures_queue is not None:
        rights[f"{QUEUE}{spec.failures_queue}"] = {"sqs:SendMessage"}
    return rights


@pytest.mark.parametrize("name", FUNCTION_NAMES)
def test_a_function_may_do_what_it_does_and_nothing_else(dev: Graph, used: Mapping[str, Rights], name: str) -> None:
    """Both ways: a call without its right, and a right without its call."""
    allowed = {statement["Resource"]: set(statement["Action"]) for statement in dev.policy(name)}
    assert allowed == {**used[name], **by_lambda(name)}, (
        f"make `uses` of {name} in saai_infra.catalog and what it asks AWS for agree, "
        f"or add the path that asks to `used` in {__name__}"
    )

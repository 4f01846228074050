"""What was left undelivered, on a whole stage: the sweep finds it, and what failed for good is re-driven."""

import json
import os
import subprocess
import sys
from datetime import timedelta

from local_aws.clients import ROOT_KEY
from local_aws.schedules import call_targets
from saai_domain.aws.dynamodb import key_of, serialize
from saai_domain.codes import TenantId
from saai_domain.event_log import log_event, to_item
from saai_domain.events import AnaliticaActualizada, event_of
from saai_domain.roles import Rol
from saai_domain.time import lima_now

from tests.e2e.store import Store, eventually, frame

COUNTER = "eventos#administracion"


def _set_counter(store: Store, value: object) -> None:
    item = {"tenant_id": store.tenant_id, "entity_id": COUNTER, "data": {"value": value}}
    store.running.clients.dynamodb.put_item(TableName=store.running.stack.tables["counters"], Item=serialize(item))


def _leave_pending(store: Store, *, age: timedelta, attempts: int = 0) -> None:
    """Log an event whose publisher died before it had it delivered."""
    row = log_event(
        event_of(AnaliticaActualizada(mensaje="Lista")),
        tenant_id=TenantId(store.tenant_id),
        seq=1,
        moment=lima_now() - age,
        origen="prueba",
    )
    item = to_item(row)
    if attempts:
        item["data"]["intentos"] = attempts
    store.running.clients.dynamodb.put_item(TableName=store.running.stack.tables["eventos"], Item=serialize(item))
    _set_counter(store, 1)


def _sweep(store: Store) -> None:
    call_targets(store.running.stack.rules["barrer-eventos"], clients=store.running.clients)


def _redrive(store: Store) -> list[str]:
    """Run the operator's command and return what it printed."""
    stack = store.running.stack
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "operations", "redrive", "--stage", stack.stage],
        env={
            "PYTHONPATH": os.pathsep.join(sys.path),
            "AWS_ENDPOINT_URL": stack.endpoint_url,
            "AWS_DEFAULT_REGION": stack.region,
            "AWS_ACCESS_KEY_ID": ROOT_KEY,
            "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.splitlines()


def _is_pending(store: Store) -> bool:
    row = store.row("eventos", "administracion#000000000001")
    return row is not None and "pendiente" in row


def test_an_event_whose_publisher_died_is_delivered_by_the_sweep(store: Store) -> None:
    """To the screens that are there, and then it is off the list."""
    with store.screen(store.token(Rol.ADMIN)) as owner:
        _leave_pending(store, age=timedelta(minutes=1))
        _sweep(store)
        assert frame(owner)["data"]["mensaje"] == "Lista"
    assert eventually(lambda: not _is_pending(store))


def test_an_event_whose_attempts_are_used_up_waits_until_it_is_given_back(store: Store) -> None:
    """The sweep leaves it alone, the command gives it back."""
    with store.screen(store.token(Rol.ADMIN)) as owner:
        _leave_pending(store, age=timedelta(hours=9), attempts=10)
        _sweep(store)
        row = store.row("eventos", "administracion#000000000001")
        assert row is not None
        assert row["pendiente"] >= 16
        assert f"given back to the sweep: {store.tenant_id}-administracion-000000000001" in _redrive(store)
        _sweep(store)
        assert frame(owner)["data"]["mensaje"] == "Lista"


def test_an_invoke_that_failed_for_good_is_invoked_again(store: Store) -> None:
    """It waits in the queue for that, whatever the reason was; here the store's counter can't be read."""
    running = store.running
    queue = running.stack.queues["eventos-fallidos"]
    _set_counter(store, "roto")
    request = {
        "tenant_id": store.tenant_id,
        "event_type": "analitica_actualizada",
        "payload": {"mensaje": "De otro servicio"},
    }
    running.clients.lambda_.invoke(
        FunctionName=running.stack.functions["EmitirEventosWs"],
        InvocationType="Event",
        Payload=json.dumps(request).encode(),
    )

    def waiting() -> bool:
        answer = running.clients.sqs.get_queue_attributes(
            QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return answer["Attributes"]["ApproximateNumberOfMessages"] == "1"

    assert eventually(waiting, seconds=60)
    running.clients.dynamodb.delete_item(
        TableName=running.stack.tables["counters"], Key=key_of(store.tenant_id, COUNTER)
    )
    with store.screen(store.token(Rol.ADMIN)) as owner:
        told = _redrive(store)
        assert frame(owner)["data"]["mensaje"] == "De otro servicio"
    assert f"invoked again for {store.tenant_id}: analitica_actualizada" in told
    assert not waiting()

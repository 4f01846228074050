"""The real infrastructure program on the local AWS."""

from pathlib import Path

from local_aws.running import RunningStack, running_stack
from local_aws.stack import Stack


def test_every_table_and_function_of_the_stage_exists(running_local_stack: RunningStack) -> None:
    """Under the physical names that other services rely on."""
    stack, clients = running_local_stack.stack, running_local_stack.clients

    tables = clients.dynamodb.list_tables()["TableNames"]
    functions = [function.get("FunctionName") for function in clients.lambda_.list_functions()["Functions"]]

    assert sorted(tables) == sorted(stack.tables.values())
    assert sorted(map(str, functions)) == sorted(stack.functions.values())
    assert stack.tables["ws-connections"] == "saai-local-ws-connections"
    assert stack.functions["EmitirEventosWs"] == "saai-local-EmitirEventosWs"


def test_its_addresses_are_those_of_the_local_aws(local_stack: Stack) -> None:
    """WebSocket, callbacks and HTTP, computed by the program itself."""
    callback = local_stack.outputs["ws_api_endpoint"]

    assert local_stack.ws_url.startswith("ws://127.0.0.1:")
    assert local_stack.ws_url.endswith("/local")
    assert callback == local_stack.ws_url.replace("ws://", "http://")
    assert local_stack.api_url.startswith(f"{local_stack.endpoint_url}/_aws/execute-api/")
    assert not local_stack.api_url.endswith("/")


def test_functions_find_the_secret_that_signs_the_stacks_tokens(running_local_stack: RunningStack) -> None:
    """The parameter that their environment names holds it."""
    stack, clients = running_local_stack.stack, running_local_stack.clients
    configuration = clients.lambda_.get_function_configuration(FunctionName=stack.functions["AutorizarConexion"])
    name = configuration["Environment"]["Variables"]["JWT_SECRET_PARAMETER"]

    parameter = clients.ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]

    assert parameter["Value"] == stack.jwt_secret


def test_a_second_stack_in_the_same_process_is_another_one(local_stack: Stack, tmp_path: Path) -> None:
    """Ports, addresses and secrets are its own."""
    with running_stack(log=tmp_path / "log") as second:
        assert second.stack.endpoint_url != local_stack.endpoint_url
        assert second.stack.ws_url != local_stack.ws_url
        assert second.stack.jwt_secret != local_stack.jwt_secret
        assert second.stack.tables == local_stack.tables

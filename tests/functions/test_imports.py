"""What each function imports: every module costs a cold start, so each has to be on the function's list.

Measured as Lambda starts it, in a clean interpreter with the built layer and code.
"""

from collections.abc import Mapping
from typing import Final

import attrs
import pytest
from saai_domain.late import SELDOM, UNUSED
from saai_infra.catalog import FUNCTIONS
from saai_support.lambda_process import MODULES, LambdaProcess

EVERYBODY: Final = ("attrs", "importlib", "msgspec", "ssl", "selectors", "hmac", "gc")
"""Contracts, and signed calls over TLS."""
HOT: Final = (
    *("AutorizarConexion", "EmitirTicketWs", "OnConnect", "OnDisconnect", "OnMessage", "EmitirEventosWs"),
    "RegistrarVenta",
)
"""Somebody waits at a screen or a till while these start."""
DEAR: Final = ("urllib.request", "http.client", "email", "boto3", "jwt.jwks_client")
"""What was once imported without being used (docs/decisions.md, "The functions call AWS without an SDK")."""
GATEWAY: Final = ("ws_gateway",)
EVENTS: Final = ("saai_events",)
ALLOWED: Final[Mapping[str, tuple[str, ...]]] = {
    "AutorizarConexion": (*GATEWAY, "saai_domain.pyjwt", "secrets", "http"),
    "EmitirTicketWs": (*GATEWAY, "saai_domain.pyjwt", "secrets", "http"),
    "OnConnect": (*GATEWAY, "http"),
    "OnDisconnect": GATEWAY,
    "OnMessage": GATEWAY,
    "CerrarPantallas": (*GATEWAY, "http"),
    "EmitirEventosWs": GATEWAY,
    "BarrerEventos": GATEWAY,
    "ConsultarTienda": (*EVENTS, "saai_domain.pyjwt", "http"),
    "DespacharTiendas": (*EVENTS, "concurrent.futures.thread"),
    "ActualizarAnalitica": EVENTS,
    "PrediccionDemanda": (*EVENTS, "saai_domain.pyjwt", "http"),
    "GuardarNotificacion": EVENTS,
    **{spec.name: (*EVENTS, "saai_domain.pyjwt", "http") for spec in FUNCTIONS if spec.is_command},
}
"""What a function imports besides, and whatever these import themselves."""
OURS: Final = frozenset({"aws_lite", "saai_domain", "ws_gateway", "saai_events"})
SDK: Final = frozenset({"boto3", "botocore", "jmespath", "urllib3", "dateutil", "cryptography"})
MAX_LAYER_BYTES: Final = 2_500_000


@pytest.fixture(scope="session")
def process(tmp_path_factory: pytest.TempPathFactory) -> LambdaProcess:
    return LambdaProcess.prepared(tmp_path_factory.mktemp("lambda"))


def _loaded(process: LambdaProcess, *modules: str) -> set[str]:
    """The top-level modules that are there once these are imported."""
    found = {name.partition(".")[0] for name in _run(process, *modules)} - {"__main__"}
    return {name for name in found if not name.startswith("_")}


def _run(process: LambdaProcess, *modules: str) -> list[str]:
    """The modules that have run once these are imported: not what was put off (``saai_domain.late``)."""
    late = "{'LateModule'}"
    found: list[str] = process.run(
        f"import {', '.join(modules)}",
        f"sorted(name for name, module in sys.modules.items() if type(module).__name__ not in {late})",
    )
    return found


@pytest.mark.parametrize("function", list(MODULES))
def test_a_function_imports_nothing_that_is_not_on_its_list(process: LambdaProcess, function: str) -> None:
    """To import another module, say here that the function needs it."""
    listed = ALLOWED.get(function, ())
    others = [name for name in listed if name not in OURS]
    allowed = _loaded(process, *EVERYBODY, *others) | {"aws_lite", "saai_domain"} | (OURS & set(listed))
    more = sorted(_loaded(process, MODULES[function]) - allowed)
    assert more == [], (
        f"import less, or add {more} (or what brings them) to ALLOWED[{function!r}]: a cold start pays it"
    )


@pytest.mark.parametrize("function", list(MODULES))
def test_a_functions_list_holds_nothing_that_it_no_longer_imports(process: LambdaProcess, function: str) -> None:
    """A list that is too long allows too much."""
    listed = {name.partition(".")[0] for name in ALLOWED.get(function, ())}
    unused = sorted(listed - _loaded(process, MODULES[function]))
    assert unused == [], f"take {unused} out of ALLOWED[{function!r}]"


@pytest.mark.parametrize("function", HOT)
def test_a_function_that_somebody_waits_for_imports_nothing_dear(process: LambdaProcess, function: str) -> None:
    """By name, so that a list grown by mistake can't let it in again."""
    assert process.run(f"import {MODULES[function]}", f"[name for name in {DEAR!r} if name in sys.modules]") == []


@pytest.mark.parametrize("function", list(MODULES))
def test_no_function_imports_the_sdk(process: LambdaProcess, function: str) -> None:
    """Of botocore, its exceptions when there is one."""
    assert [name for name in _run(process, MODULES[function]) if name.partition(".")[0] in SDK] == []


@pytest.mark.parametrize("function", list(MODULES))
def test_what_is_put_off_has_not_run_when_a_function_has_started(process: LambdaProcess, function: str) -> None:
    """Whatever asks for something of it at import makes a cold start pay for it again."""
    assert set(_run(process, MODULES[function])).isdisjoint(UNUSED)


@pytest.mark.parametrize(
    "function", ["EmitirEventosWs", "BarrerEventos", "OnMessage", "AutorizarConexion", "OnConnect"]
)
def test_who_hands_events_on_starts_without_their_contracts(process: LambdaProcess, function: str) -> None:
    """An event in the log is its text: only one that is new is read by its contract."""
    assert set(_run(process, MODULES[function])).isdisjoint(SELDOM)


@pytest.mark.parametrize("function", list(MODULES))
def test_every_function_starts_with_the_runtimes_boto3_too(process: LambdaProcess, function: str) -> None:
    """Where the stage asks for it: nothing has to be shipped for the way back."""
    asking = attrs.evolve(process, environment={**process.environment, "SAAI_AWS_CLIENT": "boto3"})
    assert asking.run(f"import {MODULES[function]}", "'boto3' in sys.modules")


@pytest.mark.parametrize("function", HOT)
def test_no_garbage_is_collected_while_a_function_starts(process: LambdaProcess, function: str) -> None:
    """What a start makes stays: to look for garbage among it finds nothing, and is not done afterwards either."""
    package = MODULES[function].partition(".")[0]
    collections = "sum(generation['collections'] for generation in gc.get_stats())"
    found = process.run(
        f"import gc, {package}\nbefore = {collections}\nimport {MODULES[function]}",
        f"[{collections} - before, gc.isenabled(), gc.get_freeze_count() > len(gc.get_objects())]",
    )
    assert found == [0, True, True]


def test_the_layer_is_small(process: LambdaProcess) -> None:
    """Zipped, and without the runtime's packages."""
    assert process.layer_bytes <= MAX_LAYER_BYTES
    assert not [name for name in SDK if (process.layer / name).exists()]

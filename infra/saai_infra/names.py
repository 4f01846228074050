"""Names that other services rely on, exactly as docs/domain.md, "Names on AWS", has them, and what Pulumi makes names
of.
"""

import re


def function_name(stage: str, name: str) -> str:
    """`saai-dev-OnConnect`."""
    return f"saai-{stage}-{name}"


def table_name(stage: str, name: str) -> str:
    """`saai-dev-ws-connections`."""
    return f"saai-{stage}-{name}"


def table_variable(name: str) -> str:
    """The environment variable that holds a table's name: `WS_CONNECTIONS_TABLE`."""
    return f"{name.upper().replace('-', '_')}_TABLE"


def function_variable(name: str) -> str:
    """The environment variable that holds a function's name: `EMITIR_EVENTOS_WS_FUNCTION_NAME`."""
    return f"{module_name(name).upper()}_FUNCTION_NAME"


def module_name(name: str) -> str:
    """A function's module: `EmitirEventosWs` is `emitir_eventos_ws`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def queue_name(stage: str, name: str) -> str:
    """`saai-dev-analitica`."""
    return f"saai-{stage}-{name}"


def queue_variable(name: str) -> str:
    """The environment variable that holds a queue's address: `ANALITICA_QUEUE_URL`."""
    return f"{name.upper().replace('-', '_')}_QUEUE_URL"


def pace_variable(name: str) -> str:
    """The environment variable that holds how fast a queue is filled: `ANALITICA_MESSAGES_A_SECOND`."""
    return f"{name.upper().replace('-', '_')}_MESSAGES_A_SECOND"


def dead_letters(queue: str) -> str:
    """The queue of what failed in a queue of work: `analitica-fallidos`."""
    return f"{queue}-fallidos"


def rule_name(stage: str, name: str) -> str:
    """`saai-dev-barrer-eventos`."""
    return f"saai-{stage}-{name}"


def websocket_api_name(stage: str) -> str:
    """`saai-websocket-dev`."""
    return f"saai-websocket-{stage}"


def http_api_name(stage: str) -> str:
    """`saai-http-dev`."""
    return f"saai-http-{stage}"


def alerts_topic_name(stage: str) -> str:
    """`AlertasSAAI-dev`: its messages are a contract (docs/domain.md, "SNS message")."""
    return f"AlertasSAAI-{stage}"


def alarms_topic_name(stage: str) -> str:
    """`saai-dev-alarmas`: what operators get; a topic of its own because CloudWatch's messages keep no contract."""
    return f"saai-{stage}-alarmas"


def jwt_secret_parameter(stage: str) -> str:
    """`/saai/dev/jwt-secret`."""
    return f"/saai/{stage}/jwt-secret"


def layer_parameter(stage: str) -> str:
    """`/saai/dev/layers/domain`: where other services find the layer's current ARN."""
    return f"/saai/{stage}/layers/domain"


def layer_major_parameter(stage: str, major: str) -> str:
    """`/saai/dev/layers/domain/2`: where other services find the newest layer of the major version that they use."""
    return f"{layer_parameter(stage)}/{major}"


def outputs_parameter(stage: str) -> str:
    """`/saai/dev/outputs`: where another repository finds what it needs of the stage."""
    return f"/saai/{stage}/outputs"


def logical_name(*parts: str) -> str:
    """`http-POST-ventas`: a resource's name within the program, of digits, letters, `-` and `_` only.

    The provider makes a physical name of it where the program gives none: `{logical name}-{7 hex digits}`, whatever its
    characters, and AWS then refuses what its own pattern doesn't allow (a permission's statement id).
    """
    return "-".join(re.sub(r"[^0-9A-Za-z_]+", "-", part).strip("-") for part in parts)

"""The stage called `local`: its configuration, and where things are in it."""

import runpy
from collections.abc import Mapping

from local_aws.deploy import Deployment, Settings
from local_aws.ministack import REGION
from local_aws.paths import INFRASTRUCTURE_PROGRAM
from local_aws.stack import Stack

PROJECT = "saai"
STAGE = "local"

_PREFIX = f"saai-{STAGE}-"
_TABLE = "aws:dynamodb/table:Table"
_FUNCTION = "aws:lambda/function:Function"


def infrastructure() -> None:
    """Run infra/__main__.py as the Pulumi CLI does."""
    runpy.run_path(str(INFRASTRUCTURE_PROGRAM), run_name="__main__")


def settings(*, jwt_secret: str) -> Settings:
    """What `pulumi config` would hold for the stage."""
    config = {"aws:region": REGION, f"{PROJECT}:jwtSecret": jwt_secret}
    return Settings(project=PROJECT, stage=STAGE, config=config, secrets=frozenset({f"{PROJECT}:jwtSecret"}))


def describe(deployment: Deployment, *, endpoint_url: str, jwt_secret: str) -> Stack:
    """What tools need to know about a deployment of the stage."""
    exports = deployment.exports
    return Stack(
        ws_url=exports["websocket_url"],
        api_url=exports["api_url"].rstrip("/"),
        endpoint_url=endpoint_url,
        region=REGION,
        stage=STAGE,
        jwt_secret=jwt_secret,
        tables=_names(deployment, _TABLE),
        functions=_names(deployment, _FUNCTION),
        outputs=exports,
    )


def _names(deployment: Deployment, token: str) -> Mapping[str, str]:
    """DOMAIN.md's names to the physical ones, `saai-{stage}-{name}`."""
    return {resource.id.removeprefix(_PREFIX): resource.id for resource in deployment.of_type(token)}

"""The stage called `local`: its configuration, and where things are in it."""

import os
import runpy

from local_aws.deploy import Deployment, Settings
from local_aws.ministack import REGION
from local_aws.paths import INFRASTRUCTURE_PROGRAM
from local_aws.stack import Stack

PROJECT = "saai"
STAGE = "local"


def infrastructure() -> None:
    """Run infra/__main__.py as the Pulumi CLI does."""
    runpy.run_path(str(INFRASTRUCTURE_PROGRAM), run_name="__main__")


def settings(*, endpoint_url: str, jwt_secret: str) -> Settings:
    """What `pulumi config` would hold for the stage. SAAI_AWS_CLIENT=boto3 tries the other client for AWS."""
    secret = f"{PROJECT}:jwtSecret"
    config = {
        f"{PROJECT}:region": REGION,
        f"{PROJECT}:endpointUrl": endpoint_url,
        f"{PROJECT}:awsClient": os.environ.get("SAAI_AWS_CLIENT", "lite"),
        secret: jwt_secret,
    }
    return Settings(project=PROJECT, stage=STAGE, config=config, secrets=frozenset({secret}))


def describe(deployment: Deployment, *, endpoint_url: str, jwt_secret: str) -> Stack:
    """What tools need to know about a deployment of the stage."""
    exports = deployment.exports
    return Stack(
        ws_url=exports["websocket_url"],
        api_url=exports["api_url"],
        endpoint_url=endpoint_url,
        region=REGION,
        stage=STAGE,
        jwt_secret=jwt_secret,
        tables=exports["tables"],
        functions=exports["functions"],
        queues=exports["queues"],
        rules=exports["rules"],
        outputs=exports,
    )

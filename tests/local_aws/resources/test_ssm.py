"""Parameters on MiniStack."""

import pulumi
import pulumi_aws as aws
from local_aws.clients import Clients

from tests.local_aws.support import Deployer


def test_a_secret_parameter_is_encrypted_and_can_be_read(deployer: Deployer, clients: Clients) -> None:
    """The value is a Pulumi secret; reading it needs decryption."""

    def program() -> None:
        parameter = aws.ssm.Parameter(
            "jwt",
            name="/saai/test/jwt-secret",
            type="SecureString",
            value=pulumi.Output.secret("muy secreto"),
            description="The key of SAAI's tokens",
            tags={"proyecto": "SAAI"},
        )
        pulumi.export("arn", parameter.arn)

    arn = deployer(program).exports["arn"]

    assert arn == "arn:aws:ssm:us-east-1:000000000000:parameter/saai/test/jwt-secret"
    decrypted = clients.ssm.get_parameter(Name="/saai/test/jwt-secret", WithDecryption=True)["Parameter"]
    assert decrypted["Value"] == "muy secreto"
    assert decrypted["ARN"] == arn
    assert clients.ssm.get_parameter(Name="/saai/test/jwt-secret")["Parameter"]["Value"] != "muy secreto"

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


def test_another_program_reads_a_parameter(deployer: Deployer, clients: Clients) -> None:
    """What is no secret is no Pulumi secret either; a secret is there as its value alone."""
    clients.ssm.put_parameter(Name="/saai/test/plain", Value="{}", Type="String")
    clients.ssm.put_parameter(Name="/saai/test/secret", Value="muy secreto", Type="SecureString")

    def program() -> None:
        pulumi.export("plain", aws.ssm.get_parameter_output(name="/saai/test/plain").insecure_value)
        pulumi.export("secret", aws.ssm.get_parameter_output(name="/saai/test/secret").value)

    assert deployer(program).exports == {"plain": "{}", "secret": "muy secreto"}

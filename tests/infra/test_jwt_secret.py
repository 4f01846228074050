"""The JWT secret is encrypted wherever it is kept."""

from pulumi.runtime import rpc

from tests.infra.recording import SECRET_TEXT, Graph


def test_the_secret_is_a_secure_parameter(dev: Graph) -> None:
    """SSM encrypts it, and Pulumi encrypts it in its state."""
    parameter = dev.one("ssm/parameter:Parameter", "/saai/dev/jwt-secret")
    assert parameter.inputs["type"] == "SecureString"
    assert rpc.is_rpc_secret(parameter.inputs["value"])
    assert rpc.unwrap_rpc_secret(parameter.inputs["value"]) == SECRET_TEXT

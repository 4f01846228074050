"""The secret that SAAI's tokens are signed with."""

from typing import final

import attrs
import pulumi
import pulumi_aws as aws

from saai_infra.names import jwt_secret_parameter
from saai_infra.permissions import Grant, Statement


@attrs.frozen(kw_only=True)
class JwtSecretArgs:
    """Where the secret goes and what it is."""

    stage: str
    value: str = attrs.field(repr=False)
    """One secret a line; two while it is rotated."""


@final
class JwtSecret(pulumi.ComponentResource):
    """An encrypted SSM parameter: AWS's own key lets whoever may read the parameter decrypt it."""

    def __init__(self, args: JwtSecretArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("saai:infra:JwtSecret", "jwt-secret", None, opts)
        parameter = aws.ssm.Parameter(
            "jwt-secret",
            name=jwt_secret_parameter(args.stage),
            type="SecureString",
            value=pulumi.Output.secret(args.value),
            description="SAAI: secrets that tokens are verified with, one a line",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.name = parameter.name
        self.arn = parameter.arn
        self.register_outputs({"name": self.name})

    def grant(self) -> Grant:
        """Let a function read the secret."""
        return Grant(
            environment={"JWT_SECRET_PARAMETER": self.name},
            statements=(Statement(actions=("ssm:GetParameter",), resource=self.arn),),
        )

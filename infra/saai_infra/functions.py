"""A Lambda function in Python, with its log group, its role and a policy derived from what it uses."""

from typing import Final, final

import attrs
import pulumi
import pulumi_aws as aws

from saai_infra.build import Architecture, Artifact
from saai_infra.config_values import AwsClient
from saai_infra.names import function_name, function_variable
from saai_infra.permissions import Grant, Statement, environment_of, policy_of, trust_policy

_LAMBDA: Final = "lambda.amazonaws.com"
_WARM: Final = "warm"
"""The alias of the version whose processes are kept."""


@attrs.frozen(kw_only=True)
class RuntimeArgs:
    """What every function of a stage has in common."""

    stage: str
    runtime: str
    architecture: Architecture
    layer_arn: pulumi.Input[str]
    log_retention_days: int
    aws_client: AwsClient
    role_arn: str | None = None
    """An existing role for all of them, where none can be created (AWS Academy)."""


@attrs.frozen(kw_only=True)
class PythonFunctionArgs:
    """What is particular to a function."""

    name: str
    """docs/domain.md's name, such as `OnConnect`."""
    handler: str
    code: Artifact
    memory_mb: int
    timeout_seconds: int
    grants: tuple[Grant, ...]
    warm: int = 0
    """Processes that are kept started for the APIs that call it."""


@final
class PythonFunction(pulumi.ComponentResource):
    """A function that may do exactly what its grants say."""

    def __init__(
        self, args: PythonFunctionArgs, runtime: RuntimeArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("saai:infra:PythonFunction", args.name, None, opts)
        physical = function_name(runtime.stage, args.name)
        logs = aws.cloudwatch.LogGroup(
            args.name,
            name=f"/aws/lambda/{physical}",
            retention_in_days=runtime.log_retention_days,
            opts=pulumi.ResourceOptions(parent=self),
        )
        grants = (*args.grants, _may_log(logs))
        role_arn, policies = self._role(args.name, physical, grants, runtime.role_arn)
        function = aws.lambda_.Function(
            args.name,
            name=physical,
            runtime=runtime.runtime,
            architectures=[runtime.architecture],
            handler=args.handler,
            code=pulumi.FileArchive(str(args.code.path)),
            source_code_hash=args.code.sha256,
            layers=[runtime.layer_arn],
            role=role_arn,
            memory_size=args.memory_mb,
            timeout=args.timeout_seconds,
            # Lambda keeps processes of a published version only.
            publish=True if args.warm else None,
            environment={
                "variables": {
                    "SAAI_STAGE": runtime.stage,
                    "SAAI_AWS_CLIENT": runtime.aws_client,
                    **environment_of(grants),
                }
            },
            # Text: a metric is a line that the function prints (CloudWatch EMF) and must arrive as it is.
            logging_config={"log_format": "Text", "log_group": logs.name},
            # A function that runs before its policy is attached fails with AccessDenied.
            opts=pulumi.ResourceOptions(parent=self, depends_on=policies),
        )
        self.domain_name = args.name
        self.name = function.name
        self.arn = function.arn
        self.invoke_arn = function.invoke_arn
        """What an API calls: the function, or the alias of the version whose processes are kept."""
        self._alias = self._keep(function, args.name, args.warm) if args.warm else None
        if self._alias is not None:
            self.invoke_arn = self._alias.invoke_arn
        self.register_outputs({"name": self.name, "arn": self.arn})

    def grant_invoke(self) -> Grant:
        """Let another function invoke this one."""
        return Grant(
            environment={function_variable(self.domain_name): self.name},
            statements=(Statement(actions=("lambda:InvokeFunction",), resource=self.arn),),
        )

    def permit_api(
        self, name: str, source_arn: pulumi.Input[str], opts: pulumi.ResourceOptions
    ) -> list[pulumi.Resource]:
        """Let a route or an authorizer call the function, and its alias where it has one.

        Both, because API Gateway serves a changed API some seconds later, and calls until then what it called before.
        """
        qualifiers = {name: None} if self._alias is None else {name: None, f"{name}-{_WARM}": self._alias.name}
        return [
            aws.lambda_.Permission(
                permission,
                action="lambda:InvokeFunction",
                function=self.name,
                qualifier=qualifier,
                principal="apigateway.amazonaws.com",
                source_arn=source_arn,
                opts=opts,
            )
            for permission, qualifier in qualifiers.items()
        ]

    def _keep(self, function: "aws.lambda_.Function", name: str, processes: int) -> "aws.lambda_.Alias":
        """Keep processes of the newest version started, and return the alias under which they are called."""
        # Of the version, not of the alias: those of a new version are started before the alias moves to it, and when
        # they don't start it doesn't move.
        kept = aws.lambda_.ProvisionedConcurrencyConfig(
            name,
            function_name=function.name,
            qualifier=function.version,
            provisioned_concurrent_executions=processes,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return aws.lambda_.Alias(
            name,
            name=_WARM,
            function_name=function.name,
            function_version=function.version,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[kept]),
        )

    def _role(
        self, name: str, physical: str, grants: tuple[Grant, ...], existing: str | None
    ) -> tuple[pulumi.Input[str], list[pulumi.Resource]]:
        """Return the role to run as, and what must exist before the function runs."""
        if existing is not None:
            return existing, []
        role = aws.iam.Role(
            name,
            name=physical,
            assume_role_policy=trust_policy(_LAMBDA),
            opts=pulumi.ResourceOptions(parent=self),
        )
        policy = aws.iam.RolePolicy(
            name,
            name="uso",
            role=role.name,
            policy=policy_of(grants),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return role.arn, [policy]


def _may_log(logs: aws.cloudwatch.LogGroup) -> Grant:
    """Streams are made by Lambda with names of its own, hence the `:*` that AWS asks for."""
    return Grant(
        statements=(
            Statement(
                actions=("logs:CreateLogStream", "logs:PutLogEvents"), resource=pulumi.Output.concat(logs.arn, ":*")
            ),
        )
    )

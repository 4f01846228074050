"""The domain layer, for this project's functions and for other services."""

from typing import final

import attrs
import pulumi
import pulumi_aws as aws

from saai_infra.build import Architecture, Artifact
from saai_infra.names import layer_parameter


@attrs.frozen(kw_only=True)
class DomainLayerArgs:
    """The built layer and what it is built for."""

    stage: str
    artifact: Artifact
    runtime: str
    architecture: Architecture


@final
class DomainLayer(pulumi.ComponentResource):
    """A layer version and the SSM parameter that holds its ARN.

    Old versions stay (`skip_destroy`): other services are pinned to them.
    """

    def __init__(self, args: DomainLayerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("saai:infra:DomainLayer", "domain-layer", None, opts)
        below = pulumi.ResourceOptions(parent=self)
        version = aws.lambda_.LayerVersion(
            "domain-layer",
            layer_name=f"saai-{args.stage}-domain",
            description="saai_domain and its dependencies, without boto3",
            code=pulumi.FileArchive(str(args.artifact.path)),
            source_code_hash=args.artifact.sha256,
            compatible_runtimes=[args.runtime],
            compatible_architectures=[args.architecture],
            skip_destroy=True,
            opts=below,
        )
        aws.ssm.Parameter(
            "domain-layer-arn",
            name=layer_parameter(args.stage),
            type="String",
            value=version.arn,
            description="SAAI: the current version of the domain layer",
            opts=below,
        )
        self.arn = version.arn
        self.register_outputs({"arn": self.arn})

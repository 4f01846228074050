"""The domain layer, for this project's functions and for other services."""

from typing import final

import attrs
import pulumi
import pulumi_aws as aws

from saai_infra.build import Architecture, Artifact
from saai_infra.names import layer_major_parameter, layer_parameter


@attrs.frozen(kw_only=True)
class DomainLayerArgs:
    """The built layer and what it is built for."""

    stage: str
    artifact: Artifact
    version: str
    """Semantic version of `saai_domain`."""
    runtime: str
    architecture: Architecture


@final
class DomainLayer(pulumi.ComponentResource):
    """A layer version, and its ARN in two SSM parameters: the current one's, and its major version's.

    Old versions stay (`skip_destroy`): other services are pinned to them. So does the parameter of a major version that
    is no longer built (`retain_on_delete`): it names the last layer of that version.
    """

    def __init__(self, args: DomainLayerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("saai:infra:DomainLayer", "domain-layer", None, opts)
        below = pulumi.ResourceOptions(parent=self)
        version = aws.lambda_.LayerVersion(
            "domain-layer",
            layer_name=f"saai-{args.stage}-domain",
            description=f"saai_domain {args.version} and its dependencies, without boto3",
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
        major = args.version.partition(".")[0]
        aws.ssm.Parameter(
            f"domain-layer-arn-{major}",
            name=layer_major_parameter(args.stage, major),
            type="String",
            value=version.arn,
            description=f"SAAI: the newest version of the domain layer that is compatible with {major}.0",
            # It may be there: a stage that was removed, or went back to an earlier major version, left it.
            overwrite=True,
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True),
        )
        self.arn = version.arn
        self.version = args.version
        self.register_outputs({"arn": self.arn})

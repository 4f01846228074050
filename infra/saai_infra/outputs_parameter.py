"""What another repository needs of a stage, where it can read it without this program's state."""

from collections.abc import Mapping
from typing import final

import pulumi
import pulumi_aws as aws

from saai_infra.names import outputs_parameter


@final
class OutputsParameter(pulumi.ComponentResource):
    """One SSM parameter with the outputs as JSON: one read gets values that belong together."""

    def __init__(
        self, outputs: Mapping[str, pulumi.Input[object]], *, stage: str, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("saai:infra:OutputsParameter", "outputs", None, opts)
        aws.ssm.Parameter(
            "outputs",
            name=outputs_parameter(stage),
            type="String",
            # Beyond 4 KB, which takes long names of existing tables, SSM asks $0.05 a month.
            tier="Intelligent-Tiering",
            value=pulumi.Output.json_dumps(outputs, sort_keys=True),
            description="SAAI: what another service needs of this stage, as JSON",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})

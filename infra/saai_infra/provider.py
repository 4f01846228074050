"""The AWS provider of a stage: its Region, or a local AWS."""

from typing import Final

import pulumi_aws as aws

from saai_infra.config import StageConfig

_LOCAL_KEY: Final = "test"
"""A local AWS takes any key; the developer's real one is never sent to it."""


_SERVICES: Final = (
    *("apigatewayv2", "cloudwatch", "dynamodb", "events", "iam", "lambda_", "logs", "sns", "sqs", "ssm", "sts"),
)
"""Services that the program and the provider call. One that is left out would be called on the real AWS."""


def stage_provider(config: StageConfig) -> aws.Provider:
    """Return the provider that every resource of the stage uses."""
    if config.endpoint_url is None:
        return aws.Provider("aws", region=config.region)
    return aws.Provider(
        "aws",
        region=config.region,
        access_key=_LOCAL_KEY,
        secret_key=_LOCAL_KEY,
        skip_credentials_validation=True,
        skip_metadata_api_check=True,
        skip_region_validation=True,
        # The class, not a dictionary: that would name Lambda `lambda_`, which the provider does not know.
        endpoints=[aws.ProviderEndpointArgs(**dict.fromkeys(_SERVICES, config.endpoint_url))],
    )

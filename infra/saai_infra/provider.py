"""The AWS provider of a stage: its Region, or a local AWS."""

from typing import Final

import pulumi_aws as aws

from saai_infra.config import StageConfig

_LOCAL_KEY: Final = "test"
"""A local AWS takes any key; the developer's real one is never sent to it."""


def stage_provider(config: StageConfig) -> aws.Provider:
    """Return the provider that every resource of the stage uses."""
    if config.endpoint_url is None:
        return aws.Provider("aws", region=config.region)
    url = config.endpoint_url
    return aws.Provider(
        "aws",
        region=config.region,
        access_key=_LOCAL_KEY,
        secret_key=_LOCAL_KEY,
        skip_credentials_validation=True,
        skip_metadata_api_check=True,
        skip_region_validation=True,
        endpoints=[
            {
                "apigatewayv2": url,
                "cloudwatch": url,
                "dynamodb": url,
                "iam": url,
                "lambda_": url,
                "logs": url,
                "sns": url,
                "sqs": url,
                "ssm": url,
                "sts": url,
                "events": url,
            }
        ],
    )

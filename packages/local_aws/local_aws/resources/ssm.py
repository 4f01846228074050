"""Systems Manager parameters."""

from local_aws.resources.request import Aws, Created, Request


def create_parameter(aws: Aws, request: Request) -> Created:
    # A local AWS begins empty. AWS takes no tags with `overwrite`; the provider sets them afterwards.
    name = request.physical_name()
    made = request.call(aws.clients.ssm, "put_parameter", name=name, without=("overwrite",))
    path = name if name.startswith("/") else f"/{name}"
    return Created(
        id=name, outputs={"name": name, "arn": aws.arn("ssm", f"parameter{path}"), "version": made["Version"]}
    )

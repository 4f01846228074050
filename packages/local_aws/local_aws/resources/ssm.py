"""Systems Manager parameters."""

from local_aws.resources.request import Aws, Created, Request, tag_list


def create_parameter(aws: Aws, request: Request) -> Created:
    arguments = request.arguments(
        {"type": "Type", "value": "Value", "description": "Description", "tier": "Tier", "dataType": "DataType"},
        by_hand=("name", "tags"),
        ignored=("overwrite",),
    )
    name = request.physical_name()
    arguments["Tags"] = tag_list(request.inputs.get("tags"))
    made = aws.clients.ssm.put_parameter(Name=name, **arguments)
    path = name if name.startswith("/") else f"/{name}"
    return Created(
        id=name, outputs={"name": name, "arn": aws.arn("ssm", f"parameter{path}"), "version": made["Version"]}
    )

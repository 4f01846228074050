"""IAM roles and what they may do."""

from local_aws.resources.request import Aws, Created, Request, tag_list


def create_role(aws: Aws, request: Request) -> Created:
    arguments = request.arguments(
        {
            "assumeRolePolicy": "AssumeRolePolicyDocument",
            "description": "Description",
            "path": "Path",
            "maxSessionDuration": "MaxSessionDuration",
        },
        by_hand=("name", "tags"),
    )
    name = request.physical_name()
    arguments["Tags"] = tag_list(request.inputs.get("tags"))
    made = aws.clients.iam.create_role(RoleName=name, **arguments)["Role"]
    return Created(id=name, outputs={"name": name, "arn": made["Arn"], "uniqueId": made["RoleId"]})


def create_role_policy(aws: Aws, request: Request) -> Created:
    arguments = request.arguments({"role": "RoleName", "policy": "PolicyDocument"}, by_hand=("name",))
    name = request.physical_name()
    aws.clients.iam.put_role_policy(PolicyName=name, **arguments)
    return Created(id=f"{request.inputs['role']}:{name}", outputs={"name": name})


def attach_role_policy(aws: Aws, request: Request) -> Created:
    arguments = request.arguments({"role": "RoleName", "policyArn": "PolicyArn"})
    aws.clients.iam.attach_role_policy(**arguments)
    return Created(id=f"{request.inputs['role']}/{request.inputs['policyArn']}")

"""EventBridge rules and their targets."""

from local_aws.resources.request import Aws, Created, Request


def create_rule(aws: Aws, request: Request) -> Created:
    name = request.physical_name()
    made = request.call(aws.clients.events, "put_rule", name=name)
    return Created(id=name, outputs={"name": name, "arn": made["RuleArn"]})


def create_target(aws: Aws, request: Request) -> Created:
    identity = request.physical_name("targetId")
    of_target = request.inputs.keys() - {"rule", "eventBusName", "region"}
    target = {key: request.inputs[key] for key in of_target - {"targetId"}}
    request.call(aws.clients.events, "put_targets", targets=[{**target, "id": identity}], without=of_target)
    return Created(id=f"{request.inputs['rule']}-{identity}", outputs={"targetId": identity})

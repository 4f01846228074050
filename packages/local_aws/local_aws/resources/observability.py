"""CloudWatch: log groups and alarms."""

from local_aws.resources.request import Aws, Created, Request


def create_log_group(aws: Aws, request: Request) -> Created:
    name = request.physical_name()
    logs = aws.clients.logs
    request.call(logs, "create_log_group", {"name": "logGroupName"}, name=name, without=("retentionInDays",))
    if request.inputs.get("retentionInDays"):
        logs.put_retention_policy(logGroupName=name, retentionInDays=request.inputs["retentionInDays"])
    return Created(id=name, outputs={"name": name, "arn": aws.arn("logs", f"log-group:{name}")})


def create_metric_alarm(aws: Aws, request: Request) -> Created:
    name = request.physical_name()
    dimensions = request.inputs.get("dimensions") or {}
    pairs = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    request.call(aws.clients.cloudwatch, "put_metric_alarm", {"name": "AlarmName"}, name=name, dimensions=pairs)
    return Created(id=name, outputs={"name": name, "arn": aws.arn("cloudwatch", f"alarm:{name}")})

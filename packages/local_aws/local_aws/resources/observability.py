"""CloudWatch: log groups and alarms."""

from local_aws.resources.request import Aws, Created, Request, tag_list


def create_log_group(aws: Aws, request: Request) -> Created:
    arguments = request.arguments(
        {"logGroupClass": "logGroupClass", "kmsKeyId": "kmsKeyId"}, by_hand=("name", "retentionInDays", "tags")
    )
    name = request.physical_name()
    aws.clients.logs.create_log_group(logGroupName=name, **arguments, tags=request.inputs.get("tags") or {})
    if request.inputs.get("retentionInDays"):
        aws.clients.logs.put_retention_policy(logGroupName=name, retentionInDays=request.inputs["retentionInDays"])
    return Created(id=name, outputs={"name": name, "arn": aws.arn("logs", f"log-group:{name}")})


def create_metric_alarm(aws: Aws, request: Request) -> Created:
    arguments = request.arguments(
        {
            "alarmDescription": "AlarmDescription",
            "comparisonOperator": "ComparisonOperator",
            "evaluationPeriods": "EvaluationPeriods",
            "datapointsToAlarm": "DatapointsToAlarm",
            "metricName": "MetricName",
            "namespace": "Namespace",
            "period": "Period",
            "statistic": "Statistic",
            "extendedStatistic": "ExtendedStatistic",
            "threshold": "Threshold",
            "treatMissingData": "TreatMissingData",
            "alarmActions": "AlarmActions",
            "okActions": "OKActions",
            "actionsEnabled": "ActionsEnabled",
        },
        by_hand=("name", "dimensions", "tags"),
    )
    name = request.physical_name()
    dimensions = request.inputs.get("dimensions") or {}
    arguments["Dimensions"] = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    arguments["Tags"] = tag_list(request.inputs.get("tags"))
    aws.clients.cloudwatch.put_metric_alarm(AlarmName=name, **arguments)
    return Created(id=name, outputs={"name": name, "arn": aws.arn("cloudwatch", f"alarm:{name}")})

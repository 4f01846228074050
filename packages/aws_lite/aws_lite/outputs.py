"""What operations return, for type checkers: of boto3's outputs the fields that are documented to be there or useful.

Functions import nothing of this at run time.
"""

from typing import Any, NotRequired, TypedDict

__all__: list[str] = []

AttributeValue = dict[str, Any]
"""DynamoDB's typed value: ``{"S": "…"}``, ``{"N": "12.50"}``, …"""
Item = dict[str, AttributeValue]


class ResponseMetadata(TypedDict):
    """Of the response itself."""

    HTTPStatusCode: int
    RequestId: str
    RetryAttempts: int


class Output(TypedDict):
    """What every operation returns."""

    ResponseMetadata: ResponseMetadata


class GetItemOutput(Output):
    """DynamoDB's GetItem: without an item there is none."""

    Item: NotRequired[Item]


class WriteItemOutput(Output):
    """DynamoDB's PutItem, UpdateItem and DeleteItem: attributes as ``ReturnValues`` asks for them."""

    Attributes: NotRequired[Item]


class QueryOutput(Output):
    """DynamoDB's Query: one page, and where the next begins."""

    Items: list[Item]
    Count: int
    LastEvaluatedKey: NotRequired[Item]


class BatchGetItemOutput(Output):
    """DynamoDB's BatchGetItem: rows by table, and what is to be asked for again."""

    Responses: dict[str, list[Item]]
    UnprocessedKeys: NotRequired[dict[str, Any]]


class BatchWriteItemOutput(Output):
    """DynamoDB's BatchWriteItem: what is to be written again."""

    UnprocessedItems: NotRequired[dict[str, Any]]


class InvokeOutput(Output):
    """Lambda's Invoke of an event: 202 once it is queued."""

    StatusCode: int


class PublishOutput(Output):
    """SNS's Publish."""

    MessageId: str


class SendMessageOutput(Output):
    """SQS's SendMessage."""

    MessageId: str


class BatchResult(TypedDict):
    """A message that was sent, by the ``Id`` of its entry."""

    Id: str


class BatchResultError(TypedDict):
    """A message that was not sent, and why."""

    Id: str
    Code: str
    SenderFault: bool
    Message: NotRequired[str]


class SendMessageBatchOutput(Output):
    """SQS's SendMessageBatch: status 200 though some failed."""

    Successful: NotRequired[list[BatchResult]]
    Failed: NotRequired[list[BatchResultError]]


class Parameter(TypedDict):
    """SSM's parameter."""

    Name: str
    Value: str


class GetParameterOutput(Output):
    """SSM's GetParameter."""

    Parameter: Parameter

"""DynamoDB."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from aws_lite.client import ServiceClient
from aws_lite.protocols import AwsJson

if TYPE_CHECKING:
    import botocore.exceptions

    from aws_lite.outputs import (
        BatchGetItemOutput,
        BatchWriteItemOutput,
        GetItemOutput,
        Output,
        QueryOutput,
        WriteItemOutput,
    )

__all__ = ["DynamoDBClient", "Exceptions", "Pages"]

AttributeValues = Mapping[str, Mapping[str, Any]]
"""Attributes in DynamoDB's types: ``{"entity_id": {"S": "…"}}``."""


class Exceptions:
    """Errors by name, as boto3's client has them, so that catching one imports nothing before it is raised."""

    @property
    def ClientError(self) -> "type[botocore.exceptions.ClientError]":
        """Whatever the service refuses."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 - see aws_lite.client

        return ClientError


class DynamoDBClient(ServiceClient):
    """DynamoDB's client. Values are DynamoDB's typed ones, and no binary ones among them."""

    service = "dynamodb"
    protocol = AwsJson("DynamoDB_20120810", "1.0")
    exceptions = Exceptions()

    def get_item(self, *, TableName: str, Key: AttributeValues, ConsistentRead: bool | None = None) -> "GetItemOutput":
        """Read a row."""
        return self._call("GetItem", TableName=TableName, Key=Key, ConsistentRead=ConsistentRead)

    def put_item(
        self,
        *,
        TableName: str,
        Item: AttributeValues,
        ConditionExpression: str | None = None,
        ExpressionAttributeNames: Mapping[str, str] | None = None,
        ExpressionAttributeValues: AttributeValues | None = None,
        ReturnValues: Literal["NONE", "ALL_OLD"] | None = None,
    ) -> "WriteItemOutput":
        """Write a row whole."""
        return self._call(
            "PutItem",
            TableName=TableName,
            Item=Item,
            ConditionExpression=ConditionExpression,
            ExpressionAttributeNames=ExpressionAttributeNames,
            ExpressionAttributeValues=ExpressionAttributeValues,
            ReturnValues=ReturnValues,
        )

    def update_item(
        self,
        *,
        TableName: str,
        Key: AttributeValues,
        UpdateExpression: str,
        ConditionExpression: str | None = None,
        ExpressionAttributeNames: Mapping[str, str] | None = None,
        ExpressionAttributeValues: AttributeValues | None = None,
        ReturnValues: Literal["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"] | None = None,
    ) -> "WriteItemOutput":
        """Change a row, or make one."""
        return self._call(
            "UpdateItem",
            TableName=TableName,
            Key=Key,
            UpdateExpression=UpdateExpression,
            ConditionExpression=ConditionExpression,
            ExpressionAttributeNames=ExpressionAttributeNames,
            ExpressionAttributeValues=ExpressionAttributeValues,
            ReturnValues=ReturnValues,
        )

    def delete_item(
        self,
        *,
        TableName: str,
        Key: AttributeValues,
        ConditionExpression: str | None = None,
        ExpressionAttributeNames: Mapping[str, str] | None = None,
        ExpressionAttributeValues: AttributeValues | None = None,
        ReturnValues: Literal["NONE", "ALL_OLD"] | None = None,
    ) -> "WriteItemOutput":
        """Delete a row."""
        return self._call(
            "DeleteItem",
            TableName=TableName,
            Key=Key,
            ConditionExpression=ConditionExpression,
            ExpressionAttributeNames=ExpressionAttributeNames,
            ExpressionAttributeValues=ExpressionAttributeValues,
            ReturnValues=ReturnValues,
        )

    def query(
        self,
        *,
        TableName: str,
        KeyConditionExpression: str,
        IndexName: str | None = None,
        FilterExpression: str | None = None,
        ProjectionExpression: str | None = None,
        ExpressionAttributeNames: Mapping[str, str] | None = None,
        ExpressionAttributeValues: AttributeValues | None = None,
        ConsistentRead: bool | None = None,
        ScanIndexForward: bool | None = None,
        Limit: int | None = None,
        ExclusiveStartKey: AttributeValues | None = None,
    ) -> "QueryOutput":
        """Read a page of rows under one partition key."""
        return self._call(
            "Query",
            TableName=TableName,
            KeyConditionExpression=KeyConditionExpression,
            IndexName=IndexName,
            FilterExpression=FilterExpression,
            ProjectionExpression=ProjectionExpression,
            ExpressionAttributeNames=ExpressionAttributeNames,
            ExpressionAttributeValues=ExpressionAttributeValues,
            ConsistentRead=ConsistentRead,
            ScanIndexForward=ScanIndexForward,
            Limit=Limit,
            ExclusiveStartKey=ExclusiveStartKey,
        )

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> "BatchGetItemOutput":
        """Read up to 100 rows by their keys."""
        return self._call("BatchGetItem", RequestItems=RequestItems)

    def batch_write_item(self, *, RequestItems: Mapping[str, Any]) -> "BatchWriteItemOutput":
        """Write or delete up to 25 rows."""
        return self._call("BatchWriteItem", RequestItems=RequestItems)

    def transact_write_items(self, *, TransactItems: Sequence[Mapping[str, Any]], ClientRequestToken: str) -> "Output":
        """Write up to 100 rows, all or none. botocore would make the token up; here the caller knows it."""
        return self._call("TransactWriteItems", TransactItems=TransactItems, ClientRequestToken=ClientRequestToken)

    def get_paginator(self, operation: Literal["query"]) -> "Pages":
        """Return what reads a query page by page.

        Raises:
            ValueError: The operation is another.
        """
        if operation != "query":
            msg = f"only query is read page by page, not {operation}"
            raise ValueError(msg)
        return Pages(self.query)


class Pages:
    """Reads an operation's pages to their end."""

    def __init__(self, operation: Callable[..., Any]) -> None:
        self._operation = operation

    def paginate(
        self,
        *,
        PaginationConfig: Mapping[Literal["PageSize"], int] | None = None,
        **params: Any,  # noqa: ANN401 - the operation's own
    ) -> "Iterator[QueryOutput]":
        """Yield one page after another. ``params`` are the operation's; ``PageSize`` is its ``Limit``.

        Raises:
            ValueError: PaginationConfig asks for something else.
        """
        config = dict(PaginationConfig or {})
        size = config.pop("PageSize", None)
        if config:
            msg = f"of PaginationConfig only PageSize is known, not {', '.join(config)}"
            raise ValueError(msg)
        if size is not None:
            params["Limit"] = size
        while True:
            page = self._operation(**params)
            yield page
            if not page.get("LastEvaluatedKey"):
                return
            params["ExclusiveStartKey"] = page["LastEvaluatedKey"]

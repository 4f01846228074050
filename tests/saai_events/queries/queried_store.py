"""A store whose rows the tests write as other functions do, and the function that shows them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import attrs
from aws_lite.wire import decode_json_with_decimals
from saai_domain.aws.dynamodb import serialize
from saai_domain.testing.aws import Call
from saai_domain.testing.tokens import token
from saai_support.functions import Functions
from saai_support.payloads import http_request


@attrs.frozen(kw_only=True)
class QueriedStore:
    """The store T001, unless another is named."""

    functions: Functions

    @property
    def client(self) -> Any:
        return self.functions.aws.client("dynamodb")

    @contextmanager
    def reads(self) -> Iterator[list[Call]]:
        """Note what is read from now on, in the block."""
        reads: list[Call] = []
        with self.functions.aws.recording() as calls:
            yield reads
        reads += [call for call in calls if call.service == "dynamodb"]

    def has(self, table: str, entity_id: str, tenant_id: str = "T001", **data: Any) -> None:
        """Write a row."""
        item = {"tenant_id": tenant_id, "entity_id": entity_id, "data": data}
        self.client.put_item(TableName=table, Item=serialize(item))

    def counts(self, name: str, value: int) -> None:
        """Set a counter."""
        self.has("counters", name, value=value)

    def sold(self, *numbers: int, estado: str = "COMPLETADA") -> None:
        """Write sales; the counter stands at the last."""
        for number in numbers:
            code = f"T001V{number:03d}"
            self.has("ventas", code, codigo_venta=code, total=Decimal("12.5"), estado=estado)
        self.counts("ventas", max(numbers))

    def sells(self, *codes: str, estado: str = "ACTIVO", tenant_id: str = "T001") -> None:
        """Write products."""
        for code in codes:
            whole = tenant_id + code
            self.has(
                "productos", whole, tenant_id, codigo_producto=whole, precio=Decimal("3.5"), stock=4, estado=estado
            )

    def get(self, path: str, *, rol: str = "admin", tenant_id: str = "T001", **query: str) -> tuple[int, Any]:
        """Ask for a route; answers status and envelope, with the numbers as they are written."""
        jwt = token(tenant_id=tenant_id, codigo_usuario=f"{tenant_id}U001", rol=rol)
        answer = self.functions.call("ConsultarTienda", http_request(f"GET {path}", token=jwt, query=query or None))
        return answer["statusCode"], decode_json_with_decimals(answer["body"])

    def pages(self, path: str, key: str, **query: str) -> list[list[str]]:
        """Read a list to its end; what each page shows under ``key``."""
        pages = []
        following: dict[str, str] = {}
        while True:
            _, envelope = self.get(path, **query, **following)
            pages.append([item[key] for item in envelope["data"]["items"]])
            if envelope["data"]["siguiente"] is None:
                return pages
            following = {"siguiente": envelope["data"]["siguiente"]}


def codes(envelope: Any, key: str) -> list[str]:
    """Return what the items of an answer show under a key."""
    return [item[key] for item in envelope["data"]["items"]]


def dumped(line: str) -> Any:
    """Read a line of the log."""
    return json.loads(line)

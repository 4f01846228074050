"""The HTTP API as an OpenAPI 3.1 document."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from saai_contracts.catalogue import Failure, answer_schema, route_name
from saai_contracts.json_schema import DIALECT, Schema, Schemas
from saai_contracts.routes import ROUTES, Route

PREFIX: Final = "#/components/schemas/"
_REFUSALS: Final[Mapping[int, str]] = {
    400: "Something in the request is wrong: `data` has an entry per bad field.",
    401: "The token is missing, broken or past its time.",
    403: "The role may not.",
    404: "What is asked for doesn't exist in this store.",
    409: "The state of the store stands against it.",
    429: "API Gateway's own, above the stage's limits: safe to repeat.",
    500: "Nothing that the user can correct.",
}
_ALWAYS: Final = (401, 429, 500)
_GATEWAY: Final[Schema] = {
    "type": "object",
    "description": "API Gateway's own refusal, without the envelope.",
    "properties": {"message": {"type": "string"}},
    "required": ["message"],
}

Examples = Mapping[str, Mapping[str, Mapping[str, Mapping[str, Any]]]]
"""By route, status and name: the recorded ``answer``, and the ``request`` (body or parameters) that got it."""


def document(version: str, examples: Examples) -> dict[str, Any]:
    """Return the whole document."""
    schemas: dict[str, Schema] = {"Failure": {}, "GatewayRefusal": _GATEWAY}
    paths: dict[str, dict[str, Any]] = {}
    for key, route in ROUTES.items():
        method, path = key.split(" ")
        operation = _operation(key, route, schemas, examples.get(key, {}))
        paths.setdefault(path, {})[method.lower()] = operation
    schemas |= _named(Failure)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": "SAAI",
            "version": version,
            "description": "Sales, stock and figures of a store. Every answer stands in SAAI's envelope; messages for"
            " people are Spanish.",
        },
        "servers": [
            {
                "url": "{api_url}",
                "variables": {
                    "api_url": {"default": "http://127.0.0.1", "description": "The stack's output `api_url`"}
                },
            }
        ],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "SAAI's login issues it. Store, user and role come from it alone.",
                }
            },
        },
    }


def _operation(key: str, route: Route, schemas: dict[str, Schema], examples: Mapping[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route_name(key),
        "summary": route.summary,
        "description": f"For {', '.join(sorted(route.roles))}.",
        "parameters": [*_parameters(route)],
    }
    if route.body is not None:
        schemas |= _named(route.body)
        success = examples.get(str(int(_success(route))), {})
        content = _content({"$ref": PREFIX + route.body.__name__}, success, "request")
        operation["requestBody"] = {"required": True, "content": content}
    operation["responses"] = _responses(key, route, schemas, examples)
    return operation


def _responses(key: str, route: Route, schemas: dict[str, Schema], examples: Mapping[str, Any]) -> dict[str, Any]:
    status = str(int(_success(route)))
    answer = answer_schema(key)
    schemas |= _moved(answer.pop("$defs"))
    del answer["$schema"], answer["title"]
    responses = {status: _response("Done.", _moved(answer), examples.get(status, {}))}
    for refusal in sorted({*route.refusals, *_ALWAYS}):
        name = "GatewayRefusal" if refusal == HTTPStatus.TOO_MANY_REQUESTS else "Failure"
        schema: Schema = {"$ref": PREFIX + name}
        if refusal == HTTPStatus.INTERNAL_SERVER_ERROR:
            # A function that crashed or ran out of time is answered for by API Gateway.
            schema = {"anyOf": [schema, {"$ref": PREFIX + "GatewayRefusal"}]}
        responses[str(refusal)] = _response(_REFUSALS[refusal], schema, examples.get(str(refusal), {}))
    return responses


def _success(route: Route) -> HTTPStatus:
    return HTTPStatus.CREATED if route.created else HTTPStatus.OK


def _response(description: str, schema: Schema, examples: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {"description": description, "content": _content(schema, examples, "answer")}


def _content(schema: Schema, examples: Mapping[str, Mapping[str, Any]], side: str) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": schema}
    if examples:
        content["examples"] = {name: {"value": example[side]} for name, example in examples.items()}
    return {"application/json": content}


def _parameters(route: Route) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = []
    if route.query is not None:
        schemas = Schemas()
        schemas.reference(route.query)
        shape = schemas.definitions[route.query.__name__]
        parameters += [
            {"name": name, "in": "query", "required": name in shape["required"], "schema": _without_null(schema)}
            for name, schema in shape["properties"].items()
        ]
    if route.repeatable:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "Makes a repeat safe for 24 hours: the same key and body get the same answer.",
                "schema": {"type": "string", "pattern": "^[!-~]{1,128}$"},
            }
        )
    return parameters


def _without_null(schema: Schema) -> Schema:
    """A query parameter is left out, never null."""
    members = [member for member in schema.get("anyOf", ()) if member != {"type": "null"}]
    return members[0] if members else schema


def _named(cls: type) -> dict[str, Schema]:
    schemas = Schemas(prefix=PREFIX)
    schemas.reference(cls)
    return schemas.definitions


def _moved(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Let references point into the document's components."""
    match schema:
        case {"$ref": str(reference)}:
            return {"$ref": reference.replace("#/$defs/", PREFIX)}
        case dict():
            return {key: _moved(value) for key, value in schema.items()}
        case list():
            return [_moved(each) for each in schema]
        case _:
            return schema

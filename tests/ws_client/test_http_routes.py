"""The client's HTTP API has every route of the stage."""

from saai_domain.http_contracts import ROUTES

from tests.node import CLIENT

_API = CLIENT / "src" / "http" / "api.js"


def test_every_route_has_its_function() -> None:
    """`POST /ventas` is `api.sell`; a list names its path alone."""
    text = _API.read_text("utf-8")
    missing = [
        route
        for route in ROUTES
        for method, path in [route.split()]
        if f'"{method}", "{path}"' not in text and not (method == "GET" and f'list("{path}")' in text)
    ]
    assert missing == [], f"add its function in {_API.name} and types/http.d.ts"

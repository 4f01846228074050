"""Requests that schemathesis makes of the OpenAPI document, good and bad: none fails us, none is answered otherwise."""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from saai_contracts import openapi
from saai_contracts.published import VERSION, examples
from saai_contracts.reality import check_answer, check_body
from saai_contracts.routes import ROUTES
from saai_domain.roles import Rol
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.e2e.checked import TAKEN
from tests.e2e.store import Store

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
REQUESTS = int(os.environ.get("GENERATED_REQUESTS", "5"))
"""Of each kind, at each route."""

DOCUMENT = schemathesis.openapi.from_dict(openapi.document(VERSION, examples()))


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.mark.parametrize("mode", list(GenerationMode), ids=["good", "bad"])
@pytest.mark.parametrize("route", list(ROUTES))
def test_no_request_is_answered_otherwise_than_documented(
    route: str, mode: GenerationMode, store: Store, session: requests.Session
) -> None:
    """As the owner, whom every route serves: no 5xx, and every answer within its schema, without a key more.

    What is outside a body's contract is not taken; parameters that no route knows are ignored.
    """
    method, path = route.split(" ")
    DOCUMENT.config.update(base_url=store.running.stack.api_url)

    @given(case=DOCUMENT[path][method].as_strategy(generation_mode=mode))
    @settings(
        max_examples=REQUESTS,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: schemathesis.Case[Any]) -> None:
        headers = {"Authorization": f"Bearer {store.token(Rol.ADMIN)}"}
        response = case.call_and_validate(session=session, headers=headers, checks=CHECKS, timeout=100)
        check_answer(route, response.status_code, response.json())
        if response.status_code in TAKEN and ROUTES[route].body is not None:
            check_body(route, json.loads(response.request.body or ""))

    ask()

"""What a run doesn't let pass."""

import json

import pytest
from saai_contracts.reality import BrokenContract
from saai_support.payloads import http_request

from tests.faults.checked import SERVER_ERROR, check_frame_text, checked

PONG = {"action": "pong", "cursor": {"tienda": 1}, "connection_id": "c", "expira_en": 60, "log": "a"}


def test_a_frame_outside_its_contract_is_noticed() -> None:
    """What API Gateway says by itself has none."""
    check_frame_text(SERVER_ERROR)
    check_frame_text(json.dumps(PONG))
    with pytest.raises(BrokenContract, match="cursor"):
        check_frame_text(json.dumps({**PONG, "cursor": {"tienda": "1"}}))


@pytest.mark.parametrize("answer", [{"statusCode": 418, "body": "{}"}, {"statusCode": 201, "body": '{"success":true}'}])
def test_an_answer_outside_its_routes_contract_is_noticed(answer: dict[str, object]) -> None:
    """A status that the route doesn't have, an envelope without its data."""
    with pytest.raises(BrokenContract):
        checked(http_request("POST /ventas"), answer)

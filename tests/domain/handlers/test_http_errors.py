"""What a request that can't be served is answered, and logged."""

import json

import pytest
from botocore.exceptions import ClientError
from saai_domain.errors import Contention, FieldError, InvalidInput, OutcomeUnknown, SaaiError
from saai_domain.handlers.http_errors import error_response
from saai_domain.http_api import Response

UNAVAILABLE = ClientError({"Error": {"Code": "InternalServerError", "Message": "try later"}}, "GetItem")


def respond(error: Exception, **fields: object) -> Response:
    return error_response(error, subject="sale", refused_metric="SalesRefused", failed_metric="SalesFailed", **fields)


@pytest.mark.parametrize(
    ("error", "status", "outcome", "level"),
    [
        (InvalidInput(FieldError("cantidad", "Se espera un entero.")), 400, "Refused", "INFO"),
        (Contention(7), 409, "Refused", "INFO"),
        (OutcomeUnknown(3), 500, "Failed", "ERROR"),
        (UNAVAILABLE, 500, "Failed", "ERROR"),
    ],
)
def test_what_a_user_can_correct_is_refused_and_the_rest_has_failed(
    error: Exception, status: int, outcome: str, level: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Counted apart, for the alarm; further fields are for whoever searches the log."""
    answer = respond(error, route="POST /ventas")
    line = json.loads(capsys.readouterr().out)
    assert answer["statusCode"] == status
    assert (line["message"], line["level"]) == (f"sale {outcome.lower()}", level)
    assert (line[f"Sales{outcome}"], line["error"], line["route"]) == (1, type(error).__name__, "POST /ventas")


def test_what_aws_said_stays_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    """The user is told to try again."""
    answer = respond(UNAVAILABLE)
    assert json.loads(answer["body"]) == {"success": False, "message": SaaiError.user_message}
    assert "try later" in json.loads(capsys.readouterr().out)["reason"]


def test_a_reason_without_end_is_cut_off(capsys: pytest.CaptureFixture[str]) -> None:
    """A body may be wrong in hundreds of places."""
    respond(InvalidInput(*(FieldError("x" * 50, "no") for _ in range(500))))
    assert len(json.loads(capsys.readouterr().out)["reason"]) == 1_000

"""``POST /predicciones``: what an owner asks for, and the answer."""

from collections.abc import Mapping
from typing import Any, Final

import botocore.exceptions
from saai_domain.auth import require_role
from saai_domain.aws.parameters import SecretParameter
from saai_domain.aws.publisher import EventPublisher
from saai_domain.codes import ProductCode, parse_product_code
from saai_domain.errors import FieldError, InvalidCode, InvalidInput, SaaiError
from saai_domain.handlers.authentication import authenticate
from saai_domain.handlers.committing import log_committed
from saai_domain.handlers.entry_point import Answer, Event
from saai_domain.handlers.http_errors import error_response
from saai_domain.http_api import Request, success
from saai_domain.roles import Rol

from saai_events.forecasts.demand import Demand
from saai_events.forecasts.on_request import Answered, predict_product

OWNERS: Final = frozenset({Rol.ADMIN})


def answer_request(event: Event, demand: Demand, publisher: EventPublisher, signing: SecretParameter) -> Answer:
    """Answer a request, have its event delivered, and print its line."""
    try:
        answered = _predict(event, demand, signing)
    except (SaaiError, botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
        return error_response(
            error, subject="prediction", refused_metric="PredictionsRefused", failed_metric="PredictionsFailed"
        )
    log_committed(
        "prediction answered",
        publisher.deliver_or_error(answered.event),
        codigo_producto=answered.answer["codigo_producto"],
        metrics={
            "PredictionsMade": int(answered.event is not None),
            "PredictionsRepeated": int(answered.event is None),
        },
    )
    return success(answered.answer, message="Predicción de demanda.")


def _predict(event: Event, demand: Demand, signing: SecretParameter) -> Answered:
    """Check who asks and what for, then make the prediction."""
    request = Request.from_event(event)
    claims = authenticate(request.bearer_token, signing)
    require_role(claims, OWNERS)
    return predict_product(demand, claims.tenant_id, read_product_request(request.json_object()))


def read_product_request(body: Mapping[str, Any]) -> ProductCode:
    """Return the product that a body names.

    Raises:
        InvalidInput: It names none.
    """
    try:
        return parse_product_code(body.get("codigo_producto"))
    except InvalidCode:
        message = "No es un código de producto, por ejemplo T001P001."
        raise InvalidInput(FieldError("codigo_producto", message)) from None

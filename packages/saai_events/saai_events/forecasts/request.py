"""What an owner asks for: the body of ``POST /predicciones``."""

from collections.abc import Mapping
from typing import Any

from saai_domain.codes import ProductCode, product_code
from saai_domain.errors import FieldError, InvalidCode, InvalidInput, NotFound


class UnknownProduct(NotFound):
    """A product that the store doesn't have, or no longer sells."""

    user_message = "El producto no existe en la tienda o ya no se vende."

    def __init__(self, code: str) -> None:
        super().__init__("product", [code])


def read_product_request(body: Mapping[str, Any]) -> ProductCode:
    """Return the product that a body names.

    Raises:
        InvalidInput: It names none.
    """
    try:
        return product_code(body.get("codigo_producto"))
    except InvalidCode:
        message = "No es un código de producto, por ejemplo T001P001."
        raise InvalidInput(FieldError("codigo_producto", message)) from None

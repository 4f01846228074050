"""Bounds that the handlers check and the contracts state: plain numbers, which both import."""

from typing import Final

__all__: list[str] = []

MAX_UNITS: Final = 1_000_000
"""Of one product in a sale."""
MAX_PRODUCTS: Final = 90
"""Distinct ones in a sale. With counters, sale, event and idempotency row they fit the 100 actions of a transaction."""
MAX_PAYMENT_METHOD: Final = 40
"""Characters of ``metodo_pago``, without the blanks around it."""
MAX_STOCK: Final = 10**9
"""Units, in either direction; and the most that an event counts of anything."""
DEFAULT_PAGE: Final = 50
MAX_PAGE: Final = 200
"""Rows of a page of a list."""

"""How sales are numbered."""

from typing import Final

SALES_COUNTER: Final = "ventas"
"""The counter of a store that stands at the number in its newest sale's code."""

"""The context object that Lambda hands to a function with each event."""

import attrs

__all__ = ["Invocation"]


@attrs.frozen(kw_only=True)
class Invocation:
    """An invocation, by default with a minute left."""

    aws_request_id: str = "8f5c0f3e-6a41-4c6e-9f57-0a7a2f5d4b11"
    remaining_millis: int = 60_000

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation is cut short."""
        return self.remaining_millis

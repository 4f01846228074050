"""The credentials and the Region of the process, from its environment.

Lambda sets them there, fixed for the process (Lambda Developer Guide, "Defined runtime environment variables"); whoever
runs a function elsewhere sets the same. botocore would find the same ones, for its import's price.
"""

from collections.abc import Mapping, Sequence

from aws_lite.sigv4 import Credentials

__all__: list[str] = []

_REQUIRED = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_REGION = ("AWS_REGION", "AWS_DEFAULT_REGION")


class MissingVariables(Exception):
    """Environment variables that a client needs are unset or empty."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(tuple(names))
        self.names = tuple(names)

    def __str__(self) -> str:
        return f"not set: {', '.join(self.names)}"


def credentials_of(environment: Mapping[str, str]) -> Credentials:
    """Read the credentials.

    Raises:
        MissingVariables: They are not set.
    """
    missing = [name for name in _REQUIRED if not environment.get(name)]
    if missing:
        raise MissingVariables(missing)
    return Credentials(
        access_key_id=environment["AWS_ACCESS_KEY_ID"],
        secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        session_token=environment.get("AWS_SESSION_TOKEN") or None,
    )


def region_of(environment: Mapping[str, str]) -> str:
    """Read the Region.

    Raises:
        MissingVariables: It is not set.
    """
    for name in _REGION:
        if environment.get(name):
            return environment[name]
    raise MissingVariables(_REGION[:1])

"""The credentials and the Region of the process, from its environment.

Lambda sets them there, fixed for the process (Lambda Developer Guide, "Defined runtime environment variables"); whoever
runs a function elsewhere sets the same. botocore would find the same ones, for its import's price.
"""

from collections.abc import Mapping

from saai_domain.aws.sigv4 import Credentials
from saai_domain.errors import MissingSettings

_REQUIRED = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_REGION = ("AWS_REGION", "AWS_DEFAULT_REGION")


def credentials_of(environment: Mapping[str, str]) -> Credentials:
    """Read the credentials.

    Raises:
        MissingSettings: They are not set.
    """
    missing = [name for name in _REQUIRED if not environment.get(name)]
    if missing:
        raise MissingSettings(missing)
    return Credentials(
        access_key_id=environment["AWS_ACCESS_KEY_ID"],
        secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        session_token=environment.get("AWS_SESSION_TOKEN") or None,
    )


def region_of(environment: Mapping[str, str]) -> str:
    """Read the Region.

    Raises:
        MissingSettings: It is not set.
    """
    for name in _REGION:
        if environment.get(name):
            return environment[name]
    raise MissingSettings(_REGION[:1])

"""Credentials and Region of the environment."""

import pytest
from aws_lite.credentials import MissingVariables, credentials_of, region_of

KEYS = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}


@pytest.mark.parametrize("token", ["a token", None])
def test_the_environments_credentials(token: str | None) -> None:
    """A role's have a session token; a user's have none, which may stand as an empty text."""
    found = credentials_of({**KEYS, "AWS_SESSION_TOKEN": token or ""})
    assert (found.access_key_id, found.secret_access_key, found.session_token) == ("AKID", "secret", token)
    assert credentials_of(KEYS).session_token is None


@pytest.mark.parametrize("name", list(KEYS))
def test_without_credentials_a_process_does_not_start(name: str) -> None:
    """Every request would be refused."""
    with pytest.raises(MissingVariables, match=name):
        credentials_of({**KEYS, name: ""})


def test_the_region() -> None:
    """Lambda sets both names; tools mostly the second."""
    assert region_of({"AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "us-east-1"}) == "us-west-2"
    assert region_of({"AWS_DEFAULT_REGION": "us-east-1"}) == "us-east-1"
    with pytest.raises(MissingVariables, match="AWS_REGION"):
        region_of({})

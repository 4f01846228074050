"""Clients for the commands that an operator runs from a terminal, not for functions."""

from typing import Any


def operator_client(service: str) -> Any:  # noqa: ANN401 - the callers name the type
    """Make botocore's client, with the credentials and the Region that the AWS CLI would use: a profile, SSO, …"""
    import botocore.session  # noqa: PLC0415 - functions do without it

    return botocore.session.get_session().create_client(service)

"""Secrets from SSM Parameter Store, kept for a few minutes, and a little longer while SSM doesn't answer."""

import os
import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

import botocore.exceptions
from aws_lite.backoff import Backoff
from aws_lite.client import is_transient

from saai_domain.aws.clients import process_clients
from saai_domain.component import component
from saai_domain.settings import load_settings, setting

if TYPE_CHECKING:
    from saai_domain.aws.clients import SSMClient

__all__ = ["SecretParameter", "jwt_secrets"]

CACHE_SECONDS: Final = 300
"""How old a secret may become before SSM is asked again. A withdrawn secret stays valid for as long."""
BRIDGED_SECONDS: Final = 1_200
"""How old it may become while SSM doesn't answer: most outages are over by then. A secret that is withdrawn in an
emergency stays valid for as long if SSM fails at that very time. AccessDenied, ParameterNotFound and whatever else SSM
does answer end it at once."""
_NEVER: Final = float("-inf")
_ASK_AGAIN: Final = Backoff(base=1.0, ceiling=30.0, total=float("inf"))
"""A call that hangs takes seconds, and SSM allows 40 a second of an account: not every request asks."""
PATIENCE: Final = Backoff(base=0.25, ceiling=1.0, total=7.0)
"""Parameter Store answers 40 reads a second (AWS General Reference, "Systems Manager quotas"). When all screens come
back more processes than that start within a second: each waits for its turn, within a function's 10 s."""


@component
class SecretSettings:
    """Names the SSM parameter (SecureString) that holds the signing secret of the tokens."""

    parameter: str = setting("JWT_SECRET_PARAMETER")


class SecretParameter:
    """A SecureString with one secret a line: the current one, and during a rotation the one before."""

    def __init__(
        self,
        *,
        client: "SSMClient",
        name: str,
        # Looked up when it is called, as in ``aws_lite.backoff``.
        monotonic: Callable[[], float] = lambda: time.monotonic(),  # noqa: PLW0108
        patience: Backoff = PATIENCE,
        backoff: Backoff = _ASK_AGAIN,
    ) -> None:
        """Wait by ``patience`` in a process that knows no secret yet, by ``backoff`` while what is known serves."""
        self._client = client
        self._name = name
        self._monotonic = monotonic
        self._patience = patience
        self._backoff = backoff
        self._keep("", _NEVER)

    def secrets(self) -> Sequence[str]:
        """Return the secrets, at most CACHE_SECONDS old, or BRIDGED_SECONDS while SSM doesn't answer.

        Raises:
            ClientError, BotoCoreError: SSM refuses to tell them, or doesn't answer and none are known.
        """
        now = self._monotonic()
        if now < self._ask_at:
            return self._secrets
        try:
            value = self._read()
        except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
            if not is_transient(error) or not self._bridge():
                self._keep("", _NEVER)
                raise
            return self._secrets
        self._keep(value, now)
        return self._secrets

    def read_ahead(self) -> None:
        """Ask SSM once, while the process starts. A failure is met again by the call that needs the secrets."""
        try:
            value = self._ask()
        except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError):
            return
        self._keep(value, self._monotonic())

    def _ask(self) -> str:
        return self._client.get_parameter(Name=self._name, WithDecryption=True)["Parameter"]["Value"]

    def _keep(self, value: str, now: float) -> None:
        self._secrets = tuple(line for line in value.splitlines() if line)
        self._read_at, self._ask_at, self._failures = now, now + CACHE_SECONDS, 0

    def _read(self) -> str:
        """Ask SSM: once where a secret is known, which serves meanwhile; a new process waits for its turn."""
        deadline = self._patience.deadline()
        attempt = 1
        while True:
            try:
                return self._ask()
            except botocore.exceptions.ClientError as error:
                throttled = error.response["Error"]["Code"] == "ThrottlingException"
                if self._secrets or not (throttled and self._patience.pause(attempt, deadline)):
                    raise
                attempt += 1

    def _bridge(self) -> bool:
        """Put off asking again; False where what is known is too old."""
        now, end = self._monotonic(), self._read_at + BRIDGED_SECONDS
        if now >= end:
            return False
        self._failures += 1
        pause = self._backoff.seconds(self._failures, float("inf")) or 0.0
        self._ask_at = min(now + pause, end)
        return True


def jwt_secrets() -> Sequence[str]:
    """Return the secrets with which a token may be signed.

    Raises:
        MissingSettings: ``JWT_SECRET_PARAMETER`` is not set.
    """
    return _jwt_parameter().secrets()


@cache
def _jwt_parameter() -> SecretParameter:
    settings = load_settings(SecretSettings, os.environ)
    return SecretParameter(client=process_clients().ssm, name=settings.parameter)

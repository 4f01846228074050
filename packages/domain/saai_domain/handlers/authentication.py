"""Who sends a request: the one way in which functions verify tokens."""

from saai_domain.auth import Claims, verificar_token_jwt
from saai_domain.aws.parameters import SecretParameter
from saai_domain.handlers.telemetry import about_store

__all__ = ["authenticate"]


def authenticate(token: str | None, signing: SecretParameter) -> Claims:
    """Verify a token, and have the invocation's log lines carry its store.

    Raises:
        TokenError: As ``verificar_token_jwt`` raises it.
        ClientError, BotoCoreError: The secret could not be read.
    """
    claims = verificar_token_jwt(token, signing.secrets())
    about_store(claims.tenant_id)
    return claims

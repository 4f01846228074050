"""PyJWT's verification without the half that fetches keys over HTTP.

``import jwt`` makes a client for key sets too, which takes urllib, http.client and email: three quarters of its 40 ms,
for what no function uses. PyJWT has no way around it (2.15), so the package's own ``__init__`` runs late.
"""

from saai_domain.late import put_off

put_off("jwt")

from jwt.api_jwt import decode  # noqa: E402 - once that is arranged
from jwt.exceptions import (  # noqa: E402
    InvalidAlgorithmError,
    InvalidSignatureError,
    InvalidTokenError,
    MissingRequiredClaimError,
)

__all__ = ["InvalidAlgorithmError", "InvalidSignatureError", "InvalidTokenError", "MissingRequiredClaimError", "decode"]

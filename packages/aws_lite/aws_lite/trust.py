"""Who vouches for the other end of a TLS connection: Amazon's roots, and else whom the system trusts.

AWS's endpoints chain to the roots of Amazon Trust Services, which ship with this package. OpenSSL reads the one that
it needs, by the name of its file, and not the hundred and more that a system trusts. Should they not vouch for an
endpoint (another partition, a proxy that opens TLS, a change of AWS's), it is tried once more with the system's, and a
warning logged.
Either way the chain, the dates and the host's name are verified in full, as strictly as Python does by default.
"""

import os
import ssl
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

__all__: list[str] = []

# Importing pathlib would take longer than reading one of them.
ROOTS: Final = os.path.join(os.path.dirname(__file__), "amazon_trust_services")  # noqa: PTH118, PTH120
"""The folder of Amazon's roots, each in a file that is named by the hash of its subject (``openssl rehash``)."""
_REPLACED: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Variables by which the environment says itself whom to trust."""
_AWS: Final = (".amazonaws.com", ".amazonaws.com.cn")

Contexts = Callable[[], ssl.SSLContext]


@cache
def amazon_context() -> ssl.SSLContext:
    """Return the process's TLS settings that trust Amazon's roots only."""
    return ssl.create_default_context(capath=ROOTS)


@cache
def system_context() -> ssl.SSLContext:
    """Return the process's TLS settings that trust whom the system does. Making them takes tens of milliseconds."""
    return ssl.create_default_context()


class Trust:
    """Whom the connections to one endpoint trust. Safe on many threads."""

    def __init__(self, preferred: Contexts = amazon_context, fallback: Contexts = system_context) -> None:
        self._contexts = preferred
        self._fallback = fallback

    @classmethod
    def in_host(cls, host: str, environment: Mapping[str, str] = os.environ) -> "Trust":
        """Return Amazon's roots for a host of AWS's; the system's for another, or where the environment names some."""
        if host.endswith(_AWS) and not any(environment.get(name) for name in _REPLACED):
            return cls()
        return cls(preferred=system_context)

    def context(self) -> ssl.SSLContext:
        """Return the settings for the next connection."""
        return self._contexts()

    def may_try_again(self, refused: ssl.SSLContext, error: ssl.SSLCertVerificationError) -> bool:
        """Tell whether a connection that these settings refused may be tried with the next ones of ``context``."""
        if self._contexts is not self._fallback:
            # Only where it is needed: most processes have no use for it.
            import logging  # noqa: PLC0415

            logging.getLogger(__name__).warning("Amazon's roots don't vouch, trying with the system's: %s", error)
            self._contexts = self._fallback
        return refused is not self._contexts()

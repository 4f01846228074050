"""Certificates for servers on this machine: an authority of the test's own, and what it signs."""

import ipaddress
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """Signs certificates for names of this machine; may have another authority's name."""

    def __init__(self, name: str | x509.Name = "loopback authority") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name) if isinstance(name, str) else name
        self._certificate = _signed(
            self._name, self._key.public_key(), issuer=self._name, by=self._key, extensions=_IS_AUTHORITY
        )

    @property
    def pem(self) -> bytes:
        """The authority's own certificate, which clients trust."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def server_context(self, folder: Path, *hosts: str, ends: timedelta = timedelta(days=1)) -> ssl.SSLContext:
        """Make a TLS 1.3 server's settings with a new certificate for these hosts; the files go into the folder.

        ``ends`` from now; it has ended where that is negative.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _signed(
            _name(hosts[0]),
            key.public_key(),
            issuer=self._name,
            by=self._key,
            extensions=[_alternative_names(hosts)],
            ends=ends,
        )
        return _server_context(folder, key, certificate)


def self_signed_context(folder: Path, *hosts: str) -> ssl.SSLContext:
    """Make a server's settings with a certificate that no authority signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(hosts[0])
    certificate = _signed(name, key.public_key(), issuer=name, by=key, extensions=[_alternative_names(hosts)])
    return _server_context(folder, key, certificate)


def _server_context(folder: Path, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> ssl.SSLContext:
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(file)
    return context


_IS_AUTHORITY: list[x509.ExtensionType] = [
    x509.BasicConstraints(ca=True, path_length=0),
    x509.KeyUsage(
        key_cert_sign=True,
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    ),
]


def _alternative_names(hosts: tuple[str, ...]) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName(
        [x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host) for host in hosts]
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _signed(
    subject: x509.Name,
    key: ec.EllipticCurvePublicKey,
    *,
    issuer: x509.Name,
    by: ec.EllipticCurvePrivateKey,
    extensions: Sequence[x509.ExtensionType],
    ends: timedelta = timedelta(days=1),
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=2))
        .not_valid_after(now + ends)
        # Python 3.13 verifies strictly (RFC 5280): it wants both, and what makes an authority to be critical.
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=not isinstance(extension, x509.SubjectAlternativeName))
    return builder.sign(by, hashes.SHA256())

"""Whom the client trusts: Amazon's roots first, then whom the system trusts, and nobody without full verification."""

import base64
import hashlib
import logging
import re
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import botocore
import pytest
from aws_lite.connection_pool import ConnectionPool, Endpoint
from aws_lite.http_exchange import ConnectError
from aws_lite.trust import ROOTS, Trust, amazon_context, system_context
from cryptography import x509
from cryptography.x509.oid import NameOID
from saai_support.loopback_server import OK, answering, serving
from saai_support.loopback_tls import Authority, self_signed_context

PUBLISHED = {
    "Amazon Root CA 1": "fbe3018031f9586bcbf41727e417b7d1c45c2f47f93be372a17b96b50757d5a2",
    "Amazon Root CA 2": "7f4296fc5b6a4e3b35d3c369623e364ab1af381d8fa7121533c9d6c633ea2461",
    "Amazon Root CA 3": "36abc32656acfc645c61b71613c4bf21c787f5cabbee48348d58597803d7abc9",
    "Amazon Root CA 4": "f7ecded5c66047d28ed6466b543c40e0743abe81d109254dcf845d4c2c7853c5",
    "Starfield Services Root Certificate Authority - G2": (
        "2b071c59a0a0ae76b0eadb2bad23bad4580b69c3601b630c2eaf0613afa83f92"
    ),
}
"""The roots by the SHA-256 of their public keys, as Amazon Trust Services' repository lists them."""


def certificates(text: str) -> list[bytes]:
    """The certificates of a PEM file, in DER. cryptography wouldn't read all: the oldest one's serial number is 0."""
    bodies = re.findall("-----BEGIN CERTIFICATE-----\n(.*?)-----END", text, flags=re.DOTALL)
    return [base64.b64decode(body) for body in bodies]


def elements(der: bytes) -> list[bytes]:
    """The elements within one of DER, each with its tag and length."""
    found: list[bytes] = []
    position, end = span(der, 0)
    while position < end:
        _, stop = span(der, position)
        found.append(der[position:stop])
        position = stop
    return found


def span(der: bytes, position: int) -> tuple[int, int]:
    """Where an element's content begins and ends."""
    length, begin = der[position + 1], position + 2
    if length >= 0x80:
        size = length & 0x7F
        length, begin = int.from_bytes(der[begin : begin + size], "big"), begin + size
    return begin, begin + length


def public_key(certificate: bytes) -> bytes:
    """Its SubjectPublicKeyInfo (RFC 5280, section 4.1): after version, serial, algorithm, issuer, dates and subject."""
    return elements(elements(certificate)[0])[6]


FILES = sorted(Path(ROOTS).iterdir())


def shipped(*files: Path) -> ssl.SSLContext:
    """Settings that have read the roots of these files."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata="".join(file.read_text() for file in files))
    return context


def test_the_roots_are_those_that_amazon_publishes() -> None:
    """Key by key; all five, as Amazon asks for, and no other."""
    found = {
        file.read_text().splitlines()[0]: [
            hashlib.sha256(public_key(each)).hexdigest() for each in certificates(file.read_text())
        ]
        for file in FILES
    }
    assert found == {f"# {name}": [key] for name, key in PUBLISHED.items()}


def test_the_roots_are_among_those_that_boto3_trusts() -> None:
    """The same certificates, to the byte."""
    bundled = certificates((Path(botocore.__file__).parent / "cacert.pem").read_text())
    assert {each for file in FILES for each in certificates(file.read_text())} <= set(bundled)


def test_every_root_is_good_for_another_year() -> None:
    """When this fails, renew it by the README: nothing is broken yet."""
    ends: dict[str, Any] = {str(each["subject"]): each["notAfter"] for each in shipped(*FILES).get_ca_certs()}
    assert len(ends) == len(PUBLISHED)
    in_a_year = datetime.now(UTC) + timedelta(days=365)
    assert [name for name, end in ends.items() if ssl.cert_time_to_seconds(end) < in_a_year.timestamp()] == []


def test_fewer_roots_are_no_weaker_verification() -> None:
    """Chain, dates and host, with the same flags as Python's own settings."""
    ours, pythons = amazon_context(), system_context()
    assert ours.verify_mode is pythons.verify_mode is ssl.CERT_REQUIRED
    assert ours.check_hostname
    assert ours.verify_flags == pythons.verify_flags
    assert ours.minimum_version == pythons.minimum_version


@pytest.mark.parametrize(
    ("host", "environment", "context"),
    [
        ("dynamodb.us-east-1.amazonaws.com", {}, amazon_context),
        ("abc.execute-api.us-east-1.amazonaws.com", {}, amazon_context),
        ("dynamodb.cn-north-1.amazonaws.com.cn", {}, amazon_context),
        ("dynamodb.us-east-1.amazonaws.com", {"SSL_CERT_FILE": "/ours.pem"}, system_context),
        ("dynamodb.us-east-1.amazonaws.com", {"SSL_CERT_DIR": "/ours"}, system_context),
        ("amazonaws.com.example.test", {}, system_context),
        ("127.0.0.1", {}, system_context),
    ],
)
def test_amazons_roots_vouch_for_aws_alone(
    host: str, environment: dict[str, str], context: Callable[[], ssl.SSLContext]
) -> None:
    """Of other hosts they know nothing; and an environment that names certificates is obeyed."""
    assert Trust.in_host(host, environment).context() is context()


# Over real sockets of this machine: "Amazon" and "the system" are authorities of the test's own.


def context_of(authority: Authority) -> Callable[[], ssl.SSLContext]:
    context = ssl.create_default_context(cadata=authority.pem.decode())
    return lambda: context


def subject_of(file: Path) -> x509.Name:
    """The name of the authority whose certificate a file holds."""
    (certificate,) = shipped(file).get_ca_certs()
    subject: Any = certificate["subject"]
    return x509.Name([x509.NameAttribute(NAMES[kind], value) for ((kind, value),) in subject])


NAMES = {
    "countryName": NameOID.COUNTRY_NAME,
    "stateOrProvinceName": NameOID.STATE_OR_PROVINCE_NAME,
    "localityName": NameOID.LOCALITY_NAME,
    "organizationName": NameOID.ORGANIZATION_NAME,
    "commonName": NameOID.COMMON_NAME,
}


def never() -> ssl.SSLContext:
    pytest.fail("the system's certificates were read")


def pool_on(port: int, trust: Trust) -> ConnectionPool:
    return ConnectionPool(Endpoint(host="127.0.0.1", port=port, tls=True), trust=trust)


def close(pool: ConnectionPool) -> None:
    while (connection := pool.take()) is not None:
        connection.close()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_openssl_finds_each_root_by_the_name_of_its_file(socket_enabled: None, tmp_path: Path, file: Path) -> None:
    """An authority of the same name, in a file of the same name, vouches for what it signed."""
    namesake = Authority(subject_of(file))
    roots = tmp_path / "roots"
    roots.mkdir()
    (roots / file.name).write_bytes(namesake.pem)
    context = ssl.create_default_context(capath=roots)
    with serving(answering(OK), tls=namesake.server_context(tmp_path, "127.0.0.1")) as port:
        pool = pool_on(port, Trust(lambda: context, never))
        assert pool.send(b"1").status == 200
        close(pool)


def test_where_amazons_roots_vouch_nothing_else_is_read(
    socket_enabled: None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Which is what makes a cold start quick."""
    amazon = Authority("amazon")
    with serving(answering(OK), tls=amazon.server_context(tmp_path, "127.0.0.1")) as port:
        pool = pool_on(port, Trust(context_of(amazon), never))
        assert pool.send(b"1").status == 200
        close(pool)
    assert caplog.records == []


def test_where_they_do_not_the_systems_are_tried_and_a_warning_is_logged(
    socket_enabled: None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """No change of AWS's may stop a stage. The connections that follow begin with the system's."""
    amazon, system = Authority("amazon"), Authority("system")
    closing = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    parts = [answering(), answering(closing), answering(closing)]
    with serving(*parts, tls=system.server_context(tmp_path, "127.0.0.1")) as port:
        pool = pool_on(port, Trust(context_of(amazon), context_of(system)))
        assert [pool.send(b"1").status, pool.send(b"2").status] == [200, 200]
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "unable to get local issuer" in record.getMessage()


DEFECTS: dict[str, Callable[[Authority, Path], ssl.SSLContext]] = {
    "for another host": lambda authority, folder: authority.server_context(folder, "127.0.0.2"),
    "expired": lambda authority, folder: authority.server_context(folder, "127.0.0.1", ends=timedelta(hours=-1)),
    "self-signed": lambda _, folder: self_signed_context(folder, "127.0.0.1"),
    "of another authority": lambda _, folder: Authority("another").server_context(folder, "127.0.0.1"),
}


@pytest.mark.parametrize("defect", list(DEFECTS))
def test_a_certificate_that_is_not_good_is_refused_by_both(socket_enabled: None, tmp_path: Path, defect: str) -> None:
    """The second try verifies as much as the first; there is no third."""
    amazon, system = Authority("amazon"), Authority("system")
    for signer in (amazon, system):
        tls = DEFECTS[defect](signer, tmp_path)
        with serving(answering(OK), answering(OK), answering(OK), tls=tls) as port:
            pool = pool_on(port, Trust(context_of(amazon), context_of(system)))
            for _ in range(2):
                with pytest.raises(ConnectError, match="certificate"):
                    pool.send(b"1")

"""The pages of `make dev`, the console's and the contracts': a small server on loopback, and what it tells them."""

import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import attrs
from aws_lite.wire import encode_json

from local_aws.catalogue import Store
from local_aws.ministack import HOST
from local_aws.paths import REPOSITORY, STATE
from local_aws.stack import Stack
from local_aws.tokens import issue_for

PREFERRED_PORT: Final = 8642
"""So that a bookmark survives a restart; where it is taken another one serves."""

CONTRACTS: Final = "/contracts/"
FOLDERS: Final[Mapping[str, Path]] = {
    "/console/": REPOSITORY / "packages" / "console",
    "/ws_client/src/": REPOSITORY / "packages" / "ws_client" / "src",
    "/vanilla/": REPOSITORY / "examples" / "vanilla",
    CONTRACTS: STATE / "docs",
}
"""What is served under which path: the page, the client that it imports, the example without a build, and what
`make docs` built, where it has."""

_INDEX: Final = "index.html"
_TYPES: Final[Mapping[str, str]] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
    " connect-src 'self' http://127.0.0.1:* ws://127.0.0.1:*; base-uri 'none'; form-action 'none'"
)
_CONTRACTS_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " font-src 'self' data:; connect-src 'self' http://127.0.0.1:*; base-uri 'none'; form-action 'none'"
)
"""The components that show the contracts compile schemas and write styles in the page."""


@attrs.frozen(kw_only=True)
class Found:
    """What a path stands for."""

    content_type: str
    body: bytes
    policy: str = _POLICY
    """What the page may load and do."""


@attrs.frozen(kw_only=True)
class Site:
    """The page's files and configuration. Tokens are signed when they are asked for: each is good for 24 hours."""

    stack: Stack
    tiendas: Sequence[Store]
    client: Mapping[str, float] = attrs.field(factory=dict)
    """Options of the page's client, in its own names, that differ from its defaults."""
    folders: Mapping[str, Path] = FOLDERS

    def configuration(self) -> Mapping[str, Any]:
        """`/config.json`: addresses, and the demo stores with a token for each of their people."""
        return {
            "ws_url": self.stack.ws_url,
            "api_url": self.stack.api_url,
            "client": dict(self.client),
            "tiendas": [self._store(tienda) for tienda in self.tiendas],
        }

    def find(self, target: str) -> Found | None:
        """What a request's target names, None where there is nothing."""
        path = unquote(urlsplit(target).path)
        if path == "/config.json":
            return Found(
                content_type="application/json; charset=utf-8", body=encode_json(self.configuration()).encode()
            )
        file = self._file(f"{path}{_INDEX}" if path.endswith("/") else path)
        if file is None:
            return None
        policy = _CONTRACTS_POLICY if path.startswith(CONTRACTS) else _POLICY
        return Found(content_type=_TYPES[file.suffix], body=file.read_bytes(), policy=policy)

    @property
    def shows_contracts(self) -> bool:
        """Whether `make docs` has built their pages."""
        return self.find(CONTRACTS) is not None

    def _file(self, path: str) -> Path | None:
        """The file under the served folders that a path names: nothing hidden, nothing outside, no links out."""
        for prefix, folder in self.folders.items():
            parts = PurePosixPath(path.removeprefix(prefix)).parts
            if not path.startswith(prefix) or any(part.startswith((".", "/")) or "\0" in part for part in parts):
                continue
            file = folder.joinpath(*parts).resolve()
            if file.is_relative_to(folder.resolve()) and file.suffix in _TYPES and file.is_file():
                return file
        return None

    def _store(self, tienda: Store) -> Mapping[str, Any]:
        users = [{**attrs.asdict(user), "token": issue_for(self.stack, tienda, user)} for user in tienda.people]
        return {"codigo_tienda": tienda.codigo_tienda, "nombre": tienda.nombre, "usuarios": users}


@contextlib.contextmanager
def running_console(site: Site, *, port: int = PREFERRED_PORT) -> Iterator[str]:
    """Serve the page and give its address; serving ends with the block. Port 0 is any that is free."""
    server = _listen(site, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _listen(site: Site, port: int) -> ThreadingHTTPServer:
    handler = _handler(site)
    try:
        return _Server((HOST, port), handler)
    except OSError:
        # Somebody else listens there.
        return _Server((HOST, 0), handler)


class _Server(ThreadingHTTPServer):
    # A browser keeps connections open that nobody will use again: don't wait for them.
    daemon_threads = True
    block_on_close = False


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_GET(self) -> None:
            # A page of another name that resolves to this address must not read the tokens (DNS rebinding).
            if self.headers.get("host", "").rpartition(":")[0] not in {HOST, "localhost"}:
                self._answer(HTTPStatus.MISDIRECTED_REQUEST)
            elif urlsplit(self.path).path in {"/", "/console"}:
                self._answer(HTTPStatus.FOUND, location="/console/")
            elif (found := site.find(self.path)) is None:
                self._answer(HTTPStatus.NOT_FOUND)
            else:
                self._answer(
                    HTTPStatus.OK,
                    found.body,
                    **{"content-type": found.content_type, "content-security-policy": found.policy},
                )

        do_HEAD = do_GET  # noqa: N815 - the base class finds it by this name

        def _answer(self, status: HTTPStatus, body: bytes = b"", **headers: str) -> None:
            self.send_response(status)
            for name, value in {
                "cache-control": "no-store",
                "content-security-policy": _POLICY,
                "cross-origin-resource-policy": "same-origin",
                "referrer-policy": "no-referrer",
                "x-content-type-options": "nosniff",
                **headers,
                "content-length": str(len(body)),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing: the terminal is for what `make dev` tells."""

    return Handler

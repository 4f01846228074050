"""The server of the console page, asked over a real socket."""

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import attrs
import httpx
import jwt
import pytest
from local_aws.catalogue import catalogue
from local_aws.console import CONTRACTS, FOLDERS, Site, running_console
from saai_domain.roles import Rol

from tests.local_aws.support import STACK as PLAIN

STACK = attrs.evolve(PLAIN, jwt_secret="a-secret-of-sufficient-length-for-hs256")
SITE = Site(stack=STACK, tiendas=catalogue(), client={"rotateAfter": 1500})


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_console(SITE, port=0) as served:
        yield served


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False) as client:
        yield client


def raw(address: str, target: str, *, host: str | None = None) -> int:
    """Answer the status of a target that no client library has tidied up."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.request("GET", target, headers={} if host is None else {"host": host})
    status = connection.getresponse().status
    connection.close()
    return status


def test_the_address_leads_to_the_page(browser: httpx.Client) -> None:
    """Modules are found relative to it, so it stands in its own folder."""
    response = browser.get("/", follow_redirects=True)
    assert response.url.path == "/console/"
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "<title>" in response.text


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/console/index.html", "text/html; charset=utf-8"),
        ("/console/styles/base.css", "text/css; charset=utf-8"),
        ("/console/main.js", "text/javascript; charset=utf-8"),
        ("/ws_client/src/index.js", "text/javascript; charset=utf-8"),
        ("/vanilla/main.js", "text/javascript; charset=utf-8"),
    ],
)
def test_each_file_has_its_type_and_is_never_kept(browser: httpx.Client, path: str, content_type: str) -> None:
    """A browser refuses modules of another type; a reload shows what was just saved."""
    response = browser.get(path)
    folder = next(prefix for prefix in FOLDERS if path.startswith(prefix))
    assert response.content == (FOLDERS[folder] / path.removeprefix(folder)).read_bytes()
    assert response.headers["content-type"] == content_type
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "target",
    [
        "/console/../ws_client/package.json",
        "/console/%2e%2e/ws_client/package.json",
        "/console/..%2fdomain/pyproject.toml",
        "/../../../../etc/passwd",
        "//etc/passwd",
        "/console//etc/passwd",
        "/ws_client/src/%00",
        "/ws_client/package.json",
        "/ws_client/types/index.d.ts",
        "/console",
        "/console/none.js",
        "/ws_client/src/",
        "/ws_client/src//etc/passwd",
        "/vanilla/../react/package.json",
        "/config.json/",
    ],
)
def test_nothing_outside_the_page_and_the_client_is_served(address: str, target: str) -> None:
    """Whatever way the path is written."""
    assert raw(address, target) in {302, 404}


def test_a_head_request_gets_the_headers_only(browser: httpx.Client) -> None:
    """As curl -I sends it."""
    response = browser.head("/console/index.html")
    assert response.content == b""
    assert int(response.headers["content-length"]) > 0


def test_the_configuration_has_addresses_and_a_token_for_everybody(browser: httpx.Client) -> None:
    """The page connects and signs in with nothing else."""
    config = browser.get("/config.json").json()
    assert (config["ws_url"], config["api_url"]) == (STACK.ws_url, STACK.api_url)
    assert config["client"] == {"rotateAfter": 1500}
    assert [tienda["codigo_tienda"] for tienda in config["tiendas"]] == [t.codigo_tienda for t in SITE.tiendas]
    for tienda in config["tiendas"]:
        assert {person["rol"] for person in tienda["usuarios"]} == {str(rol) for rol in Rol}
        for person in tienda["usuarios"]:
            claims = jwt.decode(person["token"], STACK.jwt_secret, algorithms=["HS256"])
            assert claims["tenant_id"] == tienda["codigo_tienda"]
            assert (claims["codigo_usuario"], claims["rol"]) == (person["codigo_usuario"], person["rol"])


def test_a_foreign_name_for_this_address_gets_nothing(address: str) -> None:
    """A page elsewhere whose name is made to resolve to loopback can't read the tokens."""
    assert raw(address, "/config.json", host="evil.example:8642") == 421
    assert raw(address, "/config.json", host=urlsplit(address).netloc) == 200


def test_a_taken_port_is_no_obstacle() -> None:
    """Another one is found, so that a second working copy has its console too."""
    with running_console(SITE, port=0) as first:
        port = urlsplit(first).port
        assert port is not None
        with running_console(SITE, port=port) as second:
            assert urlsplit(second).port != port
            assert raw(second, "/config.json") == 200


def test_it_stops_with_the_block() -> None:
    """Also while a browser keeps a connection open."""
    with running_console(SITE, port=0) as address, httpx.Client(trust_env=False) as client:
        assert client.get(f"{address}config.json").is_success
    with pytest.raises(httpx.ConnectError):
        httpx.get(address, trust_env=False)


def test_the_contracts_are_shown_where_their_pages_were_built(tmp_path: Path) -> None:
    """They may do what their components need, and no other page may."""
    site = attrs.evolve(SITE, folders={**FOLDERS, CONTRACTS: tmp_path})
    assert not site.shows_contracts
    (tmp_path / "index.html").write_text("built")
    assert site.shows_contracts
    with running_console(site, port=0) as served, httpx.Client(base_url=served, trust_env=False) as browser:
        shown, console = browser.get(CONTRACTS), browser.get("/console/")
    assert shown.text == "built"
    assert "'unsafe-eval'" in shown.headers["content-security-policy"]
    assert "unsafe" not in console.headers["content-security-policy"]

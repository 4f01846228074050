"""What other people's tools make of the published contracts: AsyncAPI's parser, TypeScript, the pages.

Skipped where their tools are missing, and said so: `make frontend` installs them.
"""

import json
import shutil
from pathlib import Path

import pytest
from saai_contracts import asyncapi
from saai_contracts.published import PUBLISHED, VERSION

from tests.docs.documents import ROOT, blocks, read
from tests.node import needs_tools, node, output_of

PACKAGE = PUBLISHED.parent
TYPES = PUBLISHED / "openapi.d.ts"


@pytest.fixture(autouse=True)
def _tools() -> None:
    needs_tools(PACKAGE)


def test_the_websocket_is_a_valid_asyncapi_document() -> None:
    """As the specification's own parser reads it, which only knows of a later version; a broken one it refuses."""
    document = asyncapi.document(VERSION)
    broken = {**document, "channels": {"store": {"messages": 3}}}
    command = [node(), "tools/check_asyncapi.mjs"]
    ours, other = json.loads(output_of(command, package=PACKAGE, sent=json.dumps([document, broken])))
    assert ours == {"valid": True, "codes": ["asyncapi-latest-version"]}
    assert not other["valid"]


def test_the_typescript_types_are_those_of_the_document(tmp_path: Path) -> None:
    """`make contracts` writes them."""
    program = str(PACKAGE / "node_modules" / "openapi-typescript" / "bin" / "cli.js")
    output_of([node(), program, str(PUBLISHED / "openapi.json"), "--output", str(tmp_path / "openapi.d.ts")])
    assert TYPES.read_text() == (tmp_path / "openapi.d.ts").read_text(), "run `make contracts` and commit"


@pytest.mark.parametrize(("written", "compiles"), [("cantidad: 2", True), ('cantidad: "2"', False)])
def test_a_frontend_compiles_against_them(tmp_path: Path, written: str, compiles: bool) -> None:  # noqa: FBT001 - a case
    """The document's own sample; what the contract forbids doesn't compile."""
    (sample,) = blocks(read(ROOT / "docs" / "contracts.md"), "ts")
    shutil.copy(TYPES, tmp_path)
    (tmp_path / "sample.mts").write_text(sample.replace("cantidad: 2", written))
    compiler = str(PACKAGE / "node_modules" / "typescript" / "bin" / "tsc")
    options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom"]
    command = [node(), compiler, *options, "sample.mts"]
    if compiles:
        output_of(command, package=tmp_path)
    else:
        with pytest.raises(pytest.fail.Exception, match="'string' is not assignable to type 'number'"):
            output_of(command, package=tmp_path)


def test_the_pages_hold_the_documents_and_ask_nobody(tmp_path: Path) -> None:
    """They open from a folder, without a network: every script and style is beside them."""
    output_of([node(), "tools/build_pages.mjs", str(tmp_path)], package=PACKAGE)
    for page, telling in (("index.html", '"/ventas"'), ("events.html", "venta_registrada")):
        text = (tmp_path / page).read_text()
        assert telling in text
        assert "{document}" not in text
        named = [part.split('"')[0] for part in text.split('src="')[1:]]
        assert named
        assert all((tmp_path / name).is_file() for name in named)

"""Modules that run when something of them is first asked for."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from saai_domain.late import UNUSED

NOTED = "import sys\nsys.noted = [*getattr(sys, 'noted', []), __name__]\n"


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A package of two modules, whose running is noted, and a module that imports one of them."""
    package = tmp_path / "library"
    package.mkdir()
    (package / "__init__.py").write_text(NOTED + "from library import used, unused\nNAME = 3\n")
    (package / "used.py").write_text(NOTED + "import library.unused\nVALUE = 1\n")
    (package / "unused.py").write_text(NOTED + "__all__ = ['VALUE']\nVALUE = 2\n\ndef itself():\n    return VALUE\n")
    (package / "broken.py").write_text("MISSING\n")
    return tmp_path


def run(program: str, folder: Path) -> object:
    """Run a program that puts modules off in a Python of its own; return what it prints, as JSON."""
    head = f"import json, sys\nsys.path[:0] = {[str(folder), *sys.path]!r}\nfrom saai_domain.late import put_off\n"
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", head + program], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_does_not_run_however_many_import_it(packages: Path) -> None:
    """The package and its neighbour do."""
    program = "put_off('library.unused')\nimport library\nimport library.unused\nprint(json.dumps(sys.noted))"
    assert run(program, packages) == ["library", "library.used"]


@pytest.mark.parametrize(
    "use",
    [
        "library.unused.VALUE",
        "library.unused.itself()",
        "__import__('library.unused', fromlist=['VALUE']).VALUE",
        "(exec('from library.unused import *', globals()), VALUE)[1]",
        "(exec('from library import unused', globals()), unused.VALUE)[1]",
    ],
)
def test_it_runs_once_and_is_itself_however_it_is_asked(packages: Path, use: str) -> None:
    """What comes of it is its own."""
    program = (
        f"put_off('library.unused')\nimport library\nfound = [{use}, {use}]\nprint(json.dumps([found, sys.noted]))"
    )
    assert run(program, packages) == [[2, 2], ["library", "library.used", "library.unused"]]


def test_a_package_runs_late_while_its_submodules_are_at_hand(packages: Path) -> None:
    """As PyJWT's do."""
    program = """
put_off("library")
import library.used
before = list(sys.noted)
library.used.VALUE, library.__name__, library.__path__
between = list(sys.noted)
library.NAME
print(json.dumps([before, between, sys.noted]))
"""
    early = ["library.used", "library.unused"]
    assert run(program, packages) == [early, early, [*early, "library"]]


def test_what_it_does_not_have_is_an_attribute_error(packages: Path) -> None:
    """Before it has run, and afterwards."""
    program = """
put_off("library.unused")
import library
found = [hasattr(library.unused, "NOTHING"), hasattr(library.unused, "NOTHING"), library.unused.VALUE]
print(json.dumps(found))
"""
    assert run(program, packages) == [False, False, 2]


def test_many_threads_see_it_whole(packages: Path) -> None:
    """The second waits for the first."""
    (packages / "library" / "unused.py").write_text("import time\ntime.sleep(0.05)\nVALUE = 2\n")
    program = """
from concurrent.futures import ThreadPoolExecutor
put_off("library.unused")
import library.unused
with ThreadPoolExecutor(8) as pool:
    print(json.dumps(list(pool.map(lambda _: library.unused.VALUE, range(8)))))
"""
    assert run(program, packages) == [2] * 8


def test_one_that_cannot_run_says_so_to_who_asks(packages: Path) -> None:
    """And not to who imports it."""
    program = """
put_off("library.broken")
import library.broken
try:
    library.broken.VALUE
except NameError as error:
    print(json.dumps(str(error)))
"""
    assert run(program, packages) == "name 'MISSING' is not defined"


def test_outside_lambda_nothing_is_put_off() -> None:
    """Importing a function's package changes nothing of how others are imported."""
    program = """
import os
os.environ.pop("AWS_LAMBDA_FUNCTION_NAME", None)
before = list(sys.meta_path)
import ws_gateway, saai_events
print(json.dumps(sys.meta_path == before))
"""
    assert run(program, Path()) is True


@pytest.mark.parametrize("name", UNUSED)
def test_what_functions_put_off_is_whole_when_it_is_asked_for(name: str) -> None:
    """It has what it has elsewhere."""
    program = f"""
from importlib import import_module
put_off({name!r})
import attrs, msgspec, botocore, locale
module = import_module({name!r})
module.__all__ if hasattr(module, "__all__") else module.nothing if hasattr(module, "nothing") else None
print(json.dumps(sorted(vars(module))))
"""
    found = run(program, Path())
    assert isinstance(found, list)
    own = {each for each, value in vars(import_module(name)).items() if not isinstance(value, ModuleType)}
    assert own <= {*found, "__warningregistry__"}

"""The layer that is deployed: wheels for Lambda's processor and Python, which this machine can't run."""

import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest
from packaging.tags import Tag, compatible_tags, cpython_tags, parse_tag
from saai_infra.build import InterpreterMissingError, Target, build_layer
from saai_infra.build.interpreter import find_interpreter
from saai_support.lambda_runtime.environment import STAGE_PYTHON

AARCH64 = 183
"""ELF's number of the processor, at byte 18."""
GLIBC = 34
"""Amazon Linux 2023's minor version of glibc, on which Pythons from 3.12 run."""


@pytest.fixture(scope="module")
def layer() -> Iterator[zipfile.ZipFile]:
    target = Target.aws(python_version=STAGE_PYTHON, architecture="arm64")
    try:
        find_interpreter(target)
    except InterpreterMissingError:
        pytest.skip(f"no Python {STAGE_PYTHON} here: the stage's layer can't be built")
    with zipfile.ZipFile(build_layer(target).path) as file:
        yield file


def _taken_by_lambda() -> set[Tag]:
    major, minor = map(int, STAGE_PYTHON.split("."))
    version, interpreter = (major, minor), f"cp{major}{minor}"
    platforms = ["manylinux2014_aarch64", *(f"manylinux_2_{glibc}_aarch64" for glibc in range(17, GLIBC + 1))]
    return {
        *cpython_tags(version, abis=[interpreter], platforms=platforms),
        *compatible_tags(version, interpreter=interpreter, platforms=platforms),
    }


def test_every_wheel_of_the_layer_is_one_that_lambda_can_load(layer: zipfile.ZipFile) -> None:
    """By the tags that it was built with."""
    notes = [name for name in layer.namelist() if name.endswith(".dist-info/WHEEL")]
    assert notes
    for note in notes:
        lines = layer.read(note).decode().splitlines()
        tags = {tag for line in lines if line.startswith("Tag: ") for tag in parse_tag(line.removeprefix("Tag: "))}
        assert tags & _taken_by_lambda(), note


def test_every_shared_object_is_for_the_stages_processor_and_python(layer: zipfile.ZipFile) -> None:
    """Whatever a wheel's tags say."""
    objects = [name for name in layer.namelist() if name.endswith(".so")]
    assert objects
    for name in objects:
        assert int.from_bytes(layer.read(name)[18:20], "little") == AARCH64
        assert f"cpython-{STAGE_PYTHON.replace('.', '')}-aarch64" in PurePosixPath(name).name or ".abi3." in name


def test_every_module_of_the_layer_comes_with_its_bytecode(layer: zipfile.ZipFile) -> None:
    """Of the stage's Python: without it every cold start would compile again."""
    names = set(layer.namelist())
    for name in names:
        path = PurePosixPath(name)
        if path.suffix == ".py":
            cached = path.parent / "__pycache__" / f"{path.stem}.cpython-{STAGE_PYTHON.replace('.', '')}.pyc"
            assert str(cached) in names

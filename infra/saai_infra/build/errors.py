"""What can stop the build.

BuildError
├── InterpreterMissingError     no Python of the target's minor version runs on this machine
├── ToolMissingError            uv is not installed
├── CommandFailedError          uv or the compiler refused; carries what it said
├── ForbiddenDistributionError  something that belongs to the runtime got into the layer
├── SourcesMissingError         a package has no source files
└── DuplicateEntryError         two sources want the same name in a zip
"""

from pathlib import Path

import attrs


class BuildError(Exception):
    """The root: catch it to report any failure of the build step."""


@attrs.frozen(kw_only=True)
class InterpreterMissingError(BuildError):
    """Bytecode must be compiled by the runtime's own minor version, and none was found that runs."""

    version: str
    tried: tuple[str, ...]

    def __str__(self) -> str:
        tried = ", ".join(self.tried) or f"no python{self.version} on PATH"
        return (
            f"No Python {self.version} runs on this machine, and the layer's bytecode must be compiled by that version "
            f"(tried: {tried}). Install it so that `python{self.version}` runs (apt install python{self.version}, "
            f"pyenv install {self.version}, uv python install {self.version}), or choose one that is here: "
            f"pulumi config set saai:pythonVersion <3.11..3.14>"
        )


@attrs.frozen(kw_only=True)
class ToolMissingError(BuildError):
    """A program that the build step calls is absent."""

    tool: str

    def __str__(self) -> str:
        return f"{self.tool} was found neither beside this Python nor on PATH: run `make setup`"


@attrs.frozen(kw_only=True)
class CommandFailedError(BuildError):
    """A program that the build step called ended with an error."""

    command: tuple[str, ...]
    output: str

    def __str__(self) -> str:
        return f"{' '.join(self.command)}\n{self.output.strip()}"


@attrs.frozen(kw_only=True)
class ForbiddenDistributionError(BuildError):
    """The layer stands before the runtime's own boto3 on the path: one in it would break every service that uses it."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"The layer must not hold {', '.join(self.names)}: the Lambda runtime brings them. "
            "Remove them from requirements/layer.in and run `make lock`"
        )


@attrs.frozen(kw_only=True)
class SourcesMissingError(BuildError):
    """There is nothing to build: an empty zip would fail only when it is called."""

    folder: Path

    def __str__(self) -> str:
        return f"{self.folder} holds no sources"


@attrs.frozen(kw_only=True)
class DuplicateEntryError(BuildError):
    """Two files would have the same name in a zip, and one would silently win."""

    name: str

    def __str__(self) -> str:
        return f"{self.name} comes from two sources"

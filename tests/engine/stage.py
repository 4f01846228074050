"""A stage under Pulumi's engine: the program of a workspace, its state in a folder, and the world it is deployed to."""

import contextlib
import os
import runpy
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import attrs
from pulumi import automation
from pulumi.automation import ConfigValue, LocalWorkspace, PulumiCommand
from saai_infra import stack as program
from saai_infra.build import build_all

from tests.engine.events import Run, resources_of, run_of
from tests.engine.provider import Provider, serving
from tests.engine.world import World

SECRET = "un secreto de prueba bastante largo"
LAB_ROLE = "arn:aws:iam::123456789012:role/LabRole"
PROJECT = "saai"


class CommandFailed(Exception):
    """The CLI ended with an error; the text is everything it said."""


class UpFailed(Exception):
    """The engine ended with errors."""

    def __init__(self, run: Run, text: str) -> None:
        super().__init__(text)
        self.run = run


@attrs.define(kw_only=True)
class Pulumi:
    """The CLI behind a shim that notes its process, so that a test can kill it."""

    home: Path
    command: PulumiCommand

    @classmethod
    def of(cls, cli: Path, home: Path) -> "Pulumi":
        """Put the shim where the Automation API looks for a CLI."""
        shim = home / "bin" / "pulumi"
        shim.parent.mkdir(parents=True)
        shim.write_text(f'#!/bin/sh\necho $$ > "{home}/pid"\nexec "{cli}" "$@"\n')
        shim.chmod(0o755)
        return cls(home=home, command=PulumiCommand(root=str(home)))

    def kill(self) -> None:
        """End the CLI that runs now as a power cut would."""
        os.kill(int((self.home / "pid").read_text()), signal.SIGKILL)


@attrs.define(kw_only=True)
class Workspace:
    """A copy of what a deployment reads: `infra/`'s files, the packages and the lock."""

    root: Path
    python_version: str

    @property
    def infra(self) -> Path:
        """Where the CLI is run."""
        return self.root / "infra"

    def main(self) -> None:
        """Run the copy's program, with zips built of the copy's packages."""
        program.build_all = partial(build_all, root=self.root)
        try:
            runpy.run_path(str(self.infra), run_name="__main__")
        finally:
            program.build_all = build_all


@attrs.define(kw_only=True)
class Stage:
    """A stack, its state and the account that it is in."""

    name: str
    folder: Path
    workspace: Workspace
    pulumi: Pulumi
    provider: Provider
    port: int
    config: dict[str, str] = attrs.field(factory=dict)

    @property
    def world(self) -> World:
        """The account."""
        return self.provider.world

    def up(self, **options: Any) -> Run:
        """Deploy.

        Raises:
            UpFailed: something was refused.
        """
        return self._run("up", **options)

    def preview(self) -> Run:
        """Ask what an `up` would do."""
        return self._run("preview")

    def destroy(self) -> Run:
        """Take everything away."""
        return self._run("destroy")

    def command(self, *arguments: str) -> str:
        """Run the CLI as a user does who never runs the program with it, and return what it says.

        Raises:
            CommandFailed: It ended with an error.
        """
        ran = subprocess.run(  # noqa: S603 - the CLI that the suite was given
            [self.pulumi.command.command, *arguments, "--stack", self.name, "--non-interactive"],
            cwd=self.folder / "infra",
            env={**os.environ, **self._environment()},
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode != 0:
            raise CommandFailed(ran.stdout + ran.stderr)
        return ran.stdout

    def outputs(self) -> Mapping[str, Any]:
        """What the stage gives back."""
        return {name: output.value for name, output in self._stack().outputs().items()}

    def set_config(self, key: str, value: str) -> None:
        """Set a `saai` key as `pulumi config set` does."""
        self._stack().set_config(f"{PROJECT}:{key}", ConfigValue(value))

    def remove_config(self, key: str) -> None:
        """Remove a `saai` key as `pulumi config rm` does."""
        self._stack().remove_config(f"{PROJECT}:{key}")

    def set_secret(self, text: str) -> None:
        """Set `saai:jwtSecret` as `pulumi config set --secret` does."""
        self._stack().set_config(f"{PROJECT}:jwtSecret", ConfigValue(text, secret=True))

    def state_text(self) -> str:
        """Everything in the folder where Pulumi keeps the state."""
        return "\n".join(path.read_text() for path in (self.folder / ".pulumi").rglob("*.json"))

    def pending(self) -> set[str]:
        """The types of what was being created when the CLI was killed."""
        deployment: Mapping[str, Any] = self._stack().export_stack().deployment or {}
        return {operation["resource"]["type"] for operation in deployment.get("pending_operations", [])}

    def state(self) -> list[Mapping[str, Any]]:
        """The resources of AWS that Pulumi knows of."""
        return resources_of(self._stack().export_stack().deployment or {})

    def _run(self, operation: str, **options: Any) -> Run:
        events: list[automation.events.EngineEvent] = []
        try:
            getattr(self._stack(), operation)(on_event=events.append, color="never", **options)
        except automation.errors.CommandError as failed:
            raise UpFailed(run_of(events), str(failed)) from failed
        return run_of(events)

    def _environment(self) -> dict[str, str]:
        return {
            "PULUMI_BACKEND_URL": f"file://{self.folder}",
            "PULUMI_CONFIG_PASSPHRASE": "una frase de prueba",
            "PULUMI_DEBUG_PROVIDERS": f"aws:{self.port}",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_HOME": str(self.pulumi.home),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }

    def _stack(self) -> automation.Stack:
        workspace = LocalWorkspace(
            work_dir=str(self.folder / "infra"),
            pulumi_command=self.pulumi.command,
            program=self.workspace.main,
            env_vars=self._environment(),
        )
        return automation.Stack.create_or_select(self.name, workspace)

    def prepare(self) -> None:
        """Make the stack and set what a user sets."""
        (self.folder / "infra").mkdir(parents=True)
        for file in self.workspace.infra.glob("Pulumi*.yaml"):
            shutil.copyfile(file, self.folder / "infra" / file.name)
        stack = self._stack()
        stack.set_config(f"{PROJECT}:jwtSecret", ConfigValue(SECRET, secret=True))
        stack.set_config(f"{PROJECT}:pythonVersion", ConfigValue(self.workspace.python_version))
        for key, value in self.config.items():
            stack.set_config(f"{PROJECT}:{key}", ConfigValue(value))


def differences(world: World, *stages: Stage) -> set[tuple[str, str]]:
    """What exists and is in no stage's state, or is in one and doesn't exist; but not what is kept on purpose."""
    exists = {(found.type, found.id) for found in world.all() if not found.kept}
    known = {(resource["type"], resource["id"]) for stage in stages for resource in stage.state()}
    return exists ^ known


@contextlib.contextmanager
def new_provider(world: World) -> Iterator[tuple[Provider, int]]:
    """A provider that the engine reaches at a port."""
    provider = Provider(world)
    with serving(provider) as port:
        yield provider, port

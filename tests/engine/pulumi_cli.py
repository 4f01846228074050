"""Where Pulumi's CLI comes from: the PATH, or a build of the pinned Go modules of `cli/`, kept in `.local/`."""

import hashlib
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

_MODULE = Path(__file__).with_name("cli")
_REPOSITORY = Path(__file__).resolve().parents[2]
_COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
_TELL_EVERY_SECONDS = 20

MISSING = "the program's real engine needs Pulumi's CLI on the PATH, or Go, to build it: https://go.dev/dl/"

Tell = Callable[[str], None]


class BuildFailed(Exception):
    """Go could not build the CLI; the text is what it said last."""


def pulumi_cli(tell: Tell, *, kept: Path = _REPOSITORY / ".local") -> Path | None:
    """Return the CLI's path, building it where none is on the PATH; None without Go.

    Raises:
        BuildFailed: Go is there and could not build it.
    """
    found = shutil.which("pulumi")
    if found is not None:
        return Path(found)
    digest = hashlib.sha256((_MODULE / "go.mod").read_bytes() + (_MODULE / "go.sum").read_bytes()).hexdigest()
    built = kept / f"pulumi-{digest[:12]}" / "pulumi"
    if built.is_file():
        return built
    go = shutil.which("go")
    if go is None:
        return None
    _build(go, built, tell)
    return built


def _build(go: str, destination: Path, tell: Tell) -> None:
    version = re.search(rf"{re.escape(_COMMAND.removesuffix('/cmd/pulumi'))} (v\S+)", (_MODULE / "go.mod").read_text())
    assert version is not None, "go.mod pins the CLI"
    tell(f"building Pulumi {version[1]} with Go: about 4 minutes on two cores, once")
    destination.parent.mkdir(parents=True, exist_ok=True)
    unfinished = destination.with_suffix(f".{os.getpid()}")
    # Without its version the Automation API refuses the CLI.
    flags = f"-s -w -X {_VERSION_VARIABLE}={version[1]}"
    done = threading.Event()
    threading.Thread(target=_tell_time, args=(tell, done), daemon=True).start()
    try:
        subprocess.run(  # noqa: S603 - our own module
            [go, "build", "-ldflags", flags, "-o", unfinished, _COMMAND],
            cwd=_MODULE,
            check=True,
            capture_output=True,
            text=True,
        )
    except subprocess.CalledProcessError as failed:
        raise BuildFailed(failed.stderr[-2000:]) from failed
    finally:
        done.set()
    unfinished.replace(destination)


def _tell_time(tell: Tell, done: threading.Event) -> None:
    began = time.monotonic()
    while not done.wait(_TELL_EVERY_SECONDS):
        tell(f"  … {time.monotonic() - began:.0f} s")

"""DynamoDB Local: AWS's own DynamoDB for tests, fetched once into ``.local/`` and run on loopback.

``python -m tests.aws_rules.dynamodb.dynamodb_local`` fetches it, as ``make test`` does; with ``--lock``, it writes down
what it fetched.
"""

import contextlib
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs
from local_aws.paths import REPOSITORY, STATE

REQUIREMENTS: Final = REPOSITORY / "requirements" / "dynamodb-local"
LOCK: Final = REQUIREMENTS / "jars.sha256"
FOLDER: Final = STATE / "dynamodb-local"
JARS: Final = FOLDER / "jars"
CLASSES: Final = FOLDER / "classes"
_SERVER: Final = Path(__file__).with_name("LoopbackServer.java")
_TOOLS: Final = ("java", "javac", "mvn")


class Unavailable(Exception):
    """It can't run here; the text says why."""


class EndedAtOnce(Exception):
    """It didn't start; the text is what it said."""


@attrs.frozen(str=False)
class Unlocked(Exception):
    """What was fetched is not what the lock names."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"not as in {LOCK.relative_to(REPOSITORY)}: {', '.join(self.names)}"


def missing_tools() -> list[str]:
    """Return what of a JDK and Maven is not on the path."""
    return [tool for tool in _TOOLS if shutil.which(tool) is None]


def fetch(*, lock: bool = False) -> None:
    """Fetch the jars, and hold them against the lock or lock them.

    Raises:
        Unlocked: Some are other ones.
        CalledProcessError: Maven failed; it has said why.
    """
    sys.stdout.write("==> Fetching DynamoDB Local (50 MB) into .local\n")
    sys.stdout.flush()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    maven = FOLDER / "maven"
    subprocess.run(  # noqa: S603 - our own project file
        [
            *("mvn", "--quiet", "--batch-mode", "--strict-checksums", "--file", REQUIREMENTS / "pom.xml"),
            *(f"-Dmaven.repo.local={maven}", "dependency:copy-dependencies", f"-DoutputDirectory={JARS}"),
        ],
        check=True,
    )
    shutil.rmtree(maven)
    subprocess.run(["javac", "-cp", f"{JARS}/*", "-d", CLASSES, _SERVER], check=True)  # noqa: S603, S607 - our own source
    if lock:
        LOCK.write_text(_digests(), encoding="utf-8")
    elif (found := _digests()) != (wanted := LOCK.read_text(encoding="utf-8")):
        shutil.rmtree(FOLDER)
        differing = set(found.splitlines()) ^ set(wanted.splitlines())
        raise Unlocked(tuple(sorted({line.split()[1] for line in differing})))


@contextlib.contextmanager
def running(log: Path) -> Iterator[str]:
    """Run it for as long as the block lasts; lends its address.

    Raises:
        Unavailable: No JDK is here, or it was not fetched.
        EndedAtOnce: It didn't start.
    """
    if missing := missing_tools():
        raise Unavailable(f"DynamoDB Local needs a JDK (17) and Maven: {', '.join(missing)} not found")
    if not CLASSES.is_dir():
        raise Unavailable("DynamoDB Local is not fetched: `make test` does it")
    quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m")
    with (
        log.open("wb") as output,
        subprocess.Popen(  # noqa: S603 - our own source
            ["java", *quick, f"-Djava.library.path={JARS}", "-cp", f"{CLASSES}:{JARS}/*", _SERVER.stem],  # noqa: S607
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        if not port:
            raise EndedAtOnce(log.read_text(encoding="utf-8"))
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def _digests() -> str:
    lines = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(JARS.iterdir()))
    return "".join(lines)


if __name__ == "__main__":
    if missing := missing_tools():
        sys.stdout.write(f"==> Without {', '.join(missing)} there is no DynamoDB Local: its suite is skipped\n")
    else:
        fetch(lock="--lock" in sys.argv[1:])
        (FOLDER / ".fetched").touch()

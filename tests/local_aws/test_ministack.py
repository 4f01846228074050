"""Starting and stopping MiniStack."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import boto3.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from local_aws import ministack as module
from local_aws.clients import connect
from local_aws.errors import LocalAwsError
from local_aws.ministack import REGION, Ministack, environment, running_ministack


def is_gone(pid: int) -> bool:
    """Whether a process that is not our child ended, waiting up to ten seconds for it."""
    for _ in range(500):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_its_environment_holds_nothing_of_the_hosts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Functions inherit it, so a host's variable must not be in it."""
    monkeypatch.setenv("SAAI_HOST_SECRET", "leaked")

    held = environment(port=1234, folder=tmp_path)

    assert "leaked" not in held.values()
    assert held["AUTH"] == "true"
    assert held["BIND_HOST"] == "127.0.0.1"


def test_it_refuses_calls_without_known_credentials(ministack: Ministack) -> None:
    """IAM is enforced: a key that nobody issued is turned away."""
    stranger = boto3.session.Session(aws_access_key_id="AKIANOBODY", aws_secret_access_key="x", region_name=REGION)
    dynamodb = stranger.client("dynamodb", endpoint_url=ministack.endpoint_url, config=Config(proxies={}))

    with pytest.raises(ClientError) as refusal:
        dynamodb.list_tables()

    assert refusal.value.response["Error"]["Code"] == "UnrecognizedClientException"


def test_it_ends_with_its_block_and_takes_its_folder_with_it(tmp_path: Path) -> None:
    """Nothing is left: no process, no temporary folder."""
    with running_ministack(log=tmp_path / "log") as ministack:
        connect(endpoint_url=ministack.endpoint_url, region=REGION).ssm.put_parameter(
            Name="/a", Value="b", Type="String"
        )
        assert ministack.folder.is_dir()

    assert ministack.process.poll() is not None
    assert not ministack.folder.exists()


def test_it_ends_when_its_block_fails(tmp_path: Path) -> None:
    """An error inside the block stops it too."""
    with pytest.raises(RuntimeError), running_ministack(log=tmp_path / "log") as ministack:
        raise RuntimeError

    assert ministack.process.poll() is not None
    assert not ministack.folder.exists()


STARTER = """
import json, signal, sys, time
from pathlib import Path
from local_aws.ministack import running_ministack

# Who started these tests may ignore it, as a shell does for what it runs in the background.
signal.signal(signal.SIGINT, signal.default_int_handler)
with running_ministack(log=Path(sys.argv[1])) as ministack:
    print(json.dumps({"pid": ministack.process.pid, "folder": str(ministack.folder)}), flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_its_starter_whatever_ends_that(number: signal.Signals, tmp_path: Path) -> None:
    """Ctrl-C, a polite or a rude kill of the starter: MiniStack and its folder are gone soon after."""
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", STARTER, str(tmp_path / "log")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as starter:
        assert starter.stdout is not None
        started = json.loads(starter.stdout.readline())
        starter.send_signal(number)
        starter.wait(20)

    assert is_gone(started["pid"])
    assert not Path(started["folder"]).exists()


def test_a_start_that_fails_says_why_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The error carries the end of the log; the temporary folder is removed."""
    monkeypatch.setattr(module, "MINISTACK_PYTHON", Path(sys.executable))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    with pytest.raises(LocalAwsError, match="No module named") as failure:
        module.start(log=tmp_path / "log")

    assert str(tmp_path / "log") in str(failure.value)
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


def test_a_missing_installation_says_what_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A developer who never ran the setup is told to."""
    monkeypatch.setattr(module, "MINISTACK_PYTHON", tmp_path / "python")

    with pytest.raises(LocalAwsError, match="make setup"):
        module.start(log=tmp_path / "log")

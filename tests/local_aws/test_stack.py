"""The file that tools and tests read."""

import json
import stat
from pathlib import Path

import pytest
from local_aws.errors import LocalAwsError
from local_aws.stack import Stack

from tests.local_aws.support import STACK


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """The folder is made when it is missing."""
    STACK.write(tmp_path / "new" / "stack.json")

    assert Stack.read(tmp_path / "new" / "stack.json") == STACK


def test_the_file_has_the_keys_that_tools_rely_on(tmp_path: Path) -> None:
    """Exactly those of docs/local-aws.md, "For tools and tests"."""
    STACK.write(tmp_path / "stack.json")

    assert set(json.loads((tmp_path / "stack.json").read_text())) == {
        "ws_url",
        "api_url",
        "endpoint_url",
        "region",
        "stage",
        "jwt_secret",
        "tables",
        "functions",
        "queues",
        "rules",
        "outputs",
    }


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    """It holds the secret that signs tokens, also when it replaces a file that anybody could read."""
    (tmp_path / "stack.json").write_text("old")
    (tmp_path / "stack.json").chmod(0o644)

    STACK.write(tmp_path / "stack.json")

    assert stat.S_IMODE((tmp_path / "stack.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["stack.json"]


def test_its_text_form_keeps_the_secret() -> None:
    """A log or a failing test must not show it."""
    assert STACK.jwt_secret not in repr(STACK)


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    """Nothing runs yet."""
    with pytest.raises(LocalAwsError, match="make dev"):
        Stack.read(tmp_path / "stack.json")


@pytest.mark.parametrize("content", ["{", "{}", '{"ws_url": 3}'])
def test_a_file_of_another_shape_says_so(tmp_path: Path, content: str) -> None:
    """It may be another version's."""
    (tmp_path / "stack.json").write_text(content)

    with pytest.raises(LocalAwsError, match=r"stack\.json"):
        Stack.read(tmp_path / "stack.json")

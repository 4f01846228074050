"""What an operator's commands reach AWS with."""

from pathlib import Path

import pytest
from operations.clients import operator_client


def test_the_profile_of_the_aws_cli_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No operator has a function's environment."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config").write_text("[profile saai]\nregion = sa-east-1\n")
    (tmp_path / "credentials").write_text("[saai]\naws_access_key_id = AKIDOPERATOR\naws_secret_access_key = secret\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_PROFILE", "saai")

    client = operator_client("dynamodb")

    assert client.meta.region_name == "sa-east-1"
    assert client._request_signer._credentials.access_key == "AKIDOPERATOR"

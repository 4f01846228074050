"""Who sends a request, and that the log tells of which store it is."""

import json

import pytest
from saai_domain.aws.parameters import SecretParameter
from saai_domain.errors import InvalidToken
from saai_domain.handlers.authentication import authenticate
from saai_domain.handlers.telemetry import end_invocation, log_line
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.tokens import PARAMETER, token


@pytest.fixture
def signing() -> SecretParameter:
    return SecretParameter(client=InMemoryAws().clients.ssm, name=PARAMETER)


def test_a_good_token_tells_who_asks_and_the_lines_carry_the_store(
    signing: SecretParameter, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the token, and from nothing else."""
    assert authenticate(token(rol="admin"), signing).codigo_usuario == "T001U001"
    log_line("sale registered")
    assert json.loads(capsys.readouterr().out)["tenant_id"] == "T001"
    end_invocation()


def test_a_token_that_is_not_ours_tells_nothing(signing: SecretParameter, capsys: pytest.CaptureFixture[str]) -> None:
    """What it says of a store is anybody's claim."""
    with pytest.raises(InvalidToken):
        authenticate(token("otro-secreto-de-pruebas-de-32-bytes-o-mas"), signing)
    log_line("refused")
    assert "tenant_id" not in json.loads(capsys.readouterr().out)

"""The signing secret: from SSM, kept for five minutes."""

from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from aws_lite.backoff import Backoff
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from saai_domain.auth import verificar_token_jwt
from saai_domain.aws import clients, parameters
from saai_domain.aws.parameters import SecretParameter, jwt_secrets
from saai_domain.errors import InvalidToken, MissingSettings, MissingToken

from tests.domain.aws.fakes import ScriptedClient
from tests.domain.fakes import FakeTime, backoff

NAME = "/saai/dev/jwt-secret"
THROTTLED = ClientError({"Error": {"Code": "ThrottlingException"}}, "GetParameter")
SECRET = "a-secret-of-the-tests-with-32-bytes-or-more"
NEW_SECRET = "the-secret-that-replaces-it-with-32-bytes-too"
CLAIMS = {
    "tenant_id": "T001",
    "codigo_usuario": "T001U002",
    "rol": "worker",
    "exp": int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()),
}


def answer(value: str) -> dict[str, Any]:
    return {"Parameter": {"Name": NAME, "Value": value}}


FAILED: Any = {"HTTPStatusCode": 500}
OUTAGES = [
    ReadTimeoutError(endpoint_url="https://ssm"),
    EndpointConnectionError(endpoint_url="https://ssm"),
    ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "GetParameter"),
    ClientError({"Error": {"Code": "InternalServerError", "Message": ""}, "ResponseMetadata": FAILED}, "GetParameter"),
]


def parameter(*values: str | Exception, time: FakeTime | None = None) -> tuple[SecretParameter, ScriptedClient]:
    """Return a parameter that holds these values in turn, and the client it is read with. Pauses are the longest."""
    client: Any = ScriptedClient([value if isinstance(value, Exception) else answer(value) for value in values])
    monotonic = (time or FakeTime()).monotonic
    backoff = Backoff(base=1, ceiling=30, total=float("inf"), monotonic=monotonic, uniform=lambda _, high: high)
    return SecretParameter(client=client, name=NAME, monotonic=monotonic, backoff=backoff), client


class TestSecretParameter:
    def test_it_is_read_decrypted(self) -> None:
        """A SecureString's cipher text would verify nothing."""
        secret, client = parameter(SECRET)

        assert secret.secrets() == (SECRET,)
        assert client.requests == [{"Name": NAME, "WithDecryption": True}]

    def test_read_ahead_it_is_known_to_the_first_call(self) -> None:
        """Which then asks nobody."""
        secret, client = parameter(SECRET)

        secret.read_ahead()

        assert secret.secrets() == (SECRET,)
        assert len(client.requests) == 1

    @pytest.mark.parametrize("error", [*OUTAGES, ClientError({"Error": {"Code": "AccessDenied"}}, "GetParameter")])
    def test_a_failure_ahead_is_met_again_by_the_call(self, error: Exception) -> None:
        """And is not fatal to the start: SSM may answer by then, or refuse again."""
        secret, _ = parameter(error, SECRET)
        secret.read_ahead()
        assert secret.secrets() == (SECRET,)

        refused = ClientError({"Error": {"Code": "AccessDenied"}}, "GetParameter")
        secret, _ = parameter(error, refused)
        secret.read_ahead()
        with pytest.raises(ClientError):
            secret.secrets()

    def test_it_is_read_once_in_five_minutes(self) -> None:
        """A function is called more often than SSM allows."""
        time = FakeTime()
        secret, client = parameter(SECRET, NEW_SECRET, time=time)

        seen = []
        for moment in (0, 1, 299.9, 300, 599.9):
            time.elapsed = moment
            seen.append(secret.secrets())

        assert seen == [(SECRET,), (SECRET,), (SECRET,), (NEW_SECRET,), (NEW_SECRET,)]
        assert len(client.requests) == 2

    @pytest.mark.parametrize("outage", OUTAGES, ids=str)
    def test_an_outage_of_ssm_is_bridged_for_twenty_minutes(self, outage: Exception) -> None:
        """Sales and handshakes go on; a withdrawn secret ends all the same."""
        time = FakeTime()
        secret, _ = parameter(SECRET, *[outage] * 99, time=time)

        for moment in (0, 300, 700, 1_199):
            time.elapsed = moment
            assert secret.secrets() == (SECRET,)
        time.elapsed = 1_200
        with pytest.raises(type(outage)):
            secret.secrets()

    def test_ssm_is_asked_again_at_growing_distances(self) -> None:
        """A call that hangs takes seconds: not every sale waits for one."""
        time = FakeTime()
        secret, client = parameter(SECRET, *[OUTAGES[0]] * 99, time=time)

        for second in range(500):
            time.elapsed = second
            secret.secrets()

        assert len(client.requests) == 1 + len([300, 302, 306, 314, 330, 360, 390, 420, 450, 480])

    def test_what_ssm_says_after_an_outage_is_taken(self) -> None:
        """And kept for five minutes."""
        time = FakeTime()
        secret, client = parameter(SECRET, OUTAGES[0], NEW_SECRET, OUTAGES[0], time=time)

        seen = []
        for moment in (0, 300, 302, 601, 602):
            time.elapsed = moment
            seen.append(secret.secrets())

        assert seen == [(SECRET,), (SECRET,), (NEW_SECRET,), (NEW_SECRET,), (NEW_SECRET,)]
        assert len(client.requests) == 4

    @pytest.mark.parametrize("code", ["AccessDeniedException", "ParameterNotFound", "InvalidKeyId"])
    def test_what_ssm_refuses_is_not_bridged(self, code: str) -> None:
        """Somebody wants that it ends: neither this request nor a later one is served, not even in an outage."""
        time = FakeTime()
        refusal = ClientError({"Error": {"Code": code, "Message": ""}}, "GetParameter")
        secret, _ = parameter(SECRET, refusal, OUTAGES[0], time=time)

        secret.secrets()
        for moment, error in ((300, refusal), (301, OUTAGES[0])):
            time.elapsed = moment
            with pytest.raises(type(error)):
                secret.secrets()

    def test_without_a_secret_an_outage_is_told_and_ssm_asked_each_time(self) -> None:
        """A process that has just started."""
        secret, client = parameter(OUTAGES[0], SECRET)

        with pytest.raises(ReadTimeoutError):
            secret.secrets()
        assert secret.secrets() == (SECRET,)
        assert len(client.requests) == 2

    @pytest.mark.parametrize("text", [f"{NEW_SECRET}\n{SECRET}", f"{NEW_SECRET}\r\n\n{SECRET}\n"])
    def test_it_holds_one_secret_a_line(self, text: str) -> None:
        """Two while one replaces the other; blank lines are none."""
        secret, _ = parameter(text)

        assert secret.secrets() == (NEW_SECRET, SECRET)

    def test_a_throttled_read_waits_for_its_turn(self) -> None:
        """Many processes start at once when all screens come back, and none of them may refuse its screen for that."""
        time = FakeTime()
        client: Any = ScriptedClient([THROTTLED, THROTTLED, THROTTLED, answer(SECRET)])
        secret = SecretParameter(client=client, name=NAME, monotonic=time.monotonic, patience=backoff(time, total=7.0))

        assert secret.secrets() == (SECRET,)

    def test_the_turn_is_waited_for_within_bounds(self) -> None:
        """The function's time ends, too."""
        time = FakeTime()
        client: Any = ScriptedClient([THROTTLED] * 1_000)
        secret = SecretParameter(client=client, name=NAME, monotonic=time.monotonic, patience=backoff(time, total=7.0))

        with pytest.raises(ClientError):
            secret.secrets()
        assert time.elapsed <= 7.0

    def test_another_refusal_is_told_at_once(self) -> None:
        """Waiting gives nobody a right that is missing."""
        denied = ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetParameter")
        client: Any = ScriptedClient([denied])

        with pytest.raises(ClientError):
            SecretParameter(client=client, name=NAME).secrets()

    def test_its_text_does_not_show_the_secrets(self) -> None:
        """It may end up in a log."""
        secret, _ = parameter(SECRET)
        secret.secrets()

        assert SECRET not in repr(secret)


@pytest.mark.usefixtures("moto")
class TestTokens:
    @pytest.fixture(autouse=True)
    def _environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("JWT_SECRET_PARAMETER", NAME)

    def store(self, text: str) -> None:
        ssm: Any = clients.process_clients().ssm
        ssm.put_parameter(Name=NAME, Value=text, Type="SecureString", Overwrite=True)

    def test_a_token_is_verified_with_the_parameters_secret(self) -> None:
        """Where the caller passes none."""
        self.store(SECRET)

        assert verificar_token_jwt(jwt.encode(CLAIMS, SECRET)).codigo_usuario == "T001U002"
        with pytest.raises(InvalidToken, match="signature is not ours"):
            verificar_token_jwt(jwt.encode(CLAIMS, NEW_SECRET))

    def test_both_secrets_are_good_during_a_rotation(self) -> None:
        """Nobody is logged out by it."""
        self.store(f"{NEW_SECRET}\n{SECRET}")

        for secret in (SECRET, NEW_SECRET):
            assert verificar_token_jwt(jwt.encode(CLAIMS, secret)).tenant_id == "T001"

    def test_the_parameter_is_shared_by_the_whole_process(self) -> None:
        """A change is seen when the five minutes are over, not before."""
        self.store(SECRET)
        verificar_token_jwt(jwt.encode(CLAIMS, SECRET))
        self.store(NEW_SECRET)

        assert verificar_token_jwt(jwt.encode(CLAIMS, SECRET)).tenant_id == "T001"
        assert jwt_secrets() == (SECRET,)
        assert parameters.CACHE_SECONDS == 300

    @pytest.mark.parametrize("text", ["\n", "\n\n"])
    def test_a_parameter_without_a_secret_verifies_nothing(self, text: str) -> None:
        """It is our own mistake, not the user's."""
        self.store(text)

        with pytest.raises(ValueError, match="secret is empty"):
            verificar_token_jwt(jwt.encode(CLAIMS, SECRET))


class TestMissingSettings:
    def test_without_the_variable_there_is_no_secret(self) -> None:
        """The error names it."""
        with pytest.raises(MissingSettings) as refusal:
            verificar_token_jwt(jwt.encode(CLAIMS, SECRET))

        assert refusal.value.names == ["JWT_SECRET_PARAMETER"]

    def test_it_is_the_first_thing_that_is_missed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Before a region or credentials: a developer's machine has neither."""
        for name in ("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(name)

        with pytest.raises(MissingSettings):
            jwt_secrets()

    def test_who_sends_no_token_needs_no_secret(self) -> None:
        """The answer is the same with any."""
        with pytest.raises(MissingToken):
            verificar_token_jwt(None)

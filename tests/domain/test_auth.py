"""Who is asking: SAAI's tokens, verified."""

import base64
import hashlib
import hmac
import json
import traceback
import warnings
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.auth import Claims, require_role, verificar_token_jwt
from saai_domain.errors import ExpiredToken, InvalidToken, MissingToken, RoleNotAllowed, TokenError
from saai_domain.roles import Rol

from tests.domain.fakes import NEW_YEARS_EVE, at

SECRET = "a-secret-of-the-tests-with-32-bytes-or-more"
OLD_SECRET = "the-secret-before-it-with-32-bytes-or-more!"
NOW = int(NEW_YEARS_EVE.timestamp())
CASHIER: Mapping[str, object] = {
    "tenant_id": "T001",
    "codigo_usuario": "T001U002",
    "rol": "TRABAJADOR",
    "exp": NOW + 3_600,
}


def signed(header: object, payload: object, secret: str = SECRET) -> str:
    """Make a token with any header and payload, each a value or the JSON text itself; signed with HMAC-SHA256."""
    parts = (part if isinstance(part, str) else json.dumps(part) for part in (header, payload))
    text = ".".join(_base64(part.encode()) for part in parts)
    return f"{text}.{_base64(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())}"


def token(secret: str = SECRET, /, **claims: object) -> str:
    """Make a good token of the cashier, with some claims changed."""
    return signed({"alg": "HS256", "typ": "JWT"}, {**CASHIER, **claims}, secret)


def verified(text: str | None, secret: str = SECRET) -> Claims:
    return verificar_token_jwt(text, secret, clock=at(NEW_YEARS_EVE))


def problem_of(text: str) -> str:
    """Return what is wrong with a token."""
    with pytest.raises(InvalidToken) as refusal:
        verified(text)
    return refusal.value.problem


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class TestGoodTokens:
    def test_the_claims_are_returned(self) -> None:
        """Frozen, with the role normalised."""
        claims = verified(token())

        assert claims == Claims(tenant_id="T001", codigo_usuario="T001U002", rol=Rol.TRABAJADOR, exp=NOW + 3_600)  # type: ignore[arg-type] - codes are texts
        with pytest.raises(AttributeError):
            claims.rol = Rol.ADMIN  # type: ignore[misc] - that is the point

    def test_what_a_jwt_library_signs_is_accepted(self) -> None:
        """SAAI's login uses one."""
        assert verified(jwt.encode(dict(CASHIER), SECRET, algorithm="HS256")) == verified(token())

    @pytest.mark.parametrize(
        ("spelling", "rol"),
        [
            ("TRABAJADOR", Rol.TRABAJADOR),
            ("trabajador", Rol.TRABAJADOR),
            ("worker", Rol.TRABAJADOR),
            ("Worker", Rol.TRABAJADOR),
            ("ADMIN", Rol.ADMIN),
            ("admin", Rol.ADMIN),
            ("SAAI", Rol.SAAI),
            ("saai", Rol.SAAI),
        ],
    )
    def test_both_spellings_of_a_role_are_accepted(self, spelling: str, rol: Rol) -> None:
        """In any letter case."""
        assert verified(token(rol=spelling)).rol is rol

    @pytest.mark.parametrize(
        "extra",
        [
            {"iat": NOW + 900},
            {"iat": "yesterday"},
            {"aud": "saai-web"},
            {"aud": ["saai-web", "saai-app"]},
            {"iss": "saai-login"},
            {"iss": 1},
            {"sub": 7},
            {"jti": 7},
            {"nbf": NOW - 60},
            {"nbf": NOW + 5},
            {"nombre": "Rosa", "permisos": ["ventas"]},
        ],
        ids=str,
    )
    def test_claims_that_are_not_ours_do_not_unmake_a_token(self, extra: Mapping[str, object]) -> None:
        """A foreign audience, a login whose clock runs ahead, data of other services."""
        assert verified(token(**extra)) == verified(token())

    @pytest.mark.parametrize(
        ("tenant", "user"), [("SAAI", "SAAIU001"), ("T001", "SAAIU001"), ("T002", "T001U001"), ("T001", "T001U001")]
    )
    def test_an_operator_of_the_platform_may_look_into_any_store(self, tenant: str, user: str) -> None:
        """The role says so, whatever store the user's own code names."""
        claims = verified(token(tenant_id=tenant, codigo_usuario=user, rol="saai"))

        assert (claims.tenant_id, claims.codigo_usuario, claims.rol) == (tenant, user, Rol.SAAI)


class TestNoToken:
    @pytest.mark.parametrize("text", [None, ""])
    def test_nothing_is_no_token(self, text: str | None) -> None:
        """Told apart from a bad one."""
        with pytest.raises(MissingToken):
            verified(text)


class TestExpiry:
    @pytest.mark.parametrize(
        ("age", "good"), [(timedelta(seconds=-1), True), (timedelta(microseconds=-1), True), (timedelta(0), False)]
    )
    def test_a_token_is_good_until_exp_and_not_at_it(self, age: timedelta, *, good: bool) -> None:
        """RFC 7519: on or after that time the token must not be accepted."""
        exp = datetime.fromtimestamp(NOW + 3_600, UTC)
        if good:
            assert verificar_token_jwt(token(), SECRET, clock=at(exp + age)).exp == NOW + 3_600
            return
        with pytest.raises(ExpiredToken) as refusal:
            verificar_token_jwt(token(), SECRET, clock=at(exp + age))
        assert refusal.value.expired_at == NOW + 3_600

    def test_a_fraction_of_a_second_does_not_prolong_a_token(self) -> None:
        """A NumericDate may have one."""
        assert verified(token(exp=NOW + 1.9)).exp == NOW + 1
        with pytest.raises(ExpiredToken):
            verified(token(exp=NOW + 0.9))

    def test_the_clock_of_production_is_the_default(self) -> None:
        """A token that expired in 1970 has expired."""
        with pytest.raises(ExpiredToken):
            verificar_token_jwt(token(exp=1), SECRET)

    def test_a_token_that_is_not_valid_yet_is_refused(self) -> None:
        """Beyond the few seconds by which clocks differ."""
        assert problem_of(token(nbf=NOW + 6)) == "it is not valid yet (nbf)"


class TestSignature:
    def test_a_foreign_key_is_refused(self) -> None:
        """Anyone can write claims."""
        assert problem_of(token("another-secret-with-32-bytes-or-more-of-it")) == "its signature is not ours"

    @pytest.mark.parametrize(
        "alg", ["none", "None", "HS384", "HS512", "RS256", "ES256", "", "hs256", None, 5, ["HS256"]]
    )
    def test_the_algorithm_is_ours_not_the_tokens(self, alg: object) -> None:
        """Also where the signature is right for our key: the header decides nothing."""
        assert problem_of(signed({"alg": alg, "typ": "JWT"}, CASHIER)) == "its algorithm is not HS256"

    @pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
    @pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
    def test_a_token_really_signed_with_another_algorithm_is_refused(self, algorithm: str) -> None:
        """Even with our own secret."""
        assert problem_of(jwt.encode(dict(CASHIER), SECRET, algorithm=algorithm)) == "its algorithm is not HS256"

    def test_an_unsigned_token_is_refused(self) -> None:
        """`alg: none`, with the signature left out."""
        assert problem_of(jwt.encode(dict(CASHIER), "", algorithm="none")) == "its algorithm is not HS256"

    def test_changed_claims_are_refused(self) -> None:
        """The signature covers them."""
        header, _, signature = token().split(".")
        forged = _base64(json.dumps({**CASHIER, "rol": "SAAI"}).encode())

        assert problem_of(f"{header}.{forged}.{signature}") == "its signature is not ours"

    @pytest.mark.parametrize("secret", [SECRET, OLD_SECRET])
    def test_two_secrets_are_valid_while_one_replaces_the_other(self, secret: str) -> None:
        """Whichever the token was signed with."""
        claims = verificar_token_jwt(token(secret), [SECRET, OLD_SECRET], clock=at(NEW_YEARS_EVE))

        assert claims == verified(token())

    def test_a_token_of_neither_secret_is_refused(self) -> None:
        """Two secrets are not any secret."""
        with pytest.raises(InvalidToken, match="signature is not ours"):
            verificar_token_jwt(token("x" * 40), [SECRET, OLD_SECRET], clock=at(NEW_YEARS_EVE))

    @pytest.mark.parametrize("secrets", ["", [], [""], ["", SECRET], [SECRET, ""]])
    def test_an_empty_secret_verifies_nothing(self, secrets: str | list[str]) -> None:
        """It is our own mistake, not the user's: anyone could sign with it."""
        with pytest.raises(ValueError, match="secret is empty"):
            verificar_token_jwt(token(), secrets, clock=at(NEW_YEARS_EVE))


class TestClaims:
    @pytest.mark.parametrize("claim", ["tenant_id", "codigo_usuario", "rol", "exp"])
    def test_a_required_claim_that_is_absent_is_named(self, claim: str) -> None:
        """Null counts as absent."""
        without = {name: value for name, value in CASHIER.items() if name != claim}

        assert problem_of(signed({"alg": "HS256"}, without)) == f"claim {claim} is missing"
        assert problem_of(token(**{claim: None})) == f"claim {claim} is missing"

    @pytest.mark.parametrize("exp", [True, False, str(NOW + 60), "", [], {}, -1, 10**13, 10**400, float("nan")])
    def test_exp_is_a_time_in_epoch_seconds(self, exp: object) -> None:
        """A boolean, a text, milliseconds, or no number at all are none."""
        assert problem_of(token(exp=exp)) == "claim exp is not a time in epoch seconds"

    @pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999"])
    def test_exp_is_finite(self, text: str) -> None:
        """Python's JSON reader accepts what JSON doesn't; a token that never expires is none of ours."""
        payload = json.dumps(dict(CASHIER)).replace(str(NOW + 3_600), text)

        assert problem_of(signed({"alg": "HS256"}, payload)) == "claim exp is not a time in epoch seconds"

    @pytest.mark.parametrize("nbf", [True, "soon", None])
    def test_nbf_is_a_time_where_it_is_sent(self, nbf: object) -> None:
        """It is not required, but not ignored either."""
        assert problem_of(token(nbf=nbf)) == "claim nbf is not a time in epoch seconds"

    @pytest.mark.parametrize("rol", ["", "OWNER", 1, True, ["ADMIN"], {}])
    def test_an_unknown_role_is_refused(self, rol: object) -> None:
        """Nobody is let in without one."""
        assert problem_of(token(rol=rol)) == "claim rol is not a role"

    @pytest.mark.parametrize("tenant", ["", "T1", "t001", "T001U001", 1, True, ["T001"], {}])
    def test_the_tenant_is_a_store(self, tenant: object) -> None:
        """It becomes a key of every table."""
        assert problem_of(token(tenant_id=tenant)) == "claim tenant_id is not a store"

    @pytest.mark.parametrize("user", ["", "U001", "T001", "T001P001", 1, True, ["T001U001"], {}])
    def test_the_user_is_a_user(self, user: object) -> None:
        """A product's code is not one."""
        assert problem_of(token(codigo_usuario=user)) == "claim codigo_usuario is not a user"

    @pytest.mark.parametrize("rol", ["TRABAJADOR", "ADMIN"])
    @pytest.mark.parametrize("user", ["T002U001", "T0010U001", "SAAIU001"])
    def test_a_user_belongs_to_the_store(self, rol: str, user: str) -> None:
        """Nobody but the platform's operators crosses stores."""
        assert problem_of(token(rol=rol, codigo_usuario=user)) == (
            "claims tenant_id and codigo_usuario belong to different stores"
        )

    @pytest.mark.parametrize("rol", ["TRABAJADOR", "ADMIN"])
    def test_the_platform_is_no_store_to_sell_in(self, rol: str) -> None:
        """Its tenant is for its operators only."""
        assert problem_of(token(rol=rol, tenant_id="SAAI", codigo_usuario="SAAIU001")) == (
            "claim tenant_id is not a store"
        )


HS256 = {"alg": "HS256"}

JUNK: Mapping[str, Callable[[], object]] = {
    "a blank": lambda: " ",
    "one part": lambda: "abc",
    "two parts": lambda: "abc.def",
    "empty parts": lambda: "..",
    "four parts": lambda: token() + ".abc",
    "not ASCII": lambda: "ñandú.ñandú.ñandú",
    "not ASCII at the end": lambda: token() + "ñ",
    "half an emoji": lambda: "\ud83c.\ud83c.\ud83c",
    "a NUL": lambda: "\0",
    "very long": lambda: "a" * 1_000_000,
    "very long and signed": lambda: token(extra="a" * 1_000_000)[:-5],
    "a header that is a list": lambda: signed([], CASHIER),
    "a header that is no JSON": lambda: signed("{", CASHIER),
    "a header nested without end": lambda: signed("[" * 5_000, CASHIER),
    "a header with an endless number": lambda: signed('{"alg":"HS256","x":' + "9" * 5_000 + "}", CASHIER),
    "a key id that is no text": lambda: signed({**HS256, "kid": 5}, CASHIER),
    "a critical extension": lambda: signed({**HS256, "crit": ["urn:x"], "urn:x": 1}, CASHIER),
    "crit that is no list": lambda: signed({**HS256, "crit": 5}, CASHIER),
    "crit of lists": lambda: signed({**HS256, "crit": [[1]]}, CASHIER),
    "an unencoded payload": lambda: signed({**HS256, "b64": False, "crit": ["b64"]}, CASHIER),
    "an unencoded payload, unannounced": lambda: signed({**HS256, "b64": False}, CASHIER),
    "a payload that is a list": lambda: signed(HS256, []),
    "a payload that is a text": lambda: signed(HS256, '"claims"'),
    "a payload that is null": lambda: signed(HS256, "null"),
    "an empty payload": lambda: signed(HS256, ""),
    "a payload nested without end": lambda: signed(HS256, "[" * 5_000),
    "a number": lambda: 5,
    "a list": lambda: ["a", "b", "c"],
}


class TestJunk:
    @pytest.mark.parametrize("make", JUNK.values(), ids=JUNK.keys())
    def test_what_is_no_token_of_ours_is_refused_cleanly(self, make: Callable[[], str]) -> None:
        """One typed error, whatever the library underneath makes of it."""
        assert problem_of(make()) in {"it can't be decoded", "its signature is not ours"}

    @given(text=st.text(min_size=1) | st.from_regex(r"[\w-]{1,40}\.[\w-]{1,40}\.[\w-]{1,40}"))
    def test_no_text_at_all_breaks_the_verification(self, text: str) -> None:
        """Anything but a token is a TokenError."""
        with pytest.raises(TokenError):
            verified(text)

    @given(
        header=st.dictionaries(
            st.sampled_from(["alg", "typ", "crit", "b64", "kid", "zip", "jwk", "x5c"]),
            st.sampled_from(["HS256", "none", "b64", ["b64"], [], None, True, False, 5, {}]),
        )
    )
    def test_no_header_breaks_the_verification(self, header: dict[str, object]) -> None:
        """It is accepted or refused, never a crash."""
        try:
            claims = verified(signed(header, CASHIER))
        except InvalidToken:
            return
        assert header["alg"] == "HS256"
        assert claims.tenant_id == "T001"


class TestSecrecy:
    @pytest.mark.parametrize(
        "text",
        [
            token(exp=1),
            token("x" * 40),
            token(rol="OWNER"),
            token(tenant_id="T002"),
            signed({"alg": "none"}, CASHIER),
            signed(HS256, "[]"),
            "not-a-token-but-still-secret",
            "a.secret-looking-thing.b",
        ],
    )
    def test_neither_token_nor_secret_is_part_of_the_error(self, text: str) -> None:
        """Not in its text, its fields, or the traceback that a log would print."""
        with pytest.raises(TokenError) as refusal:
            verified(text)

        told = "".join(
            [
                str(refusal.value),
                repr(refusal.value),
                repr(vars(refusal.value)),
                *traceback.format_exception(refusal.value),
            ]
        )
        for part in (text, *(piece for piece in text.split(".") if len(piece) > 5), SECRET):
            assert part not in told

    def test_a_short_secret_still_works_but_is_warned_about(self) -> None:
        """The earlier stack's secrets may be short; the warning doesn't show them."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            claims = verified(token("short"), "short")

        assert claims.tenant_id == "T001"
        assert caught
        assert not any("short" in str(warning.message) for warning in caught)


class TestRequireRole:
    def test_an_allowed_role_passes(self) -> None:
        """No answer is a yes."""
        require_role(verified(token()), {Rol.TRABAJADOR, Rol.ADMIN})

    def test_another_role_is_refused_with_the_roles_that_may(self) -> None:
        """In the order of the roles, so that the text is stable."""
        with pytest.raises(RoleNotAllowed) as refusal:
            require_role(verified(token()), {Rol.SAAI, Rol.ADMIN})

        assert (refusal.value.role, refusal.value.allowed) == ("TRABAJADOR", [Rol.ADMIN, Rol.SAAI])
        assert str(refusal.value) == "role TRABAJADOR may not do this; allowed: ADMIN, SAAI"

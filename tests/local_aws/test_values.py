"""Pulumi's wire values as plain Python."""

from local_aws.values import null_paths, plain

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"


def test_whole_floats_become_ints() -> None:
    """Pulumi's wire knows only floats; boto3 refuses them where AWS wants a whole number."""
    assert plain({"timeout": 30.0, "rate": 0.5}) == {"timeout": 30, "rate": 0.5}


def test_booleans_and_text_stay() -> None:
    """Only floats and wrappings change."""
    assert plain([True, "30.0", None]) == [True, "30.0", None]


def test_secrets_lose_their_wrapping_at_every_depth() -> None:
    """A secret inside a secret inside a list arrives as the value alone."""
    secret = {SIGNATURE: SECRET, "value": {"variables": [{SIGNATURE: SECRET, "value": 3.0}]}}

    assert plain({"environment": secret}) == {"environment": {"variables": [3]}}


def test_other_special_values_stay_as_they_are() -> None:
    """What carries another mark is not a secret."""
    assert plain({SIGNATURE: "other", "value": "x"}) == {SIGNATURE: "other", "value": "x"}


def test_null_paths_names_every_place_that_holds_nothing() -> None:
    """The paths say where in the exports an output is missing."""
    exports: dict[str, object] = {"url": "ws://x", "functions": {"OnConnect": None}, "list": ["a", None], "empty": {}}

    assert list(null_paths(exports)) == ["functions.OnConnect", "list[1]"]

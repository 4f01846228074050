"""What a creator gets from a registration."""

import re

import pytest
from local_aws.errors import UnknownInput
from local_aws.resources import Request
from local_aws.resources.request import tag_list


def request(**inputs: object) -> Request:
    return Request(type="aws:sns/topic:Topic", name="alertas", inputs=inputs)


def test_properties_get_the_names_of_the_call() -> None:
    """What the program gave goes into the call; what it left out does not."""
    given = request(fifoTopic=True, displayName=None)

    assert given.arguments({"fifoTopic": "FifoTopic", "displayName": "DisplayName", "other": "Other"}) == {
        "FifoTopic": True
    }


def test_an_unknown_property_is_refused_by_name() -> None:
    """A property that nobody applies would make the local AWS differ silently."""
    with pytest.raises(UnknownInput, match=re.escape("aws:sns/topic:Topic doesn't know what to do with archivePolicy")):
        request(name="x", archivePolicy="{}").arguments({}, by_hand=("name",))


def test_pulumis_own_properties_are_passed_over() -> None:
    """They have no counterpart in a call."""
    assert request(region="us-east-1", skipDestroy=True).arguments({}) == {}


def test_a_resource_keeps_the_name_that_the_program_chose() -> None:
    """Physical names are contracts."""
    assert request(name="AlertasSAAI-local").physical_name() == "AlertasSAAI-local"


def test_a_resource_without_a_name_gets_one_like_pulumis() -> None:
    """The logical name and seven random hexadecimal digits."""
    assert re.fullmatch(r"alertas-[0-9a-f]{7}", request().physical_name())


def test_tags_become_a_list_of_pairs() -> None:
    """Most services want them so."""
    assert tag_list({"proyecto": "SAAI"}) == [{"Key": "proyecto", "Value": "SAAI"}]
    assert tag_list(None) == []

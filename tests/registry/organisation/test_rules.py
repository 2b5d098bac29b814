"""What may be written of an institution, whichever door it comes through."""

from __future__ import annotations

import pytest

from registry.access.actor import Actor
from registry.kernel.errors import Invalid
from registry.organisation.actions import change_institution
from registry.organisation.models import Institution
from registry.organisation.rules import clean_accent


@pytest.mark.parametrize("colour", ["#1F5F8B", "#1f5f8b ", "#767676", "#000000"])
def test_a_colour_that_can_be_read_on_white_may_be_an_accent(colour: str) -> None:
    assert clean_accent(colour) == colour.strip().lower()


@pytest.mark.parametrize(
    ("colour", "code"),
    [
        ("#777777", "too_pale"),
        ("#ffee88", "too_pale"),
        ("#ffffff", "too_pale"),
        ("1f5f8b", "bad_colour"),
        ("#1f5f8", "bad_colour"),
        ("blue", "bad_colour"),
    ],
)
def test_any_other_is_refused_with_the_reason(colour: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_accent(colour)
    assert refusal.value.problems["accent"].code == code


def test_the_action_itself_refuses_a_pale_accent(
    institution: Institution, system: Actor
) -> None:
    with pytest.raises(Invalid):
        change_institution(system, institution.version, accent="#ffee88")
    assert institution.accent == "#1f5f8b"

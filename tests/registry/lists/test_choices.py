"""How each likes their lists: columns in an order, filters under names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.roles import Role
from registry.kernel.errors import Invalid, Missing
from registry.lists import actions, queries
from registry.lists.errors import TooManyKept
from registry.lists.of.assets import ASSETS
from registry.lists.rules import MOST_KEPT, moved, usual_order
from registry.organisation.models import Institution

USUAL = [column.key for column in ASSETS.columns if column.shown]


def shown(actor: Actor) -> list[str]:
    return [column.key for column in queries.chosen_columns(actor, ASSETS)]


def test_columns_are_chosen_by_each_for_themselves(actor_as: Any) -> None:
    one, other = actor_as(Role.ASSET_OFFICE), actor_as(Role.FINANCE)
    actions.choose_columns(one, ASSETS, ["cost", "name"])
    actions.choose_columns(one, ASSETS, ["serial", "name", "serial"])
    assert shown(one) == ["serial", "name"]
    assert shown(other) == USUAL
    actions.reset_columns(one, ASSETS)
    assert shown(one) == USUAL


def test_what_is_no_column_is_refused_and_nothing_is_kept(actor_as: Any) -> None:
    actor = actor_as()
    for wrong in (["colour of the sky"], [], ["name", ""]):
        with pytest.raises(Invalid):
            actions.choose_columns(actor, ASSETS, wrong)
    assert shown(actor) == USUAL


def test_nobody_chooses_for_the_installation(system: Actor) -> None:
    with pytest.raises(Missing):
        actions.choose_columns(system, ASSETS, ["name"])
    assert shown(system) == USUAL


def test_a_filter_is_kept_replaced_and_dropped_by_its_own_person(
    actor_as: Any,
) -> None:
    one, other = actor_as(), actor_as()
    actions.keep_filter(one, ASSETS, " 闲置  的 ", "state=idle")
    made = actions.keep_filter(one, ASSETS, "闲置 的", "state=idle&sort=cost")
    [kept] = queries.kept_filters(one, ASSETS)
    assert (kept.id, kept.name, kept.query) == (
        made.id,
        "闲置 的",
        "state=idle&sort=cost",
    )
    assert queries.kept_filters(other, ASSETS) == []
    with pytest.raises(Missing):
        actions.drop_filter(other, made.id)
    actions.drop_filter(one, made.id)
    assert queries.kept_filters(one, ASSETS) == []


def test_so_many_filters_are_kept_and_no_more(actor_as: Any) -> None:
    actor = actor_as()
    for number in range(MOST_KEPT):
        actions.keep_filter(actor, ASSETS, str(number), "state=idle")
    with pytest.raises(TooManyKept):
        actions.keep_filter(actor, ASSETS, "one more", "state=idle")
    actions.keep_filter(actor, ASSETS, "7", "state=in_use")
    for wrong in (("", "state=idle"), ("x" * 61, "state=idle"), ("x", "")):
        with pytest.raises(Invalid):
            actions.keep_filter(actor, ASSETS, *wrong)


def test_everybody_signed_in_may_arrange_their_lists(
    institution: Institution, actor_as: Any
) -> None:
    for role in (None, *Role):
        if role is not Role.STAFF:
            assert actor_as(role).may(Permission.LIST_ARRANGE)
    assert not Actor.stranger(institution.id).may(Permission.LIST_ARRANGE)


KEYS = st.lists(st.sampled_from("abcdef"), unique=True, min_size=1)


@given(KEYS, st.sampled_from("abcdef"), st.integers(-3, 3))
def test_moving_a_column_loses_none(keys: list[str], key: str, by: int) -> None:
    order = moved(keys, key, by)
    assert sorted(order) == sorted(keys)
    if key in keys:
        assert order.index(key) == max(0, min(len(keys) - 1, keys.index(key) + by))
        assert [k for k in order if k != key] == [k for k in keys if k != key]


@given(st.lists(st.sampled_from("abcxyz")))
def test_every_column_stands_somewhere_the_chosen_ones_first(chosen: list[str]) -> None:
    order = usual_order(chosen, "abcdef")
    assert sorted(order) == list("abcdef")
    wanted = [key for key in dict.fromkeys(chosen) if key in "abc"]
    assert order[: len(wanted)] == wanted

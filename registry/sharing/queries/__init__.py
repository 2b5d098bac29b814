"""Reads of what lies idle, narrowed to what the actor may see."""

from registry.sharing.queries.cards import Card, Spot
from registry.sharing.queries.choices import campuses, classes_in_pool, classes_in_use
from registry.sharing.queries.groups import (
    GROUPS_PER_PAGE,
    SORTS,
    Window,
    count_pool,
    every_card,
    shop_window,
)
from registry.sharing.queries.narrowing import PoolFilter
from registry.sharing.queries.near import home_campus
from registry.sharing.queries.similar import similar_names
from registry.sharing.queries.things import (
    card_of_type,
    every_thing,
    pool_type,
    things,
)

__all__ = [
    "GROUPS_PER_PAGE",
    "SORTS",
    "Card",
    "PoolFilter",
    "Spot",
    "Window",
    "campuses",
    "card_of_type",
    "classes_in_pool",
    "classes_in_use",
    "count_pool",
    "every_card",
    "every_thing",
    "home_campus",
    "pool_type",
    "shop_window",
    "similar_names",
    "things",
]

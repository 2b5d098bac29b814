"""Item types as a catalogue has them."""

from __future__ import annotations

import itertools
from typing import Any

from registry.access.actor import Actor
from registry.catalogue import actions
from registry.catalogue.actions import TypeDraft
from registry.catalogue.models import ItemType
from registry.organisation.models import Institution

_numbers = itertools.count(1)


def make_type(
    institution: Institution, name: str = "投影仪", **overrides: Any
) -> ItemType:
    """An item type of its own; two calls never make the same."""
    overrides.setdefault("model", f"XT-{next(_numbers)}")
    draft = TypeDraft(name=name, **overrides)
    return actions.add_type(Actor.system(institution.id), draft)

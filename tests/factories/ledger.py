"""Assets, entered as the asset office would."""

from __future__ import annotations

from typing import Any

from registry.access.actor import Actor
from registry.ledger import actions
from registry.ledger.models import Asset
from registry.ledger.rules.drafts import AssetDraft
from registry.organisation import queries
from registry.organisation.models import Institution
from registry.store.db import session
from tests.factories.catalogue import make_type


def make_asset(institution: Institution, **overrides: Any) -> Asset:
    """One thing in use in the root department, with a label code of its own."""
    [asset] = make_assets(institution, 1, **overrides)
    return asset


def make_assets(institution: Institution, count: int, **overrides: Any) -> list[Asset]:
    """Several equal things: one asset number, running sub-numbers."""
    if "item_type_id" not in overrides:
        overrides["item_type_id"] = make_type(institution).id
    if "department_id" not in overrides:
        overrides["department_id"] = queries.root_department(institution.id).id
    draft = AssetDraft(**overrides)
    ids = actions.register(Actor.system(institution.id), draft, count=count)
    return [session().get_one(Asset, asset_id) for asset_id in ids]

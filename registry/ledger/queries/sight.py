"""The four circles of sight: how much of an asset an actor may see."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.policy import is_root
from registry.access.roles import Role
from registry.ledger.models import Asset
from registry.organisation.queries import departments_below

READS_ALL = (Role.AUDITOR, Role.FINANCE, Role.PRINCIPAL)
READS_BELOW = (
    Role.ASSET_OFFICE,
    Role.DEPARTMENT_ASSET_OFFICER,
    Role.WAREHOUSE_KEEPER,
    Role.DEPARTMENT_HEAD,
)


class Sight(IntEnum):
    """Each circle sees what the one before it sees, and more."""

    NOTHING = 0
    """Another institution's: as if it were not there."""
    PUBLIC = 1
    """Name, department, contact."""
    COLLEAGUE = 2
    """The pool card: type, photo, condition, state, place, department, officer."""
    FULL = 3
    """People, cost and history too."""


def sight_of(actor: Actor, asset: Asset) -> Sight:
    """How much of an asset the actor may see."""
    if actor.is_stranger:
        return Sight.PUBLIC
    if asset.institution_id != actor.institution_id:
        return Sight.NOTHING
    if actor.may(Permission.ASSET_SEE, asset):
        return Sight.FULL
    return Sight.COLLEAGUE


def visible_assets(actor: Actor) -> sa.Select[Asset]:
    """A select of the assets of which the actor may see everything.

    The same rule as the policy's for ``ledger:asset:see``, as a condition; a test holds
    the two against each other.
    """
    query = sa.select(Asset).where(Asset.institution_id == actor.institution_id)
    condition = may_see(actor)
    return query if condition is None else query.where(condition)


@dataclass(frozen=True)
class Reach:
    """Whose assets an actor sees everything of, besides those they keep or use."""

    everything: bool
    paths: tuple[str, ...] = ()
    """Of departments, with all that is below them."""


def reach_of(actor: Actor) -> Reach:
    """How far the actor sees by the roles they hold; what they keep is not in it."""
    if actor.is_stranger or not _reads(actor):
        return Reach(everything=False)
    paths = actor.paths_of(*READS_BELOW)
    whole = actor.is_system or actor.holds(*READS_ALL) or any(map(is_root, paths))
    return Reach(everything=whole, paths=paths)


def may_see(actor: Actor) -> sa.ColumnElement[bool] | None:
    """The condition on assets that narrows to what the actor may see; None for all."""
    if actor.is_stranger or not _reads(actor):
        return sa.false()
    reach = reach_of(actor)
    if reach.everything:
        return None
    own = keeps_or_uses(actor)
    if not reach.paths:
        return own
    below = departments_below(actor.institution_id, reach.paths)
    return sa.or_(Asset.department_id.in_(below), own)


def keeps_or_uses(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition on assets that the actor keeps or uses themselves."""
    return sa.or_(
        Asset.custodian_id == actor.person_id, Asset.user_id == actor.person_id
    )


def assets_of_ones_own(actor: Actor, reach: Reach) -> sa.Select[int]:
    """A select of the ids of what the actor keeps or uses beyond their reach."""
    query = sa.select(Asset.id).where(
        Asset.institution_id == actor.institution_id, keeps_or_uses(actor)
    )
    if not reach.paths:
        return query
    below = departments_below(actor.institution_id, reach.paths)
    return query.where(Asset.department_id.not_in(below))


def _reads(actor: Actor) -> bool:
    if actor.scopes is None:
        return True
    return "read" in actor.scopes or "ledger" in actor.scopes

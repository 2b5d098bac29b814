"""What people look for, and which idle things would serve them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue.models import ItemType
from registry.catalogue.queries import record_of, to_match
from registry.kernel.errors import Missing
from registry.ledger.models import Asset
from registry.ledger.states import AssetState
from registry.matching.deciding import match, standard_weights
from registry.matching.index import Index
from registry.matching.records import Line
from registry.sharing.models import Wanted, WantedFind
from registry.sharing.states import WantedState
from registry.store.db import session
from registry.store.paging import Order, Orders, Rows

WHOLE = (
    joinedload(Wanted.person),
    joinedload(Wanted.department),
    joinedload(Wanted.item_type),
)
MOST_TYPES = 8


@dataclass(frozen=True)
class WantedFilter:
    """What a list of wanted notices is narrowed to; empty fields narrow nothing."""

    text: str = ""
    states: tuple[str, ...] = ()
    mine: bool = False


WANTED_ORDERS: Orders = {"newest": Order(falling=True)}
"""In which orders wanted notices are listed; each has an index that gives it."""


def wanted_rows(actor: Actor, wanted: WantedFilter, sort: str) -> Rows[Wanted]:
    """What people look for: every colleague may see it, so that somebody has it."""
    conditions = [Wanted.institution_id == actor.institution_id]
    if not actor.may(Permission.WANTED_POST):
        conditions.append(sa.false())
    if wanted.text:
        conditions.append(Wanted.text.contains(wanted.text, autoescape=True))
    if wanted.states:
        conditions.append(Wanted.state.in_(wanted.states))
    if wanted.mine:
        conditions.append(Wanted.person_id == actor.person_id)
    return Rows(sa.select(Wanted), Wanted.id, tuple(conditions))


def wanted_of(actor: Actor, wanted_id: int) -> Wanted:
    """A wanted notice of the institution; Missing otherwise."""
    found = session().scalar(
        sa.select(Wanted)
        .where(Wanted.id == wanted_id, Wanted.institution_id == actor.institution_id)
        .options(*WHOLE)
    )
    if found is None or not actor.may(Permission.WANTED_POST):
        raise Missing(what="wanted")
    return found


def finds_of(wanted: Wanted, limit: int = 100) -> Sequence[WantedFind]:
    """The things that may be what is looked for, the newest first; idle ones only.

    What is not idle any more is nobody's to have, and nobody else's to know.
    """
    return (
        session()
        .scalars(
            sa.select(WantedFind)
            .join(Asset, Asset.id == WantedFind.asset_id)
            .where(WantedFind.wanted_id == wanted.id, Asset.state == AssetState.IDLE)
            .options(
                joinedload(WantedFind.asset)
                .joinedload(Asset.item_type)
                .joinedload(ItemType.merged_into),
                joinedload(WantedFind.asset).joinedload(Asset.department),
                joinedload(WantedFind.asset).joinedload(Asset.place),
                joinedload(WantedFind.asset).joinedload(Asset.claim),
                joinedload(WantedFind.person),
            )
            .order_by(WantedFind.id.desc())
            .limit(limit)
        )
        .all()
    )


def open_wanted(institution_id: int) -> Sequence[Wanted]:
    """Everything that is looked for now."""
    return (
        session()
        .scalars(
            sa.select(Wanted)
            .where(
                Wanted.institution_id == institution_id,
                Wanted.state == WantedState.OPEN,
            )
            .order_by(Wanted.id)
        )
        .all()
    )


class IdleKinds:
    """The item types lying idle in an institution, for as many notices as there are."""

    def __init__(self, institution_id: int) -> None:
        self.kinds = _idle_types(institution_id)

    @cached_property
    def index(self) -> Index:
        """All of them as the matcher takes them, made once and only if it is needed.

        Matched against all that lies idle, what is common there weighs as it does in
        the pool.
        """
        return Index(map(record_of, self.kinds.values()))


def types_that_serve(
    wanted: Wanted,
    among: Collection[int] | None = None,
    pool: IdleKinds | None = None,
) -> list[int]:
    """Item types lying idle that would serve a notice, the best first.

    ``among`` narrows to some of them; ``pool`` is what lies idle, where several notices
    are looked at together.
    """
    pool = pool or IdleKinds(wanted.institution_id)
    kinds = pool.kinds
    if wanted.item_type_id is not None:
        meant = _standing(wanted.item_type_id)
        return [key for key in kinds if _standing(key) == meant and _in(key, among)]
    verdict = match(
        pool.index,
        Line(wanted.text, "", ""),
        allowed=lambda key: _in(int(key), among),
        most=MOST_TYPES,
    )
    least = standard_weights().matched_from
    return [int(each.key) for each in verdict.matches if each.serves >= least]


def _in(key: int, among: Collection[int] | None) -> bool:
    return among is None or key in among


def _standing(type_id: int) -> int:
    found = session().get(ItemType, type_id)
    return found.merged_into_id or found.id if found is not None else type_id


def _idle_types(institution_id: int) -> dict[int, ItemType]:
    idle = sa.select(Asset.item_type_id).where(
        Asset.institution_id == institution_id, Asset.state == AssetState.IDLE
    )
    rows = session().scalars(
        sa.select(ItemType)
        .where(ItemType.institution_id == institution_id, ItemType.id.in_(idle))
        .options(*to_match())
        .order_by(ItemType.id)
    )
    return {row.id: row for row in rows}

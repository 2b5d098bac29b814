"""Entering new things into the ledger, one or thousands alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue.models import ItemType
from registry.codes.actions import adopt, fresh_codes
from registry.codes.models import CodeKind
from registry.journal.actions import recall_names
from registry.journal.actions import record as write_entry
from registry.kernel.clock import now, today
from registry.kernel.errors import Invalid
from registry.kernel.money import split
from registry.ledger.actions.recording import KIND, fact_of, plain_fact
from registry.ledger.errors import NumberTaken
from registry.ledger.events import AssetsRegistered, AssetTurnedIdle
from registry.ledger.models import Asset, Claim, NumberSeries
from registry.ledger.rules.drafts import AssetDraft
from registry.ledger.rules.standing import EMPTY, PLAIN
from registry.ledger.states import AssetState, ClaimKind
from registry.organisation import queries as organisation
from registry.organisation.models import Department, Person, Place
from registry.store.base import table_of
from registry.store.db import session as current_session
from registry.store.transaction import emit, transaction
from registry.store.upserting import insert

BATCH = 500
MOST_AT_ONCE = 1_000

_PLAIN = tuple(field for field in PLAIN if field != "code")


def register(
    actor: Actor, draft: AssetDraft, *, count: int = 1, document: str | None = None
) -> list[int]:
    """Enter ``count`` equal things; the ids of their assets.

    Several share one asset number and carry running sub-numbers; the cost is that of
    all together and is split to the fen. Raises Invalid, NumberTaken, Forbidden.
    """
    with transaction():
        if not 1 <= count <= MOST_AT_ONCE:
            raise Invalid.field("count", "out_of_range", least=1, most=MOST_AT_ONCE)
        actor.require(
            Permission.ASSET_REGISTER,
            organisation.department(actor, draft.department_id),
        )
        return register_many(actor, several(draft, count), document=document)


def several(draft: AssetDraft, count: int) -> list[AssetDraft]:
    """``count`` drafts of one batch, with sub-numbers and shares of the cost."""
    if count == 1:
        return [draft]
    costs = split(draft.cost_fen, count) if draft.cost_fen is not None else None
    return [
        replace(
            draft,
            sub_number=index + 1,
            cost_fen=costs[index] if costs else None,
            serial=draft.serial if index == 0 else "",
        )
        for index in range(count)
    ]


def register_many(
    actor: Actor,
    drafts: Sequence[AssetDraft],
    *,
    document: str | None = None,
    is_agreed: bool = False,
) -> list[int]:
    """Enter things that may all differ, in one transaction; their ids in order.

    Drafts without an asset number get the next of the year's series; equal runs of
    sub-numbers (1, 2, 3…) without a number share one. ``is_agreed`` says that others
    have agreed to it who need not be able to register, such as after an audit.
    """
    with transaction() as session:
        zone = organisation.institution(actor.institution_id).time_zone
        day = today(zone)
        cleaned = _numbered(actor, [draft.cleaned(day) for draft in drafts], day.year)
        known = _References.load(actor, cleaned)
        if not is_agreed:
            for department in known.departments.values():
                actor.require(Permission.ASSET_REGISTER, department)
        _refuse_taken(actor, session, cleaned)
        ids: list[int] = []
        for start in range(0, len(cleaned), BATCH):
            batch = cleaned[start : start + BATCH]
            ids += _insert(actor, session, batch, known, document)
        emit(AssetsRegistered(actor.institution_id, tuple(ids)))
        for asset_id, draft in zip(ids, cleaned, strict=True):
            if draft.state == AssetState.IDLE:
                emit(
                    AssetTurnedIdle(actor.institution_id, asset_id, draft.item_type_id)
                )
        return ids


@dataclass(frozen=True)
class _References:
    """Everything a batch of drafts refers to, read once, and how entries name it."""

    departments: dict[int, Department]
    facts: dict[tuple[str, int | None], Any]

    @classmethod
    def load(cls, actor: Actor, drafts: Sequence[AssetDraft]) -> _References:
        departments = _rows(
            actor, Department, "department_id", {d.department_id for d in drafts}
        )
        types = _rows(actor, ItemType, "item_type_id", {d.item_type_id for d in drafts})
        places = _rows(actor, Place, "place_id", {d.place_id for d in drafts})
        keepers = {d.custodian_id for d in drafts} | {d.user_id for d in drafts}
        people = _rows(actor, Person, "custodian_id", keepers)
        recall_names(
            actor.institution_id, {key: person.name for key, person in people.items()}
        )
        facts: dict[tuple[str, int | None], Any] = {}
        for field, rows in (
            ("department", departments),
            ("item_type", types),
            ("place", places),
            ("custodian", people),
            ("user", people),
        ):
            facts[field, None] = None
            facts |= {(field, key): fact_of(row) for key, row in rows.items()}
        return cls(departments, facts)


def _rows(
    actor: Actor, model: type[Any], field: str, wanted: set[int | None]
) -> dict[int, Any]:
    """The rows of one institution by id; Invalid names the field of a foreign one."""
    ids = sorted(each for each in wanted if each is not None)
    found: dict[int, Any] = {}
    for start in range(0, len(ids), BATCH):
        rows = current_session().scalars(
            sa.select(model).where(
                model.institution_id == actor.institution_id,
                model.id.in_(ids[start : start + BATCH]),
            )
        )
        found.update((row.id, row) for row in rows)
    if len(found) != len(ids):
        raise Invalid.field(field, "no_such_choice")
    return found


def _numbered(actor: Actor, drafts: list[AssetDraft], year: int) -> list[AssetDraft]:
    """Give numbers to drafts that have none, one number for each run of a batch."""
    current = ""
    numbered = []
    for draft in drafts:
        if not draft.asset_number:
            if draft.sub_number <= 1 or not current:
                current = next_number(actor.institution_id, str(year))
            draft = replace(draft, asset_number=current)
        numbered.append(draft)
    return numbered


def next_number(institution_id: int, series: str) -> str:
    """The next number of a series, such as ``2026-000123``; never given twice."""
    with transaction() as session:
        if (last := _counted_on(session, institution_id, series)) is None:
            # Of two that begin a series at once, one waits here for the other.
            begin = insert(NumberSeries).values(
                institution_id=institution_id, series=series, last=0
            )
            session.execute(begin.on_conflict_do_nothing())
            last = _counted_on(session, institution_id, series)
        return f"{series}-{last:06d}"


def _counted_on(session: Session, institution_id: int, series: str) -> int | None:
    return session.scalar(
        sa.update(NumberSeries)
        .where(
            NumberSeries.institution_id == institution_id,
            NumberSeries.series == series,
        )
        .values(last=NumberSeries.last + 1)
        .returning(NumberSeries.last)
        .execution_options(synchronize_session=False)
    )


def _refuse_taken(actor: Actor, session: Session, drafts: list[AssetDraft]) -> None:
    """NumberTaken for the first draft whose number and sub-number an asset bears."""
    pairs = [(draft.asset_number, draft.sub_number) for draft in drafts]
    if len(set(pairs)) != len(pairs):
        twice = next(pair for pair in pairs if pairs.count(pair) > 1)
        raise NumberTaken(number=twice[0], sub_number=twice[1])
    wanted = set(pairs)
    numbers = sorted({number for number, _ in pairs})
    for start in range(0, len(numbers), BATCH):
        rows = session.execute(
            sa.select(Asset.asset_number, Asset.sub_number).where(
                Asset.institution_id == actor.institution_id,
                Asset.asset_number.in_(numbers[start : start + BATCH]),
            )
        )
        for number, sub_number in rows:
            if (number, sub_number) in wanted:
                raise NumberTaken(number=number, sub_number=sub_number)


def _insert(
    actor: Actor,
    session: Session,
    drafts: Sequence[AssetDraft],
    known: _References,
    document: str | None,
) -> list[int]:
    moment = now()
    codes = fresh_codes(len(drafts))
    rows = [
        {
            "institution_id": actor.institution_id,
            "code": code,
            "state_since": moment,
            "changed_at": moment,
            "entries": 1,
            "version": 1,
            "item_type_id": draft.item_type_id,
            "department_id": draft.department_id,
            "custodian_id": draft.custodian_id,
            "user_id": draft.user_id,
            "place_id": draft.place_id,
            **{field: getattr(draft, field) for field in _PLAIN},
            "restrictions": list(draft.restrictions),
        }
        for draft, code in zip(drafts, codes, strict=True)
    ]
    # By their codes, not in their order: to keep that, each would be sent by itself.
    table = table_of(Asset)
    enter = sa.insert(table).returning(table.c.code, table.c.id)
    made = session.execute(enter, rows)
    by_code = {code: asset_id for code, asset_id in made}  # noqa: C416 - typed rows
    ids = [by_code[code] for code in codes]
    adopt(actor.institution_id, CodeKind.ASSET, dict(zip(codes, ids, strict=True)))
    claims = [
        claim
        for asset_id, draft in zip(ids, drafts, strict=True)
        if (claim := _claim_row(actor, asset_id, draft, document, moment))
    ]
    if claims:
        session.execute(sa.insert(Claim), claims)
    for asset_id, code, draft in zip(ids, codes, drafts, strict=True):
        facts = {"set": _first_facts(draft, code, known)}
        write_entry(
            actor, KIND, asset_id, "register", facts, document=document, is_new=True
        )
    return ids


def _first_facts(draft: AssetDraft, code: str, known: _References) -> dict[str, Any]:
    """What a first entry sets: everything that is not as nothing would be."""
    changes = {field: plain_fact(getattr(draft, field)) for field in _PLAIN}
    changes |= {
        "code": code,
        "item_type": known.facts["item_type", draft.item_type_id],
        "department": known.facts["department", draft.department_id],
        "place": known.facts["place", draft.place_id],
        "custodian": known.facts["custodian", draft.custodian_id],
        "user": known.facts["user", draft.user_id],
    }
    kind = _claim_kind(draft)
    if kind is not None:
        changes["claim"] = {"kind": str(kind)}
    return {key: value for key, value in changes.items() if value != EMPTY[key]}


def _claim_kind(draft: AssetDraft) -> ClaimKind | None:
    if draft.is_lent:
        return ClaimKind.LOAN
    if draft.state == AssetState.UNDER_REPAIR:
        return ClaimKind.REPAIR
    return None


def _claim_row(
    actor: Actor, asset_id: int, draft: AssetDraft, document: str | None, moment: Any
) -> dict[str, Any] | None:
    kind = _claim_kind(draft)
    if kind is None:
        return None
    return {
        "institution_id": actor.institution_id,
        "asset_id": asset_id,
        "kind": str(kind),
        "holder": draft.lent_to,
        "since": moment,
        "document": document,
    }

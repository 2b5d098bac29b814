"""Documents under which many assets were changed, and what was changed under them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload
from sqlalchemy.sql import operators

from registry.access.actor import Actor
from registry.journal.models import Entry
from registry.journal.queries import names_behind
from registry.kernel.clock import start_of
from registry.kernel.errors import Missing
from registry.kernel.pages import PAGE_SIZE
from registry.ledger.models import Asset, Document
from registry.ledger.queries.history import changes_of, shown_fact
from registry.ledger.queries.listing import LISTED
from registry.ledger.queries.sight import may_see, reach_of
from registry.ledger.rules.standing import PEOPLE
from registry.organisation import queries as organisation
from registry.store.db import session
from registry.store.paging import Order, Orders, Rows

WITH_PERSON = (selectinload(Document.person),)

DOCUMENT_ORDERS: Orders = {"newest": Order(falling=True)}


@dataclass(frozen=True)
class DocumentFilter:
    """What a list of documents is narrowed to."""

    text: str = ""
    kinds: tuple[str, ...] = ()
    mine: bool = False
    undone: bool | None = None
    day_from: date | None = None
    day_to: date | None = None


def document_of(actor: Actor, document_id: int, *, lock: bool = False) -> Document:
    """A document the actor may see: their own, or any if they see all; else Missing."""
    query = sa.select(Document).where(
        Document.id == document_id, *_seen_by(actor, Document)
    )
    if lock:
        query = query.with_for_update(of=Document)
    return _found(query)


def document_numbered(actor: Actor, number: str) -> Document:
    """The same by its number."""
    return _found(
        sa.select(Document).where(Document.number == number, *_seen_by(actor, Document))
    )


def _found(query: sa.Select[Document]) -> Document:
    query = query.options(*WITH_PERSON).execution_options(populate_existing=True)
    found = session().scalar(query)
    if found is None:
        raise Missing(what="documents")
    return found


def document_rows(actor: Actor, wanted: DocumentFilter, sort: str) -> Rows[Document]:
    """The documents the actor may see, narrowed."""
    query = sa.select(Document).where(Document.institution_id == actor.institution_id)
    where = [*_seen_by(actor, Document)[1:]]
    for word in wanted.text.split()[:8]:
        like = Document.number.icontains(word, autoescape=True)
        where.append(sa.or_(like, Document.title.icontains(word, autoescape=True)))
    if wanted.kinds:
        where.append(Document.kind.in_(wanted.kinds))
    if wanted.mine:
        where.append(Document.person_id == actor.person_id)
    if wanted.undone is not None:
        none = Document.undone_at.is_(None)
        where.append(~none if wanted.undone else none)
    return Rows(query, Document.id, (*where, *_days(actor, wanted)))


def _days(actor: Actor, wanted: DocumentFilter) -> list[sa.ColumnElement[bool]]:
    if wanted.day_from is None and wanted.day_to is None:
        return []
    zone = organisation.institution(actor.institution_id).time_zone
    found = []
    if wanted.day_from is not None:
        found.append(Document.created_at >= start_of(wanted.day_from, zone))
    if wanted.day_to is not None:
        after = start_of(wanted.day_to + timedelta(days=1), zone)
        found.append(Document.created_at < after)
    return found


def _seen_by(actor: Actor, model: Any) -> list[sa.ColumnElement[bool]]:
    """Conditions on what somebody made: it is their own, or they see everything."""
    where = [model.institution_id == actor.institution_id]
    if not reach_of(actor).everything:
        own = model.person_id == actor.person_id
        where.append(own if actor.person_id is not None else sa.false())
    return where


@dataclass(frozen=True)
class Changed:
    """What one entry under a document changed of an asset, and whether it still holds.

    ``changes`` are (field, value now recorded); ``taken_back`` says that a later entry
    of the same document corrected it.
    """

    asset: Asset
    verb: str
    changes: tuple[tuple[str, Any], ...]
    taken_back: bool


def changed_under(
    actor: Actor,
    document: str,
    *,
    after: int = 0,
    most: int = PAGE_SIZE,
    kept: bool = False,
) -> tuple[list[Changed], int | None]:
    """What was changed under a document, in order, and the position to go on after.

    Of assets the actor may see. ``kept`` leaves out what has been taken back.
    """
    undone = _correction(document)
    position = _unsearched(Entry.position)
    query = (
        sa.select(Asset, Entry, undone.label("undone"))
        .join(Asset, sa.and_(Asset.id == Entry.subject_id))
        .where(
            *_under(actor, document),
            position > after,
            Asset.institution_id == actor.institution_id,
        )
        .options(*LISTED)
        .order_by(position)
        .limit(most + 1)
    )
    condition = may_see(actor)
    query = query if condition is None else query.where(condition)
    query = query.where(~undone) if kept else query
    rows = session().execute(query).unique().all()
    entries = [entry for _, entry, _ in rows[:most]]
    names = _names(actor.institution_id, entries)
    found = [
        Changed(
            asset,
            entry.verb,
            tuple(
                (field, shown_fact(field, value, names))
                for field, value in changes_of(entry).items()
            ),
            bool(back),
        )
        for asset, entry, back in rows[:most]
    ]
    return found, entries[-1].position if len(rows) > most else None


def _names(institution_id: int, entries: Sequence[Entry]) -> dict[str, str]:
    wanted = set()
    for entry in entries:
        changes = json.loads(entry.facts).get("set", {})
        wanted |= {changes[f]["name"] for f in PEOPLE if changes.get(f)}
    return names_behind(institution_id, wanted)


def _under(actor: Actor, document: str) -> tuple[sa.ColumnElement[bool], ...]:
    """The entries that a document brought about, not those that took them back."""
    return (
        Entry.institution_id == actor.institution_id,
        Entry.document == document,
        Entry.subject_kind == "asset",
        Entry.verb != "correct",
    )


def _unsearched(column: Any) -> Any:
    """A number as no index is searched by: a document's entries are few of all."""
    plus: operators.custom_op[Any] = operators.custom_op("+")
    return sa.UnaryExpression(column.expression, operator=plus, type_=column.type)


def _correction(document: str) -> sa.Exists:
    """Whether an entry of a document was taken back under that same document.

    Looked for in the chain of its asset, which is short, not in the document.
    """
    later = aliased(Entry)
    return (
        sa.exists()
        .where(
            later.subject_kind == "asset",
            later.subject_id == Entry.subject_id,
            later.number > Entry.number,
            sa.func.coalesce(later.document, "") == document,
            later.corrects == Entry.number,
        )
        .correlate(Entry)
    )


def entries_left(actor: Actor, document: str) -> list[tuple[int, int]]:
    """(asset, number) of a document's entries not taken back yet, the newest first."""
    rows = session().execute(
        sa.select(Entry.subject_id, Entry.number)
        .where(*_under(actor, document), ~_correction(document))
        .order_by(_unsearched(Entry.position).desc())
    )
    return [(asset_id, number) for asset_id, number in rows]


def count_left(actor: Actor, document: str) -> int:
    """How many entries of a document have not been taken back."""
    query = sa.select(sa.func.count()).where(
        *_under(actor, document), ~_correction(document)
    )
    return session().scalar(query.select_from(Entry)) or 0


def count_back(found: Document) -> int:
    """How many entries of a document have been taken back."""
    return (
        session().scalar(
            sa.select(sa.func.count())
            .select_from(Entry)
            .where(
                Entry.institution_id == found.institution_id,
                Entry.document == found.number,
                Entry.subject_kind == "asset",
                Entry.verb == "correct",
            )
        )
        or 0
    )

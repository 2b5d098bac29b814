"""Reading imports: one's own; the asset office's are not shown to others."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from registry.access.actor import Actor
from registry.interchange.models import Import
from registry.interchange.states import ImportState
from registry.kernel.errors import Missing
from registry.store.db import session
from registry.store.paging import Order, Orders, Rows


def import_of(actor: Actor, import_id: int, *, content: bool = False) -> Import:
    """One of the actor's own imports; Missing for anybody else's."""
    query = sa.select(Import).where(
        Import.id == import_id,
        Import.institution_id == actor.institution_id,
        Import.person_id.is_(None)
        if actor.person_id is None
        else Import.person_id == actor.person_id,
    )
    if content:
        query = query.options(undefer(Import.content))
    found = session().scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise Missing(what="imports")
    return found


def first_document(found: Import) -> str | None:
    """The document under which this very file first came in, if it has been applied."""
    return session().scalar(
        sa.select(Import.document)
        .where(
            Import.institution_id == found.institution_id,
            Import.sha256 == found.sha256,
            Import.kind == found.kind,
            Import.state.in_((ImportState.APPLYING, ImportState.DONE)),
        )
        .order_by(Import.id)
        .limit(1)
    )


IMPORT_ORDERS: Orders = {"newest": Order(falling=True)}


@dataclass(frozen=True)
class ImportFilter:
    """What a list of one's own imports is narrowed to."""

    text: str = ""
    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()


def import_rows(actor: Actor, wanted: ImportFilter, sort: str) -> Rows[Import]:
    """The actor's own imports."""
    query = sa.select(Import).where(
        Import.institution_id == actor.institution_id,
        Import.person_id == actor.person_id,
    )
    where = [
        sa.or_(
            Import.file_name.icontains(word, autoescape=True),
            Import.document.icontains(word, autoescape=True),
        )
        for word in wanted.text.split()[:8]
    ]
    if wanted.kinds:
        where.append(Import.kind.in_(wanted.kinds))
    if wanted.states:
        where.append(Import.state.in_(wanted.states))
    return Rows(query, Import.id, tuple(where))


def imports_of(actor: Actor, limit: int = 5) -> list[Import]:
    """The actor's own imports, newest first."""
    return list(
        session().scalars(
            sa.select(Import)
            .where(
                Import.institution_id == actor.institution_id,
                Import.person_id == actor.person_id,
            )
            .order_by(Import.id.desc())
            .limit(limit)
        )
    )

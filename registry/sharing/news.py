"""Who hears of questions, holds, transfers and loans: whom they concern.

What other institutions show is in their journals, not in the reader's: of that a mark
tells.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.news import Event, News, Telling
from registry.ledger.models import Asset
from registry.organisation.models import Department
from registry.sharing.models import (
    Hold,
    Loan,
    OuterCard,
    OuterInquiry,
    Transfer,
    TransferSide,
)
from registry.sharing.queries.outer import SHOWN


@dataclass(frozen=True, slots=True)
class About:
    """Whose thing a question is about, as the policy looks at it."""

    institution_id: int
    department_path: str
    custodian_id: int | None
    user_id: int | None


def tell_question(actor: Actor, news: News) -> Event | None:
    """Whoever oversees the thing or may answer hears that something waits or ended."""
    about: About | None = news.about
    if about is None:
        return None
    seen = actor.may(Permission.IDLE_SEE, about)
    if not seen and not actor.may(Permission.IDLE_ANSWER, about):
        return None
    return news.told("waiting")


def look_at_questions(
    connection: sa.Connection, institution_id: int, entries: Sequence[Any]
) -> dict[int, About]:
    """By position, whose things the questions are about."""
    assets = {entry.position: json.loads(entry.facts).get("asset") for entry in entries}
    known = _whose(
        connection, institution_id, {each for each in assets.values() if each}
    )
    return {
        position: known[asset_id]
        for position, asset_id in assets.items()
        if asset_id in known
    }


def _whose(
    connection: sa.Connection, institution_id: int, asset_ids: set[int]
) -> dict[int, About]:
    rows = connection.execute(
        sa.select(Asset.id, Department.path, Asset.custodian_id, Asset.user_id)
        .join(Department, Department.id == Asset.department_id)
        .where(Asset.institution_id == institution_id, Asset.id.in_(sorted(asset_ids)))
    )
    return {
        asset_id: About(institution_id, path, custodian_id, user_id)
        for asset_id, path, custodian_id, user_id in rows
    }


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """Whom a hold, a transfer or a loan concerns: these people, these departments."""

    people: frozenset[int | None]
    departments: tuple[About, ...]


def tell_passing(actor: Actor, news: News) -> Event | None:
    """Whoever has a part in it hears, and whoever oversees a department it touches."""
    about: OnTheWay | None = news.about
    if about is None or not actor.reads("sharing"):
        return None
    if actor.person_id not in about.people and not any(
        actor.may(Permission.TRANSFER_SEE, each) for each in about.departments
    ):
        return None
    return news.told("sharing")


def look_at_transfers(
    connection: sa.Connection, institution_id: int, entries: Sequence[Any]
) -> dict[int, OnTheWay]:
    """By position, whom the transfers concern: who asked, and both departments."""
    ids = {entry.subject_id for entry in entries}
    rows = connection.execute(
        sa.select(
            Transfer.id, Transfer.requester_id, Transfer.custodian_id, Department.path
        )
        .join(Department, Department.id == Transfer.to_department_id)
        .where(Transfer.institution_id == institution_id, Transfer.id.in_(ids))
    ).all()
    paths: dict[int, list[str]] = {each.id: [each.path] for each in rows}
    for transfer_id, path in connection.execute(
        sa.select(TransferSide.transfer_id, Department.path)
        .join(Department, Department.id == TransferSide.department_id)
        .where(TransferSide.transfer_id.in_(ids))
    ):
        paths.setdefault(transfer_id, []).append(path)
    about = {
        each.id: OnTheWay(
            frozenset((each.requester_id, each.custodian_id)) - {None},
            tuple(About(institution_id, path, None, None) for path in paths[each.id]),
        )
        for each in rows
    }
    return _by_position(entries, about)


def look_at_holds(
    connection: sa.Connection, institution_id: int, entries: Sequence[Any]
) -> dict[int, OnTheWay]:
    """By position, whose the holds are, and whose things they are on."""
    return _of_person(connection, institution_id, entries, Hold, Hold.person_id)


def look_at_loans(
    connection: sa.Connection, institution_id: int, entries: Sequence[Any]
) -> dict[int, OnTheWay]:
    """By position, who borrows, and whose things."""
    return _of_person(connection, institution_id, entries, Loan, Loan.borrower_id)


def tell_wanted(actor: Actor, news: News) -> Event | None:
    """Every colleague sees what others look for."""
    if not actor.may(Permission.WANTED_POST):
        return None
    return news.told("sharing")


def tell_outer(actor: Actor, news: News) -> Event | None:
    """The asset office hears of what it shows to others, and of what they ask for."""
    if not actor.may(Permission.OUTER_ANSWER):
        return None
    return news.told("sharing")


def tell_wish(actor: Actor, news: News) -> Event | None:
    """Whoever asked another institution hears of it, and their asset office."""
    asked_by: int | None = news.about
    mine = asked_by is not None and actor.person_id == asked_by
    if not (mine and actor.may(Permission.OUTER_ASK)):
        return tell_outer(actor, news)
    return news.told("sharing")


def look_at_wishes(
    connection: sa.Connection, institution_id: int, entries: Sequence[Any]
) -> dict[int, int]:
    """By position, who has asked another institution for something."""
    rows = connection.execute(
        sa.select(OuterInquiry.id, OuterInquiry.asked_by_id).where(
            OuterInquiry.from_institution_id == institution_id,
            OuterInquiry.id.in_({entry.subject_id for entry in entries}),
        )
    )
    known = dict(rows.all())
    return {
        entry.position: known[entry.subject_id]
        for entry in entries
        if entry.subject_id in known
    }


def _of_person(
    connection: sa.Connection,
    institution_id: int,
    entries: Sequence[Any],
    model: type[Hold] | type[Loan],
    person: Any,
) -> dict[int, OnTheWay]:
    rows = connection.execute(
        sa.select(model.id, person, Department.path)
        .join(Asset, Asset.id == model.asset_id)
        .join(Department, Department.id == Asset.department_id)
        .where(
            model.institution_id == institution_id,
            model.id.in_({entry.subject_id for entry in entries}),
        )
    )
    about = {
        row_id: OnTheWay(
            frozenset((person_id,)) - {None},
            (About(institution_id, path, None, None),),
        )
        for row_id, person_id, path in rows
    }
    return _by_position(entries, about)


def _by_position(
    entries: Sequence[Any], about: dict[int, OnTheWay]
) -> dict[int, OnTheWay]:
    return {
        entry.position: about[entry.subject_id]
        for entry in entries
        if entry.subject_id in about
    }


def marks_of_outer(
    connection: sa.Connection, people: Mapping[int, int]
) -> dict[int, str]:
    """For each person a text that differs once others show other things than before."""
    rows = connection.execute(
        sa.select(
            OuterCard.institution_id,
            sa.func.count(),
            sa.func.sum(OuterCard.count),
            sa.func.max(OuterCard.since),
        )
        .where(SHOWN)
        .group_by(OuterCard.institution_id)
        .order_by(OuterCard.institution_id)
    )
    shown = {house: str(tuple(mark)) for house, *mark in rows}
    marks = {
        own: "".join(mark for house, mark in shown.items() if house != own)
        for own in set(people.values())
    }
    return {person_id: marks[own] for person_id, own in people.items()}


TELLINGS = (
    Telling("idle_question", tell_question, look_at_questions),
    Telling("transfer", tell_passing, look_at_transfers),
    Telling("hold", tell_passing, look_at_holds),
    Telling("loan", tell_passing, look_at_loans),
    Telling("wanted", tell_wanted),
    Telling("outer_thing", tell_outer),
    Telling("outer_inquiry", tell_outer),
    Telling("outer_wish", tell_wish, look_at_wishes),
)

"""Asking whether things are still in use: each person one bundle, nobody flooded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.roles import Role
from registry.journal.actions import record
from registry.kernel.clock import now, today
from registry.kernel.errors import Invalid
from registry.ledger.models import Asset
from registry.organisation import queries as organisation
from registry.organisation.models import Department, Person
from registry.sharing.actions.closing import (
    BUNDLE,
    KIND,
    STEP,
    close_question,
    locked_open,
    rest,
    with_locked_asset,
)
from registry.sharing.actions.finding import find_suspects, written_signs
from registry.sharing.errors import NothingToAsk, QuestionClosed
from registry.sharing.models import Asking, IdleQuestion
from registry.sharing.queries.facts import Known, known_things
from registry.sharing.queries.policies import policy_of
from registry.sharing.queries.suspects import unasked
from registry.sharing.rules.batches import Suspect, chosen
from registry.sharing.rules.policies import Policy
from registry.sharing.rules.signals import Sign, signs_of
from registry.sharing.states import QuestionState
from registry.store.db import session as current_session
from registry.store.transaction import release, transaction
from registry.waiting.actions import begin

MOST_AT_ONCE = 1_000
WEEK = timedelta(days=7)

log = structlog.get_logger("registry.sharing")


@dataclass(frozen=True)
class Bundle:
    """What one person would be asked about now, of one department."""

    person_id: int | None
    department_id: int
    asset_ids: tuple[int, ...]
    kinds: int
    """How many different things: equal ones in one place are one."""


def ask_everywhere() -> int:
    """Find suspects everywhere and ask about them; how many things were asked about.

    A duty of the installation.
    """
    count = 0
    for each in organisation.institutions():
        find_suspects(each.id)
        if policy_of(each.id).asks:
            count += ask_institution(each.id)
    return count


def ask_institution(institution_id: int) -> int:
    """Ask about what seems to lie idle, where there is room for it; how many things."""
    actor = Actor.system(institution_id)
    bundles = planned(institution_id)
    release()
    count = 0
    for bundle in bundles:
        made = _ask_bundle(actor, bundle, limited=True)
        count += made.count if made is not None else 0
    if count:
        log.info("idle_asked", institution=institution_id, count=count)
    return count


def planned(institution_id: int) -> list[Bundle]:
    """Who would be asked about what now; nothing is done."""
    return _bundles(institution_id, unasked(institution_id), limited=True)


def ask(actor: Actor, asset_ids: Sequence[int]) -> list[Asking]:
    """Ask about some suspects now, whatever was asked this week.

    Still each person gets one bundle. What is no longer suspected, or asked about
    already, is passed over. Raises NothingToAsk if nothing is left.
    """
    with transaction():
        actor.require(Permission.IDLE_ASK)
        ids = sorted(set(asset_ids))
        if not 1 <= len(ids) <= MOST_AT_ONCE:
            raise Invalid.field("assets", "out_of_range", least=1, most=MOST_AT_ONCE)
        among = unasked(actor.institution_id).where(Asset.id.in_(ids))
        bundles = _bundles(actor.institution_id, among, limited=False)
        made = [_ask_bundle(actor, each, limited=False) for each in bundles]
        found = [each for each in made if each is not None]
        if not found:
            raise NothingToAsk
        return found


def _bundles(
    institution_id: int, among: sa.Select[*tuple[Any, ...]], *, limited: bool
) -> list[Bundle]:
    """Suspects by whom one would ask about them: who keeps them, else who uses them."""
    policy = policy_of(institution_id)
    here = _still_here(institution_id)
    heaps: dict[tuple[int | None, int], list[Suspect]] = {}
    for row in current_session().execute(among):
        people = (row.custodian_id, row.user_id)
        person = next((each for each in people if each in here), None)
        heaps.setdefault((person, row.department_id), []).append(_suspect(row))
    found = []
    rooms: dict[tuple[int | None, int | None], int] = {}
    for (person, home), suspects in sorted(heaps.items(), key=str):
        whom = (person, home if person is None else None)
        if whom not in rooms:
            lately = _asked_lately(institution_id, person, home) if limited else 0
            rooms[whom] = policy.batch - lately if limited else MOST_AT_ONCE
        picked = chosen(suspects, rooms[whom])[:MOST_AT_ONCE]
        if picked:
            kinds = len({each.likeness for each in picked})
            rooms[whom] -= kinds if limited else 0
            ids = tuple(each.asset_id for each in picked)
            found.append(Bundle(person, home, ids, kinds))
    return found


def _suspect(row: Any) -> Suspect:
    return Suspect(
        asset_id=row.asset_id,
        likeness=(row.item_type_id, row.place_id),
        weight=row.weight,
        since=row.since,
        cost_fen=row.cost_fen or 0,
    )


def _still_here(institution_id: int) -> set[int]:
    """Everybody who has not left."""
    rows = current_session().scalars(
        sa.select(Person.id).where(
            Person.institution_id == institution_id, Person.left_on.is_(None)
        )
    )
    return set(rows)


def _asked_lately(institution_id: int, person_id: int | None, home: int) -> int:
    """About how many different things somebody is or was asked in the last week."""
    whom = (
        Asking.person_id == person_id
        if person_id is not None
        else sa.and_(Asking.person_id.is_(None), Asking.department_id == home)
    )
    different = (
        sa.select(Asset.item_type_id, Asset.place_id)
        .join(IdleQuestion, IdleQuestion.asset_id == Asset.id)
        .join(Asking, Asking.id == IdleQuestion.asking_id)
        .where(
            Asking.institution_id == institution_id,
            whom,
            sa.or_(
                IdleQuestion.closed_at.is_(None), IdleQuestion.asked_at > now() - WEEK
            ),
        )
        .distinct()
        .subquery()
    )
    count = sa.select(sa.func.count()).select_from(different)
    return current_session().scalar(count) or 0


def _ask_bundle(actor: Actor, bundle: Bundle, *, limited: bool) -> Asking | None:
    """Ask about a bundle, each thing looked at again under its lock; None for none."""
    with transaction():
        here = actor.institution_id
        home = organisation.department(actor, bundle.department_id)
        actor.require(Permission.IDLE_ASK, home)
        policy = policy_of(here)
        _lock_whom(here, bundle)
        ids = list(bundle.asset_ids)
        if limited:
            room = policy.batch - _asked_lately(here, bundle.person_id, home.id)
            if room < bundle.kinds:
                return None
        things = _standing_suspects(here, ids, policy, bundle)
        if not things:
            return None
        return _begin(actor, home, bundle.person_id, things, policy)


def _lock_whom(institution_id: int, bundle: Bundle) -> None:
    """One at a time asks a person, so that two processes together ask no more."""
    model, key = (
        (Person, bundle.person_id)
        if bundle.person_id is not None
        else (Department, bundle.department_id)
    )
    current_session().execute(
        sa.select(model.id)
        .where(model.id == key, model.institution_id == institution_id)
        .with_for_update(key_share=True)
    )


def _standing_suspects(
    institution_id: int, ids: Sequence[int], policy: Policy, bundle: Bundle
) -> list[tuple[Known, tuple[Sign, ...]]]:
    """Of some things those that are suspected still, with no open question, locked."""
    session = current_session()
    session.execute(
        sa.select(Asset.id)
        .where(Asset.institution_id == institution_id, Asset.id.in_(sorted(ids)))
        .order_by(Asset.id)
        .with_for_update(of=Asset)
    )
    asked = set(
        session.scalars(
            sa.select(IdleQuestion.asset_id).where(
                IdleQuestion.asset_id.in_(ids), IdleQuestion.closed_at.is_(None)
            )
        )
    )
    day = today(organisation.institution(institution_id).time_zone)
    return [
        (each, signs)
        for each in known_things(institution_id, policy, ids)
        if each.asset_id not in asked
        and each.department_id == bundle.department_id
        and (signs := signs_of(each.facts, policy, day))
    ]


def _begin(
    actor: Actor,
    home: Department,
    person_id: int | None,
    things: Iterable[tuple[Known, tuple[Sign, ...]]],
    policy: Policy,
) -> Asking:
    session = current_session()
    moment = now()
    known = list(things)
    asking = Asking(
        institution_id=actor.institution_id,
        person_id=person_id,
        department_id=home.id,
        asked_at=moment,
        asked_by_id=actor.person_id,
        count=len(known),
    )
    session.add(asking)
    session.flush()
    made = [
        IdleQuestion(
            institution_id=actor.institution_id,
            asking_id=asking.id,
            asset_id=each.asset_id,
            state=str(QuestionState.OPEN),
            signs=written_signs(signs),
            asked_at=moment,
        )
        for each, signs in known
    ]
    session.add_all(made)
    session.flush()
    for each in made:
        facts = {"asset": each.asset_id, "asking": asking.id, "signs": each.signs}
        record(actor, KIND, each.id, "ask", facts, is_new=True)
    begin(
        actor,
        subject_kind=BUNDLE,
        subject_id=asking.id,
        step=STEP,
        rungs=_rungs(home, person_id),
        hours=policy.answer_hours,
        department_id=home.id,
        facts={"count": len(known), "department": home.name},
    )
    return asking


def _rungs(home: Department, person_id: int | None) -> list[list[int]]:
    """Who is asked, and who when they keep silent: each time only the nearest ones.

    Whom it is about, then who keeps the department's ledger, who heads it, the office.
    """
    zone = organisation.institution(home.institution_id).time_zone

    def nearest_of(*roles: Role) -> list[int]:
        held = organisation.grants_of_roles(home.institution_id, roles, today(zone))
        above = [each for each in held if home.path.startswith(each[1])]
        depth = max((len(path) for _person, path, _role in above), default=0)
        return [person.id for person, path, _role in above if len(path) == depth]

    return [
        [person_id] if person_id is not None else [],
        nearest_of(Role.DEPARTMENT_ASSET_OFFICER, Role.WAREHOUSE_KEEPER),
        nearest_of(Role.DEPARTMENT_HEAD),
        nearest_of(Role.ASSET_OFFICE),
    ]


def withdraw(actor: Actor, question_id: int) -> IdleQuestion:
    """No longer ask about a thing; its signs rest as if it had been answered.

    Raises QuestionClosed.
    """
    with transaction():
        found = with_locked_asset(actor, question_id)
        actor.require(Permission.IDLE_ASK, found.asset.department)
        still = locked_open(actor, question_id)
        if still is None:
            raise QuestionClosed
        until = rest(actor, still.asset_id)
        facts = {"rested_until": until}
        close_question(actor, still, "withdraw", QuestionState.WITHDRAWN, facts)
        return still

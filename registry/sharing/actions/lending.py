"""Lending: asked for or given at once, for days nobody else has; and back again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record
from registry.kernel.clock import now, today
from registry.kernel.errors import Invalid, Missing, Refused
from registry.kernel.text import clean_line, required_line
from registry.ledger import actions as ledger
from registry.ledger.actions.claims import (
    change_claim,
    live_claim,
    release_claim,
    take_claim,
)
from registry.ledger.models import Asset, Claim
from registry.ledger.states import AssetState, ClaimKind, Condition, Restriction
from registry.organisation import queries as organisation
from registry.organisation.models import Person
from registry.sharing.actions.lining import advance, end_hold, open_hold, settle_expired
from registry.sharing.actions.standing import (
    is_own_hold,
    lock_assets,
    somebody,
    taken_by,
    zone_of,
)
from registry.sharing.errors import NotToBeHad, ReservedAhead, Restricted
from registry.sharing.events import LoanAnswered, LoanDue
from registry.sharing.models import Loan
from registry.sharing.rules.passing import (
    ANSWER_HOURS,
    FURTHEST_AHEAD,
    LONGEST_LOAN,
    MOVE_HOURS,
    end_of_day,
    is_blocked,
)
from registry.sharing.states import LOAN_OPEN, HoldState, LoanState
from registry.store.db import session as current_session
from registry.store.transaction import emit, release, transaction
from registry.waiting import actions as waiting
from registry.waiting.actions import begin
from registry.waiting.queries import ladder, open_wait

KIND = "loan"
ANSWER, OVERDUE = "loan_answer", "loan_overdue"
REMINDED_AHEAD = timedelta(days=1)
AT_ONCE = 200
GONE = (AssetState.MISSING, AssetState.PENDING_DISPOSAL, AssetState.DISPOSED)
"""What is promised to nobody."""
LENDABLE = frozenset({AssetState.IDLE, AssetState.IN_USE})
"""States of a thing in which it can be lent."""


def ask_for_loan(
    actor: Actor,
    asset_id: int,
    *,
    from_on: date,
    until_on: date,
    purpose: str = "",
) -> Loan:
    """Ask to borrow an idle thing for some days; its keeper answers.

    Raises ReservedAhead and AlreadyClaimed where the days are taken.
    """
    with transaction():
        actor.require(Permission.LOAN_ASK)
        person = somebody(actor)
        [asset] = lock_assets(actor, [asset_id])
        settle_expired(asset)
        if asset.state != AssetState.IDLE:
            raise NotToBeHad(state=asset.state)
        _check_days(asset, from_on, until_on)
        _refuse_taken_days(actor, asset, from_on, until_on, person.id)
        made = _add(
            actor, asset, person, "", from_on, until_on, purpose, LoanState.REQUESTED
        )
        record(actor, KIND, made.id, "request", _facts(made), is_new=True)
        home = asset.department
        begin(
            actor,
            subject_kind=KIND,
            subject_id=made.id,
            step=ANSWER,
            rungs=ladder(actor.institution_id, home.path, [asset.custodian_id]),
            hours=ANSWER_HOURS,
            department_id=home.id,
            facts={"name": asset.item_type.name, "number": asset.number},
        )
        return made


def lend_out(
    actor: Actor,
    asset_id: int,
    *,
    borrower_id: int | None = None,
    borrower: str = "",
    from_on: date | None = None,
    until_on: date,
    purpose: str = "",
) -> Loan:
    """Lend a thing: at once, or for later days by reserving it.

    ``borrower`` names whoever is nobody of the institution. Raises ReservedAhead,
    AlreadyClaimed, Restricted.
    """
    with transaction():
        [asset] = lock_assets(actor, [asset_id])
        actor.require(Permission.LOAN_DECIDE, asset)
        settle_expired(asset)
        if asset.state not in LENDABLE:
            raise NotToBeHad(state=asset.state)
        person = _borrower(actor, borrower_id)
        name = "" if person is not None else required_line(borrower, field="borrower")
        day = today(zone_of(actor.institution_id))
        first = from_on or day
        _check_days(asset, first, until_on)
        _refuse_taken_days(actor, asset, first, until_on, borrower_id)
        made = _add(
            actor, asset, person, name, first, until_on, purpose, LoanState.RESERVED
        )
        record(actor, KIND, made.id, "reserve", _facts(made), is_new=True)
        if first <= day:
            _hand_out(actor, asset, made)
        return made


def adopt_loan(
    actor: Actor,
    asset_id: int,
    *,
    person_id: int | None = None,
    holder: str = "",
    until: date | None = None,
    version: int | None = None,
) -> Asset:
    """Say who has a thing that came into the ledger as lent, and until when.

    From then on it is a loan as any other: due, reminded of, extended, returned.
    """
    with transaction():
        asset = ledger.complete_loan(
            actor,
            asset_id,
            person_id=person_id,
            holder=holder,
            until=until,
            version=version,
        )
        person = _borrower(actor, person_id)
        claim = live_claim(asset.id)
        name = "" if person is not None else clean_line(holder, field="holder")
        if claim is None or until is None or (person is None and not name):
            return asset
        day = today(zone_of(actor.institution_id))
        known = current_session().scalar(
            sa.select(Loan)
            .where(
                Loan.institution_id == actor.institution_id,
                Loan.asset_id == asset.id,
                Loan.ended_at.is_(None),
                Loan.state == LoanState.OUT,
            )
            .with_for_update(of=Loan)
        )
        if known is not None:
            known.borrower_id = person.id if person is not None else None
            known.borrower = name
            known.department_id = person.department_id if person is not None else None
            known.until_on = max(until, known.from_on)
            known.reminded_on = None
            current_session().flush()
            record(actor, KIND, known.id, "extend", _facts(known))
            return asset
        since = _local(claim.since, zone_of(actor.institution_id))
        first = min(since, day, until)
        made = _add(actor, asset, person, name, first, until, "", LoanState.OUT, claim)
        record(actor, KIND, made.id, "hand_out", _facts(made), is_new=True)
        return asset


def _borrower(actor: Actor, person_id: int | None) -> Person | None:
    if person_id is None:
        return None
    found = organisation.person(actor, person_id)
    if found.left_on is not None:
        raise Invalid.field("borrower_id", "has_left")
    return found


def _check_days(asset: Asset, from_on: date, until_on: date) -> None:
    day = today(zone_of(asset.institution_id))
    if is_blocked(asset.restrictions):
        raise Restricted(restriction=str(Restriction.SAFETY))
    if from_on < day:
        raise Invalid.field("from_on", "in_the_past")
    if until_on < from_on:
        raise Invalid.field("until_on", "ends_before_start")
    if until_on - from_on > LONGEST_LOAN:
        raise Invalid.field("until_on", "too_long_term", most=LONGEST_LOAN.days)
    if from_on - day > FURTHEST_AHEAD:
        raise Invalid.field("from_on", "too_far_ahead", most=FURTHEST_AHEAD.days)


def _refuse_taken_days(
    actor: Actor,
    asset: Asset,
    from_on: date,
    until_on: date,
    person_id: int | None,
    *,
    beside: int | None = None,
) -> None:
    """Refuse days on which somebody has a locked asset, or will have it."""
    refusal = taken_days(actor, asset, from_on, until_on, person_id, beside=beside)
    if refusal is not None:
        raise refusal


def taken_days(
    actor: Actor,
    asset: Asset,
    from_on: date,
    until_on: date,
    person_id: int | None,
    *,
    beside: int | None = None,
) -> Refused | None:
    """Why some days of a locked asset are not free; the loan ``beside`` apart."""
    query = sa.select(Loan).where(
        Loan.institution_id == asset.institution_id,
        Loan.asset_id == asset.id,
        Loan.ended_at.is_(None),
        Loan.state.in_((LoanState.RESERVED, LoanState.OUT)),
        Loan.from_on <= until_on,
        Loan.until_on >= from_on,
    )
    if beside is not None:
        query = query.where(Loan.id != beside)
    other = current_session().scalar(query.order_by(Loan.from_on).limit(1))
    if other is not None:
        return ReservedAhead(
            from_on=other.from_on.isoformat(), until_on=other.until_on.isoformat()
        )
    claim = live_claim(asset.id)
    if claim is None or is_own_hold(claim, person_id):
        return None
    own = current_session().get(Loan, beside) if beside is not None else None
    if own is not None and claim.id == own.claim_id:
        return None
    ends = _last_day(asset, claim)
    if ends is None or from_on <= ends:
        return taken_by(actor, asset, claim)
    return None


def _last_day(asset: Asset, claim: Claim) -> date | None:
    """The last day a claim lasts; None for one without an end, and for what is late."""
    if claim.until is None or claim.until <= now():
        return None
    zone = zone_of(asset.institution_id)
    moment = claim.until - timedelta(seconds=1)
    return _local(moment, zone)


def _local(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def _add(
    actor: Actor,
    asset: Asset,
    person: Person | None,
    name: str,
    from_on: date,
    until_on: date,
    purpose: str,
    state: LoanState,
    claim: Claim | None = None,
) -> Loan:
    session = current_session()
    made = Loan(
        institution_id=actor.institution_id,
        asset_id=asset.id,
        borrower_id=person.id if person is not None else None,
        borrower=name,
        department_id=person.department_id if person is not None else None,
        purpose=clean_line(purpose, field="purpose", most=400),
        state=str(state),
        from_on=from_on,
        until_on=until_on,
        asked_at=now(),
        asked_by_id=actor.person_id,
        claim_id=claim.id if claim is not None else None,
        handed_at=claim.since if claim is not None else None,
    )
    session.add(made)
    session.flush()
    return made


def _facts(made: Loan, **more: object) -> dict[str, object]:
    return {
        "asset": made.asset_id,
        "from": made.from_on.isoformat(),
        "until": made.until_on.isoformat(),
        **more,
    }


def _locked(actor: Actor, loan_id: int) -> tuple[Loan, Asset]:
    """A loan and its asset under lock, of which the actor may see who has it."""
    session = current_session()
    seen = session.scalar(
        sa.select(Loan).where(
            Loan.id == loan_id, Loan.institution_id == actor.institution_id
        )
    )
    if seen is None:
        raise Missing(what="loans")
    [asset] = lock_assets(actor, [seen.asset_id])
    mine = actor.person_id is not None and actor.person_id == seen.borrower_id
    if not mine and not actor.may(Permission.LOAN_SEE, asset):
        raise Missing(what="loans")
    found = session.scalars(
        sa.select(Loan)
        .where(Loan.id == loan_id)
        .with_for_update(of=Loan)
        .execution_options(populate_existing=True)
    ).one()
    return found, asset


def agree_to_loan(actor: Actor, loan_id: int) -> Loan:
    """Agree to lend a thing for the days asked for; nobody else gets it then.

    Raises ReservedAhead and AlreadyClaimed where the days have been taken meanwhile,
    NotToBeHad for what is lost or written off by now.
    """
    with transaction():
        found, asset = _locked(actor, loan_id)
        actor.require(Permission.LOAN_DECIDE, asset)
        if found.state == LoanState.RESERVED:
            return found
        if asset.state in GONE:
            raise NotToBeHad(state=asset.state)
        settle_expired(asset)
        _refuse_taken_days(
            actor, asset, found.from_on, found.until_on, found.borrower_id
        )
        _move(actor, found, "agree")
        emit(LoanAnswered(found.institution_id, found.id, agreed=True))
        return found


def refuse_loan(actor: Actor, loan_id: int, *, reason: str) -> Loan:
    """Do not lend a thing, and say why; also after having agreed, until handed out."""
    with transaction():
        found, asset = _locked(actor, loan_id)
        actor.require(Permission.LOAN_DECIDE, asset)
        found.reason = required_line(reason, field="reason", most=1_000)
        _move(actor, found, "refuse", reason=found.reason)
        emit(LoanAnswered(found.institution_id, found.id, agreed=False))
        advance(asset)
        return found


def cancel_loan(actor: Actor, loan_id: int, *, reason: str = "") -> Loan:
    """No longer want to borrow a thing; repeating it changes nothing."""
    with transaction():
        found, asset = _locked(actor, loan_id)
        if actor.person_id is None or actor.person_id != found.borrower_id:
            actor.require(Permission.LOAN_DECIDE, asset)
        else:
            actor.require(Permission.LOAN_ASK)
        if found.state == LoanState.CANCELLED:
            return found
        words = clean_line(reason, field="reason", most=1_000)
        found.reason = words
        _move(actor, found, "cancel", reason=words)
        advance(asset)
        return found


def hand_out(actor: Actor, loan_id: int) -> Loan:
    """Give a reserved thing out; from now on it is with the borrower.

    Raises AlreadyClaimed, and NotToBeHad for what can no longer be lent.
    """
    with transaction():
        found, asset = _locked(actor, loan_id)
        actor.require(Permission.LOAN_DECIDE, asset)
        if found.state == LoanState.OUT:
            return found
        settle_expired(asset)
        _hand_out(actor, asset, found)
        return found


def _hand_out(actor: Actor, asset: Asset, found: Loan) -> None:
    if asset.state not in LENDABLE:
        raise NotToBeHad(state=asset.state)
    zone = zone_of(asset.institution_id)
    day = today(zone)
    if day > found.until_on:
        raise Invalid.field("until_on", "in_the_past")
    if day < found.from_on:
        # Fetched early: the days before have to be free as well.
        _refuse_taken_days(
            actor,
            asset,
            day,
            found.until_on,
            found.borrower_id,
            beside=found.id,
        )
        found.from_on = day
    until = end_of_day(found.until_on, zone)
    claim = live_claim(asset.id)
    if claim is not None and is_own_hold(claim, found.borrower_id):
        held = open_hold(asset.id, HoldState.HELD)
        if held is not None:
            end_hold(actor, held, "use")
        claim = change_claim(actor, asset, claim, ClaimKind.LOAN, until=until)
    elif claim is not None:
        raise taken_by(actor, asset, claim)
    else:
        person = (
            organisation.person(actor, found.borrower_id)
            if found.borrower_id is not None
            else None
        )
        claim = take_claim(
            actor,
            asset,
            ClaimKind.LOAN,
            person=person,
            department_id=found.department_id,
            holder=found.borrower,
            until=until,
            purpose=found.purpose,
        )
    found.claim_id = claim.id
    found.handed_at = now()
    _move(actor, found, "hand_out")


def extend_loan(actor: Actor, loan_id: int, *, until_on: date) -> Loan:
    """Let a loan last longer, or end earlier. Raises ReservedAhead for taken days."""
    with transaction():
        found, asset = _locked(actor, loan_id)
        actor.require(Permission.LOAN_DECIDE, asset)
        day = today(zone_of(asset.institution_id))
        if until_on < max(day, found.from_on):
            raise Invalid.field("until_on", "in_the_past")
        if until_on - found.from_on > LONGEST_LOAN:
            raise Invalid.field("until_on", "too_long_term", most=LONGEST_LOAN.days)
        if until_on == found.until_on:
            return found
        _refuse_taken_days(
            actor,
            asset,
            found.from_on,
            until_on,
            found.borrower_id,
            beside=found.id,
        )
        claim = live_claim(asset.id)
        if claim is None or claim.id != found.claim_id:
            raise Missing(what="claims")
        found.until_on = until_on
        found.reminded_on = None
        until = end_of_day(until_on, zone_of(asset.institution_id))
        change_claim(actor, asset, claim, ClaimKind.LOAN, until=until)
        _move(actor, found, "extend", until=until_on.isoformat())
        _drop_wait(actor, found, OVERDUE)
        return found


def return_loan(actor: Actor, loan_id: int, *, condition: str | None = None) -> Loan:
    """Take a lent thing back, in the condition it is found in.

    Whoever is next in line for it has it at once. Repeating it changes nothing.
    """
    with transaction():
        found, asset = _locked(actor, loan_id)
        actor.require(Permission.LOAN_DECIDE, asset)
        if found.state == LoanState.RETURNED:
            return found
        if condition is not None and condition not in set(Condition):
            raise Invalid.field("condition", "not_a_choice", found=condition[:40])
        claim = live_claim(asset.id)
        _move(actor, found, "return", condition=condition or "")
        if claim is not None and claim.id == found.claim_id:
            release_claim(actor, asset, claim, condition=condition)
        advance(asset)
        return found


def _move(actor: Actor, found: Loan, verb: str, **facts: object) -> None:
    """Carry out a move of a locked loan, by an entry; its waits end with its steps."""
    with transaction() as session:
        found.follow(verb)
        if found.state not in LOAN_OPEN:
            found.ended_at = now()
        session.flush()
        record(actor, KIND, found.id, verb, {"asset": found.asset_id, **facts})
        if verb != "extend":
            _drop_wait(actor, found, ANSWER)
            _drop_wait(actor, found, OVERDUE)


def _drop_wait(actor: Actor, found: Loan, step: str) -> None:
    standing = open_wait(found.institution_id, KIND, found.id, step)
    if standing is not None:
        waiting.finish(actor, standing, found.state)


def look_after_loans() -> int:
    """Remind of what is due, ask for what is late, free what was not fetched.

    A duty of the installation; each loan is a transaction of its own. How many.
    """
    count = 0
    for each in organisation.institutions():
        ids = list(_due(each.id, today(each.time_zone)))
        release()
        count += sum(_look_after(each.id, loan_id) for loan_id in ids)
    return count


def _due(institution_id: int, day: date) -> Sequence[int]:
    return (
        current_session()
        .scalars(
            sa.select(Loan.id)
            .where(
                Loan.institution_id == institution_id,
                sa.or_(
                    sa.and_(
                        Loan.state == LoanState.OUT,
                        Loan.until_on <= day + REMINDED_AHEAD,
                        sa.or_(
                            Loan.reminded_on.is_(None), Loan.reminded_on < Loan.until_on
                        ),
                        sa.or_(Loan.reminded_on.is_(None), Loan.until_on < day),
                    ),
                    sa.and_(
                        Loan.state.in_((LoanState.REQUESTED, LoanState.RESERVED)),
                        Loan.until_on < day,
                    ),
                ),
            )
            .order_by(Loan.until_on, Loan.id)
            .limit(AT_ONCE)
        )
        .all()
    )


def _look_after(institution_id: int, loan_id: int) -> bool:
    system = Actor.system(institution_id)
    with transaction() as session:
        found, asset = _locked(system, loan_id)
        day = today(zone_of(institution_id))
        if found.state in {LoanState.REQUESTED, LoanState.RESERVED}:
            if found.until_on >= day:
                return False
            _move(system, found, "lapse")
            emit(LoanAnswered(institution_id, found.id, agreed=False))
            advance(asset)
            return True
        if found.state != LoanState.OUT or found.until_on > day + REMINDED_AHEAD:
            return False
        found.reminded_on = day
        session.flush()
        if found.until_on >= day:
            emit(LoanDue(institution_id, found.id))
            return True
        home = asset.department
        begin(
            system,
            subject_kind=KIND,
            subject_id=found.id,
            step=OVERDUE,
            rungs=ladder(institution_id, home.path, [found.borrower_id]),
            hours=MOVE_HOURS,
            department_id=home.id,
            facts={"name": asset.item_type.name, "number": asset.number},
        )
        return True

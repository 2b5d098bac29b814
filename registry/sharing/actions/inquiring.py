"""Asking another institution for what it shows, and answering such a question.

Things go from one institution to another on paper, by leave of the authority. Here is
kept who asked, what was answered, what is put aside until then, and under which
approval it left the ledger; whoever gets it registers it as usual.

Locks are taken in one order: things, their card, the inquiry, its waits.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.roles import Role
from registry.journal.actions import record
from registry.kernel.clock import now, today
from registry.kernel.errors import Invalid
from registry.kernel.text import clean_line, clean_notes, required_line
from registry.ledger import actions as ledger
from registry.ledger.actions.claims import live_claim, release_claim, take_claim
from registry.ledger.actions.documents import open_document
from registry.ledger.actions.registering import next_number
from registry.ledger.models import Asset, Claim
from registry.ledger.states import ClaimKind
from registry.organisation import queries as organisation
from registry.sharing.actions.carding import (
    count_again,
    locked_card,
    offered_assets,
    open_thing,
)
from registry.sharing.actions.choosing import choose
from registry.sharing.actions.standing import lock_assets, somebody, zone_of
from registry.sharing.errors import AskedAlready, TooManyHolds
from registry.sharing.events import InquiryAnswered, InquiryMade, InquiryWithdrawn
from registry.sharing.models import OuterCard, OuterInquiry, OuterThing
from registry.sharing.queries.outer import card_of, inquiry_from, inquiry_to
from registry.sharing.rules.passing import ANSWER_HOURS, MOST_HOLDS, MOVE_HOURS
from registry.sharing.states import (
    INQUIRY,
    InquiryState,
    OuterThingState,
)
from registry.store.db import session as current_session
from registry.store.transaction import emit, transaction
from registry.waiting import actions as waiting
from registry.waiting.actions import begin
from registry.waiting.queries import open_wait

KIND, WISH, THING = "outer_inquiry", "outer_wish", "outer_thing"
ANSWER, HAND_OVER = "outer_answer", "outer_hand_over"
SERIES = "WX"


def ask_outside(
    actor: Actor, card_id: int, *, count: int, words: str, cause: str = ""
) -> OuterInquiry:
    """Ask another institution for so many of a card, and say what for.

    Its asset office sees who asks, of which department, and the telephone number.
    Raises Missing, Invalid, AskedAlready, TooManyHolds.
    """
    with transaction() as session:
        actor.require(Permission.OUTER_ASK)
        person = somebody(actor)
        card = card_of(actor, card_id)
        if not 1 <= count <= card.count:
            raise Invalid.field("count", "out_of_range", least=1, most=card.count)
        about = clean_line(cause, field="cause", most=60)
        _refuse_twice(actor, card, about)
        home = organisation.institution(actor.institution_id)
        day = today(zone_of(card.institution_id))
        made = OuterInquiry(
            institution_id=card.institution_id,
            number=next_number(card.institution_id, f"{SERIES}{day.year}"),
            card_id=card.id,
            from_institution_id=actor.institution_id,
            asked_by_id=person.id,
            asker=f"{person.name} {person.department.name}"[:200],
            contact=person.phone or home.contact,
            count=count,
            words=required_line(words, field="words", most=400),
            cause=about,
            state=str(InquiryState.ASKED),
            asked_at=now(),
        )
        session.add(made)
        session.flush()
        facts = {"count": count, "words": made.words, "cause": made.cause}
        record(actor, WISH, made.id, "ask", facts, is_new=True)
        facts = {"from": home.name, "count": count, "words": made.words}
        record(_owner(made), KIND, made.id, "ask", facts, is_new=True)
        _await(made, ANSWER, ANSWER_HOURS, made.count)
        emit(InquiryMade(made.from_institution_id, made.id))
        return made


def _refuse_twice(actor: Actor, card: OuterCard, cause: str) -> None:
    """For one thing one asks once until there is an answer and it is settled."""
    mine = sa.select(OuterInquiry.card_id, OuterInquiry.cause).where(
        OuterInquiry.from_institution_id == actor.institution_id,
        OuterInquiry.asked_by_id == actor.person_id,
        OuterInquiry.ended_at.is_(None),
    )
    open_ones = [tuple(row) for row in current_session().execute(mine)]
    if (card.id, cause) in open_ones:
        raise AskedAlready
    if len(open_ones) >= MOST_HOLDS:
        raise TooManyHolds(most=MOST_HOLDS)


def promise_outside(actor: Actor, inquiry_id: int, *, count: int) -> OuterInquiry:
    """Agree to so many of what was asked for: they are put aside at once.

    Raises NotEnoughLeft where fewer are on offer by now, Invalid, WrongState.
    """
    with transaction() as session:
        actor.require(Permission.OUTER_ANSWER)
        seen = inquiry_to(actor, inquiry_id)
        if not 1 <= count <= seen.count:
            raise Invalid.field("count", "out_of_range", least=1, most=seen.count)
        INQUIRY.after(InquiryState(seen.state), "promise")
        ids = offered_assets(seen.card)
        if not ids:
            raise Invalid.field("count", "nothing_left")
        chosen = choose(actor, ids, count, None, None)
        card, found = _locked(seen)
        INQUIRY.after(InquiryState(found.state), "promise")
        for asset in chosen:
            claim = take_claim(
                actor,
                asset,
                ClaimKind.TRANSFER,
                person=None,
                department_id=None,
                holder=found.from_institution.name,
                purpose=found.words,
                document=found.number,
            )
            thing = _thing_of(asset)
            thing.follow("promise")
            thing.inquiry_id, thing.claim_id = found.id, claim.id
            session.flush()
            facts = {"asset": asset.id, "inquiry": found.number}
            record(actor, THING, thing.id, "promise", facts)
        count_again(card)
        found.follow("promise")
        found.promised = count
        found.answered_at, found.answered_by_id = now(), actor.person_id
        session.flush()
        facts = {"count": count, "assets": [each.id for each in chosen]}
        record(actor, KIND, found.id, "promise", facts)
        _tell_asker(found, "promise", count=count)
        _end_waits(actor, found, done=True)
        _await(found, HAND_OVER, MOVE_HOURS, count)
        return found


def _thing_of(asset: Asset) -> OuterThing:
    """What is known of a thing that is on offer or put aside; it is there."""
    found = open_thing(asset.id)
    assert found is not None, asset.id
    return found


def refuse_outside(actor: Actor, inquiry_id: int, reason: str) -> OuterInquiry:
    """Say no, or no after all, and why; what was put aside is on offer again."""
    with transaction():
        actor.require(Permission.OUTER_ANSWER)
        seen = inquiry_to(actor, inquiry_id)
        words = clean_notes(reason, field="reason", most=1_000)
        if not words:
            raise Invalid.field("reason", "required")
        found = _put_back(actor, seen, "refuse")
        found.reason = words
        found.answered_at, found.answered_by_id = now(), actor.person_id
        _close(actor, found, "refuse", reason=words)
        return found


def withdraw_inquiry(actor: Actor, inquiry_id: int) -> OuterInquiry:
    """No longer want what one has asked for. Repeating it changes nothing."""
    with transaction():
        actor.require(Permission.OUTER_ASK)
        seen = inquiry_from(actor, inquiry_id)
        if actor.person_id != seen.asked_by_id:
            actor.require(Permission.OUTER_ANSWER)
        if seen.state == InquiryState.WITHDRAWN:
            return seen
        found = _put_back(_owner(seen), seen, "withdraw")
        _close(_owner(seen), found, "withdraw", by=actor)
        emit(InquiryWithdrawn(found.institution_id, found.id))
        return found


def give_outside(actor: Actor, inquiry_id: int, *, approval: str) -> OuterInquiry:
    """Record that what was promised has left: off the ledger, under one document.

    ``approval`` is the number of the authority's approval or of the agreement.
    """
    with transaction() as session:
        actor.require(Permission.OUTER_ANSWER)
        seen = inquiry_to(actor, inquiry_id)
        number = required_line(approval, field="approval", most=100)
        INQUIRY.after(InquiryState(seen.state), "give")
        assets = lock_assets(actor, _promised_assets(seen))
        card, found = _locked(seen)
        INQUIRY.after(InquiryState(found.state), "give")
        title = f"{found.from_institution.name} {found.number} {number}"
        document = open_document(actor, "allocation", title[:200])
        for asset in assets:
            thing = _thing_of(asset)
            claim = live_claim(asset.id)
            thing.follow("give")
            thing.ended_at = now()
            session.flush()
            if claim is not None:
                release_claim(actor, asset, claim, document=document.number)
            for verb in ("propose_disposal", "dispose"):
                ledger.change_state(
                    actor, asset.id, verb, reason=title, document=document.number
                )
            facts = {"asset": asset.id, "inquiry": found.number}
            record(actor, THING, thing.id, "give", facts, document=document.number)
        document.count = len(assets)
        count_again(card)
        found.approval, found.document = number, document.number
        _close(actor, found, "give", approval=number, document=document.number)
        return found


def lose(system: Actor, asset: Asset, thing: OuterThing, claim: Claim | None) -> None:
    """What was put aside is no longer to be had; ``claim`` is let go if still there."""
    with transaction() as session:
        inquiry_id = thing.inquiry_id
        thing.follow("overtake")
        thing.ended_at = now()
        session.flush()
        record(system, THING, thing.id, "overtake", {"asset": thing.asset_id})
        if claim is not None:
            release_claim(system, asset, claim, reason="not_idle")
        seen = session.get_one(OuterInquiry, inquiry_id)
        _card, found = _locked(seen)
        left = len(_promised_assets(found))
        if found.state == InquiryState.PROMISED and not left:
            _close(system, found, "lapse")
        elif found.state == InquiryState.PROMISED:
            found.promised = left
            session.flush()
            record(system, KIND, found.id, "overtake", {"count": left})
            _tell_asker(found, "overtake", count=left)


def _put_back(actor: Actor, seen: OuterInquiry, verb: str) -> OuterInquiry:
    """Bring an inquiry to an end; what was put aside for it is on offer again."""
    session = current_session()
    INQUIRY.after(InquiryState(seen.state), verb)
    ids = _promised_assets(seen)
    owner = _owner(seen)
    assets = lock_assets(owner, ids) if ids else []
    card, found = _locked(seen)
    INQUIRY.after(InquiryState(found.state), verb)
    for asset in assets:
        thing = _thing_of(asset)
        claim = live_claim(asset.id)
        before = thing.claim_id
        thing.follow("put_back")
        thing.claim_id = thing.inquiry_id = None
        session.flush()
        facts = {"asset": asset.id, "inquiry": found.number}
        record(actor, THING, thing.id, "put_back", facts)
        if claim is not None and claim.id == before:
            release_claim(actor, asset, claim, reason=found.number)
    count_again(card)
    return found


def _close(
    actor: Actor,
    found: OuterInquiry,
    verb: str,
    *,
    by: Actor | None = None,
    **facts: str,
) -> None:
    found.follow(verb)
    found.ended_at = now()
    current_session().flush()
    record(actor, KIND, found.id, verb, facts)
    _tell_asker(found, verb, by, **facts)
    _end_waits(actor, found, done=verb in ("refuse", "give"))


def _tell_asker(
    found: OuterInquiry, verb: str, by: Actor | None = None, **facts: object
) -> None:
    """Keep it in the asking institution's journal as well, and let it be told."""
    actor = by or Actor.system(found.from_institution_id)
    record(actor, WISH, found.id, verb, facts)
    emit(
        InquiryAnswered(
            found.from_institution_id,
            found.id,
            found.state,
            found.cause,
            found.promised,
            found.reason,
        )
    )


def _locked(seen: OuterInquiry) -> tuple[OuterCard, OuterInquiry]:
    card = locked_card(seen.card_id)
    found = (
        current_session()
        .scalars(
            sa.select(OuterInquiry)
            .where(OuterInquiry.id == seen.id)
            .with_for_update(of=OuterInquiry)
            .execution_options(populate_existing=True)
        )
        .one()
    )
    return card, found


def _promised_assets(found: OuterInquiry) -> Sequence[int]:
    return (
        current_session()
        .scalars(
            sa.select(OuterThing.asset_id)
            .where(
                OuterThing.inquiry_id == found.id,
                OuterThing.state == str(OuterThingState.PROMISED),
            )
            .order_by(OuterThing.asset_id)
        )
        .all()
    )


def _owner(found: OuterInquiry) -> Actor:
    """The institution that is asked, when nobody of it acts."""
    return Actor.system(found.institution_id)


def _await(found: OuterInquiry, step: str, hours: int, count: int) -> None:
    """Have the asset office of whoever is asked see to it, then the principal."""
    here = found.institution_id
    root = organisation.root_department(here).path
    rungs = [
        organisation.holders_today(here, root, role)
        for role in (Role.ASSET_OFFICE, Role.PRINCIPAL)
    ]
    begin(
        _owner(found),
        subject_kind=KIND,
        subject_id=found.id,
        step=step,
        rungs=rungs,
        hours=hours,
        facts={
            "from": found.from_institution.short_name or found.from_institution.name,
            "name": found.card.item_type.standing.name,
            "number": found.number,
            "count": count,
        },
    )


def _end_waits(actor: Actor, found: OuterInquiry, *, done: bool) -> None:
    for step in (ANSWER, HAND_OVER):
        known = open_wait(found.institution_id, KIND, found.id, step)
        if known is not None:
            end = waiting.finish if done else waiting.drop
            end(actor, known, found.state)

"""Transfers: asked for, agreed to or refused, handed over, received; line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.kernel.errors import Invalid, Missing
from registry.kernel.text import clean_line, required_line
from registry.ledger.actions.claims import (
    change_claim,
    live_claim,
    release_claim,
    take_claim,
)
from registry.ledger.actions.claims import (
    receive as receive_asset,
)
from registry.ledger.actions.documents import open_document
from registry.ledger.models import Asset, Claim
from registry.ledger.states import ClaimKind, Restriction
from registry.organisation import queries as organisation
from registry.organisation.models import Department, Person, Place
from registry.sharing.actions.choosing import choose
from registry.sharing.actions.ending import (
    KIND,
    close_line,
    locked_transfer,
    settle,
    tell,
)
from registry.sharing.actions.lining import end_hold, open_hold
from registry.sharing.actions.standing import is_own_hold, lock_assets
from registry.sharing.errors import NeedsOffice, NothingLeftToDo
from registry.sharing.events import (
    TransferAnswered,
    TransferCancelled,
    TransferRequested,
)
from registry.sharing.models import Transfer, TransferLine, TransferSide
from registry.sharing.queries.savings import price_of
from registry.sharing.queries.transfers import transfer_of
from registry.sharing.states import (
    TRANSFER_LINE,
    HoldState,
    TransferLineState,
    TransferState,
)
from registry.store.db import session as current_session
from registry.store.transaction import emit, transaction


def request_transfer(
    actor: Actor,
    asset_ids: Iterable[int],
    *,
    count: int | None = None,
    to_department_id: int,
    custodian_id: int | None = None,
    place_id: int | None = None,
    purpose: str = "",
    cause: str = "",
) -> Transfer:
    """Ask for idle things to go to a department; each is claimed at once, all or none.

    With ``count`` any so many of the things that are still free, in the order of their
    ids. ``cause`` is the number of what caused it. What the actor holds counts as free.
    Raises AlreadyClaimed, NotEnoughLeft, NotToBeHad, Restricted, ReservedAhead.
    """
    with transaction() as session:
        to = organisation.department(actor, to_department_id)
        actor.require(Permission.TRANSFER_REQUEST, to)
        # whoever closes or merges it meanwhile comes after this and finds the transfer
        session.refresh(to, with_for_update={"read": True, "of": Department})
        if to.closed_on is not None:
            raise Invalid.field("department_id", "closed", name=to.name)
        keeper = _standing_person(actor, custodian_id)
        place = organisation.place(actor, place_id) if place_id is not None else None
        words = clean_line(purpose, field="purpose", most=400)
        assets = choose(actor, asset_ids, count, actor.person_id, None)
        document = open_document(actor, "transfer", words[:200])
        document.count = len(assets)
        made = Transfer(
            institution_id=actor.institution_id,
            number=document.number,
            state=str(TransferState.REQUESTED),
            to_department_id=to.id,
            custodian_id=keeper.id if keeper is not None else None,
            place_id=place.id if place is not None else None,
            requester_id=actor.person_id,
            purpose=words,
            cause=clean_line(cause, field="cause", most=60),
            count=len(assets),
            requested_at=now(),
        )
        session.add(made)
        session.flush()
        sides = _sides(made, assets)
        for asset in assets:
            claim = _claimed(actor, asset, to, words, document.number)
            session.add(
                TransferLine(
                    institution_id=made.institution_id,
                    transfer_id=made.id,
                    side_id=sides[asset.department_id].id,
                    asset_id=asset.id,
                    claim_id=claim.id,
                    state=str(TransferLineState.REQUESTED),
                )
            )
        session.flush()
        facts = {
            "assets": [asset.id for asset in assets],
            "to": {"id": to.id, "name": to.name},
            "purpose": words,
            "cause": made.cause,
        }
        record(
            actor,
            KIND,
            made.id,
            "request",
            facts,
            document=document.number,
            is_new=True,
        )
        _agree_to_ones_own(actor, made, assets)
        settle(actor, made)
        emit(TransferRequested(made.institution_id, made.id))
        return made


def _standing_person(actor: Actor, person_id: int | None) -> Person | None:
    if person_id is None:
        return None
    found = organisation.person(actor, person_id)
    if found.left_on is not None:
        raise Invalid.field("custodian_id", "has_left")
    return found


def _sides(made: Transfer, assets: Sequence[Asset]) -> dict[int, TransferSide]:
    session = current_session()
    sides = {
        department_id: TransferSide(
            institution_id=made.institution_id,
            transfer_id=made.id,
            department_id=department_id,
        )
        for department_id in sorted({asset.department_id for asset in assets})
    }
    session.add_all(sides.values())
    session.flush()
    return sides


def _claimed(
    actor: Actor, asset: Asset, to: Department, purpose: str, number: str
) -> Claim:
    """A claim for a transfer: a new one, or what the actor's own hold becomes."""
    claim = live_claim(asset.id)
    if claim is not None and is_own_hold(claim, actor.person_id):
        held = open_hold(asset.id, HoldState.HELD)
        if held is not None:
            end_hold(actor, held, "use")
        claim.department_id = to.id
        return change_claim(actor, asset, claim, ClaimKind.TRANSFER, document=number)
    waiting = (
        open_hold(asset.id, HoldState.WAITING, actor.person_id)
        if actor.person_id is not None
        else None
    )
    if waiting is not None:
        end_hold(actor, waiting, "use")
    person = (
        organisation.person(actor, actor.person_id)
        if actor.person_id is not None
        else None
    )
    return take_claim(
        actor,
        asset,
        ClaimKind.TRANSFER,
        person=person,
        department_id=to.id,
        holder=to.name,
        purpose=purpose,
        document=number,
    )


def _agree_to_ones_own(actor: Actor, made: Transfer, assets: Sequence[Asset]) -> None:
    """Who answers for a department need not be asked for what stays in it."""
    own = {
        asset.id
        for asset in assets
        if asset.department_id == made.to_department_id
        and _may_agree(actor, asset, made)
    }
    if not own:
        return
    lines = [each for each in _lines_of(made.id) if each.asset_id in own]
    for line in lines:
        line.follow("agree")
        line.answered_at, line.answered_by_id = now(), actor.person_id
    tell(actor, made, "agree", lines)


def _may_agree(actor: Actor, asset: Asset, found: Transfer) -> bool:
    return actor.may(Permission.TRANSFER_ANSWER, asset) and not _needs_office(
        actor, asset, found
    )


def _needs_office(actor: Actor, asset: Asset, found: Transfer) -> bool:
    """Whether a thing was bought with earmarked money, and only the office agrees."""
    return (
        Restriction.EARMARKED_FUNDS in asset.restrictions
        and asset.department_id != found.to_department_id
        and not actor.may(Permission.ASSET_REASSIGN, asset)
    )


@dataclass
class _Step:
    """Some lines of a transfer at one step, with their assets, all under lock."""

    transfer: Transfer
    lines: list[TransferLine]
    assets: dict[int, Asset]

    def asset(self, line: TransferLine) -> Asset:
        """The asset of a line."""
        return self.assets[line.asset_id]


def _begin(
    actor: Actor, transfer_id: int, asset_ids: Iterable[int] | None, verb: str
) -> _Step:
    """The lines to take a step with; those that have taken it already are passed over.

    Without ids: all lines from which the step leads on. Raises Missing, WrongState,
    NothingLeftToDo where no line is left.
    """
    found = transfer_of(actor, transfer_id)
    ids = None if asset_ids is None else set(asset_ids)
    among = [
        each.asset_id
        for each in _lines_of(found.id)
        if (each.ended_at is None if ids is None else each.asset_id in ids)
    ]
    if ids is not None and set(among) != ids:
        raise Missing(what="assets")
    if not among:
        raise NothingLeftToDo
    assets = {each.id: each for each in lock_assets(actor, among)}
    locked = locked_transfer(actor.institution_id, found.id)
    lines = []
    for line in _lines_of(found.id):
        if line.asset_id not in assets:
            continue
        sources, target = TRANSFER_LINE.moves[verb]
        if line.state == target or (ids is None and line.state not in sources):
            continue
        TRANSFER_LINE.after(TransferLineState(line.state), verb)
        lines.append(line)
    return _Step(locked, lines, assets)


def _lines_of(transfer_id: int) -> list[TransferLine]:
    return list(
        current_session().scalars(
            sa.select(TransferLine)
            .where(TransferLine.transfer_id == transfer_id)
            .order_by(TransferLine.asset_id)
            .execution_options(populate_existing=True)
        )
    )


def agree(
    actor: Actor, transfer_id: int, asset_ids: Iterable[int] | None = None
) -> Transfer:
    """Let things go: those named, or all one may answer for. Raises NeedsOffice."""
    with transaction():
        step = _begin(actor, transfer_id, asset_ids, "agree")
        mine = _answered_by(actor, step, every=asset_ids is not None)
        for line in mine:
            if _needs_office(actor, step.asset(line), step.transfer):
                raise NeedsOffice
        for line in mine:
            line.follow("agree")
            line.answered_at, line.answered_by_id = now(), actor.person_id
        return _done(actor, step, "agree", mine)


def _answered_by(actor: Actor, step: _Step, *, every: bool) -> list[TransferLine]:
    """The lines the actor answers for; Forbidden unless ``every`` one, or any, is."""
    if every:
        for line in step.lines:
            actor.require(Permission.TRANSFER_ANSWER, step.asset(line))
        return step.lines
    mine = [
        line
        for line in step.lines
        if actor.may(Permission.TRANSFER_ANSWER, step.asset(line))
    ]
    if step.lines and not mine:
        actor.require(Permission.TRANSFER_ANSWER, step.asset(step.lines[0]))
    return mine


def refuse(
    actor: Actor,
    transfer_id: int,
    asset_ids: Iterable[int] | None = None,
    *,
    reason: str,
) -> Transfer:
    """Do not let things go, and say why; also after agreeing, until handed over."""
    with transaction():
        words = required_line(reason, field="reason", most=1_000)
        step = _begin(actor, transfer_id, asset_ids, "refuse")
        mine = _answered_by(actor, step, every=asset_ids is not None)
        for line in mine:
            line.answered_at, line.answered_by_id = now(), actor.person_id
        _let_go(actor, step, mine, "refuse", words)
        return _done(actor, step, "refuse", mine, words)


def _let_go(
    actor: Actor,
    step: _Step,
    lines: Sequence[TransferLine],
    verb: str,
    words: str,
) -> None:
    """End lines and the claims under them; the line for each thing moves by itself."""
    for line in lines:
        asset = step.asset(line)
        close_line(step.transfer, line, verb, words)
        claim = live_claim(asset.id)
        if claim is not None and claim.id == line.claim_id:
            number = step.transfer.number
            release_claim(actor, asset, claim, reason=words, document=number)


def hand_over(
    actor: Actor,
    transfer_id: int,
    asset_ids: Iterable[int],
    *,
    wiped: bool = False,
) -> Transfer:
    """Note that things have been given away; ``wiped``: the data on them was erased.

    Raises Invalid for a thing that bears data unless that is said.
    """
    with transaction():
        step = _begin(actor, transfer_id, asset_ids, "hand_over")
        for line in step.lines:
            asset = step.asset(line)
            actor.require(Permission.TRANSFER_HAND_OVER, asset)
            if Restriction.DATA_BEARING in asset.restrictions and not wiped:
                raise Invalid.field("wiped", "needs_wiping")
            line.follow("hand_over")
            line.handed_at, line.handed_by_id = now(), actor.person_id
            line.wiped = Restriction.DATA_BEARING in asset.restrictions
        return _done(actor, step, "hand_over", step.lines)


def take_back(actor: Actor, transfer_id: int, asset_ids: Iterable[int]) -> Transfer:
    """Note that things were not handed over after all."""
    with transaction():
        step = _begin(actor, transfer_id, asset_ids, "take_back")
        for line in step.lines:
            actor.require(Permission.TRANSFER_HAND_OVER, step.asset(line))
            line.follow("take_back")
            line.handed_at = line.handed_by_id = None
            line.wiped = False
        return _done(actor, step, "take_back", step.lines)


def receive(
    actor: Actor,
    transfer_id: int,
    asset_ids: Iterable[int],
    *,
    custodian_id: int | None = None,
    place_id: int | None = None,
) -> Transfer:
    """Take things in: department, custodian and place of each change at once.

    Custodian and place are those of the transfer unless said otherwise; without a named
    custodian it is whoever asked. Raises Invalid where there is no place.
    """
    with transaction():
        step = _begin(actor, transfer_id, asset_ids, "receive")
        found = step.transfer
        actor.require(Permission.TRANSFER_RECEIVE, found)
        place = _place(actor, place_id or found.place_id)
        custodian = _custodian(actor, found, custodian_id)
        for line in step.lines:
            asset, claim = step.asset(line), _claim_of(line)
            line.saved_fen, line.saved_by = _saved(asset, found)
            line.received_at, line.received_by_id = now(), actor.person_id
            close_line(found, line, "receive")
            receive_asset(
                actor,
                asset,
                claim,
                department=found.to_department,
                custodian=custodian,
                place=place,
                document=found.number,
            )
        return _done(actor, step, "receive", step.lines)


def _saved(asset: Asset, found: Transfer) -> tuple[int | None, str | None]:
    """What was not spent, and how that is known; nothing for what stays at home."""
    if asset.department_id == found.to_department_id:
        return None, None
    price = price_of(asset)
    return (price.fen, str(price.by)) if price is not None else (None, None)


def _claim_of(line: TransferLine) -> Claim:
    claim = live_claim(line.asset_id)
    if claim is None or claim.id != line.claim_id:
        raise NothingLeftToDo
    return claim


def _place(actor: Actor, place_id: int | None) -> Place:
    if place_id is None:
        raise Invalid.field("place_id", "required")
    found = organisation.place(actor, place_id)
    if found.closed_on is not None:
        raise Invalid.field("place_id", "closed", name=found.name)
    return found


def _custodian(actor: Actor, found: Transfer, person_id: int | None) -> Person | None:
    if person_id is not None:
        return _standing_person(actor, person_id)
    for each in (found.custodian_id, found.requester_id, actor.person_id):
        if each is not None:
            person = organisation.person(actor, each)
            if person.left_on is None:
                return person
    return None


def cancel(
    actor: Actor,
    transfer_id: int,
    asset_ids: Iterable[int] | None = None,
    *,
    reason: str = "",
) -> Transfer:
    """No longer want things that were asked for, at whatever step they are."""
    with transaction():
        words = clean_line(reason, field="reason", most=1_000)
        step = _begin(actor, transfer_id, asset_ids, "cancel")
        actor.require(Permission.TRANSFER_RECEIVE, step.transfer)
        _let_go(actor, step, step.lines, "cancel", words)
        return _done(actor, step, "cancel", step.lines, words)


def _done(
    actor: Actor,
    step: _Step,
    verb: str,
    lines: Sequence[TransferLine],
    words: str = "",
) -> Transfer:
    """Record a step and bring the transfer in line; nothing for a step taken before."""
    found = step.transfer
    if not lines:
        return found
    current_session().flush()
    tell(actor, found, verb, lines, words)
    settle(actor, found)
    count = len(lines)
    if verb in {"agree", "refuse"}:
        agreed, refused = (count, 0) if verb == "agree" else (0, count)
        emit(TransferAnswered(found.institution_id, found.id, agreed, refused))
    if verb == "cancel":
        emit(TransferCancelled(found.institution_id, found.id, count, actor.person_id))
    return found

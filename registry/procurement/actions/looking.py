"""Making the check: looking for idle things, freezing what is found, going on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from registry.access.actor import Actor
from registry.journal.actions import record
from registry.journal.queries import last_position
from registry.kernel.canonical import canonical_json, sha256_hex
from registry.kernel.clock import now, today
from registry.ledger.actions.registering import next_number
from registry.matching import VERSION
from registry.organisation import queries as organisation
from registry.procurement.actions.approving import begin_approval
from registry.procurement.actions.locking import locked_lines
from registry.procurement.actions.stepping import bring_waits_up_to_date
from registry.procurement.models.checks import Candidate, CheckLine, IdleCheck
from registry.procurement.models.outside import OuterCandidate
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.approvals import KIND
from registry.procurement.queries.checks import read_lines, taken_assets
from registry.procurement.queries.freshness import serves_anew, to_be_had
from registry.procurement.queries.outside import (
    OuterHit,
    answered_cards,
    open_outside,
    search_outside,
)
from registry.procurement.queries.searching import Finding, Hit, Wanted, search
from registry.procurement.rules.lines import (
    declined_in_need,
    verb_after_answers,
    verb_of_request,
)
from registry.procurement.states import (
    LINE,
    PAST_THE_CHECK,
    REQUEST,
    LineState,
    RequestState,
)
from registry.store.db import session as current_session
from registry.store.transaction import transaction

MATCHER = f"registry.matching {VERSION}"
FOUND = {
    LineState.CLEAR: "find_nothing",
    LineState.UNCLEAR: "find_look_alikes",
    LineState.MATCHED: "find",
}


def look(actor: Actor, request: PurchaseRequest) -> IdleCheck:
    """Look for idle things for all that is still to be had, and freeze what is found.

    The caller holds the request's lock and has it in *answering*, or past the check
    with nothing that serves anew; what was taken stays taken; a line for which nothing
    new is found stays as it was answered and ruled.
    """
    with transaction() as session:
        every = locked_lines(request)
        left = to_be_had(request)
        lines = [line for line in every if left[line.id]]
        # Past the check the lines stand: whoever calls has seen that nothing is new.
        stands = request.state in PAST_THE_CHECK
        wanted = [
            Wanted(line.text, line.specification, line.item_type_id) for line in lines
        ]
        found, known = search(
            request.institution_id, wanted, without=taken_assets(request)
        )
        outside = _not_answered(lines, search_outside(request.institution_id, wanted))
        request.checks += 1
        check = IdleCheck(
            institution_id=request.institution_id,
            number=_number(request.institution_id),
            request_id=request.id,
            round=request.checks,
            position=last_position(request.institution_id),
            matcher=MATCHER,
            made_at=now(),
            made_by_id=actor.person_id,
            content="",
            hash="",
        )
        verdicts = [finding.verdict for finding in found]
        check.content = canonical_json(
            _content(
                request, check, known.position, lines, left, found, verdicts, outside
            )
        )
        check.hash = sha256_hex(check.content)
        session.add(check)
        session.flush()
        for line, finding, state, cards in zip(
            lines, found, verdicts, outside, strict=True
        ):
            anew = line.standing == LineState.OPEN or serves_anew(line, finding)
            if anew and not stands:
                _note(line, check, finding, state, cards)
        for line in every:
            if not line.to_buy and line.standing == LineState.OPEN:
                line.follow("take_enough")
        session.flush()
        facts = {
            "check": check.number,
            "round": check.round,
            "hash": check.hash,
            "verdicts": {
                str(line.id): str(state)
                for line, state in zip(lines, verdicts, strict=True)
            },
        }
        record(actor, KIND, request.id, "check", facts)
        return check


def _number(institution_id: int) -> str:
    zone = organisation.institution(institution_id).time_zone
    return next_number(institution_id, f"HC{today(zone).year}")


def _content(
    request: PurchaseRequest,
    check: IdleCheck,
    catalogue_position: int,
    lines: Sequence[PurchaseLine],
    left: Mapping[int, int],
    found: Sequence[Finding],
    verdicts: Sequence[LineState],
    outside: Sequence[Sequence[OuterHit]],
) -> dict[str, Any]:
    return {
        "check": check.number,
        "request": request.number,
        "round": check.round,
        "department": {"id": request.department_id, "name": request.department.name},
        "position": check.position,
        "catalogue": catalogue_position,
        "matcher": check.matcher,
        "made_at": check.made_at.isoformat(),
        "lines": [
            {
                "line": line.id,
                "text": line.text,
                "specification": line.specification,
                "item_type": line.item_type_id,
                "quantity": line.quantity,
                "wanted": left[line.id],
                "verdict": str(state),
                "vague": finding.vague,
                "found": [_hit(hit) for hit in finding.hits],
                "outside": [_outer_hit(hit) for hit in cards],
            }
            for line, finding, state, cards in zip(
                lines, found, verdicts, outside, strict=True
            )
        ],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    group = hit.group
    return {
        "item_type": group.type_id,
        "department": group.department_id,
        "place": group.place_id,
        "condition": group.condition,
        "kind": str(group.kind),
        "assets": group.asset_ids,
        "until": group.until.isoformat() if group.until else None,
        "score": round(hit.score, 4),
        "serves": round(hit.serves, 4),
        "reasons": list(hit.reasons),
        "must_answer": hit.must_answer,
    }


def _outer_hit(hit: OuterHit) -> dict[str, Any]:
    card = hit.card
    return {
        "card": card.id,
        "institution": card.institution.name,
        "title": card.item_type.standing.title,
        "condition": card.condition,
        "count": card.count,
        "score": round(hit.score, 4),
        "reasons": list(hit.reasons),
        "must_answer": hit.must_answer,
    }


def _not_answered(
    lines: Sequence[PurchaseLine], found: Sequence[Sequence[OuterHit]]
) -> list[list[OuterHit]]:
    """Cards of other institutions that a line was not asked about: answers hold."""
    if not any(found):
        return [[] for _ in lines]
    answered = answered_cards(lines)
    return [
        [hit for hit in hits if hit.card.id not in answered.get(line.id, ())]
        for line, hits in zip(lines, found, strict=True)
    ]


def _note(
    line: PurchaseLine,
    check: IdleCheck,
    finding: Finding,
    state: LineState,
    outside: Sequence[OuterHit],
) -> None:
    """Keep what was found for a line, and let the line go where that leads."""
    session = current_session()
    row = CheckLine(
        institution_id=line.institution_id,
        check_id=check.id,
        line_id=line.id,
        verdict=str(state),
        wanted=line.to_buy,
        vague=finding.vague,
    )
    session.add(row)
    session.flush()
    session.add_all(
        Candidate(
            institution_id=line.institution_id,
            check_line_id=row.id,
            item_type_id=hit.group.type_id,
            department_id=hit.group.department_id,
            place_id=hit.group.place_id,
            condition=hit.group.condition,
            kind=str(hit.group.kind),
            count=len(hit.group.asset_ids),
            asset_ids=hit.group.asset_ids,
            since=hit.group.since,
            until=hit.group.until,
            holder=hit.group.holder,
            score=round(hit.score * 1000),
            reasons=list(hit.reasons),
            must_answer=hit.must_answer,
        )
        for hit in finding.hits
    )
    session.add_all(
        OuterCandidate(
            institution_id=line.institution_id,
            check_line_id=row.id,
            card_id=hit.card.id,
            institution=hit.card.institution.name,
            contact=hit.card.institution.contact,
            title=hit.card.item_type.standing.title,
            condition=hit.card.condition,
            count=hit.card.count,
            since=hit.card.since,
            score=round(hit.score * 1000),
            reasons=list(hit.reasons),
            must_answer=hit.must_answer,
        )
        for hit in outside
    )
    if line.standing != LineState.OPEN:
        line.follow("reopen")
    line.check_line_id = row.id
    line.follow(FOUND[state])
    line.declined = 0
    session.flush()


# Going on from answers and rulings


def follow_answers(line: PurchaseLine) -> None:
    """Let a line go where its answers lead, if they lead anywhere yet."""
    [read] = read_lines([line])
    groups = list(read.groups.values())
    verb = verb_after_answers(line.to_buy, groups)
    line.declined = declined_in_need(line.to_buy, groups)
    standing = LineState(line.standing)
    if verb is not None and standing in LINE.moves[verb][0]:
        line.follow(verb)
    current_session().flush()


def go_on(actor: Actor, request: PurchaseRequest) -> None:
    """Let a request go where its lines lead, and ask whose turn it is."""
    with transaction() as session:
        lines = locked_lines(request)
        standings = [LineState(line.standing) for line in lines]
        to_buy = sum(line.to_buy for line in lines)
        outside = bool(open_outside(request, lines))
        verb = verb_of_request(standings, to_buy, outside=outside)
        state = RequestState(request.state)
        if verb is not None and state in REQUEST.moves[verb][0]:
            request.follow(verb)
            request.thrown_back = "" if verb != "answer_all" else request.thrown_back
            session.flush()
            record(actor, KIND, request.id, verb, {"to_buy": to_buy})
        bring_waits_up_to_date(
            actor, request, [str(each) for each in standings], outside=outside
        )
        if verb == "resolve" and request.state == RequestState.APPROVING:
            begin_approval(actor, request)

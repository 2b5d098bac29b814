"""Telling people something, inside the transaction of what they are told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from registry.kernel.clock import now
from registry.notifications.models import Delivery, Notice, NoticeWish
from registry.notifications.rules.timing import GATHERED
from registry.notifications.states import Channel, DeliveryState, MailWish
from registry.organisation.models import Person
from registry.store.db import session as current_session
from registry.store.transaction import transaction
from registry.waiting.events import (
    WaitBegun,
    WaitEnded,
    WaitEscalated,
    WaitNudged,
    WaitOverdue,
    WaitPassedOn,
)
from registry.waiting.models import Wait


def notify(
    institution_id: int,
    person_ids: Iterable[int],
    kind: str,
    *,
    subject: tuple[str, int],
    facts: dict[str, Any] | None = None,
    wait_id: int | None = None,
) -> list[Notice]:
    """Tell some people something, on the page, and by mail who wants it at once.

    Called inside the transaction of what happened: either both are there, or neither.
    Whoever has left is told nothing; whoever has no address or wants none has no mail;
    whoever wants a summary finds it there.
    """
    with transaction() as session:
        told = _to_tell(institution_id, person_ids)
        moment = now()
        made = [
            Notice(
                institution_id=institution_id,
                person_id=person_id,
                kind=kind,
                facts=facts or {},
                subject_kind=subject[0],
                subject_id=subject[1],
                wait_id=wait_id,
                created_at=moment,
            )
            for person_id, _by_mail in told
        ]
        session.add_all(made)
        session.flush()
        session.add_all(
            Delivery(
                institution_id=institution_id,
                notice_id=notice.id,
                person_id=notice.person_id,
                channel=str(Channel.MAIL),
                state=str(DeliveryState.WAITING),
                next_at=moment + GATHERED,
                created_at=moment,
            )
            for notice, (_person_id, by_mail) in zip(made, told, strict=True)
            if by_mail
        )
        session.flush()
        return made


def _to_tell(institution_id: int, person_ids: Iterable[int]) -> list[tuple[int, bool]]:
    """(person, whether by mail at once) of those still here."""
    rows = current_session().execute(
        sa.select(Person.id, Person.email, NoticeWish.mail)
        .outerjoin(NoticeWish, NoticeWish.person_id == Person.id)
        .where(
            Person.institution_id == institution_id,
            Person.id.in_(sorted(set(person_ids))),
            Person.left_on.is_(None),
        )
        .order_by(Person.id)
    )
    return [
        (person_id, bool(email) and (wanted or MailWish.NOW) == MailWish.NOW)
        for person_id, email, wanted in rows
    ]


# Who follows what happens to steps that wait


def tell_of_beginning(event: WaitBegun) -> None:
    """A step has come to somebody."""
    _tell("wait_begun", event.wait_id, event.person_ids)


def tell_of_escalation(event: WaitEscalated) -> None:
    """Nobody answered; somebody further up is asked."""
    _tell("wait_escalated", event.wait_id, event.person_ids)


def tell_of_silence(event: WaitOverdue) -> None:
    """Nobody answered and nobody is left to ask; the holders are told so."""
    _tell("wait_overdue", event.wait_id, event.person_ids)


def tell_of_passing(event: WaitPassedOn) -> None:
    """Somebody has given a step to somebody else."""
    _tell("wait_passed_on", event.wait_id, event.person_ids)


def tell_of_nudge(event: WaitNudged) -> None:
    """Somebody asks the holders not to forget."""
    _tell("wait_nudged", event.wait_id, event.person_ids)


def _tell(kind: str, wait_id: int, person_ids: tuple[int, ...]) -> None:
    waiting = current_session().get_one(Wait, wait_id)
    notify(
        waiting.institution_id,
        person_ids,
        kind,
        subject=(waiting.subject_kind, waiting.subject_id),
        facts={"step": waiting.step, **waiting.facts},
        wait_id=waiting.id,
    )


def forget_answered(event: WaitEnded) -> None:
    """What was told of a step that has ended needs no reading and no mail any more."""
    with transaction() as session:
        about = sa.select(Notice.id).where(
            Notice.institution_id == event.institution_id,
            Notice.wait_id == event.wait_id,
        )
        session.execute(
            sa.update(Notice)
            .where(Notice.id.in_(about), Notice.read_at.is_(None))
            .values(read_at=now())
            .execution_options(synchronize_session=False)
        )
        session.execute(
            sa.update(Delivery)
            .where(
                Delivery.institution_id == event.institution_id,
                Delivery.notice_id.in_(about),
                Delivery.state == DeliveryState.WAITING,
            )
            .values(state=str(DeliveryState.DROPPED), leased_until=None)
            .execution_options(synchronize_session=False)
        )
        session.expire_all()

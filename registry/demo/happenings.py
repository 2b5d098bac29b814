"""Tells what happened to the things: the move, what it left over, and daily life."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from registry.demo.furnishing import RETIRED_LIBRARIAN, Lot
from registry.demo.shapes import Event, Place, Verb
from registry.demo.tables import Episode, episodes

KEEPER = "zhang_ku"
ASSET_OFFICER = "mi_xiaoxiao"
ASSET_OFFICE_HEAD = "shen_an"


@dataclass(frozen=True)
class Calendar:
    """The two days everything is told from."""

    moved_on: date
    today: date

    def day(self, told: str) -> date:
        """The day of ``move+12`` or ``today-3``, never after yesterday."""
        base, sign, days = told.partition("+" if "+" in told else "-")
        start = self.moved_on if base == "move" else self.today
        day = start + timedelta(days=int(sign + days))
        return min(max(day, self.moved_on), self.today - timedelta(days=1))


def of_lot(
    lot: Lot, places: Mapping[str, Place], calendar: Calendar
) -> tuple[Event, ...]:
    """What happened to all things of a lot alike, in order."""
    if lot.leftover:
        return tuple(_left_over(lot, places, calendar))
    return tuple(_moved(lot, places, calendar))


def _moved(
    lot: Lot, places: Mapping[str, Place], calendar: Calendar
) -> Iterator[Event]:
    answers = places[lot.stands].custodian
    if lot.custodian == RETIRED_LIBRARIAN and answers:
        yield Event(
            verb=Verb.HAND_OVER,
            on=calendar.moved_on - timedelta(days=45),
            by=ASSET_OFFICER,
            document=f"离岗交接单 {calendar.moved_on.year}-02",
            note="退休离岗交接，双方清点签字",
            custodian=answers,
        )
    if lot.stood != lot.stands and answers:
        yield Event(
            verb=Verb.MOVE,
            on=calendar.moved_on,
            by=answers,
            document=_removal(lot.stands, calendar),
            note="随迁新校区",
            place=lot.stands,
        )


def _removal(place: str, calendar: Calendar) -> str:
    """The removal list of a building."""
    return f"搬迁清单 {calendar.moved_on.year}-{place.partition('.')[0]}"


def _left_over(
    lot: Lot, places: Mapping[str, Place], calendar: Calendar
) -> Iterator[Event]:
    left = lot.leftover
    assert left is not None
    keeper = places[left.store].custodian or KEEPER
    yield Event(
        verb=Verb.REASSIGN,
        on=calendar.moved_on,
        by=keeper,
        document=f"搬迁入库清单 {calendar.moved_on.year}-{left.store}",
        note="搬迁余留，交仓库保管",
        department="store",
        place=left.store,
        custodian=keeper,
    )
    yield Event(
        verb=Verb.MARK_IDLE,
        on=calendar.moved_on,
        by=keeper,
        note=left.note or "新校区已配新，闲置",
        condition=left.condition,
    )
    if left.fate in {"pending_disposal", "disposed"}:
        yield _proposed(left.note, calendar)
    if left.fate == "disposed":
        yield _disposed(calendar)


def _proposed(why: str, calendar: Calendar) -> Event:
    return Event(
        verb=Verb.PROPOSE_DISPOSAL,
        on=calendar.day("move+18"),
        by=ASSET_OFFICER,
        document=f"技术鉴定意见 {calendar.moved_on.year}-03",
        note=why or "无维修价值",
    )


def _disposed(calendar: Calendar) -> Event:
    return Event(
        verb=Verb.DISPOSE,
        on=calendar.day("move+27"),
        by=ASSET_OFFICE_HEAD,
        document=f"报废批复 光国资〔{calendar.moved_on.year}〕9号",
        note="回收公司已取走，残值上缴",
    )


def single(calendar: Calendar) -> dict[tuple[str, str], list[tuple[Episode, Event]]]:
    """What happened to single things, by place and item type, in order."""
    told: dict[tuple[str, str], list[tuple[Episode, Event]]] = {}
    for episode in episodes():
        event = _event(episode, calendar)
        told.setdefault((episode.place, episode.item_type), []).append((episode, event))
    return told


def _event(episode: Episode, calendar: Calendar) -> Event:
    verb, what = Verb(episode.verb), episode.what or None
    borrower, _, due = (
        episode.what.partition(":") if verb is Verb.LEND else ("", "", "")
    )
    return Event(
        verb=verb,
        on=calendar.day(episode.on),
        by=episode.by,
        note=episode.note,
        place=what if verb is Verb.MOVE else None,
        custodian=what if verb is Verb.HAND_OVER else None,
        condition=what if verb in _TELL_CONDITION else None,
        borrower=borrower or None,
        due=calendar.today + timedelta(days=int(due)) if due else None,
    )


_TELL_CONDITION = {Verb.RETURN_FROM_REPAIR, Verb.MARK_IDLE, Verb.PUT_TO_USE}

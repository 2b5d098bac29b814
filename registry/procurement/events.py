"""What has happened to requests to buy, past tense."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ThingNotFound:
    """Somebody went to fetch an idle thing, and it was not at its place."""

    institution_id: int
    asset_id: int
    request_number: str
    person_id: int | None
    words: str


@dataclass(frozen=True)
class RequestThrownBack:
    """A request is to be answered again: something turned idle, or fell through."""

    institution_id: int
    request_id: int
    requester_id: int
    number: str
    why: str


@dataclass(frozen=True)
class RequestDecided:
    """A request was approved, refused, sent back or let through as urgent.

    ``outcome`` is the verb; whoever asked is told.
    """

    institution_id: int
    request_id: int
    requester_id: int
    number: str
    outcome: str

"""What has happened to steps that wait, past tense."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WaitBegun:
    """A step has come to somebody."""

    institution_id: int
    wait_id: int
    person_ids: tuple[int, ...]


@dataclass(frozen=True)
class WaitEscalated:
    """Nobody answered in time; these are asked as well."""

    institution_id: int
    wait_id: int
    person_ids: tuple[int, ...]


@dataclass(frozen=True)
class WaitOverdue:
    """Nobody answered in time, and there is nobody further up to ask."""

    institution_id: int
    wait_id: int
    person_ids: tuple[int, ...]


@dataclass(frozen=True)
class WaitPassing:
    """A step is being given to somebody else; Invalid from a follower stops it."""

    institution_id: int
    wait_id: int
    person_id: int


@dataclass(frozen=True)
class WaitPassedOn:
    """Whoever had the step has given it to somebody else."""

    institution_id: int
    wait_id: int
    person_ids: tuple[int, ...]


@dataclass(frozen=True)
class WaitNudged:
    """Somebody has asked the holders not to forget the step."""

    institution_id: int
    wait_id: int
    person_ids: tuple[int, ...]


@dataclass(frozen=True)
class WaitEnded:
    """The step is done or came to nothing; ``outcome`` is the feature's own code."""

    institution_id: int
    wait_id: int
    outcome: str

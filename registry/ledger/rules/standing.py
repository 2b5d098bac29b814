"""An asset's standing: what its entries, replayed, say is true of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from registry.kernel.errors import WrongState
from registry.ledger.states import ACTS_AS, ASSET, AssetState

Standing = dict[str, Any]

REFERENCES = ("item_type", "department", "place")
"""Fields that hold ``{"id", "name"}`` with the name as it was then."""

PEOPLE = ("custodian", "user")
"""Fields that hold ``{"id", "name"}`` with a commitment instead of the name."""

PLAIN = (
    "code",
    "asset_number",
    "sub_number",
    "serial",
    "state",
    "condition",
    "cost_fen",
    "currency",
    "acquired_on",
    "method",
    "funding",
    "service_life_months",
    "warranty_until",
    "attributes",
    "restrictions",
    "note",
)
"""Fields that hold plain JSON values."""

CLAIM, PHOTOS = "claim", "photos"

_NONE: Mapping[int, int] = {}

FIELDS = (*REFERENCES, *PEOPLE, *PLAIN, CLAIM, PHOTOS)

_NAMED = frozenset(FIELDS)

EMPTY: Standing = dict.fromkeys(FIELDS) | {
    "serial": "",
    "funding": "",
    "note": "",
    "attributes": {},
    "restrictions": [],
    "photos": [],
}


def follow(standing: Standing, verb: str, changes: Mapping[str, Any]) -> Standing:
    """The standing after one entry; WrongState where the verb leads nowhere."""
    _must_lead(standing, verb, changes)
    return {**standing, **changes}


def _must_lead(standing: Standing, verb: str, changes: Mapping[str, Any]) -> None:
    if not changes.keys() <= _NAMED:
        unknown = sorted(changes.keys() - _NAMED)
        raise ValueError(f"no such fields of an asset: {unknown}")
    expected = state_after(standing, verb)
    state = changes.get("state", standing["state"])
    if expected is not None and state != expected:
        raise WrongState(of="asset", state=str(standing["state"]), verb=verb)
    if expected is None and "state" in changes and verb not in {"register", "correct"}:
        raise WrongState(of="asset", state=str(standing["state"]), verb=verb)


def state_after(standing: Standing, verb: str) -> AssetState | None:
    """Where a verb of the machine leads; None for one that is no move."""
    move = ACTS_AS.get(verb, verb)
    if move not in ASSET.moves:
        return None
    return ASSET.after(AssetState(standing["state"]), move)


def replay(entries: Iterable[tuple[str, Mapping[str, Any]]]) -> Standing:
    """The standing that (verb, changes) pairs lead to, from nothing."""
    standing = dict(EMPTY)
    for verb, changes in entries:
        _must_lead(standing, verb, changes)
        standing.update(changes)
    return standing


def taken_back(
    entries: Sequence[tuple[str, Mapping[str, Any]]],
    number: int,
    corrections: Mapping[int, int] = _NONE,
    passing_over: Collection[int] = (),
) -> dict[str, Any]:
    """What a correcting entry must set to take back entry ``number`` (from 1).

    Only fields that nothing has changed since are taken back. What changed and was
    taken back itself did not change anything: ``corrections`` says by number which
    entry each correcting one names. Entries in ``passing_over`` do not count, since
    they are taken back as well. The first entry is never taken back: an asset that is
    no asset is disposed of, not unmade.
    """
    if not 1 < number <= len(entries):
        return {}
    before = replay(entries[: number - 1])
    later = _changed_since(entries, number, corrections, passing_over)
    _, changes = entries[number - 1]
    return {
        field: before[field]
        for field, value in changes.items()
        if field not in later and before[field] != value and field != "code"
    }


def _changed_since(
    entries: Sequence[tuple[str, Mapping[str, Any]]],
    number: int,
    corrections: Mapping[int, int],
    passing_over: Collection[int],
) -> set[str]:
    """The fields that entries after ``number`` changed and that are still changed."""
    later: set[str] = set()
    mended: dict[int, set[str]] = {}
    for at in range(len(entries), number, -1):
        fields = set(entries[at - 1][1]) - mended.get(at, set())
        corrected = corrections.get(at, 0)
        if corrected > number:
            mended.setdefault(corrected, set()).update(fields)
        elif at not in passing_over:
            later |= fields
    return later


def bare(standing: Mapping[str, Any]) -> Standing:
    """A standing reduced to what a row holds: ids instead of names."""
    plain = dict(standing)
    for field in (*REFERENCES, *PEOPLE):
        value = plain[field]
        plain[field] = value["id"] if value else None
    claim = plain[CLAIM]
    plain[CLAIM] = claim["kind"] if claim else None
    return plain

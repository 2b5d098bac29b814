"""Taking what a phone brings: each record once, each answered, none lost.

One delivery is one transaction. Records are judged one after the other, in the order
the phone made them; one that cannot be read or makes no sense is answered by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor, Door
from registry.access.permissions import Permission
from registry.audits.actions.asking import follow_steps
from registry.audits.actions.gathering import gather
from registry.audits.actions.keeping import SYNC_KIND, locked_audit
from registry.audits.actions.overtaking import overtake_found
from registry.audits.actions.tallying import (
    Heap,
    Sheet,
    counts_before,
    seen_before,
)
from registry.audits.errors import WalkOfAnother
from registry.audits.events import SeenUnused
from registry.audits.models import (
    Audit,
    AuditPerson,
    AuditPhoto,
    AuditRecord,
    AuditRound,
    AuditSync,
    AuditWalk,
)
from registry.audits.queries.audits import audit as audit_seen
from registry.audits.queries.audits import begun_rounds, current_round
from registry.audits.queries.resolving import NOTHING, assets_named, resolve
from registry.audits.rules.counting import Seen, verdict_of
from registry.audits.rules.reading import MOST_RECORDS, Draft, read_key, read_record
from registry.audits.states import (
    ENDED,
    AuditState,
    RecordKind,
    Standing,
    Verdict,
)
from registry.catalogue.models import ItemType
from registry.images import Photo
from registry.journal.actions import record as write_entry
from registry.journal.queries import last_position
from registry.kernel.canonical import canonical_json, sha256_hex
from registry.kernel.clock import isoformat, now
from registry.kernel.errors import Conflict, Invalid, Missing, Problem
from registry.ledger.models import Asset
from registry.ledger.states import AssetState
from registry.organisation.models import Place
from registry.store.db import session as current_session
from registry.store.transaction import emit, transaction
from registry.store.upserting import insert

SEEING = (RecordKind.SCAN, RecordKind.TICK)
MOST_PHOTOS = 5_000

ACCEPTED, REPEATED, LATE, KEPT, REFUSED = (
    "accepted",
    "repeated",
    "late",
    "kept",
    "refused",
)
"""What became of a record: ``kept`` waits until somebody of the audit confirms it."""


@dataclass(frozen=True)
class Delivery:
    """What one phone sends at once."""

    walk_key: str
    records: Sequence[Any]
    sent_at: datetime | None = None
    round: int | None = None
    """The number of the round the list was loaded for; the open one without."""
    position: int | None = None
    """Where the ledger was when the list was loaded."""


@dataclass(frozen=True)
class Result:
    """What became of one record, and what whoever made it is told."""

    key: str
    outcome: str
    verdict: Verdict | None = None
    told: Mapping[str, Any] = field(default_factory=dict)
    problem: tuple[str, Problem] | None = None
    """The field that was wrong with a refused one, and how."""


@dataclass(frozen=True)
class Taken:
    """What became of a delivery."""

    position: int
    results: list[Result]


def take_records(actor: Actor, audit_id: int, delivery: Delivery) -> Taken:
    """Take a delivery. Each record counts once, however often it is sent.

    What comes after the end lies beside the audit as late; what comes from somebody who
    did not belong to it is kept until it is confirmed. Raises Missing, WalkOfAnother,
    Conflict ``audit_not_running``, Invalid for what is no delivery at all.
    """
    with transaction() as session:
        if len(delivery.records) > MOST_RECORDS:
            raise Invalid.field("records", "too_many", most=MOST_RECORDS)
        walk_key = read_key(delivery.walk_key, "walk_id")
        # While differences are dealt with, deliveries go one by one.
        shared = _state_of(audit_id) != AuditState.REVIEWING
        found = locked_audit(actor, audit_id, shared=shared, ended=True)
        standing = _standing(actor, found, delivery.position)
        if found.state == AuditState.PLANNED:
            raise Conflict("audit_not_running", state=found.state)
        walk = _walk(actor, found, walk_key, delivery.position)
        in_round = _round(found, delivery.round)
        batch = _Batch(actor, found, in_round, standing, delivery.records)
        results = batch.judge()
        if batch.rows:
            _write(actor, found, walk, in_round, delivery, batch)
        session.flush()
        return Taken(last_position(found.institution_id), results)


def _state_of(audit_id: int) -> str | None:
    return current_session().scalar(sa.select(Audit.state).where(Audit.id == audit_id))


def _standing(actor: Actor, found: Audit, loaded: int | None) -> Standing:
    """Whether what the actor sends counts; Missing if the audit is none of theirs."""
    member = actor.may(Permission.AUDIT_COUNT, found)
    if not member:
        gone = current_session().scalar(
            sa.select(sa.func.max(AuditPerson.removed_position)).where(
                AuditPerson.institution_id == found.institution_id,
                AuditPerson.audit_id == found.id,
                AuditPerson.person_id == actor.person_id,
            )
        )
        if gone is None:
            audit_seen(actor, found.id)
        # Whoever was taken off keeps what their phone had loaded before.
        member = gone is not None and loaded is not None and loaded <= gone
    if found.state in ENDED:
        return Standing.LATE
    return Standing.COUNTED if member else Standing.UNCONFIRMED


def _walk(actor: Actor, found: Audit, key: str, position: int | None) -> AuditWalk:
    """The walk under lock, begun if it is new: deliveries of one phone go in line."""
    session = current_session()
    values = {
        "institution_id": found.institution_id,
        "audit_id": found.id,
        "key": key,
        "person_id": actor.person_id,
        "begun_at": now(),
        "loaded_position": position,
    }
    session.execute(insert(AuditWalk).values(values).on_conflict_do_nothing())
    walk = session.scalars(
        sa.select(AuditWalk)
        .where(AuditWalk.audit_id == found.id, AuditWalk.key == key)
        .with_for_update(of=AuditWalk)
    ).one()
    if walk.person_id != actor.person_id:
        raise WalkOfAnother
    return walk


def _round(found: Audit, number: int | None) -> AuditRound:
    rounds = begun_rounds(found)
    if number is not None:
        named = next((each for each in rounds if each.number == number), None)
        if named is None:
            raise Invalid.field("round", "no_such_choice")
        return named
    return current_round(rounds)


class _Batch:
    """The records of one delivery, read, looked up, and judged one by one."""

    def __init__(
        self,
        actor: Actor,
        found: Audit,
        in_round: AuditRound,
        standing: Standing,
        given: Sequence[Any],
    ) -> None:
        self.actor = actor
        self.audit = found
        self.round = in_round
        self.standing = standing
        self.moment = now()
        self.given: list[tuple[str, Draft | Invalid]] = [_read(each) for each in given]
        drafts = [each for _, each in self.given if isinstance(each, Draft)]
        self.known = _known(found, drafts)
        fresh = [each for each in drafts if each.key not in self.known]
        self.named = resolve(actor, found.id, [each.code for each in fresh])
        self.places = _known_places(actor, fresh)
        self.types = _known_types(actor, fresh)
        self.photos = {each.photo_key for each in fresh if each.photo_key}
        undone = _undone(fresh, self.known, drafts)
        assets, heaps, closings = self._about(fresh, undone)
        self.assets = assets_named(actor, assets)
        self.counts = standing == Standing.COUNTED
        self.sheet = Sheet(
            found,
            assets=assets,
            places=closings,
            heaps=heaps,
        )
        # Read under the lock, so that nothing of it can change any more.
        self.known = _known(found, drafts)
        self.seen = seen_before(
            found, {a for each in undone if (a := self._asset_of(each)) is not None}
        )
        self.counted = counts_before(
            found, {h for each in undone if (h := _heap_of(each)) is not None}
        )
        self.taken_back = _taken_back(found, undone)
        self.rows: list[dict[str, Any]] = []
        self.made: dict[str, dict[str, Any]] = {}
        self.unused: list[int] = []

    def _about(
        self, fresh: Sequence[Draft], undone: Sequence[Draft]
    ) -> tuple[set[int], set[Heap], set[int]]:
        """What these records may touch: things, heaps, whole places."""
        assets: set[int] = set()
        heaps: set[Heap] = set()
        closings: set[int] = set()
        for each in (*fresh, *undone):
            asset_id = self._asset_of(each)
            if asset_id is not None:
                assets.add(asset_id)
            heap = _heap_of(each)
            if heap is not None:
                heaps.add(heap)
            closes = each.kind in (RecordKind.CLOSE_PLACE, RecordKind.REOPEN_PLACE)
            if closes and each.place_id in self.places | _places_of(undone):
                closings.add(each.place_id or 0)
        return assets, heaps, closings

    def _asset_of(self, draft: Draft) -> int | None:
        """The thing a record is about: what was read counts before what was meant."""
        named = self.named.get(draft.code, NOTHING) if draft.code else NOTHING
        if named.asset_id is not None:
            return named.asset_id
        return None if named.place_id is not None else draft.asset_id

    def judge(self) -> list[Result]:
        """What becomes of each record, in the order they were sent."""
        results = []
        for key, given in self.given:
            if isinstance(given, Invalid):
                results.append(_refused(key, given))
                continue
            try:
                results.append(self._judge(given))
            except Invalid as refusal:
                results.append(_refused(key, refusal))
        return results

    def _judge(self, draft: Draft) -> Result:
        if draft.key in self.known or draft.key in self.made:
            return self._repeated(draft)
        if draft.place_id is not None and draft.place_id not in self.places:
            raise Invalid.field("place_id", "no_such_choice")
        asset_id = self._asset_of(draft)
        if asset_id is not None and asset_id not in self.assets:
            if not draft.code:
                raise Invalid.field("asset_id", "no_such_choice")
            asset_id = None
        verdict, told = self._verdict(draft, asset_id)
        self._keep(draft, asset_id, verdict, told)
        outcome = {
            Standing.COUNTED: ACCEPTED,
            Standing.LATE: LATE,
            Standing.UNCONFIRMED: KEPT,
        }[self.standing]
        return Result(draft.key, outcome, verdict, told)

    def _repeated(self, draft: Draft) -> Result:
        """The answer given before; a record that only bears the same id is refused."""
        row = self.known.get(draft.key) or self.made[draft.key]
        if _essence(draft) != _essence_of(row):
            raise Invalid.field("id", "record_mismatch")
        return Result(draft.key, REPEATED, Verdict(row["verdict"]), row["told"])

    def _verdict(
        self, draft: Draft, asset_id: int | None
    ) -> tuple[Verdict, dict[str, Any]]:
        kind = draft.kind
        if kind in SEEING:
            return self._see(draft, asset_id)
        if kind == RecordKind.NOTE:
            self._look(draft, asset_id)
            return Verdict.NOTED, {}
        if kind == RecordKind.COUNT:
            return self._count(draft)
        if kind == RecordKind.UNDO:
            return self._undo(draft)
        assert draft.place_id is not None
        if kind == RecordKind.CLOSE_PLACE:
            missing = 0
            if self.counts:
                missing = self.sheet.close(
                    draft.place_id, self.moment, self.actor.person_id
                )
            return Verdict.CLOSED, {"missing": missing}
        if self.counts:
            self.sheet.reopen(draft.place_id)
        return Verdict.REOPENED, {}

    def _see(
        self, draft: Draft, asset_id: int | None
    ) -> tuple[Verdict, dict[str, Any]]:
        if asset_id is None:
            named = self.named.get(draft.code, NOTHING)
            if named.place_id is not None:
                return Verdict.PLACE, {"place": named.place_id}
            return Verdict.UNKNOWN, {}
        asset = self.assets[asset_id]
        line = self.sheet.lines.get(asset_id)
        if line is None:
            return _unlisted(asset)
        place_id = draft.place_id if draft.place_id is not None else line.place_id
        verdict = verdict_of(line, place_id, self.round.number)
        told = _told_of(verdict, line)
        if asset.state == AssetState.DISPOSED:
            verdict = Verdict.DISPOSED
        if self.counts:
            seen = Seen(
                draft.key,
                place_id,
                self.actor.person_id,
                self.moment,
                self.round.number,
            )
            self.sheet.see(asset_id, seen)
            if asset_id in self.seen:
                self.seen[asset_id].append(seen)
            self._look(draft, asset_id)
        return verdict, told

    def _look(self, draft: Draft, asset_id: int | None) -> None:
        """Keep what was noticed of a thing besides that it is there."""
        if not self.counts or asset_id is None:
            return
        if draft.unused:
            self.unused.append(asset_id)
        if asset_id in self.sheet.lines:
            if draft.condition is not None:
                self.sheet.conditions[asset_id] = draft.condition
            if draft.unused:
                self.sheet.unused.add(asset_id)

    def _count(self, draft: Draft) -> tuple[Verdict, dict[str, Any]]:
        assert draft.item_type_id is not None
        assert draft.place_id is not None
        if draft.item_type_id not in self.types:
            raise Invalid.field("item_type_id", "no_such_choice")
        heap = (draft.item_type_id, draft.place_id)
        expected = len(self.sheet.heaps.get(heap, ()))
        if self.counts:
            seen = Seen(
                draft.key,
                draft.place_id,
                self.actor.person_id,
                self.moment,
                self.round.number,
            )
            self.sheet.count(heap, draft.count or 0, seen)
            if heap in self.counted:
                self.counted[heap].append((draft.count or 0, seen))
        return Verdict.COUNTED, {"count": draft.count, "expected": expected}

    def _undo(self, draft: Draft) -> tuple[Verdict, dict[str, Any]]:
        target = self.known.get(draft.undoes or "") or self.made.get(draft.undoes or "")
        if target is None or target["kind"] == RecordKind.UNDO:
            raise Invalid.field("undoes", "no_such_choice")
        mine = target["person_id"] == self.actor.person_id
        if not mine and not self.actor.may(Permission.AUDIT_LEAD, self.audit):
            raise Invalid.field("undoes", "of_another")
        is_counted = target["standing"] == Standing.COUNTED
        if not self.counts or not is_counted or draft.undoes in self.taken_back:
            return Verdict.UNDONE, {}
        self.taken_back.add(draft.undoes or "")
        self._take_back(target)
        return Verdict.UNDONE, {}

    def _take_back(self, target: Mapping[str, Any]) -> None:
        kind, asset_id, key = target["kind"], target["asset_id"], target["key"]
        if kind in SEEING and asset_id in self.sheet.lines:
            held = [each for each in self.seen[asset_id] if each.key != key]
            self.seen[asset_id] = held
            self.sheet.see_again(asset_id, held)
        elif kind == RecordKind.COUNT:
            heap = (target["item_type_id"], target["place_id"])
            counts = [each for each in self.counted[heap] if each[1].key != key]
            self.counted[heap] = counts
            for each in self.sheet.heaps.get(heap, ()):
                self.sheet.see_again(each, [])
            if counts:
                self.sheet.count(heap, *counts[-1])
        elif kind == RecordKind.CLOSE_PLACE:
            self.sheet.reopen(target["place_id"])
        if target["condition"] is not None and asset_id in self.sheet.lines:
            self.sheet.conditions[asset_id] = None

    def _keep(
        self,
        draft: Draft,
        asset_id: int | None,
        verdict: Verdict,
        told: Mapping[str, Any],
    ) -> None:
        row = asdict(draft) | {
            "kind": str(draft.kind),
            "institution_id": self.audit.institution_id,
            "audit_id": self.audit.id,
            "round": self.round.number,
            "person_id": self.actor.person_id,
            "received_at": self.moment,
            "asset_id": asset_id,
            "item_type_id": draft.item_type_id
            if draft.item_type_id in self.types
            else None,
            "standing": str(self.standing),
            "verdict": str(verdict),
            "told": dict(told),
        }
        self.rows.append(row)
        self.made[draft.key] = row


def _read(given: Any) -> tuple[str, Draft | Invalid]:
    """A record and the id to answer it under, which it may be without."""
    named = given.get("id") if isinstance(given, Mapping) else None
    key = named[:80] if isinstance(named, str) else ""
    try:
        draft = read_record(given)
    except Invalid as refusal:
        return key, refusal
    return draft.key, draft


def _refused(key: str, refusal: Invalid) -> Result:
    name, problem = next(iter(refusal.problems.items()))
    return Result(key, REFUSED, problem=(name, problem))


COLUMNS = (
    "key",
    "kind",
    "at",
    "place_id",
    "code",
    "asset_id",
    "item_type_id",
    "count",
    "reason",
    "condition",
    "unused",
    "note",
    "undoes",
    "photo_key",
    "person_id",
    "standing",
    "verdict",
    "told",
)


def _known(found: Audit, drafts: Sequence[Draft]) -> dict[str, Mapping[str, Any]]:
    """By id the records there are of those that were sent or are to be undone."""
    wanted = {each.key for each in drafts} | {e.undoes for e in drafts if e.undoes}
    rows = current_session().execute(
        sa.select(*(getattr(AuditRecord, name) for name in COLUMNS)).where(
            AuditRecord.audit_id == found.id, AuditRecord.key.in_(sorted(wanted))
        )
    )
    return {row.key: dict(row._mapping) for row in rows}


def _essence(draft: Draft) -> tuple[Any, ...]:
    """What makes a record the one it is; the thing is looked up anew each time."""
    return (
        str(draft.kind),
        draft.at,
        draft.place_id,
        draft.code,
        draft.count,
        draft.undoes,
    )


def _essence_of(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        str(row["kind"]),
        row["at"],
        row["place_id"],
        row["code"],
        row["count"],
        row["undoes"],
    )


def _undone(
    fresh: Sequence[Draft],
    known: Mapping[str, Mapping[str, Any]],
    sent: Sequence[Draft],
) -> list[Draft]:
    """The records that some of these take back, of before and of this delivery."""
    here = {each.key: each for each in sent}
    found = []
    for each in fresh:
        row = known.get(each.undoes or "")
        if row is not None:
            found.append(_draft_of(row))
        elif each.undoes in here:
            found.append(here[each.undoes])
    return found


def _draft_of(row: Mapping[str, Any]) -> Draft:
    """A record as it is kept; what it was about is known, and not read again."""
    return Draft(
        key=row["key"],
        kind=RecordKind(row["kind"]),
        at=row["at"],
        place_id=row["place_id"],
        asset_id=row["asset_id"],
        item_type_id=row["item_type_id"],
    )


def _heap_of(draft: Draft) -> Heap | None:
    if draft.kind != RecordKind.COUNT or draft.item_type_id is None:
        return None
    return (draft.item_type_id, draft.place_id) if draft.place_id else None


def _places_of(drafts: Sequence[Draft]) -> set[int]:
    return {each.place_id for each in drafts if each.place_id is not None}


def _known_places(actor: Actor, drafts: Sequence[Draft]) -> set[int]:
    wanted = sorted(_places_of(drafts))
    return set(
        current_session().scalars(
            sa.select(Place.id).where(
                Place.institution_id == actor.institution_id, Place.id.in_(wanted)
            )
        )
    )


def _known_types(actor: Actor, drafts: Sequence[Draft]) -> set[int]:
    wanted = sorted({each.item_type_id for each in drafts if each.item_type_id})
    if not wanted:
        return set()
    return set(
        current_session().scalars(
            sa.select(ItemType.id).where(
                ItemType.institution_id == actor.institution_id,
                ItemType.id.in_(wanted),
            )
        )
    )


def _taken_back(found: Audit, undone: Sequence[Draft]) -> set[str]:
    """Of some records those that were taken back before."""
    wanted = sorted({each.key for each in undone})
    if not wanted:
        return set()
    rows = current_session().scalars(
        sa.select(AuditRecord.undoes).where(
            AuditRecord.audit_id == found.id,
            AuditRecord.undoes.in_(wanted),
            AuditRecord.standing == str(Standing.COUNTED),
        )
    )
    return {each for each in rows if each is not None}


def _unlisted(asset: Asset) -> tuple[Verdict, dict[str, Any]]:
    if asset.state == AssetState.DISPOSED:
        return Verdict.DISPOSED, {}
    return Verdict.NOT_LISTED, {"place": asset.place_id}


def _told_of(verdict: Verdict, line: Any) -> dict[str, Any]:
    if verdict == Verdict.ALREADY:
        return {
            "by": line.found_by_id,
            "place": line.found_place_id,
            "at": isoformat(line.found_at),
        }
    if verdict == Verdict.ELSEWHERE:
        return {"place": line.place_id}
    return {}


def _keep_assets(batch: _Batch) -> None:
    """Hold the things that records name, in the order in which everybody locks them.

    The records would hold them one by one as they come, and an import that moves the
    same things meanwhile would wait for them the other way round.
    """
    session = current_session()
    if session.get_bind().dialect.name == "sqlite":
        return
    ids = sorted({row["asset_id"] for row in batch.rows if row["asset_id"] is not None})
    session.execute(
        sa.select(Asset.id)
        .where(Asset.id.in_(ids))
        .order_by(Asset.id)
        .with_for_update(read=True, key_share=True)
    )


def _write(
    actor: Actor,
    found: Audit,
    walk: AuditWalk,
    in_round: AuditRound,
    delivery: Delivery,
    batch: _Batch,
) -> None:
    session = current_session()
    told = [
        [row["key"], row["kind"], isoformat(row["at"]), row["place_id"], row["code"]]
        for row in batch.rows
    ]
    made = AuditSync(
        institution_id=found.institution_id,
        audit_id=found.id,
        walk_id=walk.id,
        person_id=actor.person_id,
        sent_at=delivery.sent_at,
        received_at=batch.moment,
        count=len(batch.rows),
        hash=sha256_hex(canonical_json(told)),
    )
    session.add(made)
    session.flush()
    _keep_assets(batch)
    session.execute(
        sa.insert(AuditRecord), [row | {"sync_id": made.id} for row in batch.rows]
    )
    batch.sheet.write(in_round)
    overtake_found(actor, found, batch.sheet.found)
    if found.state == AuditState.REVIEWING and batch.counts:
        gather(actor, found, set(batch.assets) | set(batch.sheet.lines))
        follow_steps(actor, found)
    for asset_id in dict.fromkeys(batch.unused):
        emit(SeenUnused(found.institution_id, asset_id, found.number))
    facts = {"audit": found.id, "count": made.count, "hash": made.hash}
    write_entry(
        actor.through(Door.AUDIT),
        SYNC_KIND,
        made.id,
        "take",
        facts,
        is_new=True,
    )


def take_photo(actor: Actor, audit_id: int, key: str, photo: Photo) -> AuditPhoto:
    """Keep a photo of a walk, cleaned before; what is sent again under its id is one.

    Raises Missing, Conflict ``too_many_photos``.
    """
    with transaction() as session:
        key = read_key(key)
        found = locked_audit(actor, audit_id, shared=True, ended=True)
        _standing(actor, found, None)
        known = session.scalar(
            sa.select(AuditPhoto).where(
                AuditPhoto.audit_id == found.id, AuditPhoto.key == key
            )
        )
        if known is not None:
            if known.person_id != actor.person_id:
                raise Missing(what="audit_photos")
            return known
        if _photos(found) >= MOST_PHOTOS:
            raise Conflict("too_many_photos", most=MOST_PHOTOS)
        made = AuditPhoto(
            institution_id=found.institution_id,
            audit_id=found.id,
            key=key,
            person_id=actor.person_id,
            sha256=photo.sha256,
            width=photo.width,
            height=photo.height,
            image=photo.data,
            thumbnail=photo.thumbnail,
            received_at=now(),
        )
        session.add(made)
        session.flush()
        return made


def _photos(found: Audit) -> int:
    return (
        current_session().scalar(
            sa.select(sa.func.count())
            .select_from(AuditPhoto)
            .where(AuditPhoto.audit_id == found.id)
        )
        or 0
    )

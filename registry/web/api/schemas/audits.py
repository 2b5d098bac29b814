"""Audits as the API takes and shows them."""

from __future__ import annotations

import marshmallow as ma

from registry.audits.rules.differing import Group
from registry.audits.rules.drawing import Method
from registry.audits.rules.reading import MOST_RECORDS
from registry.audits.states import (
    AuditState,
    Cause,
    Excuse,
    FindingKind,
    FindingState,
    Outcome,
    RecordKind,
    RoundKind,
    RoundState,
    Ruling,
    TickReason,
    Verdict,
)
from registry.ledger.states import AssetState, Condition
from registry.lists.of.audits import AUDITS
from registry.web.api.schemas.assets import Named
from registry.web.api.schemas.listing import ListPage
from registry.web.base.fields import (
    Choice,
    Day,
    Flag,
    Key,
    Line,
    Many,
    Moment,
    Money,
    Notes,
    StrictSchema,
    Whole,
)
from registry.web.base.lists import list_schema

RECORD_ID = {"example": "5b0c1c52-8f0f-4a53-9a3c-0e7f3d7c1a11", "format": "uuid"}


class ScopeIn(StrictSchema):
    """What an audit covers; what is left out narrows nothing."""

    department_ids = Many(Key(), load_default=list)
    place_ids = Many(Key(), load_default=list)
    class_codes = Many(Line(most=20), load_default=list)
    cost_from = Money(load_default=None, allow_none=True, attribute="cost_from_fen")


class CounterIn(StrictSchema):
    """Somebody who shall count a place with what is in it, or everything."""

    person_id = Key(required=True)
    place_id = Key(load_default=None, allow_none=True)


class CountersIn(StrictSchema):
    """Everybody who shall count from now on."""

    counters = Many(ma.fields.Nested(CounterIn), load_default=list, most=500)


class PlanIn(CountersIn):
    """An audit as it shall be."""

    title = Line(required=True, most=100, metadata={"example": "2026 年期末盘点"})
    baseline_on = Day(required=True)
    due_on = Day(load_default=None, allow_none=True)
    scope = ma.fields.Nested(ScopeIn, load_default=dict)
    lead_id = Key(load_default=None, allow_none=True)
    begins_with = Choice((RoundKind.WALK, RoundKind.SELF), load_default="walk")
    note = Notes(load_default="", most=2_000)


class RoundIn(StrictSchema):
    """Which round begins."""

    kind = Choice((RoundKind.WALK, RoundKind.SELF), required=True)


class SampleIn(StrictSchema):
    """How much of a list is drawn to be counted once more, and how."""

    percent = Whole(required=True, least=1, most=100, metadata={"example": 20})
    method = Choice(Method, load_default=Method.SPREAD)
    due_on = Day(load_default=None, allow_none=True)


class AuditReasonIn(StrictSchema):
    """Why something is done."""

    reason = Notes(required=True, most=1_000)


class SumsOut(StrictSchema):
    """What has become of what was expected; the parts always add up to it."""

    expected = Whole(required=True)
    pending = Whole(required=True)
    here = Whole(required=True)
    elsewhere = Whole(required=True)
    missing = Whole(required=True)
    excused = Whole(required=True)


class RoundOut(StrictSchema):
    """One time of counting."""

    number = Whole(required=True)
    kind = Choice(RoundKind, required=True)
    state = Choice(RoundState, required=True)
    method = Line(required=True, metadata={"example": "spread"})
    seed = Line(required=True)
    percent = Whole(required=True, allow_none=True)
    drawn = Whole(required=True)
    due_on = Day(required=True, allow_none=True)
    opened_at = Moment(required=True)
    done_at = Moment(required=True, allow_none=True)


class CounterOut(StrictSchema):
    """Somebody who counts."""

    person = ma.fields.Nested(Named, required=True)
    place = ma.fields.Nested(Named, required=True, allow_none=True)
    part = Choice(("counter", "custodian"), required=True)
    done_at = Moment(required=True, allow_none=True)


class ScopeOut(StrictSchema):
    """What an audit covers."""

    departments = Many(Key(), required=True)
    places = Many(Key(), required=True)
    classes = Many(Line(most=20), required=True)
    cost_from = Money(required=True, allow_none=True, attribute="cost_from_fen")


class AuditBrief(StrictSchema):
    """An audit in a list."""

    id = Key(required=True)
    number = Line(required=True, metadata={"example": "PD2026-000003"})
    title = Line(required=True, metadata={"example": "2026 年期末盘点"})
    state = Choice(AuditState, required=True)
    baseline_on = Day(required=True)
    due_on = Day(required=True, allow_none=True)
    department = ma.fields.Nested(Named, required=True)
    lead = ma.fields.Nested(Named, required=True, allow_none=True)
    sums = ma.fields.Nested(SumsOut, required=True)


class AuditOut(AuditBrief):
    """An audit: what it covers, who counts, how far it is."""

    scope = ma.fields.Nested(ScopeOut, required=True)
    begins_with = Choice(RoundKind, required=True)
    note = ma.fields.String(required=True)
    frozen_position = Whole(required=True, allow_none=True)
    frozen_at = Moment(required=True, allow_none=True)
    walked_at = Moment(required=True, allow_none=True)
    ended_at = Moment(required=True, allow_none=True)
    hash = Line(required=True)
    rounds = Many(ma.fields.Nested(RoundOut), required=True)
    people = Many(ma.fields.Nested(CounterOut), required=True, most=10_000)
    version = Whole(required=True)


class AuditPage(ListPage):
    """A page of audits."""

    items = Many(ma.fields.Nested(AuditBrief), required=True)


AuditQuery = list_schema("Audit", AUDITS)
"""What the list of audits is narrowed to, and from where on."""


class ShareOfPlace(StrictSchema):
    """So many things stand in a place."""

    place = ma.fields.Nested(Named, required=True, allow_none=True)
    count = Whole(required=True)


class ShareOfDepartment(StrictSchema):
    """So many things are a department's."""

    department = ma.fields.Nested(Named, required=True)
    count = Whole(required=True)


class BusyPlace(StrictSchema):
    """A place that an open audit counts already."""

    place = ma.fields.Nested(Named, required=True)
    audit = ma.fields.Nested(Named, required=True)


class PreviewOut(StrictSchema):
    """What an audit would cover, were its list frozen now."""

    things = Whole(required=True)
    value = Money(required=True, attribute="value_fen")
    unlabelled = Whole(required=True)
    without_place = Whole(required=True)
    custodians = Whole(required=True)
    without_custodian = Whole(required=True)
    places = Many(ma.fields.Nested(ShareOfPlace), required=True, most=100_000)
    departments = Many(ma.fields.Nested(ShareOfDepartment), required=True, most=10_000)
    busy = Many(ma.fields.Nested(BusyPlace), required=True, most=100_000)


class LoadQuery(StrictSchema):
    """Which round is loaded; the open one without."""

    round = Key(load_default=None, allow_none=True)


class LoadedPlace(StrictSchema):
    """A place one may count in."""

    id = Key(required=True)
    name = Line(required=True)
    full_name = Line(required=True, most=1_000)
    path = Line(required=True, most=400)
    kind = Line(required=True, metadata={"example": "room"})
    door_code = Line(required=True, allow_none=True)
    expected = Whole(required=True)
    closed_at = Moment(required=True, allow_none=True)


class LoadedThing(StrictSchema):
    """A thing the list expects."""

    asset_id = Key(required=True)
    code = Line(required=True)
    number = Line(required=True)
    sub = Whole(required=True)
    name = Line(required=True)
    model = Line(required=True, most=500)
    item_type_id = Key(required=True)
    place_id = Key(required=True, allow_none=True)
    department = Line(required=True)
    custodian = Line(required=True)
    serial = Line(required=True)
    labelled = Flag(required=True)
    state = Choice(AssetState, required=True)
    outcome = Choice(Outcome, required=True)
    excuse = Choice(Excuse, required=True, allow_none=True)


class LoadedHeap(StrictSchema):
    """Things without labels, counted together."""

    item_type_id = Key(required=True)
    name = Line(required=True)
    place_id = Key(required=True, allow_none=True)
    expected = Whole(required=True)
    counted = Whole(required=True)


class LoadedSeen(StrictSchema):
    """Something that has been counted by now."""

    asset_id = Key(required=True)
    place_id = Key(required=True, allow_none=True)
    by = Line(required=True)
    by_id = Key(required=True, allow_none=True)
    at = Moment(required=True)
    record_id = Line(required=True, metadata=RECORD_ID, allow_none=True)
    round = Whole(required=True)


class LoadedMe(StrictSchema):
    """Whoever loads it."""

    person_id = Key(required=True, allow_none=True)
    leads = Flag(required=True)
    own_places = Many(Key(), required=True, most=1_000)


class LoadOut(StrictSchema):
    """Everything a walk needs without a network."""

    audit = ma.fields.Nested(AuditBrief, required=True)
    rounds = Many(ma.fields.Nested(RoundOut), required=True)
    round = Whole(required=True)
    me = ma.fields.Nested(LoadedMe, required=True)
    position = Whole(required=True)
    loaded_at = Moment(required=True)
    places = Many(ma.fields.Nested(LoadedPlace), required=True, most=100_000)
    expected = Many(ma.fields.Nested(LoadedThing), required=True, most=100_000)
    counts = Many(ma.fields.Nested(LoadedHeap), required=True, most=100_000)
    elsewhere = ma.fields.Dict(
        required=True,
        metadata={
            "description": "What else stands on these campuses: by code the place's id,"
            " the state and the name.",
            "example": {"K7Q4M2XNT": [7, "in_use", "投影仪"]},
        },
    )
    is_whole = Flag(required=True)
    knows_campus = Flag(required=True)
    records = Many(ma.fields.Nested(LoadedSeen), required=True, most=100_000)
    held = ma.fields.Dict(
        required=True,
        metadata={
            "description": "How many records are held of each of one's walks, by id."
            " A phone that was told of more sends them again.",
            "example": {"5b0c1c52-8f0f-4a53-9a3c-0e7f3d7c1a11": 12},
        },
    )


class RecordsIn(StrictSchema):
    """What one phone brings at once.

    Each record is read by itself: ``id`` (a UUID made on the phone), ``kind`` (scan,
    tick, count, note, close_place, reopen_place, undo), ``at`` (the phone's clock),
    ``place_id``, ``code`` (as it was read), ``asset_id``, ``item_type_id``, ``count``,
    ``reason``, ``condition``, ``unused``, ``note``, ``undoes``, ``photo_id``.
    """

    walk_id = Line(required=True, most=36, metadata=RECORD_ID)
    sent_at = Moment(load_default=None, allow_none=True)
    round = Key(load_default=None, allow_none=True)
    position = Whole(load_default=None, allow_none=True, most=2**53)
    records = Many(
        ma.fields.Raw(
            allow_none=True,
            metadata={
                "type": "object",
                "example": {
                    "id": "5b0c1c52-8f0f-4a53-9a3c-0e7f3d7c1a11",
                    "kind": "scan",
                    "at": "2026-06-20T09:30:00+08:00",
                    "place_id": 7,
                    "code": "HTTPS://ZC.SCHOOL.EDU.CN/A/K7Q4M2XNT",
                },
            },
        ),
        load_default=list,
        most=MOST_RECORDS,
    )


class ResultOut(StrictSchema):
    """What became of one record."""

    id = ma.fields.String(required=True, metadata=RECORD_ID)
    outcome = Choice(("accepted", "repeated", "late", "kept", "refused"), required=True)
    verdict = Choice(Verdict, required=True, allow_none=True)
    words = ma.fields.String(required=True, metadata={"example": "相符。"})
    code = Line(
        required=True,
        allow_none=True,
        metadata={"description": "Why it was refused", "example": None},
    )
    by = Line(required=True, allow_none=True)
    place = ma.fields.Nested(Named, required=True, allow_none=True)
    count = Whole(required=True, allow_none=True)
    expected = Whole(required=True, allow_none=True)
    missing = Whole(required=True, allow_none=True)


class TakenOut(StrictSchema):
    """What became of a delivery."""

    position = Whole(required=True)
    results = Many(ma.fields.Nested(ResultOut), required=True, most=MOST_RECORDS)


class WalkPhotoMade(StrictSchema):
    """The photo is kept."""

    id = Line(required=True, metadata=RECORD_ID)
    sha256 = Line(required=True, metadata={"example": "9f2c4e1a"})


class PlaceProgressOut(StrictSchema):
    """How far counting has come in a place."""

    place = ma.fields.Nested(Named, required=True, allow_none=True)
    sums = ma.fields.Nested(SumsOut, required=True)
    closed_at = Moment(required=True, allow_none=True)
    closed_by = Line(required=True)
    minutes = Whole(required=True, allow_none=True)
    extra = Whole(required=True)


class PersonProgressOut(StrictSchema):
    """How much somebody has counted."""

    person = ma.fields.Nested(Named, required=True)
    count = Whole(required=True)
    last_at = Moment(required=True)


class ProgressOut(StrictSchema):
    """How far an audit has come, place by place and person by person."""

    sums = ma.fields.Nested(SumsOut, required=True)
    places = Many(ma.fields.Nested(PlaceProgressOut), required=True, most=100_000)
    people = Many(ma.fields.Nested(PersonProgressOut), required=True, most=10_000)


class AuditFindingsQuery(StrictSchema):
    """What the differences of an audit are narrowed to."""

    group = Choice(Group, load_default=None, allow_none=True)
    state = Many(Choice(FindingState), load_default=list)
    limit = Whole(least=1, most=200, load_default=50)
    cursor = Line(most=2_000, load_default=None, allow_none=True)


class AuditFindingBrief(StrictSchema):
    """A difference between ledger and shelf, and what was ruled about it."""

    id = Key(required=True)
    audit_id = Key(required=True, allow_none=True)
    group = Choice(Group, required=True)
    kind = Choice(FindingKind, required=True)
    state = Choice(FindingState, required=True)
    asset = ma.fields.Nested(Named, required=True, allow_none=True)
    asset_code = Line(required=True, allow_none=True)
    item_type = ma.fields.Nested(Named, required=True, allow_none=True)
    department = ma.fields.Nested(Named, required=True, allow_none=True)
    place = ma.fields.Nested(Named, required=True, allow_none=True)
    found_place = ma.fields.Nested(Named, required=True, allow_none=True)
    code = Line(required=True, most=500)
    count = Whole(required=True)
    condition = Choice(Condition, required=True, allow_none=True)
    words = ma.fields.String(required=True)
    source = Line(required=True)
    made_at = Moment(required=True)
    cause = Choice(Cause, required=True, allow_none=True)
    ruling = Choice(Ruling, required=True, allow_none=True)
    ruling_words = ma.fields.String(required=True)
    came_back = Flag(required=True)
    ruled_by = ma.fields.Nested(Named, required=True, allow_none=True)
    ruled_at = Moment(required=True, allow_none=True)
    approved_by = ma.fields.Nested(Named, required=True, allow_none=True)
    approved_at = Moment(required=True, allow_none=True)
    document = Line(required=True, allow_none=True)
    made_asset_id = Key(required=True, allow_none=True)


class AuditFindingCount(StrictSchema):
    """How many differences of a group stand in a state."""

    group = Choice(Group, required=True)
    state = Choice(FindingState, required=True)
    count = Whole(required=True)


class AuditFindingsPage(StrictSchema):
    """A page of differences, the oldest first, and how many there are of each sort."""

    items = Many(ma.fields.Nested(AuditFindingBrief), required=True)
    counts = Many(ma.fields.Nested(AuditFindingCount), required=True, most=100)
    next_cursor = ma.fields.String(required=True, allow_none=True)


class AuditEvidenceOut(StrictSchema):
    """A record that shows a difference."""

    kind = Choice(RecordKind, required=True)
    at = Moment(required=True)
    received_at = Moment(required=True)
    by = Line(required=True)
    place = Line(required=True, most=1_000)
    code = Line(required=True, most=500)
    note = ma.fields.String(required=True)
    reason = Choice(TickReason, required=True, allow_none=True)
    condition = Choice(Condition, required=True, allow_none=True)
    count = Whole(required=True, allow_none=True)
    photo_id = Line(required=True, allow_none=True, attribute="photo_key")


class AuditFindingOut(AuditFindingBrief):
    """A difference with what shows it and what may be ruled about it."""

    evidence = Many(ma.fields.Nested(AuditEvidenceOut), required=True)
    rulings = Many(Choice(Ruling), required=True)
    needs_two = Flag(required=True)


class AuditEnteredIn(StrictSchema):
    """As what a surplus shall be entered."""

    item_type_id = Key(load_default=None, allow_none=True)
    department_id = Key(load_default=None, allow_none=True)
    place_id = Key(load_default=None, allow_none=True)
    custodian_id = Key(load_default=None, allow_none=True)
    cost = Money(load_default=None, allow_none=True, attribute="cost_fen")
    acquired_on = Day(load_default=None, allow_none=True)


class AuditFindingIds(StrictSchema):
    """Differences of one audit, or of none."""

    finding_ids = Many(Key(), required=True, most=1_000)


class AuditRuleIn(AuditFindingIds):
    """What shall be done about some differences, and why they are there."""

    ruling = Choice(Ruling, required=True)
    cause = Choice(Cause, required=True)
    words = Notes(load_default="", most=1_000)
    place_id = Key(load_default=None, allow_none=True)
    custodian_id = Key(load_default=None, allow_none=True)
    entered = ma.fields.Nested(AuditEnteredIn, load_default=dict)


class AuditSendBackIn(AuditFindingIds):
    """Rulings that are to be made again, and why."""

    words = Notes(required=True, most=1_000)


class AuditFindingsOut(StrictSchema):
    """Differences as they are now."""

    items = Many(ma.fields.Nested(AuditFindingBrief), required=True, most=1_000)


class AuditApprovedOut(StrictSchema):
    """What became of an approval: what is done, and what changed meanwhile."""

    applied = Many(Key(), required=True, most=1_000)
    came_back = Many(Key(), required=True, most=1_000)
    document = Line(
        required=True, allow_none=True, metadata={"example": "PC2026-000001"}
    )


class AuditTotals(StrictSchema):
    """So many things, and what they cost."""

    count = Whole(required=True)
    cost = Money(required=True, attribute="fen")


class AuditComparison(StrictSchema):
    """How it compares with the last audit of the same things."""

    audit = ma.fields.Nested(Named, required=True)
    sums = ma.fields.Nested(SumsOut, required=True)
    both = Whole(required=True)
    missing_then_found = Whole(required=True)
    missing_twice = Whole(required=True)
    newly_missing = Whole(required=True)


class AuditOwn(StrictSchema):
    """How far a custodian is with what they keep."""

    person = ma.fields.Nested(Named, required=True)
    things = Whole(required=True)
    found = Whole(required=True)
    done_at = Moment(required=True, allow_none=True)


class AuditSample(StrictSchema):
    """What a second look at drawn things came to."""

    number = Whole(required=True)
    method = Choice(Method, required=True)
    seed = Line(required=True)
    percent = Whole(required=True)
    drawn = Whole(required=True)
    agreed = Whole(required=True)
    differs = Whole(required=True)
    unseen = Whole(required=True)
    in_vain = Whole(
        required=True,
        metadata={"description": "Of the unseen, those that were found before"},
    )
    is_as_said = Flag(
        required=True,
        allow_none=True,
        metadata={"description": "With check: whether method and seed draw the same"},
    )


class AuditReportOut(StrictSchema):
    """What an audit came to."""

    audit = ma.fields.Nested(AuditBrief, required=True)
    sums = ma.fields.Nested(SumsOut, required=True)
    value = Money(required=True)
    gains = ma.fields.Nested(AuditTotals, required=True)
    losses = ma.fields.Nested(AuditTotals, required=True)
    accuracy = Whole(required=True, allow_none=True)
    places = Whole(required=True)
    untouched = Whole(required=True)
    late = Whole(required=True)
    unconfirmed = Whole(required=True)
    own = Many(ma.fields.Nested(AuditOwn), required=True, most=100_000)
    samples = Many(ma.fields.Nested(AuditSample), required=True)
    hash = Line(required=True)
    is_as_closed = Flag(
        required=True,
        allow_none=True,
        metadata={"description": "With `check`: whether the hash still holds"},
    )
    comparison = ma.fields.Nested(AuditComparison, required=True, allow_none=True)


class AuditReportQuery(StrictSchema):
    """Whether a closed audit is to be proved against its hash."""

    check = Flag(load_default=False)


class AuditFileQuery(StrictSchema):
    """What kind of file."""

    form = Choice(("pdf", "xlsx"), load_default="pdf")


class AuditAccuracy(StrictSchema):
    """How many of a hundred things an audit found where the ledger has them."""

    audit_id = Key(required=True)
    title = Line(required=True)
    accuracy = Whole(required=True)


class AuditPlaceNumber(StrictSchema):
    """A place and a number."""

    place = Line(required=True, most=1_000)
    number = Whole(required=True)


class AuditOverviewOut(StrictSchema):
    """How well a ledger is counted."""

    things = Whole(required=True)
    counted = Whole(required=True)
    share = Whole(required=True)
    audits = Many(ma.fields.Nested(AuditAccuracy), required=True)
    never = Many(ma.fields.Nested(AuditPlaceNumber), required=True)
    never_count = Whole(required=True)
    slowest = Many(ma.fields.Nested(AuditPlaceNumber), required=True)

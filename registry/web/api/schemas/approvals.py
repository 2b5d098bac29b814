"""What the API takes and gives about approving purchases."""

from __future__ import annotations

import marshmallow as ma

from registry.procurement.rules.approval import (
    MOST_CLASSES,
    MOST_DAYS,
    MOST_HOURS,
    MOST_SUBSTITUTES,
)
from registry.procurement.states import (
    ApprovalState,
    Cause,
    RequestState,
    ReviewVerdict,
    Step,
)
from registry.web.api.schemas.assets import Named
from registry.web.api.schemas.requests import OuterMatchOut
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


class RuleShape(StrictSchema):
    """When a step is needed; what is null never makes it needed."""

    above = Money(load_default=None, allow_none=True, attribute="above_fen")
    declined_percent = Whole(least=1, most=100, load_default=None, allow_none=True)
    urgent = Flag(load_default=False)
    special = Flag(load_default=False)


class ApprovalPolicyIn(StrictSchema):
    """Who must agree to what. The head of the department always must."""

    asset_office = ma.fields.Nested(RuleShape)
    finance = ma.fields.Nested(RuleShape)
    principal = ma.fields.Nested(RuleShape)
    special_classes = Many(Line(most=20), most=MOST_CLASSES)
    window_days = Whole(least=1, most=MOST_DAYS)
    whole_department = Flag()
    hours = Whole(least=1, most=MOST_HOURS)
    review_hours = Whole(least=1, most=MOST_HOURS)
    substitutes = Many(Key(), most=MOST_SUBSTITUTES)


class BenchOut(StrictSchema):
    """Who could decide a step at all."""

    step = Choice(Step)
    people = Many(ma.fields.Nested(Named))


class ApprovalPolicyOut(ApprovalPolicyIn):
    """Who must agree to what in an institution, and who could decide each step."""

    benches = Many(ma.fields.Nested(BenchOut))
    version = Whole(required=True)


class TrialIn(StrictSchema):
    """A request to try the policy with."""

    amount = Money(required=True)
    wanted = Whole(least=1, most=10_000, load_default=1)
    declined = Whole(least=0, most=10_000, load_default=0)
    urgent = Flag(load_default=False)
    special = Flag(load_default=False)


class NeededStep(StrictSchema):
    """A step that is needed, with why; steps of one stage are asked together."""

    step = Choice(Step)
    stage = Whole()
    causes = Many(Choice(Cause))


class TrialOut(StrictSchema):
    """The steps that a request would need, in order."""

    items = Many(ma.fields.Nested(NeededStep))


class ActingIn(StrictSchema):
    """Who decides in whose place, from when to when; oneself unless told."""

    person_id = Key(load_default=None, allow_none=True)
    acting_id = Key(required=True)
    first = Day(required=True)
    last = Day(required=True)
    reason = Line(load_default="")


class ActingOut(StrictSchema):
    """Somebody who decides in a person's place."""

    id = Key()
    person = ma.fields.Nested(Named)
    acting = ma.fields.Nested(Named)
    first = Day()
    last = Day()
    reason = Line()
    made_at = Moment()
    ended_at = Moment(allow_none=True)


class ActingList(StrictSchema):
    """Who decides in whose place, now or later."""

    items = Many(ma.fields.Nested(ActingOut))


class ApprovalStepOut(StrictSchema):
    """One step of approving a request."""

    step = Choice(Step)
    round = Whole()
    stage = Whole()
    state = Choice(ApprovalState)
    causes = Many(Choice(Cause))
    opened_at = Moment(allow_none=True)
    decided_at = Moment(allow_none=True)
    decided_by = ma.fields.Nested(Named, allow_none=True)
    acting_for = ma.fields.Nested(Named, allow_none=True)
    words = Notes()


class ApprovalOut(StrictSchema):
    """How a request stands in approving: its steps, and which are the caller's."""

    request_id = Key()
    number = Line()
    state = Choice(RequestState)
    department = ma.fields.Nested(Named)
    amount = Money(metadata={"example": "12000.00"})
    steps = Many(ma.fields.Nested(ApprovalStepOut), most=1_000)
    mine = Many(Choice(Step))
    certificate_id = Key(allow_none=True)
    certificate = Line(allow_none=True)


class OuterSinceOut(OuterMatchOut):
    """What another institution shows since the check of a line."""

    line_id = Key(required=True)


class ApprovalShownOut(ApprovalOut):
    """The same, with what others show since the check; the request has the rest."""

    shown_since = Many(ma.fields.Nested(OuterSinceOut), required=True, most=1_000)


class InboxOut(StrictSchema):
    """What waits for the caller's approval, longest waiting first."""

    items = Many(ma.fields.Nested(ApprovalOut))


class ConsentIn(StrictSchema):
    """Agreeing, as one step or as all the caller has."""

    step = Choice(Step, load_default=None, allow_none=True)
    words = Notes(load_default="", most=1_000)


class TurnDownIn(StrictSchema):
    """Refusing or sending back, with why."""

    step = Choice(Step, load_default=None, allow_none=True)
    words = Notes(required=True, most=1_000)


class UrgentIn(StrictSchema):
    """Why a request cannot wait."""

    reason = Notes(
        required=True, most=1_000, metadata={"example": "今晚要印考卷，打印机坏了"}
    )


class UrgentPassOut(StrictSchema):
    """A request let through as urgent, and what the review said."""

    id = Key()
    request_id = Key()
    number = Line()
    department = ma.fields.Nested(Named)
    reason = Notes()
    allowed_at = Moment()
    allowed_by = ma.fields.Nested(Named)
    verdict = Choice(ReviewVerdict, allow_none=True)
    review_words = Notes()
    reviewed_at = Moment(allow_none=True)
    reviewed_by = ma.fields.Nested(Named, allow_none=True)


class UrgentQuery(StrictSchema):
    """Which of them: those to be reviewed, or those that were."""

    reviewed = Flag(load_default=False)


class UrgentList(StrictSchema):
    """What was let through as urgent."""

    items = Many(ma.fields.Nested(UrgentPassOut))


class ReviewIn(StrictSchema):
    """Whether it was right; words where it was not."""

    verdict = Choice(ReviewVerdict, required=True)
    words = Notes(load_default="", most=1_000)

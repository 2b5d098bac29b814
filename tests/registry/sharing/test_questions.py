"""Asking, answering, going up, ending by itself: each promise of a question."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.roles import Role
from registry.images import clean_photo
from registry.journal.queries import entries_of
from registry.kernel.errors import Forbidden, Invalid, Missing
from registry.kernel.states import StateMachine
from registry.ledger import actions as ledger
from registry.ledger import queries as ledger_queries
from registry.ledger.models import Asset, LabelReport
from registry.ledger.queries import Filter
from registry.organisation import actions as organisation
from registry.organisation.queries import root_department
from registry.sharing import actions
from registry.sharing.actions import Reply
from registry.sharing.errors import NothingToAsk, QuestionClosed
from registry.sharing.models import Asking, AssetLife, IdleQuestion, Suspicion
from registry.sharing.queries.questions import (
    answers_since,
    asked_of,
    count_asked_of,
    is_asked,
    open_question_of,
    question,
)
from registry.sharing.queries.suspects import askable, overseen
from registry.sharing.states import QUESTION, Answer, QuestionState, Reason
from registry.store.db import session
from registry.waiting.actions import escalate_due, pass_on
from registry.waiting.models import Wait
from registry.waiting.queries import holders_of, waits_of
from tests.factories.catalogue import make_type
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_institution,
    make_person,
)
from tests.factories.sharing import School

IDLE = Reply("idle")
IN_USE = Reply("in_use", reason="daily")
NOT_HERE = Reply("not_here", words="在二楼李老师那里")


def wait_of(context: Session) -> Wait:
    [found] = context.scalars(sa.select(Wait).where(Wait.subject_kind == "idle_asking"))
    return found


def verbs(question_: IdleQuestion) -> list[str]:
    return [each.verb for each in entries_of("idle_question", question_.id)]


def test_the_custodian_is_asked_once_with_all_of_it_in_one_bundle(
    school: School, keeper: Actor, context: Session
) -> None:
    things = [school.stored() for _ in range(3)]
    assert school.ask() == 3
    assert [each.asset_id for each in asked_of(keeper)] == [each.id for each in things]
    assert count_asked_of(keeper) == 3
    [step] = waits_of(keeper)
    assert (step.step, step.facts["count"]) == ("idle_question", 3)
    assert step.department_id == school.home.id
    first = asked_of(keeper)[0]
    assert first.signs[0]["signal"] == "stored"
    assert verbs(first) == ["ask"]
    assert school.ask() == 0
    assert context.scalar(sa.select(sa.func.count()).select_from(Asking)) == 1


def test_idle_marks_the_thing_and_shows_it_to_everybody(
    school: School, keeper: Actor
) -> None:
    made = school.stored()
    school.ask()
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(picture, "JPEG")
    reply = Reply(
        "idle",
        words="新的到了，这台不用了",
        condition="fair",
        photo=clean_photo(picture.getvalue()),
    )
    asked = school.question(made)
    answered = actions.answer(keeper, [asked.id], reply)
    [done] = answered.done
    assert (done.state, done.answer) == ("idle", "idle")
    found = ledger_queries.asset(keeper, made.id)
    assert (found.state, found.condition) == ("idle", "fair")
    assert len(ledger_queries.photos_of(found)) == 1
    somebody = actor_of(make_person(school.institution))
    pool = ledger_queries.list_assets(somebody, Filter(pool=True)).rows
    assert [each.id for each in pool] == [made.id]
    last = ledger_queries.history(keeper, found)[0]
    assert (last.verb, last.reason, last.actor) == (
        "mark_idle",
        "新的到了，这台不用了",
        keeper.name,
    )
    assert verbs(done) == ["ask", "answer_idle"]
    assert waits_of(keeper) == []


def test_in_use_rests_until_the_months_are_over(
    school: School, keeper: Actor, day: Any, context: Session
) -> None:
    made = school.stored()
    school.ask()
    actions.answer(keeper, [school.question(made).id], Reply("in_use", reason="spare"))
    assert ledger_queries.asset(keeper, made.id).state == "in_use"
    assert context.get(Suspicion, made.id) is None
    day.shift(180 * 86_400)
    assert school.ask() == 0
    day.shift(3 * 86_400)
    assert school.ask() == 1
    rows = context.scalars(
        sa.select(IdleQuestion)
        .where(IdleQuestion.asset_id == made.id)
        .order_by(IdleQuestion.id)
    )
    assert [row.state for row in rows] == ["in_use", "open"]


def test_not_here_makes_a_report_for_the_department(
    school: School, keeper: Actor, officer: Actor, context: Session
) -> None:
    made = school.stored()
    school.ask()
    actions.answer(keeper, [school.question(made).id], NOT_HERE)
    [report] = ledger_queries.open_reports(officer)
    assert (report.asset_id, report.words) == (made.id, "在二楼李老师那里")
    assert report.made_by_id == keeper.person_id
    assert ledger_queries.asset(keeper, made.id).state == "in_use"
    assert context.get_one(AssetLife, made.id).rested_until == date(2027, 3, 1)
    assert school.ask() == 0


@pytest.mark.parametrize(
    ("reply", "field"),
    [
        (Reply("maybe"), "answer"),
        (Reply("in_use"), "reason"),
        (Reply("in_use", reason="because"), "reason"),
        (Reply("in_use", reason="other"), "words"),
        (Reply("in_use", reason="other", words="  "), "words"),
        (Reply("not_here"), "words"),
        (Reply("in_use", reason="daily", words="x" * 1_001), "words"),
        (Reply("idle", condition="shiny"), "condition"),
    ],
)
def test_an_answer_that_says_nothing_is_refused_beside_its_field(
    school: School, keeper: Actor, reply: Reply, field: str
) -> None:
    made = school.stored()
    school.ask()
    with pytest.raises(Invalid) as refused:
        actions.answer(keeper, [school.question(made).id], reply)
    assert set(refused.value.problems) == {field}
    assert school.question(made).state == "open"
    assert ledger_queries.asset(keeper, made.id).state == "in_use"


@pytest.mark.parametrize(
    "happens",
    [
        "move",
        "assign",
        "reassign",
        "lend",
        "mark_idle",
        "send_to_repair",
        "report_missing",
        "propose_disposal",
    ],
)
def test_a_question_ends_by_itself_when_something_happens(
    school: School, keeper: Actor, happens: str, context: Session
) -> None:
    made = school.stored()
    school.ask()
    asked = school.question(made)
    system = school.system
    if happens == "move":
        ledger.move(system, made.id, school.room.id)
    elif happens == "assign":
        ledger.assign(system, made.id, custodian_id=None, user_id=None)
    elif happens == "reassign":
        ledger.reassign(system, made.id, _other_department(school))
    elif happens == "lend":
        ledger.lend(system, made.id, holder="隔壁学校")
    else:
        ledger.change_state(system, made.id, happens)
    context.expire_all()
    assert asked.state == QuestionState.OVERTAKEN
    assert asked.overtaken_by == ("claim" if happens == "lend" else happens)
    assert verbs(asked) == ["ask", "overtake"]
    assert waits_of(keeper) == []
    assert wait_of(context).state == "dropped"
    with pytest.raises(QuestionClosed):
        actions.answer(keeper, [asked.id], IDLE)


def _other_department(school: School) -> int:
    return organisation.add_department(school.system, "别的部门").id


@pytest.mark.parametrize("verb", ["amend", "relabel", "add_photo"])
def test_what_tells_nothing_of_its_use_leaves_the_question(
    school: School, verb: str, context: Session
) -> None:
    made = school.stored()
    school.ask()
    asked = school.question(made)
    if verb == "amend":
        ledger.amend(school.system, made.id, None, {"cost_fen": 12_345})
    elif verb == "relabel":
        ledger.replace_label(school.system, made.id)
    else:
        picture = io.BytesIO()
        Image.new("RGB", (64, 48), "teal").save(picture, "JPEG")
        ledger.add_photo(school.system, made.id, clean_photo(picture.getvalue()))
    context.expire_all()
    assert asked.state == QuestionState.OPEN


def test_silence_goes_one_level_up_and_never_answers(
    school: School,
    keeper: Actor,
    officer: Actor,
    head: Actor,
    office: Actor,
    day: Any,
    context: Session,
) -> None:
    made = school.stored()
    school.ask()
    found = wait_of(context)
    for actor, mine in ((officer, 0), (head, 0), (office, 0)):
        assert count_asked_of(actor) == mine
    for level, actor in enumerate((officer, head, office), 1):
        day.shift(7 * 86_400)
        assert escalate_due() == 1
        assert [each.asset_id for each in asked_of(actor)] == [made.id]
        context.expire_all()
        assert found.rung == level
    day.shift(30 * 86_400)
    escalate_due()
    context.expire_all()
    assert found.state == "overdue"
    assert school.question(made).state == "open"
    names = {each.person_id for each in holders_of([found])[found.id]}
    assert names == {each.person_id for each in (keeper, officer, head, office)}


@pytest.mark.parametrize("role", ["keeper", "officer", "head", "office"])
def test_everybody_on_the_way_up_can_answer(
    school: School, role: str, context: Session
) -> None:
    made = school.stored()
    school.ask()
    actor = actor_of(getattr(school, role))
    actions.answer(actor, [school.question(made).id], IDLE)
    assert ledger_queries.asset(school.system, made.id).state == "idle"
    assert wait_of(context).state == "done"


def test_somebody_it_was_passed_on_to_may_say_that_it_is_in_use(
    school: School, keeper: Actor
) -> None:
    made = school.stored()
    school.ask()
    helper = actor_of(make_person(school.institution))
    asked = school.question(made)
    with pytest.raises(Forbidden):
        actions.answer(helper, [asked.id], IN_USE)
    pass_on(keeper, waits_of(keeper)[0].id, helper.person_id or 0)
    assert is_asked(helper, asked)
    with pytest.raises(Forbidden):
        actions.answer(helper, [asked.id], IDLE)
    actions.answer(helper, [asked.id], IN_USE)
    assert open_question_of(made) is None


def test_nobody_else_may_answer_or_look(school: School) -> None:
    made = school.stored()
    school.ask()
    asked = school.question(made)
    stranger = actor_of(make_person(school.institution))
    with pytest.raises(Forbidden):
        actions.answer(stranger, [asked.id], IDLE)
    with pytest.raises(Missing):
        question(stranger, asked.id)
    abroad = actor_of(make_colleague(make_institution(), Role.ASSET_OFFICE))
    with pytest.raises(Missing):
        actions.answer(abroad, [asked.id], IDLE)
    with pytest.raises(Missing):
        question(abroad, asked.id)
    auditor = actor_of(make_colleague(school.institution, Role.AUDITOR))
    assert question(auditor, asked.id).id == asked.id
    with pytest.raises(Forbidden):
        actions.answer(auditor, [asked.id], IDLE)


def test_several_are_answered_in_one_act_under_one_document(
    school: School, keeper: Actor
) -> None:
    kind = make_type(school.institution, name="学生椅").id
    things = [school.stored(item_type_id=kind) for _ in range(4)]
    school.ask()
    ids = [each.id for each in asked_of(keeper)]
    ledger.move(school.system, things[0].id, school.room.id)
    answered = actions.answer(keeper, ids, IDLE)
    assert len(answered.done) == 3
    assert [each.asset_id for each in answered.late] == [things[0].id]
    assert answered.document is not None
    documents = {
        ledger_queries.history(school.system, ledger_queries.asset(keeper, each.id))[
            0
        ].document
        for each in things[1:]
    }
    assert documents == {answered.document}


def test_one_refusal_takes_all_of_an_act_back(
    school: School, keeper: Actor, context: Session
) -> None:
    mine, others = school.stored(), school.stored(custodian_id=None)
    school.ask()
    ids = [school.question(mine).id, school.question(others).id]
    with pytest.raises(Forbidden):
        actions.answer(keeper, ids, IDLE)
    assert ledger_queries.asset(school.system, mine.id).state == "in_use"
    with pytest.raises(Missing):
        actions.answer(keeper, [ids[0], 987_654], IDLE)
    with pytest.raises(Invalid):
        actions.answer(keeper, [], IDLE)


def test_the_same_answer_sent_twice_counts_once(
    school: School, keeper: Actor, officer: Actor
) -> None:
    made = school.stored()
    school.ask()
    asked = school.question(made)
    first = actions.answer(keeper, [asked.id], IN_USE)
    again = actions.answer(keeper, [asked.id], IN_USE)
    assert first.done[0].id == again.done[0].id
    assert verbs(asked) == ["ask", "answer_in_use"]
    for actor, reply in ((keeper, IDLE), (officer, IN_USE)):
        with pytest.raises(QuestionClosed):
            actions.answer(actor, [asked.id], reply)


def test_the_bundle_waits_until_its_last_question(
    school: School, keeper: Actor, context: Session
) -> None:
    one, two = school.stored(), school.stored()
    school.ask()
    actions.answer(keeper, [school.question(one).id], IN_USE)
    assert len(waits_of(keeper)) == 1
    ledger.move(school.system, two.id, school.room.id)
    assert waits_of(keeper) == []
    context.expire_all()
    assert (wait_of(context).state, wait_of(context).outcome) == ("done", "answered")
    [asking] = context.scalars(sa.select(Asking))
    assert asking.closed_at is not None


def test_nobody_is_asked_about_more_in_a_week_than_was_chosen(
    school: School, keeper: Actor, day: Any
) -> None:
    chairs = make_type(school.institution, name="学生椅").id
    actions.change_policy(school.system, 1, batch=3)
    for _ in range(5):
        school.stored()
    for _ in range(4):
        school.stored(item_type_id=chairs)
    assert school.ask() in {3, 6}
    assert len({each.asset.item_type_id for each in asked_of(keeper)}) == 3
    before = count_asked_of(keeper)
    assert school.ask() == 0
    actions.answer(keeper, [each.id for each in asked_of(keeper)], IN_USE)
    assert school.ask() == 0
    day.shift(8 * 86_400)
    assert school.ask() == 9 - before
    assert count_asked_of(keeper) == 9 - before


def test_silence_is_not_asked_over(school: School, keeper: Actor, day: Any) -> None:
    actions.change_policy(school.system, 1, batch=2)
    for _ in range(4):
        school.stored()
    assert school.ask() == 2
    day.shift(30 * 86_400)
    assert school.ask() == 0
    assert count_asked_of(keeper) == 2


def test_who_is_asked_first_is_who_keeps_it_else_who_uses_it_else_the_officer(
    school: School, officer: Actor
) -> None:
    user = make_person(school.institution, department=school.home)
    leaver = make_person(school.institution, department=school.home)
    used = school.stored(custodian_id=leaver.id, user_id=user.id)
    nobodys = school.stored(custodian_id=None)
    organisation.leave(school.system, leaver.id, leaver.version, hand_over_later=True)
    assert school.ask() == 2
    assert [each.asset_id for each in asked_of(actor_of(user))] == [used.id]
    assert [each.asset_id for each in asked_of(officer)] == [nobodys.id]


def test_whoever_leaves_gives_the_question_to_the_next(
    school: School, officer: Actor
) -> None:
    school.stored()
    school.ask()
    organisation.leave(
        school.system, school.keeper.id, school.keeper.version, hand_over_later=True
    )
    assert count_asked_of(officer) == 1


def test_the_office_asks_now_about_what_it_chose(
    school: School, office: Actor, keeper: Actor
) -> None:
    actions.change_policy(school.system, 1, batch=1)
    things = [school.stored() for _ in range(3)]
    school.find()
    [asking] = actions.ask(office, [each.id for each in things])
    assert (asking.count, asking.asked_by_id) == (3, office.person_id)
    assert count_asked_of(keeper) == 3
    with pytest.raises(NothingToAsk):
        actions.ask(office, [each.id for each in things])
    with pytest.raises(NothingToAsk):
        actions.ask(office, [school.asset().id])
    with pytest.raises(Invalid):
        actions.ask(office, [])


def test_an_officer_asks_about_the_things_of_their_department_alone(
    school: School, officer: Actor, keeper: Actor, head: Actor
) -> None:
    mine = school.stored()
    others = school.stored(department_id=_other_department(school))
    school.find()
    with pytest.raises(Forbidden):
        actions.ask(officer, [mine.id, others.id])
    assert count_asked_of(keeper) == 0
    assert actions.ask(officer, [mine.id])[0].count == 1
    for actor in (keeper, head):
        with pytest.raises(Forbidden):
            actions.ask(actor, [others.id])


def test_a_withdrawn_question_rests_like_an_answered_one(
    school: School, office: Actor, keeper: Actor, context: Session
) -> None:
    made = school.stored()
    school.ask()
    asked = school.question(made)
    with pytest.raises(Forbidden):
        actions.withdraw(keeper, asked.id)
    assert actions.withdraw(office, asked.id).state == "withdrawn"
    assert wait_of(context).state == "dropped"
    assert school.ask() == 0
    with pytest.raises(QuestionClosed):
        actions.withdraw(office, asked.id)


def test_one_who_switched_it_off_is_not_asked_by_itself(
    school: School, office: Actor
) -> None:
    actions.change_policy(school.system, 1, asks=False)
    made = school.stored()
    assert actions.ask_everywhere() == 0
    assert actions.ask(office, [made.id])[0].count == 1


def test_the_plan_says_what_would_be_asked_and_asks_nothing(school: School) -> None:
    things = [school.stored() for _ in range(2)]
    school.find()
    [bundle] = actions.planned(school.institution.id)
    assert bundle.person_id == school.keeper.id
    assert bundle.asset_ids == tuple(each.id for each in things)
    assert bundle.kinds == 2
    assert [open_question_of(each) for each in things] == [None, None]


def test_answers_are_counted_for_those_who_oversee(
    school: School, keeper: Actor, officer: Actor
) -> None:
    one, two = school.stored(), school.stored()
    school.ask()
    actions.answer(keeper, [school.question(one).id], IDLE)
    actions.answer(keeper, [school.question(two).id], IN_USE)
    long_ago = school.institution.created_at
    assert answers_since(officer, long_ago) == {"idle": 1, "in_use": 1}
    assert answers_since(keeper, long_ago) == {}


def test_the_machine_of_questions_ends_everything_once() -> None:
    machine: StateMachine[QuestionState] = QUESTION
    assert machine.start is QuestionState.OPEN
    assert set(machine.open_verbs(QuestionState.OPEN)) == set(machine.moves)
    for state in set(QuestionState) - {QuestionState.OPEN}:
        assert machine.open_verbs(state) == []
    assert {target for _, target in machine.moves.values()} == set(QuestionState) - {
        QuestionState.OPEN
    }
    assert {str(each) for each in Answer} <= {str(each) for each in QuestionState}
    assert Reason.OTHER in Reason


@pytest.mark.parametrize(
    "values",
    [
        {"state": "open", "closed_at": sa.func.now()},
        {"state": "in_use", "closed_at": None},
        {"state": "in_use", "answer": None, "closed_at": sa.func.now()},
        {"state": "maybe"},
    ],
)
def test_the_database_itself_refuses_a_question_that_cannot_be(
    school: School, context: Session, values: dict[str, Any]
) -> None:
    school.stored()
    school.ask()
    with pytest.raises(sa.exc.IntegrityError):
        context.execute(sa.update(IdleQuestion).values(**values))
    context.rollback()


def test_the_database_itself_keeps_one_open_question_a_thing(
    school: School, context: Session
) -> None:
    made = school.stored()
    school.ask()
    asked = school.question(made)
    twin = IdleQuestion(
        institution_id=asked.institution_id,
        asking_id=asked.asking_id,
        asset_id=asked.asset_id,
        state="open",
        signs=[],
        asked_at=asked.asked_at,
    )
    context.add(twin)
    with pytest.raises(sa.exc.IntegrityError):
        context.flush()
    context.rollback()


def test_the_permission_and_the_list_agree_on_who_oversees(school: School) -> None:
    things = [
        school.asset(),
        school.asset(department_id=_other_department(school)),
        school.asset(department_id=_root(school)),
    ]
    for role in [None, *Role]:
        if role is Role.STAFF:
            continue
        reader = actor_of(
            make_colleague(school.institution, role, department=school.home)
        )
        for permission, condition in (
            (Permission.IDLE_SEE, overseen(reader)),
            (Permission.IDLE_ASK, askable(reader)),
        ):
            query = sa.select(Asset.id)
            if condition is not None:
                query = query.where(condition)
            listed = set(session().scalars(query))
            for thing in things:
                may = reader.may(permission, thing.department)
                assert (thing.id in listed) == may, (role, permission)


def _root(school: School) -> int:
    return root_department(school.institution.id).id


def test_a_report_is_one_for_each_thing_that_is_not_there(
    school: School, keeper: Actor, context: Session
) -> None:
    for _ in range(2):
        school.stored()
    school.ask()
    actions.answer(keeper, [each.id for each in asked_of(keeper)], NOT_HERE)
    assert context.scalar(sa.select(sa.func.count()).select_from(LabelReport)) == 2

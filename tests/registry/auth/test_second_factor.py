"""A second factor: codes by the standard, each good once, and no way round them."""

from __future__ import annotations

import multiprocessing
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from registry.access.actor import Actor
from registry.access.roles import DECIDING, Role
from registry.auth import actions, queries
from registry.auth.actions.second_factor import BY_CODE, SETTING_UP, spend
from registry.auth.actions.sessions import HALF_FOR
from registry.auth.errors import FactorIsAsked, HalfOver, OwnFactor
from registry.auth.models import HalfSignIn, SecondFactor, SignInSession, SpareCode
from registry.auth.queries import actor_of_token, visit_of_session, visit_of_token
from registry.auth.rules import second_factor as rules
from registry.auth.states import FACTOR_MOVES, FactorState, FactorVerb
from registry.journal.queries import entries_of
from registry.kernel.clock import now
from registry.kernel.errors import Forbidden, Invalid, Missing, Throttled, WrongState
from registry.notifications.models import Notice
from registry.organisation.actions import change_institution, grant_role
from registry.organisation.models import FactorFor, Institution
from registry.organisation.queries import root_department
from registry.store.db import db, init_store, session
from registry.store.transaction import transaction
from tests.factories.auth import PASSWORD, begin_session, make_credential, make_token
from tests.factories.organisation import actor_of, make_colleague, make_institution
from tests.factories.second_factor import Phone, in_session, set_up
from tests.harness.application import settings_for

RFC_SECRET = b"12345678901234567890"
RFC_VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]
"""Appendix B of RFC 6238, SHA-1, its last six digits."""


@pytest.fixture
def phone(clock, wang, settings) -> Phone:
    """王芳's phone; the next code is one half minute on."""
    made = set_up(settings, in_session(settings, wang))
    clock.shift(30)
    return made


def half(settings, person) -> str:
    token, begun = actions.sign_in(
        settings, person.institution_id, "wangfang", PASSWORD
    )
    assert isinstance(begun, HalfSignIn)
    return token


def said(refusal: pytest.ExceptionInfo[Invalid]) -> str:
    return refusal.value.problems["code"].code


def ask(who: FactorFor, system: Actor, **later: int) -> None:
    house = session().get_one(Institution, system.institution_id)
    change_institution(system, house.version, factor_for=str(who))
    with transaction():
        house.factor_from = now() + timedelta(**later)


@pytest.mark.parametrize(("second", "code"), RFC_VECTORS)
def test_codes_are_those_of_the_standard(second, code):
    moment = datetime.fromtimestamp(second, UTC)
    assert rules.code_of(RFC_SECRET, rules.step_at(moment)) == code


def test_the_password_alone_begins_no_session(phone, wang, institution, settings):
    before = session().scalar(sa.select(sa.func.count(SignInSession.id)))
    token = half(settings, wang)
    assert session().scalar(sa.select(sa.func.count(SignInSession.id))) == before
    assert visit_of_session(settings, token) is None
    with pytest.raises(Invalid):
        actions.complete_sign_in(settings, token, "")
    made, row, left = actions.complete_sign_in(settings, token, phone.code())
    visit = visit_of_session(settings, made)
    assert (visit.actor.person_id, visit.actor.session_id) == (wang.id, row.id)
    assert left is None
    with pytest.raises(HalfOver):
        actions.complete_sign_in(settings, token, phone.code(1))


def test_a_phones_clock_may_be_half_a_minute_off(phone, wang, clock, settings):
    taken = {}
    for steps in range(-3, 4):
        clock.shift(300)
        token, code = half(settings, wang), phone.code(steps)
        try:
            actions.complete_sign_in(settings, token, code)
            taken[steps] = "taken"
        except Invalid as refusal:
            taken[steps] = refusal.problems["code"].code
    near, far = dict.fromkeys((-1, 0, 1), "taken"), (-3, -2, 2, 3)
    assert taken == near | dict.fromkeys(far, "wrong_code")


def test_a_code_is_taken_once_and_none_before_it_any_more(phone, wang, clock, settings):
    actions.complete_sign_in(settings, half(settings, wang), phone.code())
    for again in (phone.code(), phone.code(-1)):
        with pytest.raises(Invalid) as refusal:
            actions.complete_sign_in(settings, half(settings, wang), again)
        assert said(refusal) == "code_used"
    clock.shift(30)
    actions.complete_sign_in(settings, half(settings, wang), phone.code())


def test_however_it_is_typed_a_code_is_the_same(phone, wang, settings):
    code = phone.code()
    wide = "".join(chr(ord(each) + 0xFEE0) for each in code)
    actions.complete_sign_in(
        settings, half(settings, wang), f" {wide[:3]} - {wide[3:]} "
    )


def test_what_is_no_code_is_refused(phone, wang, clock, settings):
    for given in ("", "1", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "0" * 40):
        with pytest.raises(Invalid) as refusal:
            actions.complete_sign_in(settings, half(settings, wang), given)
        assert said(refusal) == "wrong_code"


def test_ten_tries_and_no_more_also_by_new_passwords(phone, wang, clock, settings):
    for _ in range(BY_CODE.most):
        with pytest.raises(Invalid):
            actions.complete_sign_in(settings, half(settings, wang), "000000")
    with pytest.raises(Throttled):
        actions.complete_sign_in(settings, half(settings, wang), phone.code())
    clock.shift(BY_CODE.seconds)
    actions.complete_sign_in(settings, half(settings, wang), phone.code())


def test_there_are_ten_minutes_between_password_and_code(phone, wang, clock, settings):
    token = half(settings, wang)
    clock.shift(HALF_FOR.total_seconds() + 1)
    for each in (token, "", "nonsense"):
        with pytest.raises(HalfOver):
            actions.complete_sign_in(settings, each, phone.code())
    actions.forget_ended_sessions()
    assert session().scalar(sa.select(sa.func.count(HalfSignIn.id))) == 0


BETWEEN = {
    "disabled": lambda system, settings, wang: actions.disable(system, wang.id),
    "password reset": lambda system, settings, wang: actions.reset_password(
        system, settings, wang.id
    ),
    "sessions ended": lambda system, settings, wang: actions.end_sessions(
        system, wang.id
    ),
    "factor reset": lambda system, settings, wang: actions.reset_second_factor(
        system, wang.id
    ),
    "password changed": lambda system, settings, wang: actions.change_password(
        actor_of(wang), settings, PASSWORD, "silver-fern-77"
    ),
}


@pytest.mark.parametrize("meanwhile", BETWEEN)
def test_what_happens_between_password_and_code_counts(
    meanwhile, phone, wang, system, settings
):
    token = half(settings, wang)
    BETWEEN[meanwhile](system, settings, wang)
    with pytest.raises(HalfOver):
        actions.complete_sign_in(settings, token, phone.code())


def test_a_new_password_is_no_way_round_the_code(phone, wang, system, settings):
    first = actions.reset_password(system, settings, wang.id)
    _, begun = actions.sign_in(settings, wang.institution_id, "wangfang", first)
    assert isinstance(begun, HalfSignIn)


def test_each_spare_code_lets_in_once(phone, wang, clock, settings):
    assert len(set(phone.spare)) == rules.SPARE_CODES
    for left, code in zip(range(9, -1, -1), phone.spare, strict=True):
        spaced = f"{code[:4]} {code[4:8]}-{code[8:12]} {code[12:]}"
        *_, told = actions.complete_sign_in(settings, half(settings, wang), spaced)
        assert told == left
        with pytest.raises(Invalid) as refusal:
            actions.complete_sign_in(settings, half(settings, wang), code)
        assert said(refusal) == "code_used"
    wrong = phone.spare[0][:4] + "0" * 12
    with pytest.raises(Invalid) as refusal:
        actions.complete_sign_in(settings, half(settings, wang), wrong)
    assert said(refusal) == "wrong_code"


def test_new_spare_codes_void_the_old_ones(phone, wang, settings):
    actor = in_session_by(phone, settings, wang)
    fresh = actions.renew_spare_codes(
        actor, settings, password=PASSWORD, code=phone.spare[0]
    )
    with pytest.raises(Invalid) as refusal:
        actions.complete_sign_in(settings, half(settings, wang), phone.spare[1])
    assert said(refusal) == "wrong_code"
    actions.complete_sign_in(settings, half(settings, wang), fresh[0])


def in_session_by(phone: Phone, settings, wang) -> Actor:
    token, *_ = actions.complete_sign_in(settings, half(settings, wang), phone.code())
    return visit_of_session(settings, token).actor


def test_neither_secret_nor_spare_codes_can_be_read_from_the_database(
    phone, wang, settings
):
    kept = session().execute(sa.select(SecondFactor.__table__)).one()
    spare = session().execute(sa.select(SpareCode.__table__)).all()
    written = str(kept) + str(spare)
    assert rules.typed(phone.secret).replace(" ", "") not in written
    assert phone.secret.hex() not in written
    assert not any(each in written for each in phone.spare)
    assert all(each.code_hash.startswith("$argon2id$") for each in spare)


def test_a_sealed_secret_opens_for_its_owner_and_with_its_key_alone():
    kept = rules.seal("a" * 40, (1, 7), RFC_SECRET)
    assert rules.unseal("a" * 40, (1, 7), kept) == RFC_SECRET
    assert rules.seal("a" * 40, (1, 7), RFC_SECRET) != kept
    for key, owner in (("b" * 40, (1, 7)), ("a" * 40, (1, 8)), ("a" * 40, (2, 7))):
        assert rules.unseal(key, owner, kept) is None
    for broken in ("", "x", kept[:-8], kept[:20] + "AAAA" + kept[24:]):
        assert rules.unseal("a" * 40, (1, 7), broken) is None


def test_where_the_installations_key_is_another_one_spare_codes_still_let_in(
    phone, wang, settings
):
    other = settings_for(settings.database_url, secret_key="k" * 40)
    with pytest.raises(Invalid) as refusal:
        actions.complete_sign_in(other, half(settings, wang), phone.code())
    assert said(refusal) == "factor_unreadable"
    actions.complete_sign_in(other, half(settings, wang), phone.spare[0])


# Setting up, renewing, doing without.


def test_whoever_signed_in_a_while_ago_gives_the_password(wang, clock, settings):
    actor = in_session(settings, wang)
    actions.begin_second_factor(actor, settings)
    clock.shift(15 * 60)
    with pytest.raises(Invalid):
        actions.begin_second_factor(actor, settings)
    with pytest.raises(Invalid):
        actions.begin_second_factor(actor, settings, password="guess")
    actions.begin_second_factor(actor, settings, password=PASSWORD)


def test_what_is_not_confirmed_is_not_asked_for(wang, clock, settings):
    actor = in_session(settings, wang)
    made = actions.begin_second_factor(actor, settings)
    assert actions.setup_of(actor, settings) == made
    begin_session(settings, wang)
    clock.shift(SETTING_UP.total_seconds() + 1)
    phone = Phone.taught(made.secret)
    for act in (
        lambda: actions.setup_of(actor, settings),
        lambda: actions.confirm_second_factor(actor, settings, phone.code()),
    ):
        with pytest.raises(Missing):
            act()


def test_while_setting_up_a_wrong_clock_is_told_from_a_wrong_code(
    wang, clock, settings
):
    actor = in_session(settings, wang)
    phone = Phone.taught(actions.begin_second_factor(actor, settings).secret)
    slow = {-10: "phone_is_slow", 10: "phone_is_fast", -40: "wrong_code"}
    for steps, code in slow.items():
        with pytest.raises(Invalid) as refusal:
            actions.confirm_second_factor(actor, settings, phone.code(steps))
        assert said(refusal) == code
        told = refusal.value.problems["code"].facts
        assert told == ({} if code == "wrong_code" else {"minutes": 5})


def test_the_first_code_lets_in_no_more(wang, clock, settings):
    phone = set_up(settings, in_session(settings, wang))
    with pytest.raises(Invalid) as refusal:
        actions.complete_sign_in(settings, half(settings, wang), phone.code())
    assert said(refusal) == "code_used"


def test_ones_other_sessions_end_with_each_change_and_tokens_do_not(
    wang, clock, settings
):
    here, elsewhere = in_session(settings, wang), begin_session(settings, wang)
    token = make_token(settings, wang)
    phone = set_up(settings, here)
    assert visit_of_session(settings, elsewhere) is None
    assert actor_of_token(token) is not None
    clock.shift(30)
    elsewhere, *_ = actions.complete_sign_in(
        settings, half(settings, wang), phone.code()
    )
    clock.shift(30)
    actions.remove_second_factor(here, settings, password=PASSWORD, code=phone.code())
    assert visit_of_session(settings, elsewhere) is None
    assert actor_of_token(token) is not None
    begin_session(settings, wang)


def test_an_open_session_alone_changes_nothing(phone, wang, clock, settings):
    actor = in_session_by(phone, settings, wang)
    clock.shift(30)
    for wrong in (
        {"password": "guess", "code": phone.code()},
        {"password": PASSWORD, "code": "000000"},
        {"password": "", "code": ""},
    ):
        for act in (
            actions.begin_second_factor,
            actions.renew_spare_codes,
            actions.remove_second_factor,
        ):
            with pytest.raises((Invalid, Throttled)):
                act(actor, settings, **wrong)
    assert queries.factor_of(wang.institution_id, wang.id).state == FactorState.ON


def test_a_new_phone_takes_over_with_its_first_code(phone, wang, clock, settings):
    actor = in_session_by(phone, settings, wang)
    clock.shift(30)
    made = actions.begin_second_factor(
        actor, settings, password=PASSWORD, code=phone.code()
    )
    clock.shift(30)
    actions.complete_sign_in(settings, half(settings, wang), phone.code())
    new = Phone.taught(made.secret)
    actions.confirm_second_factor(actor, settings, new.code())
    clock.shift(30)
    with pytest.raises(Invalid):
        actions.complete_sign_in(settings, half(settings, wang), phone.code())
    actions.complete_sign_in(settings, half(settings, wang), new.code())


def test_a_token_does_nothing_about_it(wang, settings):
    visit = visit_of_token(make_token(settings, wang))
    with pytest.raises(Forbidden):
        actions.begin_second_factor(visit.actor, settings, password=PASSWORD)


def _lead_to(state: FactorState, settings, wang, clock) -> tuple[Actor, Phone]:
    actor, phone = in_session(settings, wang), Phone(b"x" * 20)
    if state is FactorState.BEGUN:
        phone = Phone.taught(actions.begin_second_factor(actor, settings).secret)
    elif state is not FactorState.NONE:
        phone = set_up(settings, actor)
        clock.shift(30)
    if state is FactorState.RENEWING:
        actions.begin_second_factor(
            actor, settings, password=PASSWORD, code=phone.code()
        )
        clock.shift(30)
    return actor, phone


def _do(verb: FactorVerb, actor: Actor, phone: Phone, system: Actor, settings) -> None:
    proof = {"password": PASSWORD, "code": phone.code()}
    if verb is FactorVerb.BEGIN:
        actions.begin_second_factor(actor, settings, **proof)
    elif verb is FactorVerb.CONFIRM:
        new = Phone.taught(actions.setup_of(actor, settings).secret)
        actions.confirm_second_factor(actor, settings, new.code())
    elif verb is FactorVerb.RENEW_CODES:
        actions.renew_spare_codes(actor, settings, **proof)
    elif verb is FactorVerb.REMOVE:
        actions.remove_second_factor(actor, settings, **proof)
    else:
        actions.reset_second_factor(system, actor.person_id)


@pytest.mark.parametrize("state", FactorState)
def test_every_state_goes_where_the_table_says_or_nowhere(
    state, institution, clock, system, settings
):
    for verb in FactorVerb:
        person = make_colleague(institution)
        actor, phone = _lead_to(state, settings, person, clock)
        after = FACTOR_MOVES.get((state, verb))
        if after is None and verb is not FactorVerb.RESET:
            with pytest.raises((WrongState, Missing)):
                _do(verb, actor, phone, system, settings)
        else:
            _do(verb, actor, phone, system, settings)
        found = queries.factor_of(institution.id, person.id)
        stands = FactorState(found.state if found else "none")
        assert stands is (after or state), verb
        left = queries.spare_codes_left(found.id if found else 0)
        assert left == (10 if stands.is_asked else 0), verb


# Lost phones.


def test_an_administrator_takes_a_lost_one_away(phone, wang, system, settings):
    admin = actor_of(make_colleague_of(wang, Role.ADMINISTRATOR))
    open_one = in_session_by(phone, settings, wang)
    token = make_token(settings, wang)
    actions.reset_second_factor(admin, wang.id)
    assert not queries.has_just_signed_in(Actor.stranger(wang.institution_id))
    ended = session().scalar(
        sa.select(SignInSession.ended_at).where(SignInSession.id == open_one.session_id)
    )
    assert ended is not None
    assert actor_of_token(token) is not None
    begin_session(settings, wang)
    entry = entries_of("credential", queries.credential_of(system, wang.id).id)[-1]
    assert (entry.verb, entry.actor_id) == ("reset_second_factor", admin.person_id)
    notices = session().scalars(
        sa.select(Notice.kind).where(Notice.person_id == wang.id).order_by(Notice.id)
    )
    assert list(notices) == ["factor_set", "factor_reset"]


def make_colleague_of(person, role):
    house = session().get_one(Institution, person.institution_id)
    return make_colleague(house, role)


def test_nobody_else_and_not_oneself(phone, wang, institution, settings):
    for role in (None, Role.ASSET_OFFICE, Role.PRINCIPAL):
        with pytest.raises(Forbidden):
            actions.reset_second_factor(
                actor_of(make_colleague(institution, role)), wang.id
            )
    elsewhere = make_colleague(make_institution(), Role.ADMINISTRATOR)
    with pytest.raises(Missing):
        actions.reset_second_factor(actor_of(elsewhere), wang.id)
    root = root_department(institution.id)
    grant_role(Actor.system(institution.id), wang.id, Role.ADMINISTRATOR, root.id)
    with pytest.raises(OwnFactor):
        actions.reset_second_factor(actor_of(wang), wang.id)


# Of whom one is asked.


@pytest.mark.parametrize("who", FactorFor)
def test_it_is_asked_of_those_whom_the_institution_names(
    who, institution, system, clock, settings
):
    ask(who, system)
    for role in Role:
        person = make_colleague(institution, None if role is Role.STAFF else role)
        visit = visit_of_session(settings, begin_session(settings, person))
        asked = who is FactorFor.EVERYONE or (
            who is FactorFor.DECIDERS and role in DECIDING
        )
        assert visit.must_enrol == asked, role
        assert (visit.enrol_from is not None) == asked, role
        assert queries.factor_is_asked(visit.actor) == asked, role
        set_up(settings, visit.actor)
        assert not asked or _refuses_to_remove(visit.actor, settings)
        assert not visit_of_token(make_token(settings, person)).must_enrol


def _refuses_to_remove(actor, settings) -> bool:
    with pytest.raises(FactorIsAsked):
        actions.remove_second_factor(actor, settings, password=PASSWORD, code="1")
    return True


def test_until_the_day_one_is_reminded_and_from_then_on_led_there_at_sign_in(
    institution, system, clock, settings
):
    head = make_colleague(institution, Role.DEPARTMENT_HEAD)
    ask(FactorFor.DECIDERS, system, days=14)
    before = begin_session(settings, head)
    visit = visit_of_session(settings, before)
    assert (visit.must_enrol, visit.enrol_from) == (False, now() + timedelta(days=14))
    clock.shift(14 * 86_400 - 60)
    late = begin_session(settings, head)
    clock.shift(61)
    assert not visit_of_session(settings, late).must_enrol
    again = visit_of_session(settings, begin_session(settings, head))
    assert again.must_enrol
    set_up(settings, again.actor)


def test_whoever_is_given_a_deciding_role_meets_it_at_the_next_sign_in(
    institution, system, wang, clock, settings
):
    ask(FactorFor.DECIDERS, system)
    clock.shift(60)
    now_in = begin_session(settings, wang)
    clock.shift(60)
    root = root_department(institution.id)
    grant_role(system, wang.id, Role.FINANCE, root.id)
    visit = visit_of_session(settings, now_in)
    assert (visit.must_enrol, visit.enrol_from) == (False, now())
    assert visit_of_session(settings, begin_session(settings, wang)).must_enrol


def test_whoever_decides_for_others_is_asked_as_they_are(
    institution, system, wang, clock, settings
):
    ask(FactorFor.DECIDERS, system)
    clock.shift(60)
    token, _ = actions.sign_in(
        settings, institution.id, "wangfang", PASSWORD, stands_in=lambda *_: True
    )
    assert visit_of_session(settings, token).must_enrol


def test_asking_more_of_people_gives_them_two_weeks_and_asking_less_none(
    institution, system, clock
):
    def choose(who: FactorFor) -> timedelta:
        found = change_institution(system, institution.version, factor_for=str(who))
        return found.factor_from - now()

    assert choose(FactorFor.DECIDERS) == timedelta(days=14)
    clock.shift(86_400)
    assert choose(FactorFor.NOBODY) == timedelta(days=13)
    assert choose(FactorFor.EVERYONE) == timedelta(days=14)
    clock.shift(86_400)
    assert choose(FactorFor.DECIDERS) == timedelta(days=13)


def test_a_new_institution_asks_administrators_and_deciders(context, clock):
    made = make_institution(factor_for=FactorFor.DECIDERS)
    assert (made.factor_for, made.factor_from) == (
        FactorFor.DECIDERS,
        now() + timedelta(days=14),
    )


# The same code twice at once.


def _take(settings, half_token: str, code: str) -> bool:
    try:
        actions.complete_sign_in(settings, half_token, code)
    except (Invalid, HalfOver):
        return False
    return True


@pytest.mark.parametrize("kind", ["phone", "spare"])
def test_of_many_at_once_with_one_code_one_gets_in(
    kind, app, context, institution, settings
):
    person = make_colleague(institution, name="王芳")
    make_credential(settings, person, "WangFang")
    phone = set_up(settings, in_session(settings, person))
    code = phone.code(1) if kind == "phone" else phone.spare[0]
    halves = [half(settings, person) for _ in range(6)]
    won: list[bool] = []
    barrier = threading.Barrier(len(halves))

    def take(token: str) -> None:
        with app.app_context():
            barrier.wait()
            won.append(_take(settings, token, code))

    threads = [threading.Thread(target=take, args=(each,)) for each in halves]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(won) == [False] * 5 + [True]


def _take_in_process(
    url: str, tokens: list[str], codes: list[str], barrier: Any, results: Any
) -> None:
    app = Flask("another process")
    init_store(app, url)
    settings = settings_for(url)
    with app.app_context():
        db.session.execute(sa.text("SELECT 1"))
        for token, code in zip(tokens, codes, strict=True):
            barrier.wait(60)
            results.put((code, _take(settings, token, code)))


def test_of_two_processes_with_one_code_one_gets_in(
    app, context, institution, settings, database_url
):
    person = make_colleague(institution, name="王芳")
    make_credential(settings, person, "WangFang")
    phone = set_up(settings, in_session(settings, person))
    codes = phone.spare[:6]
    spawn = multiprocessing.get_context("spawn")
    barrier, results = spawn.Barrier(2), spawn.Queue()
    processes = [
        spawn.Process(
            target=_take_in_process,
            args=(
                database_url,
                [half(settings, person) for _ in codes],
                codes,
                barrier,
                results,
            ),
        )
        for _ in range(2)
    ]
    for process in processes:
        process.start()
    found = [results.get(timeout=90) for _ in range(2 * len(codes))]
    for process in processes:
        process.join()
    winners = [code for code, won in found if won]
    assert sorted(winners) == sorted(codes)


def test_a_code_that_was_looked_at_twice_is_spent_once(phone, wang, settings):
    """What looking alone would let pass, twice, is refused by the row itself."""
    factor = queries.factor_of(wang.institution_id, wang.id)
    looked = [
        actions.second_factor.prove_code(settings, factor, phone.code())
        for _ in range(2)
    ]
    with transaction() as writing:
        spend(writing, looked[0])
    with pytest.raises(Invalid), transaction() as writing:
        spend(writing, looked[1])

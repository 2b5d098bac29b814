"""Sessions: looked up in one statement, and dead the moment they are ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.auth import queries
from registry.auth.actions import (
    change_password,
    create_token,
    disable,
    enable,
    end_own_session,
    end_sessions,
    forget_ended_sessions,
    note_seen,
    reset_password,
    sign_in,
    sign_out,
)
from registry.auth.models import Credential, SignInSession
from registry.auth.queries import Visit, own_sessions, visit_of_session, visit_of_token
from registry.kernel.clock import now, today
from registry.kernel.errors import Forbidden, Missing
from registry.organisation import queries as organisation
from registry.organisation.actions import grant_role, leave, revoke_role
from registry.organisation.models import Person
from registry.store.db import session
from registry.store.transaction import transaction
from tests.factories.auth import PASSWORD
from tests.factories.organisation import (
    actor_of,
    grant,
    make_colleague,
    make_institution,
    make_person,
)

NEW = "silver-fern-77"


@pytest.fixture
def begin(wang, institution, settings):
    """Signs 王芳 in; the token."""
    return lambda: sign_in(settings, institution.id, "wangfang", PASSWORD)[0]


@pytest.fixture
def visit(settings):
    """The visit behind a token."""

    def look(token: str) -> Visit | None:
        return visit_of_session(settings, token)

    return look


@pytest.fixture
def actor(visit):
    def look(token: str) -> Actor:
        found = visit(token)
        assert found is not None
        return found.actor

    return look


def test_a_session_tells_who_where_and_how_they_read(
    begin, visit, wang, institution, statements
):
    office = organisation.root_department(institution.id)
    grant(institution, wang, Role.ASSET_OFFICE)
    grant(institution, wang, Role.FINANCE)
    token = begin()
    with statements() as asked:
        found = visit(token)
    assert len(asked) == 1
    assert found.actor == actor_with_session(wang, found.record_id)
    assert found.actor.department_path == office.path
    assert (found.house.id, found.house.name) == (institution.id, "育才中学")
    assert (found.language, found.text_size) == ("", "normal")
    assert not found.must_change


def actor_with_session(person: Person, session_id: int) -> Actor:
    made = actor_of(person)
    return Actor(
        institution_id=made.institution_id,
        person_id=made.person_id,
        name=made.name,
        department_id=made.department_id,
        department_path=made.department_path,
        grants=made.grants,
        session_id=session_id,
    )


@pytest.mark.parametrize("token", ["", "x", "\ud800", "' OR 1=1 --", "x" * 10_000])
def test_any_other_text_is_nobody(token, begin, visit):
    begin()
    assert visit(token) is None


def test_what_is_granted_and_revoked_holds_from_the_next_look(
    begin, actor, wang, institution, system
):
    root = organisation.root_department(institution.id)
    token = begin()
    assert not actor(token).holds(Role.FINANCE)
    made = grant_role(system, wang.id, Role.FINANCE, root.id)
    assert actor(token).holds(Role.FINANCE)
    revoke_role(system, made.id)
    assert not actor(token).holds(Role.FINANCE)


@pytest.mark.parametrize(
    ("starts", "ends", "held"),
    [
        (None, 0, True),
        (None, -1, False),
        (0, None, True),
        (1, None, False),
        (-3, 3, True),
    ],
)
def test_a_role_for_a_time_is_held_from_its_first_to_its_last_day(
    starts, ends, held, begin, actor, wang, institution, system, clock
):
    """The days are those of the institution's zone: it is nine in the morning there."""
    day = today(institution.time_zone)
    grant_role(
        system,
        wang.id,
        Role.FINANCE,
        organisation.root_department(institution.id).id,
        starts_on=None if starts is None else day + timedelta(days=starts),
        ends_on=None if ends is None else day + timedelta(days=ends),
    )
    assert actor(begin()).holds(Role.FINANCE) is held


def test_signing_out_ends_this_session_and_no_other(begin, visit, actor):
    here, there = begin(), begin()
    sign_out(actor(here))
    assert visit(here) is None
    assert visit(there) is not None


def test_signing_out_twice_is_no_matter(begin, visit, actor):
    token = begin()
    leaving = actor(token)
    sign_out(leaving)
    sign_out(leaving)
    assert visit(token) is None


def _disable(system, settings, wang, own):
    disable(system, wang.id)


def _reset(system, settings, wang, own):
    reset_password(system, settings, wang.id)


def _leave(system, settings, wang, own):
    leave(system, wang.id, wang.version)


def _end(system, settings, wang, own):
    end_sessions(system, wang.id)


@pytest.mark.parametrize("act", [_disable, _reset, _leave, _end])
def test_what_an_administrator_ends_is_dead_at_once(
    act, begin, visit, actor, system, settings, wang
):
    here, there = begin(), begin()
    act(system, settings, wang, actor(here))
    assert visit(here) is None
    assert visit(there) is None


@pytest.mark.parametrize("act", [_disable, _reset, _leave])
def test_tokens_die_with_the_credential(act, begin, actor, system, settings, wang):
    own = actor(begin())
    secret, _ = create_token(own, "scripts", ["read"])
    assert visit_of_token(secret) is not None
    act(system, settings, wang, own)
    assert visit_of_token(secret) is None


def test_being_let_in_again_revives_no_session_and_no_token(
    begin, visit, actor, system, wang
):
    token = begin()
    secret, _ = create_token(actor(token), "scripts", ["read"])
    disable(system, wang.id)
    enable(system, wang.id)
    assert visit(token) is None
    assert visit_of_token(secret) is None
    assert visit(begin()) is not None


def test_changing_ones_password_ends_ones_other_sessions(begin, visit, actor, settings):
    here, there = begin(), begin()
    change_password(actor(here), settings, PASSWORD, NEW)
    assert visit(here) is not None
    assert visit(there) is None


def test_a_session_ends_after_eight_hours_without_a_request(begin, visit, clock):
    token = begin()
    clock.shift(8 * 3600 - 1)
    seen = visit(token)
    note_seen(seen)
    clock.shift(8 * 3600 - 1)
    assert visit(token) is not None
    clock.shift(1)
    assert visit(token) is None


def test_a_session_ends_after_seven_days_however_busy(begin, visit, clock):
    token = begin()
    for _ in range(7 * 4):
        note_seen(visit(token))
        clock.shift(6 * 3600 - 1)
    assert visit(token) is not None
    clock.shift(28)
    assert visit(token) is None


def test_that_a_session_is_seen_is_written_once_a_minute(
    begin, visit, clock, statements
):
    token = begin()
    writes = []
    for _ in range(8):
        clock.shift(20)
        with statements() as asked:
            note_seen(visit(token))
        writes.append(sum("UPDATE" in each for each in asked))
    assert writes == [0, 0, 1, 0, 0, 1, 0, 0]


def test_a_late_note_does_not_revive_an_ended_session(begin, visit, actor, clock):
    token = begin()
    seen = visit(token)
    sign_out(seen.actor)
    clock.shift(120)
    note_seen(seen)
    assert visit(token) is None


def test_one_sees_and_ends_ones_own_sessions_only(
    begin, visit, actor, institution, settings
):
    here, there = begin(), begin()
    mine = own_sessions(actor(here), settings)
    assert {each.id for each in mine} == {visit(t).record_id for t in (here, there)}
    stranger = actor_of(make_colleague(institution, Role.ADMINISTRATOR))
    with pytest.raises(Missing):
        end_own_session(stranger, visit(there).record_id)
    end_own_session(actor(here), visit(there).record_id)
    assert visit(there) is None
    assert visit(here) is not None


def test_only_administrators_end_the_sessions_of_others(
    begin, visit, wang, institution
):
    token = begin()
    for role in set(Role) - {Role.ADMINISTRATOR, Role.STAFF}:
        with pytest.raises(Forbidden):
            end_sessions(actor_of(make_colleague(institution, role)), wang.id)
    assert visit(token) is not None
    end_sessions(actor_of(make_colleague(institution, Role.ADMINISTRATOR)), wang.id)
    assert visit(token) is None


def test_an_administrator_elsewhere_does_not_know_the_person(begin, visit, wang):
    token = begin()
    other = make_institution()
    elsewhere = make_person(other)
    grant(other, elsewhere, Role.ADMINISTRATOR)
    with pytest.raises(Missing):
        end_sessions(actor_of(elsewhere), wang.id)
    assert visit(token) is not None


def test_what_ended_long_ago_is_dropped_and_nothing_else(begin, settings, clock):
    begin()
    clock.shift(7 * 86_400 + 90 * 86_400 + 1)
    kept = begin()
    assert forget_ended_sessions() == 1
    assert session().scalar(sa.select(sa.func.count(SignInSession.id))) == 1
    assert queries.actor_of_session(settings, kept) is not None
    assert now() < session().scalar(sa.select(SignInSession.expires_at))


@pytest.mark.parametrize(
    ("model", "mark"), [(Person, "left_on"), (Credential, "disabled_at")]
)
def test_whoever_is_marked_as_out_is_nobody_however_it_came_about(
    model, mark, begin, visit, actor, wang
):
    token = begin()
    secret, _ = create_token(actor(token), "scripts", ["read"])
    marked = now().date() if mark == "left_on" else now()
    with transaction() as writing:
        writing.execute(sa.update(model).values({mark: marked}))
    assert visit(token) is None
    assert visit_of_token(secret) is None

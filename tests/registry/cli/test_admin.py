"""The first administrator is made by command, with a password of their own choice."""

from __future__ import annotations

import click
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.roles import Role
from registry.auth.actions import sign_in
from registry.auth.models import Credential, SignInSession
from registry.auth.queries import visit_of_session
from registry.organisation.models import Institution, Person, RoleGrant
from tests.factories.organisation import make_institution
from tests.factories.second_factor import set_up
from tests.registry.cli.conftest import Run

PASSWORD = "long-quiet-river-7"
CREATE = [
    "admin",
    "create",
    "--school",
    "育才中学",
    "--name",
    "王芳",
    "--sign-in",
    "wangf",
]


def create(registry: Run, *more: str, password: str = PASSWORD):
    return registry(*CREATE, *more, REGISTRY_ADMIN_PASSWORD=password)


def test_the_first_administrator_founds_the_institution(
    registry: Run, context: Session
) -> None:
    ran = create(registry)
    assert ran.code == 0
    person = context.scalars(sa.select(Person)).one()
    grant = context.scalars(sa.select(RoleGrant)).one()
    assert context.scalars(sa.select(Institution)).one().name == "育才中学"
    assert (person.name, grant.person_id, grant.role) == (
        "王芳",
        person.id,
        Role.ADMINISTRATOR,
    )


def test_the_administrator_signs_in_with_the_password_typed(
    registry: Run, client
) -> None:
    create(registry)
    form = {"name": "wangf", "password": PASSWORD}
    assert client.submit("/sign-in", form).status_code == 303
    form["password"] = "another-quiet-river"
    assert client.submit("/sign-in", form).status_code != 303


def test_no_password_appears_in_what_is_said(registry: Run) -> None:
    ran = create(registry)
    assert PASSWORD not in ran.out + ran.err


@pytest.mark.parametrize("weak", ["", "short", "12345678", "wangf-wangf"[:5]])
def test_a_weak_password_leaves_nothing_behind(
    registry: Run, context: Session, weak: str
) -> None:
    ran = create(registry, password=weak)
    assert ran.code == 1
    assert ran.err.strip()
    assert context.scalars(sa.select(Institution)).all() == []


def test_the_same_sign_in_name_twice_is_refused_and_nothing_added(
    registry: Run, context: Session
) -> None:
    create(registry)
    ran = create(registry)
    assert ran.code == 1
    assert len(context.scalars(sa.select(Person)).all()) == 1


def test_a_typed_password_is_asked_for_twice_until_both_agree(
    registry: Run, context: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter([PASSWORD, "slip", PASSWORD, PASSWORD])
    hidden: list[bool] = []

    def prompt(text: str, *, hide_input: bool = False, **_: object) -> str:
        hidden.append(hide_input)
        return next(typed)

    monkeypatch.setattr(click, "prompt", prompt)
    ran = registry(*CREATE)
    assert ran.code == 0
    assert "两次输入不一致" in ran.err
    assert hidden == [True] * 4


def test_without_a_terminal_nothing_is_assumed(
    registry: Run, context: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object, **__: object) -> str:
        raise click.Abort

    monkeypatch.setattr(click, "prompt", closed)
    assert registry(*CREATE).code == 130
    assert context.scalars(sa.select(Institution)).all() == []


def test_whoever_is_locked_out_gets_a_new_password_that_must_be_changed(
    registry: Run, context: Session
) -> None:
    create(registry)
    before = context.scalars(sa.select(Credential)).one().password_hash
    ran = registry("admin", "reset", "wangf")
    context.rollback()
    context.expire_all()
    found = context.scalars(sa.select(Credential)).one()
    assert ran.code == 0
    assert found.password_hash != before
    assert found.must_change


def test_resetting_a_name_nobody_has_is_refused(registry: Run) -> None:
    create(registry)
    ran = registry("admin", "reset", "nobody")
    assert ran.code == 1
    assert "nobody" in ran.err


def test_with_several_institutions_the_one_meant_must_be_named(
    registry: Run, context: Session
) -> None:
    make_institution("first", name="一中")
    make_institution("second", name="二中")
    context.commit()
    ran = create(registry)
    assert ran.code == 2
    assert "first 一中" in ran.err
    assert create(registry, "--institution", "second").code == 0
    assert create(registry, "--institution", "third").code == 2


def test_a_lost_second_factor_of_the_last_administrator_is_reset_by_command(
    registry: Run, context: Session, settings
) -> None:
    create(registry)
    person = context.scalars(sa.select(Person)).one()
    token, _ = sign_in(settings, person.institution_id, "wangf", PASSWORD)
    visit = visit_of_session(settings, token)
    assert visit is not None
    set_up(settings, visit.actor)
    context.commit()
    ran = registry("admin", "reset-second-factor", "wangf")
    context.rollback()
    context.expire_all()
    assert ran.code == 0
    assert visit_of_session(settings, token) is None
    _, begun = sign_in(settings, person.institution_id, "wangf", PASSWORD)
    assert isinstance(begun, SignInSession)
    assert registry("admin", "reset-second-factor", "nobody").code == 1


def test_of_whom_one_is_asked_is_shown_and_changed_by_command(
    registry: Run, context: Session
) -> None:
    create(registry)
    assert "deciders" in registry("admin", "second-factor").out
    ran = registry("admin", "second-factor", "nobody")
    context.rollback()
    context.expire_all()
    assert (ran.code, "nobody" in ran.out) == (0, True)
    assert context.scalars(sa.select(Institution)).one().factor_for == "nobody"
    assert registry("admin", "second-factor", "somebody").code == 2

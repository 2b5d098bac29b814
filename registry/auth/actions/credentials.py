"""Giving people a way to sign in, and taking it away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.roles import Role
from registry.auth import queries, rules
from registry.auth.actions.sessions import drop_halves, end_sessions, sever
from registry.auth.errors import AlreadyHasCredential
from registry.auth.models import Credential
from registry.auth.throttling import Limit, forgive, hit
from registry.config import Settings
from registry.journal.actions import name_of, record
from registry.kernel.clock import now
from registry.kernel.errors import Invalid, Missing
from registry.organisation import queries as organisation
from registry.organisation.errors import LastAdministrator
from registry.organisation.models import Person, RoleGrant
from registry.store.db import session as current_session
from registry.store.transaction import release, transaction

BY_PERSON = Limit("own password", most=10, seconds=900)


def create_credential(
    actor: Actor,
    settings: Settings,
    person_id: int,
    sign_in_name: str,
    password: str | None = None,
    *,
    must_change: bool = True,
) -> tuple[Credential, str]:
    """Let a person sign in; the credential and the password they begin with.

    Without a password one is made; by default it must be changed at first sign-in.
    """
    person = organisation.person(actor, person_id)
    actor.require(Permission.CREDENTIAL_MANAGE, person)
    name = rules.clean_sign_in_name(sign_in_name)
    first = rules.new_password() if password is None else password
    _refuse_bad_password(settings, first, name, "password")
    hashed = rules.hash_password(settings, first)
    with transaction() as session:
        _refuse_known(actor, person_id, name)
        moment = now()
        made = Credential(
            institution_id=actor.institution_id,
            person_id=person_id,
            sign_in_name=name,
            folded_name=rules.fold_name(name),
            password_hash=hashed,
            must_change=must_change,
            initial_until=_initial_until(moment) if must_change else None,
            changed_at=moment,
            created_at=moment,
        )
        session.add(made)
        session.flush()
        holder = name_of(actor.institution_id, person_id, person.name)
        facts = {"person": person_id, "name": holder}
        record(actor, "credential", made.id, "create", facts, is_new=True)
        return made, first


def rename(actor: Actor, person_id: int, sign_in_name: str) -> Credential:
    """Give a person another sign-in name."""
    name = rules.clean_sign_in_name(sign_in_name)
    with transaction() as session:
        found = _managed(actor, person_id)
        other = queries.credential_by_name(actor.institution_id, name)
        if other is not None and other.id != found.id:
            raise Invalid.field("sign_in_name", "duplicate")
        found.sign_in_name, found.folded_name = name, rules.fold_name(name)
        session.flush()
        record(actor, "credential", found.id, "rename")
        return found


def change_password(
    actor: Actor, settings: Settings, current: str, new: str
) -> Credential:
    """Change one's own password; all one's other sessions end."""
    actor.require(Permission.OWN_ACCOUNT)
    known, name = prove_password(actor, settings, current, "current")
    if rules.clean_password(new) == rules.clean_password(current):
        raise Invalid.field("new", "same_password")
    _refuse_bad_password(settings, new, name, "new")
    hashed = rules.hash_password(settings, new)
    with transaction() as session:
        found = queries.credential_of(actor, actor.person_id or 0)
        session.refresh(found, with_for_update=True)
        if found.password_hash != known:
            raise Invalid.field("current", "wrong_password")
        _set_password(found, hashed, initial=False)
        end_sessions(actor)
        drop_halves(session, actor.institution_id, found.person_id)
        forgive(BY_PERSON, actor.institution_id, actor.person_id, all_of_them=True)
        record(actor, "credential", found.id, "change_password")
        return found


def prove_password(
    actor: Actor, settings: Settings, password: str, field: str
) -> tuple[str, str]:
    """Whether it is one's own password: its hash and one's sign-in name.

    No lock is held meanwhile. Each try counts; Invalid beside the field, or Throttled.
    """
    if actor.person_id is None:
        raise Missing(what="credentials")
    hit(BY_PERSON, actor.institution_id, actor.person_id)
    found = queries.credential_of(actor, actor.person_id)
    known, name = found.password_hash, found.sign_in_name
    release()
    if not rules.password_fits(settings, known, password):
        raise Invalid.field(field, "wrong_password")
    return known, name


def reset_password(actor: Actor, settings: Settings, person_id: int) -> str:
    """A new initial password for somebody; their sessions end, their tokens too.

    It works for seven days and lets its holder do nothing but choose their own.
    """
    found = _managed(actor, person_id)
    fresh = rules.new_password()
    release()
    hashed = rules.hash_password(settings, fresh)
    with transaction() as session:
        found = _managed(actor, person_id)
        _set_password(found, hashed, initial=True)
        sever(session, actor.institution_id, person_id)
        record(actor, "credential", found.id, "reset_password")
        return fresh


def disable(actor: Actor, person_id: int) -> Credential:
    """Bar somebody from signing in; their sessions and tokens end at once."""
    with transaction() as session:
        found = _managed(actor, person_id)
        if found.disabled_at is not None:
            return found
        _refuse_last_administrator(session, found)
        found.disabled_at = now()
        sever(session, actor.institution_id, person_id)
        session.flush()
        record(actor, "credential", found.id, "disable")
        return found


def enable(actor: Actor, person_id: int) -> Credential:
    """Let somebody sign in again with the password they had."""
    with transaction() as session:
        found = _managed(actor, person_id)
        if found.disabled_at is None:
            return found
        found.disabled_at = None
        session.flush()
        record(actor, "credential", found.id, "enable")
        return found


def _managed(actor: Actor, person_id: int) -> Credential:
    found = queries.credential_of(actor, person_id)
    actor.require(Permission.CREDENTIAL_MANAGE, found)
    return found


def _initial_until(moment: datetime) -> datetime:
    return moment + timedelta(days=rules.INITIAL_DAYS)


def _set_password(credential: Credential, hashed: str, *, initial: bool) -> None:
    moment = now()
    credential.password_hash = hashed
    credential.must_change = initial
    credential.initial_until = _initial_until(moment) if initial else None
    credential.changed_at = moment
    current_session().flush()


def _refuse_bad_password(
    settings: Settings, password: str, name: str, field: str
) -> None:
    problem = rules.password_problem(password, name, settings.password_length)
    if problem is not None:
        raise Invalid(problems={field: problem})


def _refuse_known(actor: Actor, person_id: int, name: str) -> None:
    if queries.credential_by_name(actor.institution_id, name) is not None:
        raise Invalid.field("sign_in_name", "duplicate")
    try:
        queries.credential_of(actor, person_id)
    except Missing:
        return
    raise AlreadyHasCredential(person=person_id)


def _refuse_last_administrator(session: Session, credential: Credential) -> None:
    """Somebody who may administer must be able to sign in."""
    administrators: Any = (
        sa.select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .join(Credential, Credential.person_id == Person.id)
        .where(
            RoleGrant.institution_id == credential.institution_id,
            RoleGrant.role == Role.ADMINISTRATOR,
            RoleGrant.revoked_at.is_(None),
            RoleGrant.ends_on.is_(None),
            Person.left_on.is_(None),
            Credential.disabled_at.is_(None),
        )
    )
    able = set(session.scalars(administrators))
    if able == {credential.person_id}:
        raise LastAdministrator

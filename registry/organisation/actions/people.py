"""Adding and changing people; leaving and coming back; own preferences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import name_of, record
from registry.kernel.clock import now
from registry.kernel.errors import Invalid, Missing
from registry.kernel.text import clean_line, required_line
from registry.organisation import queries
from registry.organisation.actions.changing import apply_changes, expect_version
from registry.organisation.actions.roles import revoke_role
from registry.organisation.errors import NameTaken
from registry.organisation.events import PersonLeaving, PersonLeft
from registry.organisation.models import Person
from registry.store.searching import index_text
from registry.store.transaction import emit, transaction


@dataclass(frozen=True)
class PersonDraft:
    """What is asked of a new person."""

    name: str
    department_id: int
    staff_number: str = ""
    phone: str = ""
    email: str = ""


def add_person(actor: Actor, draft: PersonDraft) -> Person:
    """Add somebody to a department."""
    with transaction() as session:
        home = queries.department(actor, draft.department_id)
        actor.require(Permission.PERSON_MANAGE, home)
        made = Person(
            institution_id=actor.institution_id,
            name=required_line(draft.name, field="name"),
            department_id=home.id,
            staff_number=clean_line(draft.staff_number, field="staff_number", most=40),
            phone=clean_line(draft.phone, field="phone", most=40),
            email=_clean_email(draft.email),
        )
        _refuse_same_number(session, made)
        session.add(made)
        session.flush()
        _index_person(session, made)
        facts = {
            "name": name_of(actor.institution_id, made.id, made.name),
            "department": home.id,
        }
        record(actor, "person", made.id, "add", facts, is_new=True)
        return made


def change_person(actor: Actor, person_id: int, version: int, **changes: Any) -> Person:
    """Change a person's name, number, department, phone or e-mail."""
    with transaction() as session:
        found = queries.person(actor, person_id)
        actor.require(Permission.PERSON_MANAGE, found)
        expect_version(found, version)
        if changes.get("department_id") is not None:
            queries.department(actor, changes["department_id"])
        if "email" in changes:
            changes["email"] = _clean_email(changes["email"])
        known = {"name", "staff_number", "department_id", "phone", "email"}
        facts = apply_changes(found, {k: v for k, v in changes.items() if k in known})
        _refuse_same_number(session, found)
        session.flush()
        _index_person(session, found)
        record(actor, "person", found.id, "change", _without_contact(found, facts))
        return found


def leave(
    actor: Actor, person_id: int, version: int, *, hand_over_later: bool = False
) -> Person:
    """Note that a person has left; their roles end with it.

    What is in their custody must have been handed over, unless it is said, and
    recorded, that this is done later.
    """
    with transaction() as session:
        found = queries.person(actor, person_id)
        actor.require(Permission.PERSON_MANAGE, found)
        expect_version(found, version)
        found.left_on = now().date()
        for grant in queries.live_grants(actor, person_id):
            revoke_role(actor, grant.id)
        session.flush()
        facts = {"hand_over_later": True} if hand_over_later else {}
        record(actor, "person", found.id, "leave", facts)
        if not hand_over_later:
            emit(PersonLeaving(actor.institution_id, person_id))
        emit(PersonLeft(actor.institution_id, person_id))
        return found


def come_back(actor: Actor, person_id: int, version: int) -> Person:
    """Note that a person is here again; roles are granted anew."""
    with transaction() as session:
        found = queries.person(actor, person_id)
        actor.require(Permission.PERSON_MANAGE, found)
        expect_version(found, version)
        found.left_on = None
        session.flush()
        record(actor, "person", found.id, "come_back")
        return found


def set_preferences(
    actor: Actor, *, language: str | None = None, text_size: str | None = None
) -> None:
    """Remember one's own language and text size."""
    with transaction() as session:
        actor.require(Permission.OWN_ACCOUNT)
        if actor.person_id is None:
            raise Missing(what="people")
        values: dict[str, str] = {}
        if language is not None:
            values["language"] = _choice("language", language, {"", "zh-CN", "en"})
        if text_size is not None:
            values["text_size"] = _choice("text_size", text_size, {"normal", "large"})
        if values:
            session.execute(
                sa.update(Person).where(Person.id == actor.person_id).values(**values)
            )


def _clean_email(text: str) -> str:
    email = clean_line(text, field="email")
    local, at, domain = email.partition("@")
    if email and (not local or not at or "." not in domain or " " in email):
        raise Invalid.field("email", "bad_email", found=email[:80])
    return email


def _choice(field: str, value: str, known: set[str]) -> str:
    if value not in known:
        raise Invalid.field(field, "not_a_choice", found=value[:40])
    return value


def _without_contact(person: Person, facts: dict[str, Any]) -> dict[str, Any]:
    """Facts of a person without what a right to be forgotten would cover."""
    kept: dict[str, Any] = {
        key: value for key, value in facts.items() if key == "department_id"
    }
    kept["changed"] = sorted(facts)
    if "name" in facts:
        kept["name"] = name_of(person.institution_id, person.id, person.name)
    return kept


def _index_person(session: Session, person: Person) -> None:
    texts = [person.name, person.staff_number]
    index_text(session, person.institution_id, "person", person.id, texts)


def _refuse_same_number(session: Session, person: Person) -> None:
    if not person.staff_number:
        return
    with session.no_autoflush:
        twin = session.scalar(
            sa.select(Person.id).where(
                Person.institution_id == person.institution_id,
                Person.staff_number == person.staff_number,
                Person.id != (person.id or 0),
            )
        )
    if twin is not None:
        raise NameTaken("staff_number_taken", number=person.staff_number)

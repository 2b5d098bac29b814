"""Use cases of the organisation; each is recorded in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.roles import Role
from registry.journal.actions import name_of, open_positions, record
from registry.kernel.clock import now
from registry.kernel.errors import Invalid, Missing, StaleVersion
from registry.kernel.text import clean_line, required_line
from registry.organisation import queries
from registry.organisation.errors import (
    LastAdministrator,
    NameTaken,
    StillInUse,
    UnderItself,
)
from registry.organisation.events import PersonLeft
from registry.organisation.models import (
    Department,
    Institution,
    Person,
    Place,
    PlaceKind,
    RoleGrant,
)
from registry.store.searching import index_text
from registry.store.transaction import emit, transaction


def found_institution(
    slug: str, name: str, *, short_name: str = "", contact: str = ""
) -> Institution:
    """Create an institution with its root department, before anyone can sign in."""
    with transaction() as session:
        made = Institution(
            slug=required_line(slug, field="slug", most=40),
            name=required_line(name, field="name"),
            short_name=clean_line(short_name or name, most=40)[:40],
            contact=clean_line(contact),
            created_at=now(),
        )
        session.add(made)
        session.flush()
        open_positions(made.id)
        actor = Actor.system(made.id)
        record(actor, "institution", made.id, "found", {"name": made.name}, is_new=True)
        _insert_department(actor, session, made.name, None, "", contact)
        return made


def change_institution(actor: Actor, version: int, **changes: Any) -> Institution:
    """Change name, short name, contact, accent, label address, zone or language."""
    with transaction() as session:
        found = queries.institution(actor.institution_id)
        actor.require(Permission.INSTITUTION_MANAGE, found)
        _expect_version(found, version)
        known = {
            "name",
            "short_name",
            "contact",
            "accent",
            "label_url",
            "time_zone",
            "language",
        }
        facts = _apply(found, {k: v for k, v in changes.items() if k in known})
        session.flush()
        record(actor, "institution", found.id, "change", facts)
        return found


def add_department(
    actor: Actor,
    name: str,
    *,
    parent_id: int | None = None,
    code: str = "",
    contact: str = "",
) -> Department:
    """Add a department below another one, or below the root."""
    with transaction() as session:
        parent = (
            queries.department(actor, parent_id)
            if parent_id is not None
            else queries.root_department(actor.institution_id)
        )
        actor.require(Permission.DEPARTMENT_MANAGE, parent)
        return _insert_department(actor, session, name, parent, code, contact)


def _insert_department(
    actor: Actor,
    session: Session,
    name: str,
    parent: Department | None,
    code: str,
    contact: str,
) -> Department:
    made = Department(
        institution_id=actor.institution_id,
        parent_id=parent.id if parent else None,
        name=required_line(name, field="name"),
        code=clean_line(code, field="code", most=40),
        contact=clean_line(contact, field="contact"),
    )
    _refuse_twin(session, made)
    session.add(made)
    session.flush()
    made.path = f"{parent.path if parent else '/'}{made.id}/"
    session.flush()
    index_text(session, actor.institution_id, "department", made.id, [made.name])
    facts = {"name": made.name, "parent": made.parent_id, "code": made.code}
    record(actor, "department", made.id, "add", facts, is_new=True)
    return made


def change_department(
    actor: Actor, department_id: int, version: int, **changes: Any
) -> Department:
    """Rename a department, change its code or contact, or put it below another."""
    with transaction() as session:
        found = queries.department(actor, department_id)
        actor.require(Permission.DEPARTMENT_MANAGE, found)
        _expect_version(found, version)
        parent_id = changes.pop("parent_id", found.parent_id)
        known = {k: v for k, v in changes.items() if k in {"name", "code", "contact"}}
        facts = _apply(found, known)
        if parent_id != found.parent_id:
            facts["parent"] = parent_id
            _move_below(session, found, queries.department(actor, parent_id))
        _refuse_twin(session, found)
        session.flush()
        index_text(session, actor.institution_id, "department", found.id, [found.name])
        record(actor, "department", found.id, "change", facts)
        return found


def close_department(actor: Actor, department_id: int, version: int) -> Department:
    """Close a department that has no people and no open departments below it."""
    with transaction() as session:
        found = queries.department(actor, department_id)
        actor.require(Permission.DEPARTMENT_MANAGE, found)
        _expect_version(found, version)
        if found.parent_id is None:
            raise StillInUse(what="root")
        _refuse_if_any(
            session,
            sa.select(Department.id).where(
                Department.institution_id == actor.institution_id,
                Department.parent_id == found.id,
                Department.closed_on.is_(None),
            ),
            "departments",
        )
        _refuse_if_any(
            session,
            sa.select(Person.id).where(
                Person.institution_id == actor.institution_id,
                Person.department_id == found.id,
                Person.left_on.is_(None),
            ),
            "people",
        )
        found.closed_on = now().date()
        session.flush()
        record(actor, "department", found.id, "close")
        return found


def add_place(
    actor: Actor,
    name: str,
    *,
    kind: str = PlaceKind.ROOM,
    parent_id: int | None = None,
    department_id: int | None = None,
    is_store: bool = False,
) -> Place:
    """Add a campus, building, floor, room or other place."""
    with transaction() as session:
        actor.require(Permission.PLACE_MANAGE)
        if kind not in set(PlaceKind):
            raise Invalid.field("kind", "not_a_choice", found=str(kind)[:40])
        parent = queries.place(actor, parent_id) if parent_id is not None else None
        if department_id is not None:
            queries.department(actor, department_id)
        made = Place(
            institution_id=actor.institution_id,
            parent_id=parent_id,
            department_id=department_id,
            name=required_line(name, field="name"),
            kind=str(kind),
            is_store=is_store,
        )
        _refuse_twin(session, made)
        session.add(made)
        session.flush()
        made.path = f"{parent.path if parent else '/'}{made.id}/"
        made.full_name = _full_name(made.name, parent)
        session.flush()
        index_text(session, actor.institution_id, "place", made.id, [made.full_name])
        facts = {"name": made.name, "kind": made.kind, "parent": parent_id}
        record(actor, "place", made.id, "add", facts, is_new=True)
        return made


def change_place(actor: Actor, place_id: int, version: int, **changes: Any) -> Place:
    """Rename a place, change its kind, department or store mark, or move it."""
    with transaction() as session:
        found = queries.place(actor, place_id)
        actor.require(Permission.PLACE_MANAGE, found)
        _expect_version(found, version)
        parent_id = changes.pop("parent_id", found.parent_id)
        if changes.get("kind", found.kind) not in set(PlaceKind):
            raise Invalid.field("kind", "not_a_choice", found=str(changes["kind"])[:40])
        if changes.get("department_id") is not None:
            queries.department(actor, changes["department_id"])
        allowed = {"name", "kind", "department_id", "is_store"}
        facts = _apply(found, {k: v for k, v in changes.items() if k in allowed})
        if parent_id != found.parent_id:
            facts["parent"] = parent_id
            parent = queries.place(actor, parent_id) if parent_id is not None else None
            _move_below(session, found, parent)
        _refuse_twin(session, found)
        session.flush()
        _rename_below(session, found)
        record(actor, "place", found.id, "change", facts)
        return found


def close_place(actor: Actor, place_id: int, version: int) -> Place:
    """Close a place that has no open places below it."""
    with transaction() as session:
        found = queries.place(actor, place_id)
        actor.require(Permission.PLACE_MANAGE, found)
        _expect_version(found, version)
        _refuse_if_any(
            session,
            sa.select(Place.id).where(
                Place.institution_id == actor.institution_id,
                Place.parent_id == found.id,
                Place.closed_on.is_(None),
            ),
            "places",
        )
        found.closed_on = now().date()
        session.flush()
        record(actor, "place", found.id, "close")
        return found


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
        _expect_version(found, version)
        if changes.get("department_id") is not None:
            queries.department(actor, changes["department_id"])
        if "email" in changes:
            changes["email"] = _clean_email(changes["email"])
        known = {"name", "staff_number", "department_id", "phone", "email"}
        facts = _apply(found, {k: v for k, v in changes.items() if k in known})
        _refuse_same_number(session, found)
        session.flush()
        _index_person(session, found)
        record(actor, "person", found.id, "change", _without_contact(found, facts))
        return found


def leave(actor: Actor, person_id: int, version: int) -> Person:
    """Note that a person has left; their roles end with it."""
    with transaction() as session:
        found = queries.person(actor, person_id)
        actor.require(Permission.PERSON_MANAGE, found)
        _expect_version(found, version)
        found.left_on = now().date()
        for grant in queries.live_grants(actor, person_id):
            revoke_role(actor, grant.id)
        session.flush()
        record(actor, "person", found.id, "leave")
        emit(PersonLeft(actor.institution_id, person_id))
        return found


def come_back(actor: Actor, person_id: int, version: int) -> Person:
    """Note that a person is here again; roles are granted anew."""
    with transaction() as session:
        found = queries.person(actor, person_id)
        actor.require(Permission.PERSON_MANAGE, found)
        _expect_version(found, version)
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


def grant_role(
    actor: Actor,
    person_id: int,
    role: str,
    department_id: int,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> RoleGrant:
    """Give somebody a role for a department and below; with an end it is acting."""
    with transaction() as session:
        holder = queries.person(actor, person_id)
        where = queries.department(actor, department_id)
        actor.require(Permission.ROLE_GRANT, where)
        if role not in set(Role) - {Role.STAFF}:
            raise Invalid.field("role", "not_a_choice", found=role[:40])
        if starts_on and ends_on and ends_on < starts_on:
            raise Invalid.field("ends_on", "ends_before_start")
        held = session.scalar(
            sa.select(RoleGrant).where(
                RoleGrant.institution_id == actor.institution_id,
                RoleGrant.person_id == holder.id,
                RoleGrant.role == role,
                RoleGrant.department_id == where.id,
                RoleGrant.revoked_at.is_(None),
            )
        )
        if held is not None:
            raise NameTaken("role_already_held", role=role, department=where.name)
        made = RoleGrant(
            institution_id=actor.institution_id,
            person_id=holder.id,
            role=str(role),
            department_id=where.id,
            starts_on=starts_on,
            ends_on=ends_on,
            granted_at=now(),
        )
        session.add(made)
        session.flush()
        record(
            actor,
            "role_grant",
            made.id,
            "grant",
            {
                "person": holder.id,
                "name": name_of(actor.institution_id, holder.id, holder.name),
                "role": str(role),
                "department": where.id,
                "until": ends_on.isoformat() if ends_on else None,
            },
            is_new=True,
        )
        return made


def revoke_role(actor: Actor, grant_id: int) -> RoleGrant:
    """Take a role away; it binds from the holder's next request on."""
    with transaction() as session:
        found = queries.role_grant(actor, grant_id)
        actor.require(Permission.ROLE_GRANT, found.department)
        if found.revoked_at is not None:
            return found
        if found.role == Role.ADMINISTRATOR:
            _refuse_last_administrator(session, found)
        found.revoked_at = now()
        session.flush()
        record(actor, "role_grant", found.id, "revoke")
        return found


def _refuse_last_administrator(session: Session, grant: RoleGrant) -> None:
    others = session.scalar(
        sa.select(sa.func.count())
        .select_from(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.institution_id == grant.institution_id,
            RoleGrant.role == Role.ADMINISTRATOR,
            RoleGrant.revoked_at.is_(None),
            RoleGrant.ends_on.is_(None),
            RoleGrant.id != grant.id,
            Person.left_on.is_(None),
        )
    )
    if not others:
        raise LastAdministrator


def _expect_version(row: Any, version: int) -> None:
    if row.version != version:
        raise StaleVersion(expected=version, found=row.version)


def _apply(row: Any, changes: dict[str, Any]) -> dict[str, Any]:
    """Set cleaned values; what really changed, as facts."""
    facts: dict[str, Any] = {}
    for field, value in changes.items():
        if isinstance(value, str):
            required = field in {"name", "short_name"}
            clean = required_line if required else clean_line
            value = clean(value, field=field, most=_most(row, field))
        if getattr(row, field) != value:
            facts[field] = value
            setattr(row, field, value)
    return facts


def _most(row: Any, field: str) -> int:
    return int(getattr(type(row).__table__.c[field].type, "length", None) or 200)


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


def _refuse_twin(session: Session, node: Department | Place) -> None:
    model = type(node)
    with session.no_autoflush:
        twin = session.scalar(
            sa.select(model.id).where(
                model.institution_id == node.institution_id,
                model.parent_id.is_(None)
                if node.parent_id is None
                else model.parent_id == node.parent_id,
                model.name == node.name,
                model.closed_on.is_(None),
                model.id != (node.id or 0),
            )
        )
    if twin is not None:
        raise NameTaken(name=node.name)


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


def _refuse_if_any(session: Session, query: sa.Select[int], what: str) -> None:
    count = session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    if count:
        raise StillInUse(what=what, count=count)


def _full_name(name: str, parent: Place | None) -> str:
    return f"{parent.full_name} / {name}" if parent else name


def _move_below(
    session: Session, node: Department | Place, parent: Department | Place | None
) -> None:
    """Put a node with all that is below it under another one."""
    if parent is not None and parent.path.startswith(node.path):
        raise UnderItself.field("parent_id", "under_itself", name=node.name)
    model: Any = type(node)
    before = node.path
    after = f"{parent.path if parent else '/'}{node.id}/"
    node.parent_id = parent.id if parent else None
    below = session.scalars(
        sa.select(model).where(
            model.institution_id == node.institution_id, model.path.startswith(before)
        )
    )
    for each in below:
        each.path = after + each.path[len(before) :]
    session.flush()


def _rename_below(session: Session, top: Place) -> None:
    """Bring the full names of a place and all below it up to date."""
    parent = session.get(Place, top.parent_id) if top.parent_id else None
    below = session.scalars(
        sa.select(Place)
        .where(
            Place.institution_id == top.institution_id, Place.path.startswith(top.path)
        )
        .order_by(sa.func.length(Place.path), Place.id)
    ).all()
    names = {parent.id: parent.full_name} if parent else {}
    for each in below:
        outer = names.get(each.parent_id or 0)
        each.full_name = f"{outer} / {each.name}" if outer else each.name
        names[each.id] = each.full_name
        index_text(session, each.institution_id, "place", each.id, [each.full_name])
    session.flush()

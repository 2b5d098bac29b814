"""Giving people roles for a department, and taking them away."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.roles import Role
from registry.journal.actions import name_of, record
from registry.kernel.clock import now, today
from registry.kernel.errors import Invalid
from registry.organisation import overviews, queries
from registry.organisation.errors import LastAdministrator, NameTaken
from registry.organisation.models import Department, Person, RoleGrant
from registry.organisation.rules import goes_along
from registry.store.transaction import transaction


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
        if _is_held(session, holder, role, where):
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
        _insert(actor, session, made, holder)
        return made


def _is_held(session: Session, holder: Person, role: str, where: Department) -> bool:
    held = sa.select(RoleGrant.id).where(
        RoleGrant.institution_id == holder.institution_id,
        RoleGrant.person_id == holder.id,
        RoleGrant.role == role,
        RoleGrant.department_id == where.id,
        RoleGrant.revoked_at.is_(None),
    )
    return session.scalar(held) is not None


def _insert(actor: Actor, session: Session, made: RoleGrant, holder: Person) -> None:
    session.add(made)
    session.flush()
    facts = {
        "person": holder.id,
        "name": name_of(actor.institution_id, holder.id, holder.name),
        "role": made.role,
        "department": made.department_id,
        "until": made.ends_on.isoformat() if made.ends_on else None,
    }
    record(actor, "role_grant", made.id, "grant", facts, is_new=True)


def pass_on_roles(
    actor: Actor, session: Session, found: Department, into: Department
) -> None:
    """End the roles held for a merged department, and give them for the other one.

    What its holder has there already, what has run out, and what would count for more
    than before (see ``goes_along``) just ends.
    """
    day = today(queries.institution(actor.institution_id).time_zone)
    for grant in overviews.grants_for(found):
        grant.revoked_at = now()
        session.flush()
        record(actor, "role_grant", grant.id, "revoke", {"merged_into": into.id})
        holder = queries.person(actor, grant.person_id)
        over = grant.ends_on is not None and grant.ends_on < day
        if over or not goes_along(grant.role, found.path, into.path):
            continue
        if holder.left_on is None and not _is_held(session, holder, grant.role, into):
            given = RoleGrant(
                institution_id=actor.institution_id,
                person_id=holder.id,
                role=grant.role,
                department_id=into.id,
                starts_on=grant.starts_on,
                ends_on=grant.ends_on,
                granted_at=now(),
            )
            _insert(actor, session, given, holder)


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

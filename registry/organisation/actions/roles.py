"""Giving people roles for a department, and taking them away."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.roles import Role
from registry.journal.actions import name_of, record
from registry.kernel.clock import now
from registry.kernel.errors import Invalid
from registry.organisation import queries
from registry.organisation.errors import LastAdministrator, NameTaken
from registry.organisation.models import Person, RoleGrant
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

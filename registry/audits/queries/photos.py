"""Photos taken on walks."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.audits.models import AuditPhoto
from registry.audits.queries.audits import audit as audit_seen
from registry.kernel.errors import Missing
from registry.store.db import session


def photo(actor: Actor, audit_id: int, key: str, *, thumbnail: bool) -> AuditPhoto:
    """A photo of a walk with the bytes asked for; Missing for who may not see it."""
    audit = audit_seen(actor, audit_id)
    wanted = AuditPhoto.thumbnail if thumbnail else AuditPhoto.image
    found = session().scalar(
        sa.select(AuditPhoto)
        .where(AuditPhoto.audit_id == audit.id, AuditPhoto.key == key.lower())
        .options(undefer(wanted))
    )
    if found is None:
        raise Missing(what="audit_photos")
    if found.person_id != actor.person_id and not actor.may(
        Permission.AUDIT_SEE, audit
    ):
        raise Missing(what="audit_photos")
    return found

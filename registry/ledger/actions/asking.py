"""Asking again: long work looks before each batch whether its person still may."""

from __future__ import annotations

from dataclasses import replace

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.kernel.errors import Forbidden
from registry.ledger.errors import NoLongerAllowed
from registry.organisation.queries import actor_of_person


def still_may(actor: Actor, permission: Permission | None = None) -> Actor:
    """Whoever long work is for, with the roles they hold now.

    NoLongerAllowed once they lack the permission, Missing for somebody who has left.
    """
    now = actor_of_person(actor.institution_id, actor.person_id, actor.door)
    now = replace(now, scopes=actor.scopes, session_id=actor.session_id)
    if permission is not None:
        try:
            now.require(permission)
        except Forbidden as refusal:
            raise NoLongerAllowed from refusal
    return now

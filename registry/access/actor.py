"""The actor: who is asking, with what roles, through which door."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from registry.access.permissions import Permission
from registry.access.policy import allows
from registry.access.roles import Role
from registry.kernel.errors import Forbidden, Missing, Unauthenticated


class Door(StrEnum):
    """Where an act came in; every entry says."""

    PAGE = "page"
    API = "api"
    IMPORT = "import"
    AUDIT = "audit"
    COMMAND = "command"


@dataclass(frozen=True)
class Grant:
    """A role held for a department and below, as the department's path."""

    role: Role
    path: str


@dataclass(frozen=True)
class Actor:
    """Somebody, or the installation itself, asking for something.

    ``scopes`` is None for a person at a page; for an API token it is the set of what
    the token may be used for: ``read``, or features such as ``ledger``.
    """

    institution_id: int
    person_id: int | None = None
    name: str = ""
    department_id: int | None = None
    department_path: str = ""
    grants: tuple[Grant, ...] = ()
    door: Door = Door.PAGE
    scopes: frozenset[str] | None = None
    session_id: int | None = None
    is_system: bool = False

    @classmethod
    def system(cls, institution_id: int, door: Door = Door.COMMAND) -> Actor:
        """The installation itself, at its own command line."""
        return cls(institution_id=institution_id, door=door, is_system=True)

    @classmethod
    def stranger(cls, institution_id: int) -> Actor:
        """Somebody who has not signed in."""
        return cls(institution_id=institution_id)

    @property
    def is_stranger(self) -> bool:
        """Whether nobody has signed in."""
        return self.person_id is None and not self.is_system

    def through(self, door: Door) -> Actor:
        """The same actor by another door."""
        return replace(self, door=door)

    def holds(self, *roles: Role) -> bool:
        """Whether any of these roles is held for any department."""
        return any(grant.role in roles for grant in self.grants)

    def paths_of(self, *roles: Role) -> tuple[str, ...]:
        """The paths of the departments for which any of these roles is held."""
        return tuple(grant.path for grant in self.grants if grant.role in roles)

    def may(self, permission: Permission, subject: Any = None) -> bool:
        """Whether the policy and the token's scopes let the actor do this.

        Without a subject: whether there could be a subject for which they do.
        """
        if self.is_system:
            return True
        if self.is_stranger or not self._in_scope(permission):
            return False
        return allows(self, permission, subject)

    def reads(self, feature: str) -> bool:
        """Whether one may read what every colleague may of a part of the registry."""
        if self.is_stranger:
            return False
        return self.scopes is None or bool(self.scopes & {"read", feature})

    def require(self, permission: Permission, subject: Any = None) -> None:
        """Refuse unless the actor may: Unauthenticated, Missing or Forbidden.

        A subject of another institution is Missing, as if it were not there.
        """
        if self.is_stranger:
            raise Unauthenticated
        owner = getattr(subject, "institution_id", self.institution_id)
        if owner != self.institution_id:
            raise Missing
        if not self.may(permission, subject):
            raise Forbidden(permission=str(permission))

    def _in_scope(self, permission: Permission) -> bool:
        if self.scopes is None:
            return True
        if permission.reads:
            return self.reads(permission.feature)
        return permission.feature in self.scopes

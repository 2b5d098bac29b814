"""Use cases of the organisation; each is recorded in the journal."""

from registry.organisation.actions.departments import (
    add_department,
    change_department,
    close_department,
    merge_department,
)
from registry.organisation.actions.institution import (
    change_institution,
    found_institution,
)
from registry.organisation.actions.people import (
    PersonDraft,
    add_person,
    change_person,
    come_back,
    leave,
    set_preferences,
)
from registry.organisation.actions.places import (
    add_place,
    add_places,
    change_place,
    close_place,
)
from registry.organisation.actions.roles import (
    grant_role,
    revoke_role,
)

__all__ = [
    "PersonDraft",
    "add_department",
    "add_person",
    "add_place",
    "add_places",
    "change_department",
    "change_institution",
    "change_person",
    "change_place",
    "close_department",
    "close_place",
    "come_back",
    "found_institution",
    "grant_role",
    "leave",
    "merge_department",
    "revoke_role",
    "set_preferences",
]

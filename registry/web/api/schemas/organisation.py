"""Departments, places, people and roles as the API takes and shows them."""

from __future__ import annotations

import marshmallow as ma

from registry.access.roles import GRANTABLE
from registry.lists.of.departments import DEPARTMENTS
from registry.lists.of.people import PEOPLE
from registry.lists.of.places import PLACES
from registry.organisation.models import FactorFor, PlaceKind
from registry.web.api.schemas.assets import DocumentOut
from registry.web.api.schemas.listing import ListPage
from registry.web.base.fields import (
    Choice,
    Day,
    Flag,
    Key,
    Line,
    Many,
    Moment,
    StrictSchema,
    Whole,
)
from registry.web.base.lists import list_schema
from registry.words import LANGUAGES


class InstitutionChange(StrictSchema):
    """What of the institution's settings changes."""

    name = Line()
    short_name = Line(most=40)
    contact = Line()
    accent = Line(most=7, metadata={"example": "#1f5f8b"})
    label_url = Line(most=200, metadata={"example": "https://zc.example.edu.cn"})
    language = Choice(LANGUAGES)
    time_zone = Line(most=40, metadata={"example": "Asia/Shanghai"})
    factor_for = Choice(
        FactorFor, metadata={"description": "of whom a second factor is asked"}
    )


class InstitutionOut(StrictSchema):
    """The institution's own settings."""

    id = Key(required=True)
    name = Line(required=True)
    short_name = Line(required=True, most=40)
    contact = Line(required=True)
    accent = Line(required=True, most=7, metadata={"example": "#1f5f8b"})
    label_url = Line(required=True, metadata={"example": "https://zc.example.edu.cn"})
    language = Choice(LANGUAGES, required=True)
    time_zone = Line(required=True, metadata={"example": "Asia/Shanghai"})
    currency = Line(required=True, most=3, metadata={"example": "CNY"})
    factor_for = Choice(FactorFor, required=True)
    factor_from = Moment(required=True, allow_none=True)
    version = Whole(required=True)


class MergeDepartment(StrictSchema):
    """The department that another one goes up in."""

    into_id = Key(required=True)


class DepartmentOut(StrictSchema):
    """A department and where it stands in the tree."""

    id = Key(required=True)
    name = Line(required=True)
    code = Line(required=True, most=40)
    contact = Line(required=True)
    parent_id = Key(required=True, allow_none=True)
    path = Line(required=True, most=400)
    version = Whole(required=True)


class DepartmentPage(ListPage):
    """A page of departments."""

    items = Many(ma.fields.Nested(DepartmentOut), required=True, most=200)


DepartmentQuery = list_schema("Department", DEPARTMENTS)
"""What the list of departments is narrowed to, and from where on."""


class DepartmentIn(StrictSchema):
    """A new department."""

    name = Line(required=True)
    parent_id = Key(load_default=None, allow_none=True)
    code = Line(load_default="", most=40)
    contact = Line(load_default="")


class DepartmentChange(StrictSchema):
    """What of a department changes."""

    name = Line()
    parent_id = Key()
    code = Line(most=40)
    contact = Line()


class PlaceOut(StrictSchema):
    """A place and where it stands in the tree."""

    id = Key(required=True)
    name = Line(required=True)
    full_name = Line(required=True, most=800)
    kind = Choice(PlaceKind, required=True)
    is_store = Flag(required=True)
    parent_id = Key(required=True, allow_none=True)
    department_id = Key(required=True, allow_none=True)
    version = Whole(required=True)


class PlacePage(ListPage):
    """A page of places."""

    items = Many(ma.fields.Nested(PlaceOut), required=True, most=200)


PlaceQuery = list_schema("Place", PLACES)
"""What the list of places is narrowed to, and from where on."""


class NodeOut(StrictSchema):
    """Something in a tree, with what it and all below it hold that is not disposed."""

    id = Key(required=True)
    name = Line(required=True)
    parent_id = Key(required=True, allow_none=True)
    count = Whole(required=True)
    idle = Whole(required=True)


class TreeOut(StrictSchema):
    """A whole tree, parents before children."""

    items = Many(ma.fields.Nested(NodeOut), required=True, most=1_000_000)


class PlaceIn(StrictSchema):
    """A new place."""

    name = Line(required=True)
    kind = Choice(PlaceKind, load_default="room")
    parent_id = Key(load_default=None, allow_none=True)
    department_id = Key(load_default=None, allow_none=True)
    is_store = Flag(load_default=False)


class PlaceChange(StrictSchema):
    """What of a place changes."""

    name = Line()
    kind = Choice(PlaceKind)
    parent_id = Key(allow_none=True)
    department_id = Key(allow_none=True)
    is_store = Flag()


class PersonOut(StrictSchema):
    """Somebody of the institution."""

    id = Key(required=True)
    name = Line(required=True)
    staff_number = Line(required=True, most=40)
    department_id = Key(required=True)
    phone = Line(required=True, most=40)
    email = Line(required=True)
    left_on = Day(required=True, allow_none=True)
    version = Whole(required=True)


class PersonPage(ListPage):
    """A page of people."""

    items = Many(ma.fields.Nested(PersonOut), required=True, most=200)


PersonQuery = list_schema("Person", PEOPLE)
"""What the list of people is narrowed to, and from where on."""


class PersonIn(StrictSchema):
    """Somebody new."""

    name = Line(required=True)
    department_id = Key(required=True)
    staff_number = Line(load_default="", most=40)
    phone = Line(load_default="", most=40)
    email = Line(load_default="")


class PersonChange(StrictSchema):
    """What of a person changes."""

    name = Line()
    department_id = Key()
    staff_number = Line(most=40)
    phone = Line(most=40)
    email = Line()


class RoleIn(StrictSchema):
    """A role for a department and below; with an end it is acting."""

    role = Choice(GRANTABLE, required=True)
    department_id = Key(required=True)
    starts_on = Day(load_default=None, allow_none=True)
    ends_on = Day(load_default=None, allow_none=True)


class RoleOut(StrictSchema):
    """A role somebody holds."""

    id = Key(required=True)
    role = Choice(GRANTABLE, required=True)
    department_id = Key(required=True)
    starts_on = Day(required=True, allow_none=True)
    ends_on = Day(required=True, allow_none=True)


class RoleList(StrictSchema):
    """The roles somebody holds."""

    items = Many(ma.fields.Nested(RoleOut), required=True, most=1_000)


class LeaveIn(StrictSchema):
    """Whether what somebody keeps is handed over later."""

    hand_over_later = Flag(load_default=False)


class HandOverIn(StrictSchema):
    """Who takes over."""

    custodian_id = Key(required=True)


class DocumentList(StrictSchema):
    """The documents under which things were handed over, one for each department."""

    items = Many(ma.fields.Nested(DocumentOut), required=True, most=10_000)


class CredentialOut(StrictSchema):
    """How somebody signs in; nothing of the password."""

    person_id = Key(required=True)
    sign_in_name = Line(required=True, most=80)
    must_change = Flag(required=True)
    initial_until = Moment(required=True, allow_none=True)
    disabled_at = Moment(required=True, allow_none=True)
    changed_at = Moment(required=True)


class CredentialIn(StrictSchema):
    """The name somebody signs in with."""

    sign_in_name = Line(required=True, most=80, metadata={"example": "wangjing"})


class InitialPassword(StrictSchema):
    """The password somebody begins with; it must be changed at the first sign-in."""

    sign_in_name = Line(required=True, most=80, metadata={"example": "wangjing"})
    password = ma.fields.String(required=True)

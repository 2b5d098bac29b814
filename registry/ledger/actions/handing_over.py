"""Handing over all that somebody keeps, or all that a department has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.kernel.errors import Conflict, Invalid
from registry.ledger.actions.changing import hand_to
from registry.ledger.actions.documents import MOST_AT_ONCE, act_on_many
from registry.ledger.actions.recording import fact_of, locked, record
from registry.ledger.errors import NothingChanges
from registry.ledger.models import Asset, Document
from registry.ledger.queries.counting import belonging
from registry.organisation import queries as organisation
from registry.organisation.actions import merge_department
from registry.organisation.models import Department
from registry.store.transaction import transaction


class TooManyAssets(Conflict):
    """More assets than one act takes; they must be moved in parts before."""

    code = "too_many_assets"


def hand_over_all(actor: Actor, custodian_id: int, to_id: int) -> list[Document]:
    """Put all that one person keeps into the hands of another, all of it or nothing.

    A document for each thousand. Raises SomeRefused, Invalid for somebody who has left.
    """
    with transaction() as session:
        organisation.person(actor, custodian_id)
        if custodian_id == to_id:
            raise Invalid.field("custodian", "same_person")
        if organisation.person(actor, to_id).left_on is not None:
            raise Invalid.field("custodian", "has_left")
        mine = belonging(actor.institution_id, custodian_id=custodian_id)
        return [
            act_on_many(actor, ids, hand_to, custodian_id=to_id)
            for ids in _parts(session.scalars(mine).all())
        ]


def _parts(ids: Sequence[int]) -> Iterator[list[int]]:
    remaining = iter(ids)
    while part := list(islice(remaining, MOST_AT_ONCE)):
        yield part


def merge_departments(
    actor: Actor, department_id: int, into_id: int, version: int
) -> Document | None:
    """Let a department with all that is its go up in another one; one document.

    Custodian, user and place of each asset stay. Raises TooManyAssets, and Forbidden
    where assets are to move that the actor may not reassign.
    """
    with transaction() as session:
        found = organisation.department(actor, department_id)
        into = organisation.department(actor, into_id)
        ids = session.scalars(
            belonging(actor.institution_id, department_id=found.id)
        ).all()
        if len(ids) > MOST_AT_ONCE:
            raise TooManyAssets(count=len(ids), most=MOST_AT_ONCE)
        document = None
        if ids:
            actor.require(Permission.ASSET_REASSIGN, found)
            actor.require(Permission.ASSET_REASSIGN, into)
            document = act_on_many(
                actor, ids, put_into, title=found.name, department=into
            )
        merge_department(actor, found.id, into.id, version)
        return document


def put_into(
    actor: Actor, asset_id: int, *, department: Department, document: str | None = None
) -> Asset:
    """Record another department of an asset; who keeps it, and where, stays."""
    asset = locked(actor, asset_id)
    actor.require(Permission.ASSET_REASSIGN, asset)
    if asset.department_id == department.id:
        raise NothingChanges
    changes = {"department": fact_of(department)}
    record(actor, asset, "reassign", changes, document=document)
    return asset

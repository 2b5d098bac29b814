"""Bringing one batch of rows into the ledger: new things, changes, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.interchange.actions.references import References
from registry.interchange.rules.expansion import OneAsset, expand
from registry.interchange.rules.ledger import LedgerRow
from registry.kernel.errors import Refused
from registry.ledger import actions as ledger
from registry.ledger.models import Asset
from registry.ledger.rules.drafts import AssetDraft
from registry.ledger.states import ASSET, AssetState, ClaimKind
from registry.store.db import session

BATCH = 400

DESCRIBING = {
    "serial": "serial",
    "condition": "condition",
    "cost": "cost_fen",
    "unit_price": "cost_fen",
    "acquired_on": "acquired_on",
    "method": "method",
    "funding": "funding",
    "warranty_until": "warranty_until",
    "service_life": "service_life_months",
    "note": "note",
}
"""Fields of a sheet that describe an asset, and what the ledger calls them."""


def existing(
    actor: Actor, rows: Sequence[LedgerRow], *, locked: bool = False
) -> dict[tuple[str, int], Asset]:
    """The assets that bear the numbers of these rows, by number and sub-number.

    ``locked`` holds them, in the order of their ids and not of the sheet.
    """
    numbers = sorted({row.asset_number for row in rows})
    found: dict[tuple[str, int], Asset] = {}
    for start in range(0, len(numbers), BATCH):
        query = sa.select(Asset).where(
            Asset.institution_id == actor.institution_id,
            Asset.asset_number.in_(numbers[start : start + BATCH]),
        )
        if locked:
            query = query.order_by(Asset.id).with_for_update(of=Asset)
        assets = session().scalars(query)
        found.update(((a.asset_number, a.sub_number), a) for a in assets)
    return found


class Applier:
    """Brings rows in under one document, as the fields of the sheet allow."""

    def __init__(
        self, actor: Actor, document: str, given: Collection[str], names: References
    ) -> None:
        self.actor = actor
        self.document = document
        self.given = frozenset(given)
        self.names = names
        self.counts: Counter[str] = Counter()
        self.refused: list[dict[str, Any]] = []

    def apply(self, rows: Sequence[LedgerRow]) -> None:
        """Bring rows in: register what is new, change what differs, leave the rest."""
        known = existing(self.actor, rows, locked=True)
        self.names.learn_types(rows)
        drafts: list[AssetDraft] = []
        for row in rows:
            for one in expand(row):
                asset = known.get((one.asset_number, one.sub_number))
                if asset is None:
                    drafts.append(self._draft(one))
                else:
                    self._change(asset, one)
        if drafts:
            ledger.register_many(self.actor, drafts, document=self.document)
            self.counts["registered"] += len(drafts)

    def _draft(self, one: OneAsset) -> AssetDraft:
        row = one.row
        department = self.names.department(row)
        return AssetDraft(
            item_type_id=self.names.types[row.item_type],
            department_id=department,
            asset_number=one.asset_number,
            sub_number=one.sub_number,
            custodian_id=self.names.person(
                row.custodian, row.custodian_number, department
            ),
            user_id=self.names.person(row.user, row.user_number, department),
            place_id=self.names.place(row.place),
            serial=row.serial if one.sub_number <= 1 else "",
            state=row.state,
            condition=row.condition or None,
            cost_fen=one.cost,
            acquired_on=row.acquired_on,
            method=row.method or None,
            funding=row.funding,
            service_life_months=row.service_life_months,
            warranty_until=row.warranty_until,
            attributes=dict(row.attributes),
            note=row.note,
            is_lent=row.claim is ClaimKind.LOAN,
        )

    def _change(self, asset: Asset, one: OneAsset) -> None:
        """Bring an asset in line with its row, act by act; what cannot be is told."""
        before = asset.entries
        for act in (self._describe, self._settle, self._turn):
            try:
                act(asset, one)
            except Refused as refusal:
                self.refused.append(
                    {
                        "row": one.row.row,
                        "number": asset.number,
                        "code": refusal.code,
                        "facts": _plain(refusal.facts),
                    }
                )
        changed = asset.entries != before
        self.counts["changed" if changed else "unchanged"] += 1

    def _describe(self, asset: Asset, one: OneAsset) -> None:
        row = one.row
        wanted: dict[str, Any] = {}
        for name, field in DESCRIBING.items():
            value = one.cost if field == "cost_fen" else getattr(row, _attribute(name))
            if name in self.given and value not in (None, ""):
                wanted[field] = value
        if row.attributes:
            wanted["attributes"] = {**asset.attributes, **row.attributes}
        if one.sub_number > 1:
            wanted.pop("serial", None)
        type_id = self.names.types[row.item_type]
        if type_id not in (asset.item_type_id, asset.item_type.standing.id):
            wanted["item_type_id"] = type_id
        wanted = {k: v for k, v in wanted.items() if getattr(asset, k) != v}
        if wanted:
            ledger.amend(self.actor, asset.id, None, wanted, document=self.document)

    def _settle(self, asset: Asset, one: OneAsset) -> None:
        """Department, place and people, each by the act that is its own."""
        row, document = one.row, self.document
        department = asset.department_id
        if row.department or row.department_code:
            department = self.names.department(row)
        place = self.names.place(row.place) or asset.place_id
        keeper = self.names.person(row.custodian, row.custodian_number, department)
        user = self.names.person(row.user, row.user_number, department)
        custodian_id = keeper or asset.custodian_id
        user_id = user or asset.user_id
        if department != asset.department_id:
            ledger.reassign(
                self.actor,
                asset.id,
                department,
                custodian_id=custodian_id,
                place_id=place,
                document=document,
            )
        if place != asset.place_id:
            ledger.move(self.actor, asset.id, place, document=document)
        if (custodian_id, user_id) != (asset.custodian_id, asset.user_id):
            ledger.assign(
                self.actor,
                asset.id,
                custodian_id=custodian_id,
                user_id=user_id,
                document=document,
            )

    def _turn(self, asset: Asset, one: OneAsset) -> None:
        """The state and the loan that the status of the row means."""
        if "status" not in self.given:
            return
        wanted = one.row.state
        if wanted != asset.state:
            verb = verb_to(AssetState(asset.state), wanted)
            if verb is None:
                raise Refused("state_not_reached", state=asset.state, wanted=wanted)
            ledger.change_state(self.actor, asset.id, verb, document=self.document)
        lent = one.row.claim is ClaimKind.LOAN
        if lent and asset.claim is None:
            ledger.lend(self.actor, asset.id, document=self.document)


def verb_to(state: AssetState, wanted: AssetState) -> str | None:
    """The verb that leads from one state to another in one step."""
    return next(
        (verb for verb in ASSET.open_verbs(state) if ASSET.moves[verb][1] == wanted),
        None,
    )


def _attribute(name: str) -> str:
    return "service_life_months" if name == "service_life" else name


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value)[:80] for name, value in facts.items()}

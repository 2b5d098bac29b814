"""Use cases of the catalogue; each is recorded in the journal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue import queries
from registry.catalogue.classification import starting_classes
from registry.catalogue.errors import (
    AliasTaken,
    AlreadyMerged,
    MergedIntoItself,
    TypeExists,
)
from registry.catalogue.events import ItemTypesMerged
from registry.catalogue.models import AssetClass, ItemAlias, ItemType
from registry.catalogue.rules import identity
from registry.journal.actions import record
from registry.kernel.errors import Invalid, StaleVersion
from registry.kernel.money import MOST_FEN
from registry.kernel.text import clean_line, required_line
from registry.store.searching import SearchToken, index_text, token_rows
from registry.store.transaction import emit, transaction

LONGEST_LIFE = 1_200
BATCH = 500
TEXTS = ("name", "brand", "model", "specification", "unit")


@dataclass(frozen=True)
class TypeDraft:
    """What is asked of an item type."""

    name: str
    brand: str = ""
    model: str = ""
    specification: str = ""
    unit: str = ""
    class_id: int | None = None
    service_life_months: int | None = None
    replacement_price_fen: int | None = None
    is_labelled: bool = True

    def cleaned(self) -> TypeDraft:
        """The same with tidy texts; Invalid for what cannot be."""
        _check_numbers(self.service_life_months, self.replacement_price_fen)
        return TypeDraft(
            name=required_line(self.name, field="name"),
            brand=clean_line(self.brand, field="brand"),
            model=clean_line(self.model, field="model"),
            specification=clean_line(self.specification, field="specification"),
            unit=clean_line(self.unit, field="unit", most=20),
            class_id=self.class_id,
            service_life_months=self.service_life_months,
            replacement_price_fen=self.replacement_price_fen,
            is_labelled=self.is_labelled,
        )

    @property
    def identity(self) -> str:
        """What makes it the same as another one."""
        return identity(
            self.name, self.brand, self.model, self.specification, self.unit
        )


def add_type(actor: Actor, draft: TypeDraft) -> ItemType:
    """Add an item type; TypeExists names the one that is already there."""
    with transaction() as session:
        actor.require(Permission.TYPE_MANAGE)
        draft = draft.cleaned()
        if draft.class_id is not None:
            queries.asset_class(actor, draft.class_id)
        known = queries.types_by_identity(actor.institution_id, [draft.identity])
        if known:
            raise TypeExists(type_id=known[draft.identity])
        [type_id] = _insert_types(actor, session, [draft])
        return queries.item_type(actor, type_id)


def ensure_types(actor: Actor, drafts: Sequence[TypeDraft]) -> list[int]:
    """The ids of the item types meant, adding those that are not there; in order."""
    with transaction() as session:
        actor.require(Permission.TYPE_MANAGE)
        cleaned = [draft.cleaned() for draft in drafts]
        identities = [draft.identity for draft in cleaned]
        known = queries.types_by_identity(actor.institution_id, identities)
        fresh = {
            key: draft
            for key, draft in zip(identities, cleaned, strict=True)
            if key not in known
        }
        made = _insert_types(actor, session, list(fresh.values()))
        known.update(zip(fresh, made, strict=True))
        return [known[key] for key in identities]


def _insert_types(
    actor: Actor, session: Session, drafts: Sequence[TypeDraft]
) -> list[int]:
    rows = [
        {
            "institution_id": actor.institution_id,
            **{field: getattr(draft, field) for field in TypeDraft.__annotations__},
            "identity": draft.identity,
            "version": 1,
        }
        for draft in drafts
    ]
    if not rows:
        return []
    ids = session.scalars(
        sa.insert(ItemType).returning(ItemType.id, sort_by_parameter_order=True), rows
    ).all()
    tokens: list[dict[str, Any]] = []
    for type_id, draft in zip(ids, drafts, strict=True):
        texts = [getattr(draft, field) for field in TEXTS[:4]]
        tokens += token_rows(actor.institution_id, "item_type", type_id, texts)
        facts = {field: getattr(draft, field) for field in TypeDraft.__annotations__}
        record(actor, "item_type", type_id, "add", facts, is_new=True)
    session.execute(sa.insert(SearchToken), tokens)
    return list(ids)


def change_type(actor: Actor, type_id: int, version: int, draft: TypeDraft) -> ItemType:
    """Change what describes an item type."""
    with transaction() as session:
        actor.require(Permission.TYPE_MANAGE)
        found = queries.item_type(actor, type_id)
        if found.version != version:
            raise StaleVersion(expected=version, found=found.version)
        draft = draft.cleaned()
        if draft.class_id is not None:
            queries.asset_class(actor, draft.class_id)
        twin = queries.types_by_identity(actor.institution_id, [draft.identity])
        if twin.get(draft.identity, found.id) != found.id:
            raise TypeExists(type_id=twin[draft.identity])
        facts: dict[str, Any] = {}
        for field in TypeDraft.__annotations__:
            if getattr(found, field) != getattr(draft, field):
                facts[field] = getattr(draft, field)
                setattr(found, field, facts[field])
        found.identity = draft.identity
        session.flush()
        _index(session, found)
        record(actor, "item_type", found.id, "change", facts)
        return found


def add_alias(actor: Actor, type_id: int, alias: str) -> ItemAlias:
    """Let an item type be found by another name."""
    with transaction() as session:
        actor.require(Permission.TYPE_MANAGE)
        found = queries.item_type(actor, type_id)
        name = required_line(alias, field="alias")
        if any(known.alias == name for known in found.aliases):
            raise AliasTaken(alias=name)
        made = ItemAlias(
            institution_id=actor.institution_id, item_type_id=found.id, alias=name
        )
        session.add(made)
        session.flush()
        session.refresh(found)
        _index(session, found)
        record(actor, "item_type", found.id, "add_alias", {"alias": name})
        return made


def remove_alias(actor: Actor, type_id: int, alias: str) -> None:
    """Let an item type no longer be found by a name."""
    with transaction() as session:
        actor.require(Permission.TYPE_MANAGE)
        found = queries.item_type(actor, type_id)
        for known in [each for each in found.aliases if each.alias == alias]:
            session.delete(known)
            record(actor, "item_type", found.id, "remove_alias", {"alias": alias})
        session.flush()
        session.refresh(found)
        _index(session, found)


def merge_types(actor: Actor, type_id: int, into_id: int) -> ItemType:
    """Declare that one item type is another; assets read through to it.

    The merged one's name and aliases become aliases of the other. Assets and evidence
    are not rewritten.
    """
    with transaction() as session:
        actor.require(Permission.TYPE_MERGE)
        merged = queries.item_type(actor, type_id)
        into = queries.standing_type(actor, into_id)
        if merged.id == into.id:
            raise MergedIntoItself
        if merged.merged_into_id is not None:
            raise AlreadyMerged(into=merged.merged_into_id)
        merged.merged_into_id = into.id
        session.flush()
        _follow(session, merged, into)
        _take_names(actor, session, merged, into)
        session.refresh(into)
        _index(session, into)
        record(actor, "item_type", merged.id, "merge", {"into": into.id})
        record(actor, "item_type", into.id, "take_in", {"merged": merged.id})
        emit(ItemTypesMerged(actor.institution_id, merged.id, into.id))
        return into


def _follow(session: Session, merged: ItemType, into: ItemType) -> None:
    """What was merged into the merged one follows it, so that one step always leads."""
    session.execute(
        sa.update(ItemType)
        .where(
            ItemType.institution_id == merged.institution_id,
            ItemType.merged_into_id == merged.id,
        )
        .values(merged_into_id=into.id)
    )


def _take_names(
    actor: Actor, session: Session, merged: ItemType, into: ItemType
) -> None:
    known = {into.name, *(each.alias for each in into.aliases)}
    names = [merged.name, merged.title, *(each.alias for each in merged.aliases)]
    for name in dict.fromkeys(name[:200] for name in names):
        if name not in known:
            session.add(
                ItemAlias(
                    institution_id=actor.institution_id,
                    item_type_id=into.id,
                    alias=name,
                )
            )
    session.flush()


@dataclass(frozen=True)
class ClassRow:
    """One line of a table of classes."""

    edition: str
    code: str
    name: str
    name_en: str = ""
    parent_code: str = ""
    service_life_months: int | None = None


def load_classes(actor: Actor, rows: Iterable[ClassRow]) -> tuple[int, int]:
    """Add or change classes by code; how many were (added, changed)."""
    with transaction() as session:
        actor.require(Permission.CLASS_LOAD)
        known = {
            row.code: row
            for row in session.scalars(
                sa.select(AssetClass).where(
                    AssetClass.institution_id == actor.institution_id
                )
            )
        }
        wanted = {row.code: row for row in rows}
        fresh = [row for code, row in wanted.items() if code not in known]
        changed = [
            row
            for code, row in wanted.items()
            if code in known and _differs(known[code], row)
        ]
        _insert_classes(actor, session, fresh)
        for row in changed:
            _set_class(known[row.code], row)
            texts = [row.name, row.name_en]
            class_id = known[row.code].id
            index_text(session, actor.institution_id, "class", class_id, texts)
        session.flush()
        facts = {"added": len(fresh), "changed": len(changed)}
        record(actor, "class_table", actor.institution_id, "load", facts)
        return len(fresh), len(changed)


def load_starting_classes(actor: Actor) -> tuple[int, int]:
    """Load the classes that the product comes with; how many were (added, changed)."""
    return load_classes(
        actor,
        [
            ClassRow(
                edition=str(each.edition),
                code=each.code,
                name=each.name,
                name_en=each.name_en,
                parent_code=each.parent,
                service_life_months=each.service_life_months,
            )
            for each in starting_classes()
        ],
    )


def _insert_classes(actor: Actor, session: Session, rows: list[ClassRow]) -> None:
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        values = [
            {"institution_id": actor.institution_id, **_class_values(row)}
            for row in batch
        ]
        ids = session.scalars(
            sa.insert(AssetClass).returning(
                AssetClass.id, sort_by_parameter_order=True
            ),
            values,
        ).all()
        tokens = [
            token
            for class_id, row in zip(ids, batch, strict=True)
            for token in token_rows(
                actor.institution_id, "class", class_id, [row.name, row.name_en]
            )
        ]
        session.execute(sa.insert(SearchToken), tokens)


def _class_values(row: ClassRow) -> dict[str, Any]:
    _check_numbers(row.service_life_months, None)
    return {
        "edition": row.edition,
        "code": required_line(row.code, field="code", most=20),
        "name": required_line(row.name, field="name"),
        "name_en": clean_line(row.name_en, field="name_en"),
        "parent_code": row.parent_code,
        "service_life_months": row.service_life_months,
    }


def _differs(known: AssetClass, row: ClassRow) -> bool:
    return any(
        getattr(known, key) != value for key, value in _class_values(row).items()
    )


def _set_class(known: AssetClass, row: ClassRow) -> None:
    for key, value in _class_values(row).items():
        setattr(known, key, value)


def _check_numbers(life: int | None, price: int | None) -> None:
    if life is not None and not 0 <= life <= LONGEST_LIFE:
        raise Invalid.field(
            "service_life_months", "out_of_range", least=0, most=LONGEST_LIFE
        )
    if price is not None and not 0 <= price <= MOST_FEN:
        raise Invalid.field("replacement_price", "bad_amount")


def _index(session: Session, found: ItemType) -> None:
    texts = [getattr(found, field) for field in TEXTS[:4]]
    texts += [each.alias for each in found.aliases]
    index_text(session, found.institution_id, "item_type", found.id, texts)

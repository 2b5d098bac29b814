"""What every table keeps to: references point down, money is whole, times are UTC."""

from __future__ import annotations

import re

import sqlalchemy as sa

from registry.store.base import Base, UtcDateTime
from tests.harness.sources import floors, listed, load_every_model

OF_NO_INSTITUTION = {"backup_runs", "duties", "institutions", "throttle_buckets"}
"""Tables whose rows belong to the installation as a whole."""

UNIQUE_EVERYWHERE = {"codes"}
"""Tables whose key means the same in every institution."""


MONEY = re.compile(r"fen|cost|price|amount")


def _owners() -> dict[str, str]:
    """Each table and the package that defines it."""
    load_every_model()
    packages = sorted(floors(), key=len, reverse=True)
    return {
        mapper.local_table.name: next(
            package
            for package in packages
            if f"{mapper.class_.__module__}.".startswith(f"{package}.")
        )
        for mapper in Base.registry.mappers
    }


def test_every_table_has_a_model():
    owners = _owners()
    assert set(Base.metadata.tables) == set(owners)


def test_foreign_keys_point_down_the_floors():
    owners, floor = _owners(), floors()
    upward = [
        f"{table.name} -> {key.referred_table.name}"
        for table in Base.metadata.tables.values()
        for key in table.foreign_key_constraints
        if owners[key.referred_table.name] != owners[table.name]
        and floor[owners[key.referred_table.name]] >= floor[owners[table.name]]
        and key.referred_table.name != "institutions"
    ]
    assert not upward, listed(upward)


def test_every_row_belongs_to_an_institution():
    load_every_model()
    without = {
        table.name
        for table in Base.metadata.tables.values()
        if "institution_id" not in table.columns
    }
    assert without <= OF_NO_INSTITUTION


ACROSS = {
    "outer_inquiries.from_institution_id+asked_by_id -> people",
    "outer_candidates.card_id -> outer_cards",
}
"""Who asks another institution, and what: the outer pool, docs/decisions/0031."""


def test_no_reference_crosses_institutions():
    load_every_model()
    loose = [
        f"{table.name}.{'+'.join(key.column_keys)} -> {key.referred_table.name}"
        for table in Base.metadata.tables.values()
        for key in table.foreign_key_constraints
        if "institution_id" in key.referred_table.columns
        and "institution_id" not in key.column_keys
        and key.referred_table.name not in UNIQUE_EVERYWHERE
    ]
    assert set(loose) == ACROSS, listed(loose)


def test_money_is_whole_fen():
    load_every_model()
    inexact = [
        str(column)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if MONEY.search(column.name) and not isinstance(column.type, sa.Integer)
    ]
    assert not inexact, listed(inexact)


def test_every_moment_is_kept_with_its_zone():
    load_every_model()
    naive = [
        str(column)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, sa.DateTime)
        and not isinstance(column.type, UtcDateTime)
    ]
    assert not naive, listed(naive)


def test_no_feature_hangs_attributes_on_the_tables_of_another():
    owners = _owners()
    across = [
        f"{mapper.class_.__name__}.{relation.key}"
        for mapper in Base.registry.mappers
        for relation in mapper.relationships
        if owners[relation.mapper.local_table.name] != owners[mapper.local_table.name]
        and relation.back_populates
    ]
    assert not across, listed(across)

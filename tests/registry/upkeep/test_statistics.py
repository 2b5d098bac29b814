"""SQLite counts its rows when there are many, so that scans find theirs at once."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.ledger.queries import find_scanned
from registry.organisation.models import Institution
from registry.store.db import db
from registry.upkeep.statistics import FEWEST, Statistics
from tests.factories.ledger import make_assets
from tests.harness.plans import steps_of, walks_of


@pytest.fixture(autouse=True)
def _on_sqlite(context: Session) -> None:
    if context.get_bind().dialect.name != "sqlite":
        # Its autovacuum analyses; the duty does nothing there.
        pytest.skip("PostgreSQL counts by itself")


def test_few_rows_are_not_counted(institution: Institution) -> None:
    make_assets(institution, 3)
    assert not Statistics().refresh()


def test_once_counted_a_scan_passes_nothing(
    context: Session, institution: Institution
) -> None:
    for _ in range(FEWEST // 1_000):
        code = make_assets(institution, 1_000)[0].code
    context.commit()
    system = Actor.system(institution.id)

    def scan_walks_past() -> list[str]:
        db.session.remove()
        db.engine.dispose()
        steps = steps_of(db.session.connection(), lambda: find_scanned(system, code))
        db.session.rollback()
        return walks_of(steps, "assets")

    assert scan_walks_past() != []
    duty = Statistics()
    assert duty.refresh()
    assert scan_walks_past() == []
    assert not duty.refresh()

"""That a scan is kept as a day, written later, of nobody, and never waited for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from registry.kernel.checkcodes import new_code
from registry.ledger.models import Asset
from registry.organisation.models import Institution
from registry.sharing.models import AssetLife
from registry.web.base.scans import EXTENSION, MOST_REMEMBERED, ScanNotes
from tests.factories.ledger import make_asset
from tests.factories.organisation import make_institution
from tests.harness.plans import noting


@pytest.fixture
def asset(clock: Any, institution: Institution) -> Asset:
    return make_asset(institution)


def scanned(context: Session) -> dict[int, date | None]:
    context.expire_all()
    rows = context.scalars(sa.select(AssetLife))
    return {row.asset_id: row.scanned_on for row in rows}


WAYS = ["/a/{code}", "/scan/open?text={code}", "/scan/look?text={code}"]


@pytest.mark.parametrize("way", WAYS)
def test_a_scan_is_written_half_a_minute_later_as_its_day(
    signed_in_as: Any, asset: Asset, context: Session, clock: Any, way: str
) -> None:
    client = signed_in_as()
    client.get(way.format(code=asset.code))
    assert scanned(context) == {}
    client.get("/idle")
    assert scanned(context) == {}
    clock.shift(31)
    client.get("/idle").close()
    assert scanned(context) == {asset.id: date(2026, 9, 1)}


def test_a_scan_in_the_api_counts_in_a_session_and_not_by_a_token(
    signed_in_as: Any, api_as: Any, asset: Asset, context: Session, app: Flask
) -> None:
    where = f"/api/v1/scan?text={asset.code}"
    assert api_as().get(where).status_code == 200
    app.extensions[EXTENSION].write()
    assert scanned(context) == {}
    assert signed_in_as().get(where).status_code == 200
    app.extensions[EXTENSION].write()
    assert set(scanned(context)) == {asset.id}


def test_strangers_and_others_do_not_count_and_wait_for_no_write(
    client: Any, signed_in_as: Any, asset: Asset, context: Session, app: Flask
) -> None:
    written: list[str] = []

    def note(statement: str, _values: Any) -> None:
        written.append(statement.split()[0])

    with noting(context.get_bind(), note):
        assert client.get(f"/a/{asset.code}").status_code == 200
        assert client.get(f"/api/v1/labels/{asset.code}").status_code == 200
    assert "SELECT" in written
    assert {"INSERT", "UPDATE", "DELETE"} & set(written) == set()
    foreign = make_asset(make_institution())
    signed_in_as().get(f"/a/{foreign.code}")
    app.extensions[EXTENSION].write()
    assert scanned(context) == {}


def test_a_typed_number_in_the_list_is_no_scan(
    signed_in_as: Any, asset: Asset, context: Session, app: Flask
) -> None:
    signed_in_as().get(f"/assets?q={asset.asset_number}")
    app.extensions[EXTENSION].write()
    assert scanned(context) == {}


def test_a_thing_is_written_once_a_day_however_often_it_is_scanned(
    asset: Asset, context: Session, app: Flask, clock: Any
) -> None:
    notes, written = ScanNotes(), []
    key, day = (asset.institution_id, asset.id), date(2026, 9, 1)
    for _ in range(5):
        notes.note(key, day)
        written.append(notes.is_due)
        clock.shift(31)
        if notes.is_due:
            notes.write()
    assert notes._pending == {}
    notes.note(key, date(2026, 9, 2))
    assert notes._pending == {key: date(2026, 9, 2)}


def test_what_cannot_be_written_is_tried_again(
    asset: Asset, context: Session, clock: Any
) -> None:
    notes = ScanNotes()
    notes.note((asset.institution_id, asset.id), date(2026, 9, 1))
    context.execute(sa.text("ALTER TABLE asset_lives RENAME TO elsewhere"))
    context.commit()
    notes.write()
    assert len(notes._pending) == 1
    context.rollback()
    context.execute(sa.text("ALTER TABLE elsewhere RENAME TO asset_lives"))
    context.commit()
    notes.write()
    assert scanned(context) == {asset.id: date(2026, 9, 1)}


def test_what_is_remembered_is_bounded(clock: Any) -> None:
    notes = ScanNotes()
    for number in range(MOST_REMEMBERED + 10):
        notes.note((1, number), date(2026, 9, 1))
    assert len(notes._known) <= MOST_REMEMBERED


@pytest.mark.parametrize("way", ["/a/{code}", "/A/{code}", "/scan/open?text={code}"])
def test_a_code_that_leads_nowhere_leads_back_to_scanning(
    way: str, signed_in_as: Any, client: Any
) -> None:
    colleague = signed_in_as()
    for code in (new_code(), "NOPE"):
        answer = colleague.get(way.format(code=code))
        assert answer.status_code in {404, 422}, (way, code)
        assert 'href="/scan"' in answer.text.partition("trouble-steps")[2]
        assert 'id="live"' not in answer.text
        told = client.get(way.format(code=code)).text
        assert 'href="/scan"' not in told.partition("trouble-steps")[2]

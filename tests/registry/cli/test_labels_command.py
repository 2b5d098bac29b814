"""Labels of what was found, of blanks and of doors are made into a file."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.codes.models import Code
from registry.labelling.models import PrintRun
from registry.organisation.models import Institution
from tests.factories.ledger import make_assets
from tests.factories.organisation import make_place
from tests.registry.cli.conftest import Run


def test_labels_of_what_was_found_are_written_and_recorded(
    registry: Run, institution: Institution, context: Session, tmp_path: Path
) -> None:
    make_assets(institution, 3, asset_number="ZC-1")
    make_assets(institution, 2, asset_number="ZC-2")
    context.commit()
    file = tmp_path / "labels.pdf"
    ran = registry("labels", str(file), "--search", "ZC-1")
    assert ran.code == 0
    assert file.read_bytes().startswith(b"%PDF-")
    assert context.scalars(sa.select(PrintRun)).one().count == 3


def test_labels_of_blank_codes_and_of_doors(
    registry: Run, institution: Institution, context: Session, tmp_path: Path
) -> None:
    make_place(institution, "301")
    context.commit()
    blanks, doors = tmp_path / "blanks.pdf", tmp_path / "doors.pdf"
    assert registry("labels", str(blanks), "--blanks", "7").code == 0
    assert registry("labels", str(doors), "--places").code == 0
    kinds = context.scalars(sa.select(Code.kind)).all()
    assert sorted(kinds) == ["blank"] * 7 + ["place"]


def test_no_run_is_recorded_for_a_file_that_cannot_be_written(
    registry: Run, institution: Institution, context: Session, tmp_path: Path
) -> None:
    make_assets(institution, 1)
    context.commit()
    ran = registry("labels", str(tmp_path / "no" / "such" / "folder.pdf"))
    assert ran.code == 1
    assert "文件不能读写" in ran.err
    assert context.scalars(sa.select(PrintRun)).all() == []


def test_an_unknown_label_paper_is_refused(
    registry: Run, institution: Institution, context: Session, tmp_path: Path
) -> None:
    make_assets(institution, 1)
    context.commit()
    ran = registry("labels", str(tmp_path / "x.pdf"), "--medium", "papyrus")
    assert ran.code == 1
    assert ran.err.strip()

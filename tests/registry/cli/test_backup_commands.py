"""``registry backup`` and ``move`` say what they did, and leave a telling exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from registry.organisation.models import Institution
from tests.factories.ledger import make_assets
from tests.registry.cli.conftest import Run


@pytest.fixture
def ledger(institution: Institution, context: Session) -> Institution:
    make_assets(institution, 2)
    context.commit()
    return institution


def test_a_backup_is_made_proved_tried_and_brought_back(
    registry: Run, ledger: Institution, empty_database_url: str, tmp_path: Path
) -> None:
    folder = {"REGISTRY_BACKUP_FOLDER": str(tmp_path)}
    assert registry("backup", "create").code == 3
    assert registry("backup", "drill", **folder).code == 1
    made = registry("backup", "create", "--keep", "3", **folder)
    assert (made.code, "资产 2 件" in made.out) == (0, True)
    [path] = tmp_path.iterdir()
    facts = json.loads(registry("backup", "verify", str(path), "--json").out)
    assert facts["findings"] == []
    assert facts["seal"] in made.out
    assert registry("backup", "verify", str(path), "--quick").code == 0
    assert "演练通过" in registry("backup", "drill", **folder).err
    assert registry("backup", "restore", str(path)).code == 1
    to = ("--to", empty_database_url)
    restored = registry("backup", "restore", str(path), *to, LANG="en")
    assert (restored.code, "sign in again" in restored.err) == (0, True)
    path.write_bytes(path.read_bytes()[:-1])
    for command in (("verify",), ("restore", "--replace", *to), ("drill",)):
        told = registry("backup", *command, str(path))
        assert (told.code, "备份不完整，或被改动过" in told.out) == (1, True)


def test_a_ledger_in_use_is_not_moved(
    registry: Run, ledger: Institution, empty_database_url: str, tmp_path: Path
) -> None:
    told = registry("move", "--to", empty_database_url, str(tmp_path))
    assert (told.code, "先停止服务" in told.err) == (1, True)
    assert list(tmp_path.iterdir()) == []

"""The client in the documentation does what the documentation says."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from registry.config import Settings
from registry.jobs.running import run_next
from registry.organisation.models import Person
from tests.factories.auth import make_token

CLIENT = Path(__file__).parents[4] / "docs" / "examples" / "client.py"
SHEET = "资产编号,资产名称,使用部门,数量\nA-77001,显微镜,物理教研组,2\n"


@pytest.fixture
def at_work(app: Flask) -> Any:
    """Somebody who does the long work meanwhile."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.05):
            with app.app_context():
                run_next()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield
    over.set()
    thread.join()


def test_the_client_looks_up_moves_prints_imports_and_follows(
    live_server: str,
    at_work: None,
    school: Any,
    chief: Person,
    settings: Settings,
    tmp_path: Path,
) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(SHEET, "utf-8")
    token = make_token(settings, chief)
    words = [live_server, token, school.projector.code, str(school.store.id), sheet]
    ran = subprocess.run(
        [sys.executable, CLIENT, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    place, label_bytes, counts, verbs = json.loads(ran.stdout)
    assert place == {"id": school.store.id, "name": school.store.full_name}
    assert label_bytes > 1_000
    assert sum(counts["by_kind"].values()) == 2
    assert "move" in verbs
    assert verbs.count("register") == 9

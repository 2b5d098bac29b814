"""``registry doctor`` names what is wrong, and nothing where nothing is."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.auth.models import SecondFactor
from registry.auth.rules.second_factor import seal
from registry.cli import examining
from registry.jobs.actions import enqueue
from registry.kernel.clock import now
from registry.labelling.models import Printer
from registry.organisation.models import Institution
from registry.store.holding import file_of
from registry.store.transaction import transaction
from registry.upkeep.models import Duty
from tests.factories.ledger import make_assets
from tests.factories.organisation import make_person
from tests.harness.server import free_port
from tests.registry.cli.conftest import Run

HEALTHY = {"REGISTRY_SECRET_KEY": "kW3v-Zq81_Ls0xTn5Yb7RmCe2Hd9Ua4Go6"}


class _Alive(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "alive"}')

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def examined(
    registry: Run,
    institution: Institution,
    context: Session,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Any]:
    """``examined(REGISTRY_…=…)``: exit code, and the checks that found something."""
    make_assets(institution, 1)
    context.commit()
    if path := file_of(database_url):
        path.chmod(0o600)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Alive)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    there = {
        "REGISTRY_PUBLIC_URL": f"http://127.0.0.1:{server.server_port}",
        "REGISTRY_BACKUP_FOLDER": str(tmp_path / "backups"),
        **HEALTHY,
    }

    def examine(*before: str, **overrides: str) -> tuple[int, list[str]]:
        for command in before:
            assert registry("backup", command, **there).code == 0
        ran = registry("doctor", "--json", **(there | overrides))
        found = [each["check"] for each in json.loads(ran.out)["symptoms"]]
        return ran.code, found

    if not file_of(database_url):
        assert "durability" in examine()[1], "the tests' own server is not durable"
        monkeypatch.delitem(examining.CHECKS, "durability")
    yield examine
    server.shutdown()
    server.server_close()


def test_a_sound_installation_has_nothing_and_each_harm_is_named(
    examined: Any,
    registry: Run,
    institution: Institution,
    context: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert examined() == (1, ["backups"])
    assert examined("create") == (4, ["backups"])
    assert examined("drill") == (0, [])
    nowhere = str(free_port())
    readable = tmp_path / "secret"
    readable.write_text(HEALTHY["REGISTRY_SECRET_KEY"])
    readable.chmod(0o644)
    harms: list[tuple[dict[str, str], int, str]] = [
        ({"REGISTRY_SECRET_KEY": "ab" * 20}, 1, "secret"),
        ({"REGISTRY_SECRET_FILE": str(readable)}, 1, "secret"),
        ({"REGISTRY_FONT_PATH": "/nowhere.ttf"}, 1, "fonts"),
        ({"REGISTRY_PUBLIC_URL": f"http://127.0.0.1:{nowhere}"}, 4, "address"),
        (
            {
                "REGISTRY_SMTP_URL": f"smtp://127.0.0.1:{nowhere}",
                "REGISTRY_MAIL_FROM": "a@school.example",
            },
            4,
            "mail",
        ),
        ({"REGISTRY_SECRET_KEY": "short"}, 3, "settings"),
    ]
    for settings, worst, check in harms:
        assert examined(**settings) == (worst, [check]), settings
    with time_machine.travel(now() - timedelta(days=1), tick=True):
        assert "clock" in examined()[1]
    with time_machine.travel(now() + timedelta(days=3), tick=True):
        assert "backups" in examined()[1]
    full = type("Usage", (), {"free": 50 << 20})
    with monkeypatch.context() as patched:
        patched.setattr(examining.shutil, "disk_usage", lambda _: full)
        assert set(examined()[1]) == {"disk"}
    _rename(context, "throttle_buckets", "taken_away")
    assert examined() == (1, ["keeping"])
    _rename(context, "taken_away", "throttle_buckets")
    _seal_with_another_key(institution)
    context.commit()
    assert examined() == (1, ["second factors"])
    with transaction() as session:
        session.execute(sa.delete(SecondFactor))
    context.commit()
    _spoil(institution, int(nowhere))
    context.commit()
    code, found = examined()
    assert (code, found) == (1, ["duties", "duties", "duties", "printers"])
    told = registry("doctor", LANG="en", **HEALTHY).out
    assert "nothing takes it up" in told
    assert "[wrong]" in told


def _rename(context: Session, table: str, other: str) -> None:
    """Nothing can be written into a table that is not there."""
    context.execute(sa.text(f"ALTER TABLE {table} RENAME TO {other}"))
    context.commit()


def _seal_with_another_key(institution: Institution) -> None:
    person = make_person(institution)
    owner = (institution.id, person.id)
    with transaction() as session:
        session.add(
            SecondFactor(
                institution_id=institution.id,
                person_id=person.id,
                state="on",
                secret=seal("another key", owner, b"x" * 20),
            )
        )


def _spoil(institution: Institution, port: int) -> None:
    long_ago = now() - timedelta(hours=3)
    with transaction() as session:
        job = enqueue(Actor.system(institution.id), "import")
        job.created_at = long_ago
        session.add(Duty(name="late", due_at=long_ago))
        later = now() + timedelta(hours=1)
        session.add(Duty(name="bad", due_at=later, failed_at=long_ago))
        session.add(
            Printer(
                institution_id=institution.id,
                name="门口",
                host="127.0.0.1",
                port=port,
                language="zpl",
                width_mm=50,
                height_mm=30,
            )
        )


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE alembic_version SET version_num = '0020'", "registry db upgrade"),
        ("UPDATE alembic_version SET version_num = '9999'", "更新的程序版本"),
        ("DELETE FROM alembic_version", "registry db upgrade"),
    ],
)
def test_a_database_of_another_version_ends_the_examination(
    registry: Run, context: Session, statement: str, words: str
) -> None:
    context.execute(sa.text(statement))
    context.commit()
    told = registry("doctor", **HEALTHY)
    assert (told.code, words in told.out) == (3, True)
    assert "检查了 2 项" in told.out

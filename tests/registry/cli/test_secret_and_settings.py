"""Secrets are made well, kept from others, and never shown."""

from __future__ import annotations

import json
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from registry.config import Settings
from tests.registry.cli.conftest import Run


def test_every_secret_is_another_and_long_enough(bare: Run) -> None:
    made = {bare("secret").out.strip() for _ in range(20)}
    assert len(made) == 20
    assert min(map(len, made)) >= 32


def test_a_secret_file_is_its_owners_alone_and_usable(
    bare: Run, tmp_path: Path
) -> None:
    file = tmp_path / "var" / "secret"
    assert bare("secret", str(file)).code == 0
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o077 == 0
    known = Settings.from_environment({"REGISTRY_SECRET_FILE": str(file)})
    assert known.secret_key == file.read_text("ascii").strip()


def test_a_secret_file_is_never_overwritten(bare: Run, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("kept", encoding="ascii")
    ran = bare("secret", str(file))
    assert ran.code == 1
    assert file.read_text("ascii") == "kept"
    assert ran.out == ""


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_settings_show_everything_but_secrets(bare: Run, as_json: list[str]) -> None:
    ran = bare(
        "settings",
        *as_json,
        REGISTRY_SECRET_KEY="the-secret-key-of-this-installation",
        REGISTRY_METRICS_TOKEN="the-token-of-metrics",
        REGISTRY_DATABASE_URL="postgresql://registry:hunter22@127.0.0.1/registry",
    )
    assert ran.code == 0
    for secret in ("the-secret-key", "the-token", "hunter22"):
        assert secret not in ran.out
    shown = [f"REGISTRY_{each.name.upper()}" for each in fields(Settings)]
    assert [name for name in shown if name not in ran.out] == []


def test_settings_as_json_can_be_read_back(bare: Run) -> None:
    ran = bare("settings", "--json", REGISTRY_SECRET_KEY="s" * 40)
    assert json.loads(ran.out)["REGISTRY_SESSION_DAYS"] == 7

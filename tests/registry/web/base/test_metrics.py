"""Figures are for whoever brings the token, and count every request once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from registry.backup.states import RunKind
from registry.config import Settings
from registry.kernel.clock import now
from registry.web.base import metrics
from registry.web.base.metrics import init_metrics

TOKEN = "a token for the monitoring system"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def application(token: str) -> Flask:
    settings = Settings(secret_key="s" * 40, metrics_token=token)
    app = Flask("small")
    app.extensions["registry_settings"] = settings
    init_metrics(app, settings)
    app.add_url_rule("/a/<code>", "page", lambda code: code)
    return app


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(metrics, "oldest_waiting", lambda: None)
    monkeypatch.setattr(metrics, "last_run", lambda kind: None)
    return application(TOKEN)


def test_how_old_the_last_backup_is_once_there_was_one(
    measured: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = measured.test_client()
    assert "backup_age" not in client.get("/metrics", headers=BEARER).text
    made = {RunKind.BACKUP: now() - timedelta(hours=5)}
    monkeypatch.setattr(metrics, "last_run", made.get)
    told = client.get("/metrics", headers=BEARER).text
    age = re.search(r"^registry_last_backup_age_seconds (\S+)", told, re.MULTILINE)
    assert age is not None
    assert 5 * 3600 <= float(age[1]) < 6 * 3600
    assert "drill_age" not in told


def test_without_a_token_there_is_no_such_page() -> None:
    assert application("").test_client().get("/metrics").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": TOKEN},
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer 口令".encode().decode("latin-1")},
        {"X-Forwarded-For": "127.0.0.1"},
    ],
)
def test_figures_are_for_whoever_brings_the_token(
    measured: Flask, headers: dict[str, str]
) -> None:
    answer = measured.test_client().get("/metrics", headers=headers)
    assert answer.status_code == 401
    assert answer.data == b""


def test_every_request_is_counted_once_by_its_pattern(measured: Flask) -> None:
    client = measured.test_client()
    for code in ("one", "two", "three"):
        client.get(f"/a/{code}")
    client.get("/nowhere/at-all")
    client.open("/a/one", method="BREW")
    text = client.get("/metrics", headers=BEARER).get_data(as_text=True)
    assert '{method="GET",route="/a/<code>",status="200"} 3.0' in text
    assert '{method="GET",route="unknown",status="404"} 1.0' in text
    assert 'method="other"' in text
    assert "at-all" not in text
    assert "BREW" not in text
    assert 'registry_request_seconds_count{route="/a/<code>"} 3.0' in text
    assert "registry_oldest_waiting_job_seconds 0.0" in text


def test_two_applications_in_one_process_do_not_share_figures(
    measured: Flask,
) -> None:
    other = application(TOKEN)
    other.test_client().get("/a/one")
    text = measured.test_client().get("/metrics", headers=BEARER).get_data(as_text=True)
    assert "/a/<code>" not in text

"""The demo school is loaded once, is sound, and can be signed in to."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from registry.organisation.models import Institution
from tests.everyone.conftest import DemoSchool
from tests.harness.server import environment_for
from tests.registry.cli.conftest import carry_out

pytestmark = pytest.mark.slow


def test_the_demo_school_is_loaded_once_and_tells_who_to_sign_in_as(
    demo_school: DemoSchool,
    app: Flask,
    database_url: str,
    client: Any,
    context: Session,
    capsys: pytest.CaptureFixture[str],
) -> None:
    environment = environment_for(database_url, LANG="", LC_ALL="", LC_MESSAGES="")

    def registry(*words: str) -> Any:
        return carry_out(lambda _: app, environment, capsys, *words)

    password = demo_school.told.partition("密码都是：")[2].split()[0]
    form = {"name": "keeper", "password": password}
    assert client.submit("/sign-in", form).status_code == 303
    assert registry("demo").code == 1
    assert registry("demo", "--if-empty").code == 0
    [report] = json.loads(registry("verify", "--json").out)
    assert report["findings"] == []
    assert len(context.scalars(sa.select(Institution)).all()) == 1

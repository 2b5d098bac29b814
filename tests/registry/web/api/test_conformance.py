"""The API does what its description says, whatever it is sent."""

from __future__ import annotations

import contextvars
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from schemathesis.checks import load_all_checks

from registry.config import Settings
from registry.organisation.models import Person
from tests.factories.auth import make_token
from tests.harness.depth import deep

EXAMPLES = deep(1, 20)
"""Cases for each operation, valid ones and others; a few hundred take long."""
SETTINGS = Path(__file__).with_name("schemathesis.toml")

load_all_checks()


@pytest.fixture
def described(app: Flask, chief: Person, settings: Settings) -> Any:
    """The description as the application serves it."""
    config = schemathesis.Config.from_path(SETTINGS)
    where = "/api/v1/openapi.json"
    return schemathesis.openapi.from_wsgi(where, apart(app), config=config)


def apart(app: Flask) -> Any:
    """The application, whose requests see nothing of the test's own context."""

    def called(*given: Any) -> Any:
        answer = contextvars.Context().run(app, *given)
        try:
            return [b"".join(answer)]
        finally:
            answer.close()

    return called


def test_whatever_is_sent_the_answer_is_one_that_was_described(
    described: Any, chief: Person, settings: Settings
) -> None:
    headers = {"Authorization": f"Bearer {make_token(settings, chief)}"}
    failures: dict[str, str] = {}
    for found in described.get_all_operations():
        operation = found.ok()
        for mode in schemathesis.GenerationMode:
            trouble = tried(operation, mode, headers, EXAMPLES)
            if trouble:
                failures[f"{operation.label} {mode}"] = trouble
    assert not failures, "\n\n".join(f"{k}: {v}" for k, v in failures.items())


def tried(operation: Any, mode: Any, headers: dict[str, str], most: int) -> str:
    """What is wrong with the answers of one operation."""

    @hypothesis.settings(
        max_examples=most,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        own = "Authorization" in (case.headers or {})
        case.call_and_validate(headers={} if own else headers)

    try:
        ask()
    except hypothesis.errors.Unsatisfiable:
        return ""  # nothing can be sent that would be wrong
    except BaseExceptionGroup as group:
        return "\n".join(str(each) for each in group.exceptions)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""

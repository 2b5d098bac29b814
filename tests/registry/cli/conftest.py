"""Commands carried out inside the test, on its database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from registry.cli.commands import commands
from registry.cli.frame import CreateApp, Installation
from registry.cli.frame import run as run_command_line
from registry.words import use_language
from tests.harness.server import environment_for


@dataclass(frozen=True)
class Ran:
    """What a command left behind: its exit code, its result, and what it said."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


def carry_out(
    create_app: CreateApp,
    environment: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    *arguments: str,
) -> Ran:
    """Carry out a command line in this process, in the language it chooses."""
    capsys.readouterr()
    with use_language("zh-CN"):
        installation = Installation(create_app, environment)
        code = run_command_line(commands, installation, arguments)
    said = capsys.readouterr()
    return Ran(code, said.out, said.err)


@pytest.fixture
def registry(app: Flask, database_url: str, capsys: pytest.CaptureFixture[str]) -> Run:
    """``registry("verify", "--json", LANG="en")``: a command on our database."""
    environment = environment_for(database_url, LANG="", LC_ALL="", LC_MESSAGES="")

    def run(*arguments: str, **overrides: str) -> Ran:
        return carry_out(lambda _: app, environment | overrides, capsys, *arguments)

    return run


@pytest.fixture
def bare(capsys: pytest.CaptureFixture[str]) -> Run:
    """A command where nothing is set up: no settings, no database, no application."""

    def refuse(_settings: Any) -> Flask:
        raise AssertionError("the application was made for nothing")

    def run(*arguments: str, **environment: str) -> Ran:
        return carry_out(refuse, environment, capsys, *arguments)

    return run

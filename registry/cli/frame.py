"""The frame every command stands in: its installation, and how it fails.

What a command leaves as its exit code: 0, done; 1, refused, or something was found
wrong; 2, called wrongly; 3, the installation is not set up, or its database cannot be
reached; 4, it works, but something needs a look; 130, interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import click
from flask import Flask
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from registry.cli.words import complaint, language_of, spoken
from registry.config import Settings, SettingsError
from registry.kernel.errors import Invalid, Refused
from registry.store import migrations
from registry.store.db import make_engine
from registry.words import _, sentence, set_language
from registry.words.terms import field_word

REFUSED = 1
MISUSED = 2
NOT_SET_UP = 3
WARNED = 4
INTERRUPTED = 130

CreateApp = Callable[[Settings], Flask]


class NotSetUp(Exception):
    """The installation cannot do this yet; the message says what to do first."""


@dataclass
class Installation:
    """What the commands work on: settings, database and application, when needed."""

    create_app: CreateApp
    environment: Mapping[str, str]

    @cached_property
    def settings(self) -> Settings:
        """The settings of the environment; SettingsError if they cannot be."""
        return Settings.from_environment(self.environment)

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """An engine on the database, without an application."""
        engine = make_engine(self.settings.database_url)
        try:
            yield engine
        finally:
            engine.dispose()

    def require_schema(self) -> None:
        """NotSetUp unless the database has the schema this version needs."""
        found = None
        if not _is_missing_file(self.settings.database_url):
            with self.engine() as engine:
                found = migrations.current(engine)
        if found is None:
            raise NotSetUp(_("数据库还是空的。请先运行：registry db upgrade"))
        if found != migrations.head():
            raise NotSetUp(
                _("数据库结构与程序版本不一致。请先备份，再运行：registry db upgrade")
            )

    @contextmanager
    def at_work(self) -> Iterator[Flask]:
        """The inside of the application, on a database that is up to date."""
        self.require_schema()
        app = self.create_app(self.settings)
        with app.app_context():
            yield app


def run(
    commands: click.Command,
    installation: Installation,
    arguments: Sequence[str],
) -> int:
    """Carry out a command line and give back its exit code."""
    set_language(language_of(installation.environment))
    try:
        result = spoken(commands).main(
            args=list(arguments),
            prog_name="registry",
            standalone_mode=False,
            obj=installation,
        )
    except (KeyboardInterrupt, click.Abort):
        return _fail(_("已中断。"), INTERRUPTED)
    except click.ClickException as error:
        return _fail_of_usage(error)
    except (SettingsError, NotSetUp) as error:
        return _fail(str(error), NOT_SET_UP)
    except Refused as refusal:
        return _fail("\n".join(sentences_of(refusal)), REFUSED)
    except DBAPIError as error:
        told = str(error.orig).partition("\n")[0]
        return _fail(_("数据库不能使用：%(reason)s", reason=told), NOT_SET_UP)
    except OSError as error:
        return _fail(_("文件不能读写：%(reason)s", reason=error), REFUSED)
    return result if isinstance(result, int) else 0


def _is_missing_file(database_url: str) -> bool:
    """Whether it is a file that is not there, which connecting would make."""
    path = database_url.removeprefix("sqlite:///")
    return path != database_url and not Path(path).exists()


def sentences_of(refusal: Refused) -> list[str]:
    """Why something was refused: by field, if it is about fields."""
    if isinstance(refusal, Invalid) and refusal.problems:
        return [
            f"{field_word(name)}{_('：')}{sentence(problem.code, problem.facts)}"
            for name, problem in refusal.problems.items()
        ]
    return [sentence(refusal.code, refusal.facts)]


def _fail_of_usage(error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return MISUSED
    if context is not None:
        click.echo(context.get_usage(), err=True)
        click.echo(
            _("说明：%(command)s --help", command=context.command_path), err=True
        )
    return _fail(complaint(error), MISUSED)


def _fail(message: str, code: int) -> int:
    click.echo(message, err=True)
    return code


def said(message: str) -> None:
    """Tell the person at the terminal something that is not the command's result."""
    click.echo(message, err=True)
    sys.stderr.flush()

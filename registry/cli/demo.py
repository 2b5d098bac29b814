"""``registry demo``: the demo school, to look at and to try things on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa

from registry.access.actor import Actor
from registry.auth import actions as auth
from registry.cli.database import make_folder
from registry.cli.demo_loading import DemoLoader
from registry.cli.frame import REFUSED, Installation, said
from registry.cli.words import Command
from registry.demo import School, school
from registry.kernel.clock import today
from registry.organisation.queries import institutions
from registry.store import migrations
from registry.words import N_, _

PASSWORD_FILE = "demo-password"  # noqa: S105 - the name of a file, not a secret


class OnePassword:
    """Gives every demo person the same password, made for this installation alone."""

    def __init__(self, installation: Installation) -> None:
        self.settings = installation.settings
        self.password: str | None = None

    def __call__(self, actor: Actor, person_id: int, sign_in: str) -> Any:
        """Let a person sign in."""
        made, self.password = auth.create_credential(
            actor, self.settings, person_id, sign_in, self.password, must_change=False
        )
        return made


@click.command(
    "demo",
    cls=Command,
    help=N_("载入演示学校（光明实验学校），并显示可用的用户名和密码。"),
)
@click.option("--if-empty", is_flag=True, help=N_("已有数据时不载入，只显示用户名。"))
@click.pass_obj
def demo(installation: Installation, *, if_empty: bool) -> int:
    """Load the demo school into an empty database, bringing its schema up first."""
    make_folder(installation.settings.database_url)
    with installation.engine() as engine:
        migrations.upgrade(engine)
    shown = school(today("Asia/Shanghai"))
    with installation.at_work():
        if institutions():
            return _already_there(installation, shown, if_empty=if_empty)
        said(_("正在载入演示学校，约需一两分钟……"))
        credential = OnePassword(installation)
        DemoLoader(shown, installation.settings.public_url).load(credential)
    password = credential.password or ""
    _keep(_password_file(installation), password)
    _tell(installation, shown, password)
    return 0


def _already_there(installation: Installation, shown: School, *, if_empty: bool) -> int:
    kept = _password_file(installation)
    if not if_empty:
        said(_("数据库里已有数据，没有载入演示学校。"))
        return REFUSED
    if kept is not None and kept.exists():
        _tell(installation, shown, kept.read_text(encoding="ascii").strip())
    return 0


def _password_file(installation: Installation) -> Path | None:
    """Where the password is kept to be shown again: beside the database file."""
    url = sa.make_url(installation.settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database).parent / PASSWORD_FILE


def _keep(path: Path | None, password: str) -> None:
    if path is None:
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{password}\n")


def _tell(installation: Installation, shown: School, password: str) -> None:
    click.echo(_("演示学校：%(name)s", name=shown.institution.name))
    click.echo(_("打开：%(url)s", url=installation.settings.public_url))
    click.echo(_("可用这些用户名登录，密码都是：%(password)s", password=password))
    for each in shown.demo_sign_ins:
        click.echo(f"  {each.sign_in:<10}{each.role}{_('：')}{each.words}")

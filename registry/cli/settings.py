"""``registry settings``: what the installation has chosen, secrets left out."""

from __future__ import annotations

import json
from dataclasses import asdict, fields

import click
import sqlalchemy as sa

from registry.cli.frame import Installation
from registry.cli.words import Command
from registry.config import Settings
from registry.words import N_

HIDDEN = "***"


@click.command("settings", cls=Command, help=N_("显示本机的设置（不显示密钥和密码）。"))
@click.option("--json", "as_json", is_flag=True, help=N_("以 JSON 输出。"))
@click.pass_obj
def settings(installation: Installation, as_json: bool) -> None:
    """Show every setting under the name of its environment variable."""
    shown = shown_settings(installation.settings)
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    for name, value in shown.items():
        click.echo(f"{name}={value}")


def shown_settings(known: Settings) -> dict[str, object]:
    """Settings by environment variable; secrets as stars, if they are set."""
    secret = {each.name for each in fields(known) if not each.repr}
    shown: dict[str, object] = {}
    for name, value in asdict(known).items():
        hidden = HIDDEN if value else ""
        shown[f"REGISTRY_{name.upper()}"] = hidden if name in secret else value
    url = sa.make_url(known.database_url)
    shown["REGISTRY_DATABASE_URL"] = url.render_as_string(hide_password=True)
    return shown

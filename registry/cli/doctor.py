"""``registry doctor``: what is wrong with an installation, in plain words."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from registry.cli.examining import CHECKS, Room, Severity, Symptom
from registry.cli.frame import NOT_SET_UP, REFUSED, WARNED, Installation
from registry.cli.words import Command
from registry.config import SettingsError
from registry.words import N_, _

MARKS = {Severity.WRONG: N_("有错"), Severity.DOUBT: N_("注意")}


@click.command(
    "doctor",
    cls=Command,
    help=N_("体检：检查本机的设置、数据库、磁盘、备份、邮件等，说出哪里不对、怎么办。"),
)
@click.option("--json", "as_json", is_flag=True, help=N_("以 JSON 输出。"))
@click.pass_obj
def doctor(installation: Installation, *, as_json: bool) -> int:
    """Examine everything; 1 if something is wrong, 4 if something needs a look."""
    symptoms, looked_at = examine(installation)
    if as_json:
        told = {"checks": looked_at, "symptoms": [asdict(each) for each in symptoms]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _tell(symptoms, len(looked_at))
    severities = {each.severity for each in symptoms}
    if Severity.UNFIT in severities:
        return NOT_SET_UP
    if Severity.WRONG in severities:
        return REFUSED
    return WARNED if symptoms else 0


def examine(installation: Installation) -> tuple[list[Symptom], list[str]]:
    """Everything that was found, the worst first, and what was looked at.

    What cannot even be asked ends it: nothing after it could be answered.
    """
    try:
        room = Room(installation.settings)
    except SettingsError as error:
        unfit = Symptom("settings", Severity.UNFIT, str(error), "")
        return [unfit], ["settings"]
    found: list[Symptom] = []
    looked_at: list[str] = []
    with room:
        for name, check in CHECKS.items():
            looked_at.append(name)
            found += [
                Symptom(name, severity, what, do) for severity, what, do in check(room)
            ]
            if any(each.severity == Severity.UNFIT for each in found):
                break
    order = list(Severity)
    found.sort(key=lambda each: order.index(each.severity))
    return found, looked_at


def _tell(symptoms: list[Symptom], count: int) -> None:
    for each in symptoms:
        mark = MARKS.get(each.severity, MARKS[Severity.WRONG])
        click.echo(f"[{_(mark)}] {each.what}")
        if each.do:
            click.echo(f"       → {each.do}")
    if symptoms:
        click.echo(_("检查了 %(count)s 项。", count=count))
    else:
        click.echo(_("检查了 %(count)s 项，没有发现问题。", count=count))

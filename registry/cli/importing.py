"""``registry import``: a spreadsheet tried out, or taken over after a preview.

A ledger is tried out (``--dry-run``) without any database or settings.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from flask import Flask

from registry.access.actor import Actor
from registry.cli.frame import REFUSED, Installation, said
from registry.cli.import_words import tell_result, tell_summary, tell_trial
from registry.cli.institutions import about_institution, acting_as, as_somebody
from registry.cli.long_work import see_through
from registry.cli.words import Command
from registry.interchange import actions
from registry.interchange.actions.importing import KINDS, LEDGER
from registry.interchange.models import Import
from registry.interchange.queries import import_of
from registry.interchange.sheets.reading import dry_run_summary, read_ledger
from registry.jobs.actions import cancel as cancel_job
from registry.jobs.models import JobState
from registry.kernel.errors import Refused
from registry.words import N_, _


@click.command(
    "import",
    cls=Command,
    help=N_("导入表格（.xlsx、.xls、.csv）：先预览，确认后写入；--dry-run 只检查。"),
)
@click.argument(
    "file",
    metavar=N_("文件"),
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
)
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default=LEDGER,
    help=N_("表格内容，默认是资产台账（ledger）。"),
)
@click.option("--dry-run", is_flag=True, help=N_("只检查，什么都不写入。"))
@click.option("--yes", is_flag=True, help=N_("预览后不再询问，直接写入。"))
@click.option("--json", "as_json", is_flag=True, help=N_("以 JSON 输出。"))
@click.option("--sheet", metavar=N_("名称"), help=N_("工作表名称；不填则自动找。"))
@click.option("--encoding", metavar=N_("编码"), help=N_("CSV 的编码；不填则自动判断。"))
@click.option(
    "--rejects",
    metavar=N_("文件"),
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("把不能导入的行写进这个文件（.xlsx 或 .csv），改好可再导入。"),
)
@as_somebody
@about_institution
@click.pass_obj
def import_(installation: Installation, /, *, file: Path, **asked: Any) -> int:
    """Say what would come of a file; unless only that was asked for, take it over."""
    choices = {name: asked[name] for name in ("sheet", "encoding")}
    if asked["dry_run"] and asked["kind"] == LEDGER and not asked["rejects"]:
        return _try_out(file, choices, as_json=asked["as_json"])
    with installation.at_work() as app:
        actor = acting_as(asked["slug"], asked["sign_in"])
        found = _checked(app, actor, file, asked["kind"], choices)
        if asked["rejects"]:
            form = asked["rejects"].suffix.removeprefix(".").lower()
            content = actions.rejects_of(actor, found.id, form)
            asked["rejects"].write_bytes(content)
        if not asked["as_json"]:
            tell_summary(found)
        if asked["dry_run"] or not _agreed(yes=asked["yes"]):
            actions.cancel(actor, found.id)
            said(_("什么都没有写入。"))
            return 0 if asked["dry_run"] else REFUSED
        return _take_over(app, actor, found, as_json=asked["as_json"])


def _try_out(file: Path, choices: dict[str, str | None], *, as_json: bool) -> int:
    reading = read_ledger(file, sheet=choices["sheet"], encoding=choices["encoding"])
    if as_json:
        summary = dry_run_summary(reading)
        click.echo(json.dumps(summary, ensure_ascii=False, indent=2))
    else:
        tell_trial(reading)
    return 0


def _checked(
    app: Flask, actor: Actor, file: Path, kind: str, choices: dict[str, str | None]
) -> Import:
    """The file taken and checked here and now, as the caller chose."""
    made, job = actions.take_file(actor, kind, file.name, file.read_bytes())
    cancel_job(actor, job.id)
    see_through(app, actor, job.id)  # in case the server had begun to check it
    try:
        return actions.check(actor, made.id, choices)
    except Refused:
        actions.cancel(actor, made.id)
        raise


def _agreed(*, yes: bool) -> bool:
    """Whether to write; without a terminal only --yes says so."""
    if yes:
        return True
    try:
        return click.confirm(_("写入台账吗？"), default=False, err=True)
    except click.Abort:
        return False


def _take_over(app: Flask, actor: Actor, found: Import, *, as_json: bool) -> int:
    job = see_through(app, actor, actions.confirm(actor, found.id).id)
    if job.state != JobState.DONE:
        refusal = job.refusal or {"code": "refused", "facts": {}}
        said(_("导入没有做完；已写入的部分保留，可再次导入同一文件接着做。"))
        raise Refused(refusal["code"], **refusal["facts"])
    done = import_of(actor, found.id)
    if as_json:
        told = {"import": done.id, "document": done.document, **done.counts}
        told["rejected"] = done.summary.get("rejected_count", 0)
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        tell_result(done)
    return 0

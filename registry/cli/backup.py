"""``registry backup`` and ``registry move``: copies, proved and brought back."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from registry.backup import actions
from registry.backup.actions import Made, Report
from registry.cli.frame import REFUSED, Installation, NotSetUp, said
from registry.cli.settings import shown_settings
from registry.cli.words import Command, Group
from registry.words import N_, _
from registry.words.findings import finding_word
from registry.words.formats import format_number, format_size

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
EITHER = click.Path(path_type=Path, exists=True)
"""Arguments: a backup, a folder of backups, either."""

as_json_option = click.option(
    "--json", "as_json", is_flag=True, help=N_("以 JSON 输出。")
)

backup = Group("backup", help=N_("备份：制作、核验、恢复、演练。"))


@backup.command(
    "create",
    cls=Command,
    help=N_("制作一份备份（台账、照片、文件），使用中也可运行。"),
)
@click.argument("folder", required=False, type=FOLDER)
@click.option(
    "--keep",
    type=click.IntRange(0, 10_000),
    default=0,
    help=N_("只留最新的几份；0 全部保留。"),
)
@as_json_option
@click.pass_obj
def create(
    installation: Installation, *, folder: Path | None, keep: int, as_json: bool
) -> None:
    """Write a backup and say what is in it."""
    settings = installation.settings
    made = actions.create(
        settings.database_url,
        folder or _own_folder(installation),
        keep=keep,
        settings=shown_settings(settings),
    )
    if as_json:
        _print(_made_as_facts(made))
    else:
        _tell_made(made)


@backup.command(
    "verify",
    cls=Command,
    help=N_("核验一份备份：逐字节、逐行比对，并重放台账；不改动任何数据。"),
)
@click.argument("file", type=FILE)
@click.option("--quick", is_flag=True, help=N_("只核对文件与台账顺序，不试恢复。"))
@as_json_option
def verify(*, file: Path, quick: bool, as_json: bool) -> int:
    """Prove a backup; 1 and what is wrong if it is not whole."""
    report = actions.verify(file, quick=quick)
    return _tell(report, as_json=as_json)


@backup.command(
    "restore",
    cls=Command,
    help=N_("把备份恢复到空的数据库，升级结构并核验。请先停止服务。"),
)
@click.argument("file", type=FILE)
@click.option(
    "--to", metavar="URL", help=N_("恢复到哪个数据库；不写则为本机设置的数据库。")
)
@click.option(
    "--replace",
    is_flag=True,
    help=N_("数据库不空也恢复；原有数据另存，不删除。"),
)
@as_json_option
@click.pass_obj
def restore(
    installation: Installation,
    *,
    file: Path,
    to: str | None,
    replace: bool,
    as_json: bool,
) -> int:
    """Bring a backup back; 1 and what is wrong if nothing was put in place."""
    target = to or installation.settings.database_url
    report = actions.restore(file, target, replace_it=replace)
    code = _tell(report, as_json=as_json)
    if code == 0:
        said(_("已恢复。所有人需要重新登录。"))
        if report.set_aside:
            said(_("原有数据没有删除，另存为：%(place)s", place=report.set_aside))
    else:
        said(_("没有恢复，原有数据没有改动。"))
    return code


@backup.command(
    "drill",
    cls=Command,
    help=N_("演练：把备份（或目录里最新的一份）恢复到临时库，核验后删去。"),
)
@click.argument("source", required=False, type=EITHER)
@as_json_option
@click.pass_obj
def drill(installation: Installation, *, source: Path | None, as_json: bool) -> int:
    """Try whether a backup would come back; 1 and what is wrong if not."""
    report = actions.drill(
        installation.settings.database_url, source or _own_folder(installation)
    )
    code = _tell(report, as_json=as_json)
    if code == 0:
        said(_("演练通过：%(file)s 可以恢复。", file=report.path.name))
    return code


@click.command(
    "move",
    cls=Command,
    help=N_("把全部数据搬到另一个空的数据库，例如从 SQLite 搬到 PostgreSQL。"),
)
@click.option("--to", required=True, metavar="URL", help=N_("搬到哪个数据库。"))
@click.argument("folder", required=False, type=FOLDER)
@as_json_option
@click.pass_obj
def move(
    installation: Installation, *, to: str, folder: Path | None, as_json: bool
) -> int:
    """Move to another database, keeping a backup on the way; both are proved."""
    report = actions.move(
        installation.settings.database_url, to, folder or _own_folder(installation)
    )
    code = _tell(report, as_json=as_json)
    if code == 0:
        said(
            _(
                "已搬完，两边一致。请把 REGISTRY_DATABASE_URL 改为新地址，再启动服务。"
                "原数据库没有改动，请勿再用。"
            )
        )
    else:
        said(_("没有搬动，原有数据没有改动。"))
    return code


def _own_folder(installation: Installation) -> Path:
    """The folder of the settings, or NotSetUp."""
    folder = installation.settings.backup_folder
    if not folder:
        raise NotSetUp(_("请写明备份放在哪个目录，或设 REGISTRY_BACKUP_FOLDER。"))
    return Path(folder)


def _tell_made(made: Made) -> None:
    click.echo(
        _(
            "已备份：%(path)s（%(size)s）",
            path=made.path,
            size=format_size(made.size),
        )
    )
    _tell_contents(made.manifest, made.seal)
    if made.removed:
        click.echo(_("已删去较旧的备份：%(names)s", names="、".join(made.removed)))


def _tell_contents(manifest: Any, seal: str) -> None:
    click.echo(
        _(
            "资产 %(assets)s 件，照片 %(photos)s 张，台账记录 %(entries)s 条。",
            assets=format_number(manifest.rows_of("assets")),
            photos=format_number(manifest.rows_of("photos")),
            entries=format_number(manifest.rows_of("entries")),
        )
    )
    click.echo(_("封签（可抄存在别处）：%(seal)s", seal=seal))


def _made_as_facts(made: Made) -> dict[str, Any]:
    return {
        "file": str(made.path),
        "bytes": made.size,
        "removed": made.removed,
        **_contents(made.manifest, made.seal),
    }


def _contents(manifest: Any, seal: str) -> dict[str, Any]:
    return {
        "seal": seal,
        "created_at": manifest.created_at,
        "version": manifest.version,
        "schema": manifest.schema,
        "rows": {table.name: table.rows for table in manifest.tables},
        "ledger": [asdict(head) for head in manifest.heads],
    }


def _tell(report: Report, *, as_json: bool) -> int:
    if as_json:
        facts: dict[str, Any] = {"file": str(report.path)}
        if report.manifest is not None:
            facts |= _contents(report.manifest, report.seal)
        facts["findings"] = [asdict(each) for each in report.findings]
        facts["passed_over"] = report.passed_over
        facts["set_aside"] = report.set_aside
        _print(facts)
    elif report.findings:
        for each in report.findings:
            where = f"{each.subject} {each.detail}".strip()
            click.echo(f"{finding_word(each.code)}{_('：')}{where}")
    else:
        _tell_whole(report)
    return REFUSED if report.findings else 0


def _tell_whole(report: Report) -> None:
    manifest = report.manifest
    assert manifest is not None
    click.echo(
        _(
            "%(file)s：%(moment)s 的备份，核验无误。",
            file=report.path.name,
            moment=manifest.created_at[:16].replace("T", " ") + " UTC",
        )
    )
    _tell_contents(manifest, report.seal)
    if report.passed_over:
        names = "、".join(report.passed_over)
        click.echo(_("备份里有不属于本系统的表，没有恢复：%(names)s", names=names))


def _print(facts: dict[str, Any]) -> None:
    click.echo(json.dumps(facts, ensure_ascii=False, indent=2))

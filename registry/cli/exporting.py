"""``registry export``: the ledger, or what a search finds of it, as a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli.frame import MISUSED, Installation, said
from registry.cli.institutions import about_institution, actor_for
from registry.cli.words import Command
from registry.interchange.actions.exporting import export_ledger
from registry.interchange.sheets.writing import write_table
from registry.ledger.queries import Filter
from registry.ledger.states import AssetState
from registry.words import N_, _

FORMS = ("xlsx", "csv")


@click.command(
    "export",
    cls=Command,
    help=N_("导出资产台账（.xlsx 或 .csv）；导出的文件可原样再导入。"),
)
@click.argument(
    "file", metavar=N_("文件"), type=click.Path(dir_okay=False, path_type=Path)
)
@click.option("--search", default="", metavar=N_("文字"), help=N_("只导出找到的资产。"))
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([str(state) for state in AssetState]),
    help=N_("只导出这种状态，可多次使用。"),
)
@about_institution
@click.pass_obj
def export(
    installation: Installation,
    *,
    file: Path,
    search: str,
    states: tuple[str, ...],
    slug: str | None,
) -> int:
    """Write the ledger into a file, one row for each thing."""
    form = file.suffix.removeprefix(".").lower()
    if form not in FORMS:
        said(_("文件名要以 .xlsx 或 .csv 结尾。"))
        return MISUSED
    with installation.at_work(), file.open("wb") as out:
        wanted = Filter(text=search, states=states)
        columns, rows = export_ledger(actor_for(slug), wanted)
        count = write_table(out, form, columns, rows, title=_("资产台账"))
    click.echo(_("已写入 %(file)s：%(count)s 件", file=file, count=count))
    return 0

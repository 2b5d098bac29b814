"""``registry import``: a ledger from a spreadsheet, tried out or taken over."""

from __future__ import annotations

import json
from pathlib import Path

import click

from registry.cli.words import Command
from registry.interchange.rules.reasons import reason_words
from registry.interchange.sheets.reading import (
    LedgerReading,
    dry_run_summary,
    read_ledger,
)
from registry.words import N_, _, format_money

MOST_SHOWN = 50


@click.command(
    "import",
    cls=Command,
    help=N_("导入资产台账（.xlsx、.xls、.csv）；加 --dry-run 只检查，不写入。"),
)
@click.argument(
    "file",
    metavar=N_("文件"),
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
)
@click.option("--dry-run", is_flag=True, help=N_("只检查，什么都不写入。"))
@click.option("--json", "as_json", is_flag=True, help=N_("以 JSON 输出。"))
@click.option("--sheet", metavar=N_("名称"), help=N_("工作表名称；不填则自动找。"))
@click.option("--encoding", metavar=N_("编码"), help=N_("CSV 的编码；不填则自动判断。"))
def import_(
    *, file: Path, dry_run: bool, as_json: bool, sheet: str | None, encoding: str | None
) -> int:
    """Read a ledger whole, and say what would come of it."""
    reading = read_ledger(file, sheet=sheet, encoding=encoding)
    if as_json:
        summary = dry_run_summary(reading)
        click.echo(json.dumps(summary, ensure_ascii=False, indent=2))
    else:
        _tell(reading)
    return 0


def _tell(reading: LedgerReading) -> None:
    tally = reading.tally
    click.echo(
        _(
            "数据 %(rows)s 行，可导入 %(valid)s 行，共 %(assets)s 件，原值 %(value)s",
            rows=reading.data_rows,
            valid=tally.valid_rows,
            assets=tally.assets,
            value=format_money(tally.cost),
        )
    )
    for code, count in sorted(tally.warned.items()):
        what = reason_words(code, {"found": "…"})
        click.echo(_("  %(count)s 行：%(what)s", count=count, what=what))
    if reading.rejected:
        click.echo(_("不能导入 %(count)s 行：", count=len(reading.rejected)))
    for each in reading.rejected[:MOST_SHOWN]:
        click.echo(
            _(
                "  第 %(row)s 行 %(number)s：%(why)s",
                row=each.row,
                number=each.asset_number,
                why=each.words,
            )
        )
    if len(reading.rejected) > MOST_SHOWN:
        click.echo(_("  ……其余用 --json 查看"))

"""What an import comes to, told at the terminal."""

from __future__ import annotations

from typing import Any

import click

from registry.interchange.models import Import
from registry.interchange.rules.reasons import reason_words
from registry.interchange.sheets.reading import LedgerReading
from registry.words import N_, _, format_list, format_money, gettext

MOST_SHOWN = 50

COUNTS = {
    "registered": N_("新登记 %(count)s"),
    "changed": N_("有改动 %(count)s"),
    "unchanged": N_("没有变化 %(count)s"),
}
FRESH = {
    "new_departments": N_("新部门 %(count)s 个：%(names)s"),
    "new_places": N_("新地点 %(count)s 个：%(names)s"),
    "new_people": N_("新人员 %(count)s 位：%(names)s"),
}


def tell_trial(reading: LedgerReading) -> None:
    """What a ledger comes to that was only read."""
    tally = reading.tally
    _tell_totals(reading.data_rows, tally.valid_rows, tally.assets, tally.cost)
    _tell_warnings(tally.warned)
    rejected = [
        {"row": each.row, "number": each.asset_number, "words": each.words}
        for each in reading.rejected[:MOST_SHOWN]
    ]
    _tell_rejected(len(reading.rejected), rejected)


def tell_summary(found: Import) -> None:
    """What a checked import would do."""
    summary = found.summary
    _tell_totals(
        summary["data_rows"],
        summary["valid_rows"],
        summary.get("assets"),
        summary.get("cost"),
    )
    if "new_assets" in summary:
        fresh, known = summary["new_assets"], summary["known_assets"]
        click.echo(
            _("其中新的 %(new)s 件，台账里已有的 %(known)s 件", new=fresh, known=known)
        )
    for name, words in FRESH.items():
        met = summary.get(name, {"count": 0})
        if met["count"]:
            names = format_list(met["names"][:10])
            click.echo("  " + gettext(words, count=met["count"], names=names))
    _tell_warnings(summary.get("warned", {}))
    _tell_rejected(summary["rejected_count"], summary["rejected"])


def tell_result(done: Import) -> None:
    """What came of an import."""
    counts = done.counts.get("by_kind", {})
    told = format_list(
        gettext(COUNTS[name], count=count) if name in COUNTS else f"{name} {count}"
        for name, count in counts.items()
    )
    click.echo(_("已导入，单据 %(number)s：%(told)s", number=done.document, told=told))
    for each in done.counts.get("refused", [])[:MOST_SHOWN]:
        words = reason_words(each["code"], each.get("facts", {}))
        click.echo(_row(each["row"], each.get("number", ""), words))


def _tell_totals(
    rows: int, valid: int, assets: int | None, cost_fen: int | None
) -> None:
    if assets is None:
        click.echo(_("数据 %(rows)s 行，可导入 %(valid)s 行", rows=rows, valid=valid))
        return
    click.echo(
        _(
            "数据 %(rows)s 行，可导入 %(valid)s 行，共 %(assets)s 件，原值 %(value)s",
            rows=rows,
            valid=valid,
            assets=assets,
            value=format_money(cost_fen or 0),
        )
    )


def _tell_warnings(warned: dict[str, int]) -> None:
    for code, count in sorted(warned.items()):
        what = reason_words(code, {"found": "…"})
        click.echo(_("  %(count)s 行：%(what)s", count=count, what=what))


def _tell_rejected(count: int, rejected: list[dict[str, Any]]) -> None:
    if count:
        click.echo(_("不能导入 %(count)s 行：", count=count))
    for each in rejected[:MOST_SHOWN]:
        click.echo(_row(each["row"], each["number"], each["words"]))
    if count > MOST_SHOWN:
        click.echo(_("  ……其余用 --json 或 --rejects 查看"))


def _row(row: int, number: str, words: str) -> str:
    return _("  第 %(row)s 行 %(number)s：%(why)s", row=row, number=number, why=words)

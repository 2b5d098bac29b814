"""``registry match``: which idle item types would serve the lines of a list."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path

import click

from registry.cli.frame import REFUSED, said
from registry.cli.words import Command
from registry.matching.deciding import Answer, Verdict, match
from registry.matching.index import Index
from registry.matching.records import Line, Record
from registry.words import N_, _, format_list
from registry.words.matches import reason_sentence

CATALOGUE_COLUMNS = ("item_id", "name")
REQUEST_COLUMNS = ("request_id", "name")

File = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.command(
    "match",
    cls=Command,
    help=N_(
        "逐行查找能满足申请的闲置物品，不联网、不用数据库。结果一行一个 JSON："
        "block 有可用的闲置物品，review 需要人看一眼，pass 没有可用的。"
    ),
)
@click.option("--catalogue", required=True, type=File, help=N_("物品种类表（CSV）。"))
@click.option("--requests", required=True, type=File, help=N_("申请明细表（CSV）。"))
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("结果写到这个文件。"),
)
@click.option("--explain", is_flag=True, help=N_("每个结果都写明理由和差别。"))
def match_command(catalogue: Path, requests: Path, out: Path, explain: bool) -> int:
    """Write an answer for each line of the requests, and say how many of each."""
    tables = []
    for file, needed in ((catalogue, CATALOGUE_COLUMNS), (requests, REQUEST_COLUMNS)):
        try:
            text = file.read_text("utf-8-sig")
        except UnicodeDecodeError:
            said(_("%(file)s 不是 UTF-8 编码，请另存为 UTF-8 的 CSV", file=file))
            return REFUSED
        reader = csv.DictReader(io.StringIO(text, newline=""))
        missing = [name for name in needed if name not in (reader.fieldnames or ())]
        if missing:
            columns = format_list(missing)
            said(_("%(file)s 缺少列：%(columns)s", file=file, columns=columns))
            return REFUSED
        tables.append([_filled(row) for row in reader])
    items, lines = tables
    index = Index(map(record_of, items))
    idle = {row["item_id"] for row in items if is_idle(row)}
    counts = dict.fromkeys(Answer, 0)
    with out.open("w", encoding="utf-8", newline="\n") as written:
        for row in lines:
            line = Line(row["name"], row.get("spec", ""))
            verdict = match(index, line, allowed=idle.__contains__)
            counts[verdict.answer] += 1
            result = outcome(row["request_id"], verdict, explain=explain)
            written.write(json.dumps(result, ensure_ascii=False) + "\n")
    said(
        _(
            "共 %(count)s 行：有可用的 %(matched)s，需要人看的 %(unclear)s，"
            "没有可用的 %(clear)s。",
            count=len(lines),
            matched=counts[Answer.MATCHED],
            unclear=counts[Answer.UNCLEAR],
            clear=counts[Answer.CLEAR],
        )
    )
    return 0


def _filled(row: dict[str | None, str | None]) -> dict[str, str]:
    """A row without what stands beyond the last column, and without holes."""
    return {name: value or "" for name, value in row.items() if name is not None}


def record_of(row: dict[str, str]) -> Record:
    """An item type as a row of a catalogue tells it."""
    return Record(
        key=row["item_id"],
        name=row["name"],
        brand=row.get("brand", ""),
        model=row.get("model", ""),
        specification=row.get("spec", ""),
        aliases=tuple(filter(None, row.get("aliases", "").split("|"))),
        class_code=row.get("category_code", ""),
    )


def is_idle(row: dict[str, str]) -> bool:
    """Whether any of it is idle; without that column, all of it is."""
    quantity = row.get("idle_qty")
    if quantity is None:
        return True
    try:
        return float(quantity) > 0
    except ValueError:
        return False


def outcome(request_id: str, verdict: Verdict, *, explain: bool) -> dict[str, object]:
    """A line of the result."""
    matches: list[dict[str, object]] = []
    for each in verdict.matches:
        told: dict[str, object] = {"item_id": each.key, "score": each.score}
        if explain:
            told["why"] = _sentences(
                reason_sentence(reason.code, reason.facts) for reason in each.reasons
            )
        matches.append(told)
    return {
        "request_id": request_id,
        "decision": str(verdict.answer),
        "matches": matches,
    }


def _sentences(sentences: Iterable[str]) -> list[str]:
    return [sentence for sentence in sentences if sentence]

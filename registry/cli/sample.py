"""``registry sample``: a messy ledger to try an import with."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli.frame import said
from registry.cli.words import Command
from registry.demo import sample_ledger
from registry.kernel.clock import today
from registry.words import N_, _


@click.command(
    "sample",
    cls=Command,
    help=N_("做一份样表（有几行故意写错），用来试导入。"),
)
@click.argument(
    "file",
    metavar=N_("文件"),
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
)
@click.option("--rows", type=click.IntRange(65, 20_000), default=200, help=N_("行数。"))
def sample(*, file: Path, rows: int) -> int:
    """Write a sample ledger, and say what should come of it."""
    truth = sample_ledger(file, today("Asia/Shanghai"), rows)
    said(
        _(
            "已写入 %(file)s：可导入 %(valid)s 行，"
            "写错 %(wrong)s 行，共 %(assets)s 件。",
            file=file,
            valid=len(truth.rows),
            wrong=len(truth.rejected),
            assets=truth.assets,
        )
    )
    return 0

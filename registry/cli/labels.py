"""``registry labels``: labels of things, doors and blank codes, into a file."""

from __future__ import annotations

from pathlib import Path

import click

from registry.access.actor import Actor
from registry.cli.frame import Installation
from registry.cli.institutions import about_institution, actor_for
from registry.cli.words import Command
from registry.labelling.actions import print_assets, print_blanks, print_places
from registry.labelling.actions.printing import MOST_LABELS
from registry.labelling.rules import Choice
from registry.ledger.models import Asset
from registry.ledger.queries.filtering import Filter
from registry.ledger.queries.listing import narrowed
from registry.organisation.queries import places
from registry.store.db import session
from registry.words import N_, _


@click.command(
    "labels",
    cls=Command,
    help=N_("把标签做成文件：资产标签、门牌标签，或先印的空白标签。"),
)
@click.argument(
    "file", metavar=N_("文件"), type=click.Path(dir_okay=False, path_type=Path)
)
@click.option("--search", default="", metavar=N_("文字"), help=N_("只做找到的资产。"))
@click.option("--places", "doors", is_flag=True, help=N_("做存放地点的门牌标签。"))
@click.option("--blanks", type=click.IntRange(1, 2000), help=N_("做多少张空白标签。"))
@click.option(
    "--medium",
    default="L7160",
    metavar=N_("纸张"),
    help=N_("标签纸，如 L7160、roll:60x40。"),
)
@click.option(
    "--form",
    default="pdf",
    type=click.Choice(["pdf", "png", "zpl", "tspl"]),
    help=N_("文件格式。"),
)
@click.option(
    "--start-cell",
    default=1,
    type=click.IntRange(1, 1000),
    help=N_("从第几格开始（用剩的标签纸）。"),
)
@about_institution
@click.pass_obj
def labels(
    installation: Installation,
    *,
    file: Path,
    search: str,
    doors: bool,
    blanks: int | None,
    medium: str,
    form: str,
    start_cell: int,
    slug: str | None,
) -> None:
    """Draw labels into a file; the run is recorded like any other."""
    choice = Choice(medium=medium, form=form, start_cell=start_cell)
    base_url = installation.settings.public_url
    file.open("ab").close()  # before a run is recorded that nobody could have printed
    with installation.at_work():
        actor = actor_for(slug)
        if blanks is not None:
            made = print_blanks(actor, blanks, choice, base_url)
        elif doors:
            ids = [place.id for place in places(actor)]
            made = print_places(actor, ids, choice, base_url)
        else:
            made = print_assets(actor, _asset_ids(actor, search), choice, base_url)
        count = made.run.count
    file.write_bytes(made.content)
    click.echo(_("已写入 %(file)s：%(count)s 张标签", file=file, count=count))


def _asset_ids(actor: Actor, search: str) -> list[int]:
    query = narrowed(actor, Filter(text=search)).with_only_columns(Asset.id)
    return list(session().scalars(query.order_by(Asset.id).limit(MOST_LABELS + 1)))

"""``registry idle``: finding what seems to lie idle, and asking about it."""

from __future__ import annotations

import click

from registry.access.actor import Actor
from registry.cli.frame import Installation
from registry.cli.institutions import about_institution, chosen_institution
from registry.cli.words import Command, Group
from registry.organisation.models import Institution
from registry.organisation.queries import institutions, names_of
from registry.sharing import actions
from registry.words import N_, _, ngettext

idle = Group("idle", help=N_("查找疑似闲置的资产，询问保管人。"))


@idle.command(
    "look", cls=Command, help=N_("按各机构的设置翻看台账，列出疑似闲置有多少件。")
)
@about_institution
@click.pass_obj
def look(installation: Installation, slug: str | None) -> None:
    """Find suspects now; nobody is asked."""
    with installation.at_work():
        for each in _meant(slug):
            count = actions.find_suspects(each.id)
            click.echo(
                _("%(name)s：疑似闲置 %(count)s 件", name=each.name, count=count)
            )


@idle.command(
    "ask", cls=Command, help=N_("查找后询问保管人，每人一份，不超过设置的件数。")
)
@click.option("--dry-run", is_flag=True, help=N_("只列出会问谁、问多少，不真的问。"))
@about_institution
@click.pass_obj
def ask(installation: Installation, *, dry_run: bool, slug: str | None) -> None:
    """Find suspects and ask about them, as the duty does; or say who would be asked."""
    with installation.at_work():
        for each in _meant(slug):
            actions.find_suspects(each.id)
            if dry_run:
                _tell_plan(each)
            else:
                count = actions.ask_institution(each.id)
                click.echo(
                    _("%(name)s：已询问 %(count)s 件", name=each.name, count=count)
                )


def _meant(slug: str | None) -> list[Institution]:
    return [chosen_institution(slug)] if slug else institutions()


def _tell_plan(institution: Institution) -> None:
    bundles = actions.planned(institution.id)
    people = [each.person_id for each in bundles if each.person_id is not None]
    names = names_of(Actor.system(institution.id), people)
    click.echo(
        _(
            "%(name)s：将问 %(people)s 人，共 %(count)s 件",
            name=institution.name,
            people=len(bundles),
            count=sum(len(each.asset_ids) for each in bundles),
        )
    )
    for each in bundles:
        whom = names.get(each.person_id or 0) or _("（没有保管人，问资产管理员）")
        things = ngettext("%(num)s 件", "%(num)s 件", len(each.asset_ids))
        click.echo(f"  {whom}{_('：')}{things}")

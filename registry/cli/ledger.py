"""``registry verify`` and ``registry seal``: proving the ledger, and sealing it."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from registry.access.actor import Actor
from registry.cli.frame import REFUSED, Installation
from registry.cli.institutions import about_institution, chosen_institution
from registry.cli.words import Command
from registry.journal import actions as journal
from registry.journal.queries import last_position, last_seal
from registry.ledger.verifying import verify as findings_of
from registry.organisation.models import Institution
from registry.organisation.queries import institutions
from registry.words import N_, _
from registry.words.findings import finding_word


@click.command(
    "verify",
    cls=Command,
    help=N_("核验台账：记录未被改动、前后相接、与现状一致、封存完好。"),
)
@click.option("--all", "show_all", is_flag=True, help=N_("列出全部问题，不只第一个。"))
@click.option("--json", "as_json", is_flag=True, help=N_("以 JSON 输出。"))
@about_institution
@click.pass_obj
def verify(
    installation: Installation, *, show_all: bool, as_json: bool, slug: str | None
) -> int:
    """Prove the ledger whole; 1 and the first thing wrong if it is not."""
    with installation.at_work():
        reports = [
            _report(each, show_all=show_all)
            for each in ([chosen_institution(slug)] if slug else institutions())
        ]
    if as_json:
        click.echo(json.dumps(reports, ensure_ascii=False, indent=2))
    elif not reports:
        click.echo(_("还没有机构，没有可核验的记录。"))
    else:
        for report in reports:
            _tell(report)
    return REFUSED if any(report["findings"] for report in reports) else 0


def _report(institution: Institution, *, show_all: bool) -> dict[str, object]:
    told: list[dict[str, str]] = []
    count = 0
    for finding in findings_of(Actor.system(institution.id)):
        count += 1
        if show_all or not told:
            told.append(asdict(finding))
    newest = last_seal(institution.id)
    return {
        "institution": institution.slug,
        "name": institution.name,
        "entries": last_position(institution.id),
        "seal": newest.hash if newest else None,
        "wrong": count,
        "findings": told,
    }


def _tell(report: dict[str, object]) -> None:
    findings = report["findings"]
    assert isinstance(findings, list)
    name, entries = report["name"], report["entries"]
    if not findings:
        click.echo(
            _("%(name)s：%(entries)s 条记录，核验无误。", name=name, entries=entries)
        )
        if report["seal"]:
            click.echo(_("最近一次封存：%(seal)s", seal=report["seal"]))
    for each in findings:
        click.echo(
            _(
                "%(name)s：%(what)s（%(code)s）：%(subject)s %(detail)s",
                name=name,
                what=finding_word(each["code"]),
                code=each["code"],
                subject=each["subject"],
                detail=each["detail"],
            ).rstrip()
        )
    if report["wrong"] != len(findings):
        count = report["wrong"]
        click.echo(_("共 %(count)s 处，用 --all 全部列出。", count=count))


@click.command(
    "seal", cls=Command, help=N_("封存至今的记录，并显示封存值，可抄存在系统之外。")
)
@about_institution
@click.pass_obj
def seal(installation: Installation, slug: str | None) -> None:
    """Seal what is new, and show the hash that an outsider may keep."""
    with installation.at_work():
        for each in [chosen_institution(slug)] if slug else institutions():
            made = journal.seal(Actor.system(each.id))
            newest = made or last_seal(each.id)
            click.echo(
                _(
                    "%(name)s：已封存到第 %(position)s 条，封存值 %(hash)s",
                    name=each.name,
                    position=newest.last_position,
                    hash=newest.hash,
                )
                if newest
                else _("%(name)s：还没有可封存的记录。", name=each.name)
            )

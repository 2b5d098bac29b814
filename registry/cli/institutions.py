"""Which institution a command is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from registry.access.actor import Actor
from registry.cli.frame import NotSetUp
from registry.organisation.models import Institution
from registry.organisation.queries import institution_by_slug, institutions
from registry.words import N_, _

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def about_institution(command: Decorated) -> Decorated:
    """Give a command the option that names the institution it is about."""
    return click.option(
        "--institution",
        "slug",
        metavar=N_("代号"),
        help=N_("机构代号；只有一个机构时不用填。"),
    )(command)


def chosen_institution(slug: str | None) -> Institution:
    """The institution named, or the only one there is; NotSetUp or UsageError."""
    known = institutions()
    if not known:
        raise NotSetUp(_("还没有机构。请先运行：registry admin create"))
    if slug is not None:
        found = institution_by_slug(slug)
        if found is None:
            raise click.UsageError(
                _(
                    "没有代号为 %(slug)s 的机构。%(known)s",
                    slug=slug,
                    known=_listed(known),
                )
            )
        return found
    if len(known) > 1:
        raise click.UsageError(
            _("有多个机构，请用 --institution 指明。%(known)s", known=_listed(known))
        )
    return known[0]


def actor_for(slug: str | None) -> Actor:
    """The installation itself, at the institution chosen."""
    return Actor.system(chosen_institution(slug).id)


def _listed(known: list[Institution]) -> str:
    names = "；".join(f"{each.slug} {each.name}" for each in known)
    return _("现有机构：%(names)s", names=names)

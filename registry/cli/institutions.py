"""Which institution a command is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from registry.access.actor import Actor, Door
from registry.auth.queries import credential_by_name
from registry.cli.frame import NotSetUp
from registry.organisation.models import Institution
from registry.organisation.queries import (
    actor_of_person,
    institution_by_slug,
    institutions,
)
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


def as_somebody(command: Decorated) -> Decorated:
    """Give a command the option that names who acts, for the record."""
    return click.option(
        "--as",
        "sign_in",
        metavar=N_("用户名"),
        help=N_("以谁的名义办理，记入台账；不填则记为系统。"),
    )(command)


def acting_as(slug: str | None, sign_in: str | None) -> Actor:
    """Whoever has this sign-in name, with their roles; the installation for nobody."""
    actor = actor_for(slug)
    if sign_in is None:
        return actor
    found = credential_by_name(actor.institution_id, sign_in)
    if found is None:
        raise click.UsageError(_("没有这个用户名：%(name)s", name=sign_in))
    return actor_of_person(actor.institution_id, found.person_id, Door.COMMAND)


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

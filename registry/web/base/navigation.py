"""The main menu and the addresses every page links to, made from what pages offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import current_app, request, url_for

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.words import _, pgettext


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the main menu; shown to whoever could use it."""

    endpoint: str
    label: str
    icon: str
    permission: Permission | None = None
    group: str = ""
    main: bool = False
    """Whether it also stands under the thumb on a phone."""
    count: Callable[[Actor], int] | None = None


@dataclass(frozen=True, slots=True)
class NavItem:
    """A line of the menu as the layout draws it."""

    url: str
    label: str
    icon: str
    group: str
    main: bool
    current: bool
    count: int


@dataclass(frozen=True, slots=True)
class Menu:
    """All an application offers: its menu, and by name the endpoints pages link to."""

    offers: Sequence[Offer]
    links: Mapping[str, str]


def _menu() -> Menu:
    menu: Menu = current_app.extensions["registry_menu"]
    return menu


def navigation(actor: Actor) -> list[NavItem]:
    """The menu of somebody who has signed in; what is not there yet is left out."""
    return [
        _item(offer, actor)
        for offer in _menu().offers
        if offer.endpoint in current_app.view_functions
        and (offer.permission is None or actor.may(offer.permission))
    ]


def _item(offer: Offer, actor: Actor) -> NavItem:
    return NavItem(
        url=url_for(offer.endpoint),
        label=title_of(offer.label),
        icon=offer.icon,
        group=_(offer.group) if offer.group else "",
        main=offer.main,
        current=_is_current(offer.endpoint),
        count=offer.count(actor) if offer.count else 0,
    )


def title_of(label: str) -> str:
    """A line of the menu in words; in English often many of what it is one word for."""
    found = pgettext("菜单", label)
    return found if found != label else _(label)


def _is_current(endpoint: str) -> bool:
    """Whether the page belongs to the blueprint the line leads to."""
    here = (request.endpoint or "").partition(".")[0]
    return request.endpoint == endpoint or (
        here != "home" and here == endpoint.partition(".")[0]
    )


def links() -> dict[str, str]:
    """The addresses the layout needs, by name; the home page for one not there yet."""
    known = current_app.view_functions
    return {
        name: url_for(endpoint) if endpoint in known else "/"
        for name, endpoint in _menu().links.items()
    }

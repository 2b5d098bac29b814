"""The pool taken out as a file: what every colleague sees of it, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.interchange.rules.fields import Kind
from registry.interchange.sheets.writing import Column, Value
from registry.kernel.clock import today
from registry.ledger.models import Asset
from registry.organisation import queries as organisation
from registry.organisation.models import Person, Place
from registry.organisation.overviews import officers_of_departments
from registry.sharing.queries import (
    Card,
    PoolFilter,
    Spot,
    every_card,
    every_thing,
)
from registry.words import format_list, ngettext, terms
from registry.words import gettext as _

Table = tuple[list[Column], Iterator[list[Value]]]


def export_cards(
    actor: Actor, wanted: PoolFilter, *, sort: str = "newest", near: Place | None = None
) -> Table:
    """The columns and rows of a shop window: one row for each item type."""
    actor.require(Permission.EXPORT_RUN)
    actor.require(Permission.POOL_SEE)
    columns = [
        Column(_("品名"), width=20),
        Column(_("品牌")),
        Column(_("型号")),
        Column(_("规格"), width=24),
        Column(_("闲置件数"), Kind.WHOLE),
        Column(_("没有被占用"), Kind.WHOLE),
        Column(_("计量单位"), width=8),
        Column(_("存放地点"), Kind.NOTE),
        Column(_("使用部门"), Kind.NOTE),
        Column(_("联系人"), Kind.NOTE),
        Column(_("新旧程度"), Kind.NOTE),
        Column(_("最早闲置"), Kind.DATE),
        Column(_("最近闲置"), Kind.DATE),
        Column(_("有限制的件数"), Kind.WHOLE),
    ]
    zone = ZoneInfo(organisation.institution(actor.institution_id).time_zone)
    cards = every_card(actor, wanted, sort=sort, near=near)
    return columns, (_card(card, zone) for card in cards)


def _card(card: Card, zone: ZoneInfo) -> list[Value]:
    kind = card.kind
    places = [_counted(_place(spot), spot.count) for spot in card.spots]
    if card.spot_count > len(card.spots):
        left = card.spot_count - len(card.spots)
        places.append(ngettext("另有 %(num)s 处", "另有 %(num)s 处", left))
    homes = dict.fromkeys(spot.department.name for spot in card.spots)
    people = dict.fromkeys(
        contact(spot.officer) for spot in card.spots if spot.officer is not None
    )
    return [
        kind.name,
        kind.brand,
        kind.model,
        kind.specification,
        card.count,
        card.free,
        kind.unit,
        format_list(places),
        format_list(homes),
        format_list(people),
        format_list(
            _counted(_condition(each), count) for each, count in card.conditions
        ),
        _day(card.oldest, zone),
        _day(card.newest, zone),
        card.restricted,
    ]


def _counted(words: str, count: int) -> str:
    return f"{words} {count}"


def _place(spot: Spot) -> str:
    return spot.place.full_name if spot.place else _("地点未填")


def _condition(code: str | None) -> str:
    return terms.condition_word(code) if code else _("新旧未填")


def contact(person: Person | None) -> str:
    """Whom to ask, with the telephone number where there is one."""
    if person is None:
        return ""
    return f"{person.name} {person.phone}".strip()


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def export_things(actor: Actor, wanted: PoolFilter) -> Table:
    """The columns and rows of the idle things themselves, one row for each."""
    actor.require(Permission.EXPORT_RUN)
    actor.require(Permission.POOL_SEE)
    columns = [
        Column(_("资产编号"), Kind.CODE),
        Column(_("品名"), width=20),
        Column(_("品牌")),
        Column(_("型号")),
        Column(_("规格"), width=24),
        Column(_("新旧程度")),
        Column(_("存放地点"), Kind.NOTE),
        Column(_("使用部门")),
        Column(_("联系人")),
        Column(_("闲置自"), Kind.DATE),
        Column(_("占用")),
        Column(_("有没有限制"), Kind.NOTE),
    ]
    return columns, _things(actor, wanted)


def _things(actor: Actor, wanted: PoolFilter) -> Iterator[list[Value]]:
    here = organisation.institution(actor.institution_id)
    zone = ZoneInfo(here.time_zone)
    homes = organisation.departments(actor, closed=True)
    officers = officers_of_departments(here.id, homes, today(here.time_zone))
    asked = {home: contact(people[0]) for home, people in officers.items() if people}
    for asset in every_thing(actor, wanted):
        yield _thing(asset, asked.get(asset.department_id, ""), zone)


def _thing(asset: Asset, asked: str, zone: ZoneInfo) -> list[Value]:
    kind = asset.item_type.standing
    return [
        asset.number,
        kind.name,
        kind.brand,
        kind.model,
        kind.specification,
        _condition(asset.condition),
        asset.place.full_name if asset.place else "",
        asset.department.name,
        asked,
        _day(asset.state_since, zone),
        terms.claim_word(asset.claim.kind) if asset.claim else "",
        restrictions(asset.restrictions),
    ]


def restrictions(codes: Iterable[str]) -> str:
    """Why a thing may not simply be redeployed, in words."""
    return format_list(map(terms.restriction_word, codes))

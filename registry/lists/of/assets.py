"""The ledger as a list."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter as own
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue.models import ItemType
from registry.codes.models import Code
from registry.interchange.rules.fields import Kind
from registry.kernel.checkcodes import grouped
from registry.ledger.models import Asset, Photo
from registry.ledger.queries.filtering import Filter
from registry.ledger.queries.listing import ORDERS, ordered_rows
from registry.lists.description import Column, Gathered, Listing
from registry.lists.of.asset_filters import FILTERS, LACKING, RESTRICTING
from registry.store.db import session
from registry.words import N_, gettext, terms

__all__ = ["ASSETS", "LACKING"]


def _model(asset: Asset) -> str:
    kind = asset.item_type.standing
    return " ".join(filter(None, (kind.brand, kind.model)))


def _class(asset: Asset, name: str) -> str:
    found = asset.item_type.standing.asset_class
    return "" if found is None else str(getattr(found, name))


def _restrictions(asset: Asset) -> str:
    return "；".join(gettext(RESTRICTING[each]) for each in asset.restrictions)


def _attributes(asset: Asset) -> str:
    return "；".join(f"{key}：{value}" for key, value in asset.attributes.items())


def _claim(asset: Asset) -> str:
    return terms.claim_word(asset.claim.kind) if asset.claim else ""


def _printed(actor: Actor, assets: Sequence[Any]) -> Gathered:
    """When the label with an asset's code was first printed."""
    codes = {asset.code: asset.id for asset in assets}
    rows = session().execute(
        sa.select(Code.code, Code.printed_at).where(
            Code.code.in_(sorted(codes)), Code.printed_at.is_not(None)
        )
    )
    return {codes[code]: printed_at for code, printed_at in rows}


def _photos(actor: Actor, assets: Sequence[Any]) -> Gathered:
    """How many photos are shown of an asset."""
    rows = session().execute(
        sa.select(Photo.asset_id, sa.func.count())
        .where(
            Photo.institution_id == actor.institution_id,
            Photo.asset_id.in_([asset.id for asset in assets]),
            Photo.removed_at.is_(None),
        )
        .group_by(Photo.asset_id)
    )
    return {asset_id: count for asset_id, count in rows}  # noqa: C416 - typed


_TYPE = (joinedload(Asset.item_type),)
_CLASS = (joinedload(Asset.item_type).joinedload(ItemType.asset_class),)
_DEPARTMENT = (joinedload(Asset.department),)
_PLACE = (joinedload(Asset.place),)
_CUSTODIAN = (joinedload(Asset.custodian),)
_USER = (joinedload(Asset.user),)
_CLAIM = (joinedload(Asset.claim),)


def _more(key: str, label: str, value: Any = None, **options: Any) -> Column:
    """A column that is shown to whoever chooses it."""
    return Column(key, label, value, shown=False, **options)


COLUMNS = (
    Column(
        "name",
        N_("资产名称"),
        lambda asset: asset.item_type.standing.title,
        sort="name",
        phone="title",
        loads=_TYPE,
    ),
    Column(
        "number",
        N_("资产编号"),
        lambda asset: asset.number,
        kind=Kind.CODE,
        sort="number",
    ),
    Column(
        "state",
        N_("状态"),
        lambda asset: terms.state_word(asset.state),
        sort="state",
        phone="chip",
        loads=_CLAIM,
    ),
    Column(
        "place",
        N_("存放地点"),
        lambda asset: asset.place.full_name if asset.place else "",
        sort="place",
        loads=_PLACE,
    ),
    Column(
        "department",
        N_("使用部门"),
        lambda asset: asset.department.name,
        sort="department",
        loads=_DEPARTMENT,
    ),
    Column(
        "custodian",
        N_("保管人"),
        lambda asset: asset.custodian.name if asset.custodian else "",
        sort="custodian",
        loads=_CUSTODIAN,
    ),
    Column(
        "acquired_on",
        N_("取得日期"),
        own("acquired_on"),
        kind=Kind.DATE,
        sort="acquired",
        phone="none",
        wide=True,
    ),
    Column(
        "cost",
        N_("原值"),
        own("cost_fen"),
        kind=Kind.MONEY,
        sort="cost",
        phone="none",
    ),
    _more("code", N_("标签码"), lambda asset: grouped(asset.code), kind=Kind.CODE),
    _more(
        "asset_number",
        N_("资产编号（不带分号）"),
        own("asset_number"),
        kind=Kind.CODE,
    ),
    _more("sub_number", N_("分号"), own("sub_number"), kind=Kind.WHOLE),
    _more("model", N_("品牌型号"), _model, loads=_TYPE),
    _more(
        "specification",
        N_("规格"),
        lambda asset: asset.item_type.standing.specification,
        loads=_TYPE,
    ),
    _more(
        "class_code",
        N_("分类代码"),
        lambda asset: _class(asset, "code"),
        kind=Kind.CODE,
        loads=_CLASS,
    ),
    _more("class", N_("分类"), lambda asset: _class(asset, "name"), loads=_CLASS),
    _more("serial", N_("出厂编号"), own("serial"), kind=Kind.CODE),
    _more(
        "user",
        N_("使用人"),
        lambda asset: asset.user.name if asset.user else "",
        loads=_USER,
    ),
    _more(
        "condition",
        N_("新旧程度"),
        lambda asset: terms.condition_word(asset.condition) if asset.condition else "",
    ),
    _more(
        "method",
        N_("取得方式"),
        lambda asset: terms.method_word(asset.method) if asset.method else "",
    ),
    _more("funding", N_("经费来源"), own("funding")),
    _more(
        "service_life",
        N_("使用年限（月）"),
        own("service_life_months"),
        kind=Kind.WHOLE,
    ),
    _more(
        "warranty_until",
        N_("保修截止"),
        own("warranty_until"),
        kind=Kind.DATE,
        sort="warranty",
    ),
    _more("restrictions", N_("使用限制"), _restrictions),
    _more("claim", N_("占用"), _claim, loads=_CLAIM),
    _more(
        "claim_holder",
        N_("占用人"),
        lambda asset: asset.claim.holder if asset.claim else "",
        loads=_CLAIM,
    ),
    _more(
        "claim_until",
        N_("占用到"),
        lambda asset: asset.claim.until if asset.claim else None,
        kind=Kind.MOMENT,
        loads=_CLAIM,
    ),
    _more(
        "since",
        N_("状态自"),
        own("state_since"),
        kind=Kind.MOMENT,
        sort="since",
    ),
    _more(
        "changed_at",
        N_("最近变动"),
        own("changed_at"),
        kind=Kind.MOMENT,
        sort="changed",
    ),
    _more("printed", N_("标签打印时间"), gather=_printed, kind=Kind.MOMENT),
    _more("photos", N_("照片张数"), gather=_photos, kind=Kind.WHOLE),
    _more("attributes", N_("附加信息"), _attributes, kind=Kind.NOTE),
    _more("note", N_("备注"), own("note"), kind=Kind.NOTE),
)

ASSETS: Listing[Filter, Asset] = Listing(
    name="assets",
    title=N_("资产台账"),
    wanted=Filter,
    rows=ordered_rows,
    orders=ORDERS,
    usual="newest",
    columns=COLUMNS,
    filters=FILTERS,
    permission=Permission.ASSET_SEE,
    loads=_TYPE,
    order_labels={"newest": N_("登记")},
    topics="assets",
    counted="assets",
)

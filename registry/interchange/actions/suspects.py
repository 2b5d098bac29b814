"""Suspects and questions taken out as files, for those who oversee them."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.interchange.rules.fields import Kind
from registry.interchange.sheets.writing import Column, Value
from registry.ledger.models import Asset
from registry.organisation import queries as organisation
from registry.sharing.models import IdleQuestion, Suspicion
from registry.sharing.queries.questions import QuestionFilter, every_question
from registry.sharing.queries.suspects import SuspectFilter, every_suspect
from registry.words import format_list
from registry.words import gettext as _
from registry.words.idling import question_word, reason_word, sign_words

Table = tuple[list[Column], Iterator[list[Value]]]


def _asset_columns() -> list[Column]:
    return [
        Column(_("资产编号"), Kind.CODE),
        Column(_("资产名称"), width=24),
        Column(_("使用部门")),
        Column(_("存放地点"), Kind.NOTE),
        Column(_("保管人")),
        Column(_("原值"), Kind.MONEY),
    ]


def _asset_cells(asset: Asset) -> list[Value]:
    return [
        asset.number,
        asset.item_type.standing.title,
        asset.department.name,
        asset.place.full_name if asset.place else "",
        asset.custodian.name if asset.custodian else "",
        asset.cost_fen,
    ]


def export_suspects(actor: Actor, wanted: SuspectFilter) -> Table:
    """The columns and rows of what seems to lie idle, with its signs."""
    actor.require(Permission.EXPORT_RUN)
    actor.require(Permission.IDLE_SEE)
    columns = [
        *_asset_columns(),
        Column(_("迹象"), Kind.NOTE),
        Column(_("最早自"), Kind.DATE),
    ]
    return columns, (_suspect(row) for row in every_suspect(actor, wanted))


def _suspect(row: Suspicion) -> list[Value]:
    signs = format_list(sign_words(sign) for sign in row.signs)
    return [*_asset_cells(row.asset), signs, row.since]


def export_questions(actor: Actor, wanted: QuestionFilter) -> Table:
    """The columns and rows of questions: when asked, how they stand, what was said."""
    actor.require(Permission.EXPORT_RUN)
    actor.require(Permission.IDLE_SEE)
    columns = [
        *_asset_columns(),
        Column(_("迹象"), Kind.NOTE),
        Column(_("问的时间"), Kind.DATE),
        Column(_("结果")),
        Column(_("原因")),
        Column(_("答复内容"), Kind.NOTE),
        Column(_("答复人")),
        Column(_("结束时间"), Kind.DATE),
    ]
    zone = ZoneInfo(organisation.institution(actor.institution_id).time_zone)
    return columns, (_question(row, zone) for row in every_question(actor, wanted))


def _question(row: IdleQuestion, zone: ZoneInfo) -> list[Value]:
    closed = row.closed_at.astimezone(zone).date() if row.closed_at else None
    return [
        *_asset_cells(row.asset),
        format_list(sign_words(sign) for sign in row.signs),
        row.asked_at.astimezone(zone).date(),
        question_word(row.state),
        reason_word(row.reason) if row.reason else "",
        row.words,
        row.answered_by.name if row.answered_by else "",
        closed,
    ]

"""One's own access tokens as a list."""

from __future__ import annotations

from operator import attrgetter as own

from registry.access.permissions import Permission
from registry.auth.models import ApiToken
from registry.auth.queries import (
    TOKEN_ORDERS,
    TokenFilter,
    TokenStanding,
    token_rows,
    token_standing,
)
from registry.interchange.rules.fields import Kind
from registry.lists.description import Column, FilterField, Listing, Narrows
from registry.lists.of.searching import SEARCH
from registry.words import N_, format_list, gettext
from registry.words.working import TOKEN_STATES, scope_word

__all__ = ["TOKENS"]


TOKENS: Listing[TokenFilter, ApiToken] = Listing(
    name="tokens",
    title=N_("访问令牌"),
    wanted=TokenFilter,
    rows=token_rows,
    orders=TOKEN_ORDERS,
    usual="newest",
    permission=Permission.OWN_TOKENS,
    columns=(
        Column("name", N_("令牌名称"), own("name"), phone="title"),
        Column(
            "state",
            N_("状态"),
            lambda found: gettext(TOKEN_STATES[token_standing(found)]),
            phone="chip",
        ),
        Column("hint", N_("开头几位"), lambda found: f"{found.hint}…", kind=Kind.CODE),
        Column(
            "scopes",
            N_("可以用来"),
            lambda found: format_list(scope_word(each) for each in found.scopes),
        ),
        Column("expires_at", N_("到期"), own("expires_at"), kind=Kind.MOMENT),
        Column("last_used_at", N_("最近使用"), own("last_used_at"), kind=Kind.MOMENT),
        Column(
            "created_at",
            N_("生成时间"),
            own("created_at"),
            kind=Kind.MOMENT,
            sort="newest",
            shown=False,
        ),
        Column(
            "revoked_at",
            N_("停用时间"),
            own("revoked_at"),
            kind=Kind.MOMENT,
            shown=False,
        ),
    ),
    filters=(
        SEARCH,
        FilterField(
            "state",
            N_("状态"),
            Narrows.CHOICES,
            "states",
            choices={str(each): TOKEN_STATES[each] for each in TokenStanding},
        ),
    ),
    topics="tokens",
)

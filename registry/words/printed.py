"""The office's words for what was printed."""

from __future__ import annotations

from registry.words.catalogue import N_, gettext

LABEL_KINDS = {
    "asset": N_("资产标签"),
    "place": N_("门牌标签"),
    "blank": N_("空白标签"),
}


def label_kind_word(code: str) -> str:
    """What labels are for, in words."""
    return gettext(LABEL_KINDS[code]) if code in LABEL_KINDS else code


def medium_word(medium: str) -> str:
    """What labels were printed on, in words; a sheet by the name on its box."""
    kind, _colon, rest = medium.partition(":")
    if kind == "roll":
        return gettext("卷纸 %(size)s 毫米", size=rest.replace("x", "×"))
    if kind == "own":
        return gettext("自定义标签纸")
    return medium

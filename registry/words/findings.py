"""What proving the ledger may find, in words."""

from __future__ import annotations

from registry.words.catalogue import N_, gettext

FINDINGS = {
    "chain_gap": N_("少了一条记录"),
    "chain_broken": N_("记录没有接上前一条"),
    "entry_changed": N_("记录被改过"),
    "time_went_back": N_("记录的时间早于前一条"),
    "position_gap": N_("全台账顺序中少了一条记录"),
    "entries_cut_off": N_("最后的记录被截去"),
    "seal_out_of_line": N_("封存没有接上前一次"),
    "seal_broken": N_("封存之后记录被改过"),
    "name_changed": N_("记录中的姓名被改过"),
    "entries_without_asset": N_("有记录而没有资产"),
    "asset_without_entries": N_("有资产而没有记录"),
    "impossible_history": N_("记录前后矛盾"),
    "row_differs": N_("现状与记录不符"),
    "repair_without_claim": N_("维修状态与占用不符"),
    "backup_changed": N_("备份不完整，或被改动过"),
    "backup_part_damaged": N_("备份中损坏的部分"),
    "ledger_ends_otherwise": N_("备份的台账与清单不符"),
    "reference_broken": N_("有记录指向不存在的内容"),
    "copy_differs": N_("恢复后与备份不一致"),
    "photo_changed": N_("照片与存入时不同"),
    "code_is_not_current": N_("标签码不是现用的"),
}


def finding_word(code: str) -> str:
    """A finding in words; one without words is shown as it is."""
    return gettext(FINDINGS[code]) if code in FINDINGS else code

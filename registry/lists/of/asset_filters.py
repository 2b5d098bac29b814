"""By what the ledger is narrowed."""

from __future__ import annotations

from registry.ledger.queries.lacking import UNKNOWN
from registry.ledger.states import AssetState, ClaimKind, Condition, Method, Restriction
from registry.lists.description import FilterField, Narrows
from registry.lists.of.searching import SEARCH
from registry.words import N_
from registry.words.terms import (
    ACQUISITION_METHODS,
    CLAIM_KINDS,
    CONDITIONS,
    STATES,
)

RESTRICTING = {
    str(Restriction.EARMARKED_FUNDS): N_("专项资金购置"),
    str(Restriction.DATA_BEARING): N_("存有数据"),
    str(Restriction.SAFETY): N_("有安全要求"),
}
"""Why something may not simply be redeployed, in a word."""

LACKING = {
    "place": N_("没有存放地点"),
    "custodian": N_("没有保管人"),
    "cost": N_("没有原值"),
    "photo": N_("没有照片"),
    "label": N_("标签还没打印"),
    "acquired_on": N_("没有取得日期"),
    "class": N_("没有分类"),
}
"""What a list is narrowed to that lacks something, in words."""

WARRANTY = {
    "over": N_("保修已过期"),
    "30": N_("30 天内到期"),
    "90": N_("90 天内到期"),
    "365": N_("一年内到期"),
}

WHERE = N_("在哪里，归谁")
WORTH = N_("来源和价值")
TIME = N_("时间和期限")
LOOSE = N_("资料不全")

FILTERS = (
    SEARCH,
    FilterField(
        "state",
        N_("状态"),
        Narrows.CHOICES,
        "states",
        choices={str(each): STATES[each] for each in AssetState},
    ),
    FilterField(
        "department",
        N_("使用部门"),
        Narrows.KEYS,
        "department_ids",
        api="department_id",
        picks="department",
    ),
    FilterField(
        "place",
        N_("存放地点"),
        Narrows.KEYS,
        "place_ids",
        api="place_id",
        picks="place",
    ),
    FilterField(
        "type",
        N_("资产品名"),
        Narrows.KEYS,
        "item_type_ids",
        api="item_type_id",
        picks="type",
    ),
    FilterField(
        "class_code",
        N_("分类代码"),
        Narrows.CODES,
        "class_codes",
        most=20,
        picks="class",
    ),
    FilterField(
        "custodian",
        N_("保管人"),
        Narrows.KEYS,
        "custodian_ids",
        api="custodian_id",
        picks="person",
        group=WHERE,
    ),
    FilterField(
        "user",
        N_("使用人"),
        Narrows.KEYS,
        "user_ids",
        api="user_id",
        picks="person",
        group=WHERE,
    ),
    FilterField(
        "claimed",
        N_("是否有人占用"),
        Narrows.YES_NO,
        choices={"yes": N_("被占用"), "no": N_("没有被占用")},
        group=WHERE,
    ),
    FilterField(
        "claim",
        N_("怎么占用的"),
        Narrows.CHOICES,
        "claims",
        choices={str(each): CLAIM_KINDS[each] for each in ClaimKind},
        group=WHERE,
    ),
    FilterField(
        "condition",
        N_("新旧程度"),
        Narrows.CHOICES,
        "conditions",
        choices={
            **{str(each): CONDITIONS[each] for each in Condition},
            UNKNOWN: N_("没有记录"),
        },
        group=WORTH,
    ),
    FilterField(
        "method",
        N_("取得方式"),
        Narrows.CHOICES,
        "methods",
        choices={str(each): ACQUISITION_METHODS[each] for each in Method},
        group=WORTH,
    ),
    FilterField(
        "restriction",
        N_("使用限制"),
        Narrows.CHOICES,
        "restrictions",
        choices=RESTRICTING,
        group=WORTH,
    ),
    FilterField(
        "cost_from",
        N_("原值从"),
        Narrows.MONEY,
        "cost_from_fen",
        chip=N_("原值不低于 %(value)s 元"),
        group=WORTH,
    ),
    FilterField(
        "cost_to",
        N_("原值到"),
        Narrows.MONEY,
        "cost_to_fen",
        chip=N_("原值不高于 %(value)s 元"),
        group=WORTH,
    ),
    FilterField(
        "acquired_from",
        N_("取得日期从"),
        Narrows.DAY,
        chip=N_("取得不早于 %(value)s"),
        group=TIME,
    ),
    FilterField(
        "acquired_to",
        N_("取得日期到"),
        Narrows.DAY,
        chip=N_("取得不晚于 %(value)s"),
        group=TIME,
    ),
    FilterField("warranty", N_("保修"), Narrows.CHOICE, choices=WARRANTY, group=TIME),
    FilterField(
        "changed_from",
        N_("有变动，从"),
        Narrows.DAY,
        chip=N_("%(value)s 以后有变动"),
        group=TIME,
    ),
    FilterField(
        "changed_to",
        N_("有变动，到"),
        Narrows.DAY,
        chip=N_("%(value)s 以前有变动"),
        group=TIME,
    ),
    FilterField(
        "since_from",
        N_("现状始于，从"),
        Narrows.DAY,
        chip=N_("现状始于 %(value)s 或以后"),
        group=TIME,
    ),
    FilterField(
        "since_to",
        N_("现状始于，到"),
        Narrows.DAY,
        chip=N_("现状始于 %(value)s 或以前"),
        group=TIME,
    ),
    FilterField(
        "outlived",
        N_("已超过使用年限"),
        Narrows.FLAG,
        chip=N_("已超过使用年限"),
        group=TIME,
    ),
    FilterField("lacks", N_("缺什么"), Narrows.CHOICES, choices=LACKING, group=LOOSE),
    FilterField(
        "document",
        N_("单据号"),
        most=60,
        chip=N_("单据 %(value)s"),
        group=TIME,
    ),
    FilterField(
        "found",
        N_("一串编号"),
        Narrows.KEY,
        "found_set",
        hidden=True,
        chip=N_("我给的一串编号"),
    ),
)

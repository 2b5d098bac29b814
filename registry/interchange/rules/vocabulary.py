"""The words sheets use for states, ways of acquiring, condition and kinds of place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from registry.interchange.rules.text import folded, without_brackets
from registry.ledger.states import AssetState, ClaimKind, Condition, Method
from registry.words import LANGUAGES, N_, translations
from registry.words.terms import ACQUISITION_METHODS
from registry.words.terms import CONDITIONS as CONDITION_WORDS


@dataclass(frozen=True)
class Status:
    """What a sheet's status word means for us: a state and perhaps a claim."""

    state: AssetState
    claim: ClaimKind | None = None


IN_USE = "in_use"

STATUSES: Mapping[str, Status] = {
    IN_USE: Status(AssetState.IN_USE),
    "idle": Status(AssetState.IDLE),
    "repair": Status(AssetState.UNDER_REPAIR, ClaimKind.REPAIR),
    "to_scrap": Status(AssetState.PENDING_DISPOSAL),
    "scrapped": Status(AssetState.DISPOSED),
    "lent": Status(AssetState.IN_USE, ClaimKind.LOAN),
    "missing": Status(AssetState.MISSING),
}
"""The one table from the status of a sheet to the state and claim of an asset."""


STATUS_WORDS = {
    "in_use": N_("在用"),
    "idle": N_("闲置"),
    "repair": N_("维修中"),
    "to_scrap": N_("待报废"),
    "scrapped": N_("已报废"),
    "lent": N_("外借"),
    "missing": N_("盘亏待查"),
}
"""How a status is written in our own sheets."""


def _table(**words: str) -> dict[str, str]:
    return {
        folded(word): key for key, text in words.items() for word in text.split("|")
    }


_STATUS_WORDS = _table(
    in_use="在用|使用中|正常使用|正常|在用良好|使用|自用|在使用|正在使用|已使用|使用正常|"
    "已领用|领用|在库使用|良好|完好|在役|投入使用|已投入使用|新增|正常在用|运行|运行中|"
    "在用低效|低效运转|在用完好|in use|in_use|used|deployed|active|in service|"
    "operational|working|assigned|checked out|issued|production|available in use|"
    "ok|good|normal|current|live",
    idle="闲置|闲置未用|库存闲置|未使用|不需用|闲置不用|库存|在库|待分配|未领用|空闲|"
    "备用|未用|停用|封存|待调剂|可调剂|闲置可用|idle|ready to deploy|available|unused|"
    "in stock|stock|spare|in storage|stored|not in use|storage|ready|"
    "surplus|unassigned|free|on shelf|standby|ready for use",
    repair="待修|维修中|故障待修|在修|维修|修理中|送修|待维修|报修|故障|损坏待修|需维修|"
    "修理|检修|检修中|返修|维护中|pending diagnostics|under repair|in repair|"
    "out for repair|repair|being repaired|maintenance|under maintenance|"
    "in maintenance|out for diagnostics|pending repair|awaiting repair|faulty|broken|"
    "needs repair|out of order|out of service|defective|under_repair|"
    "attention needed|damaged",
    to_scrap="待报废|拟报废|待处置|待处理|报废中|申请报废|报废待批|报废审批中|不可用|"
    "待核销|拟处置|处置中|待销账|损坏待报废|undeployable|to be scrapped|"
    "pending disposal|to be disposed|to scrap|for disposal|awaiting disposal|"
    "end of life|obsolete|to be retired|pending scrap|marked for disposal|"
    "to_scrap|pending_disposal|unserviceable|beyond repair|"
    "broken not fixable|not fixable|not repairable",
    scrapped="已报废|报废|已处置|已核销|注销|已注销|已销账|核销|处置|已处理|报损|已报损|"
    "已拍卖|已变卖|已捐出|archived|scrapped|disposed|retired|written off|"
    "disposed of|write off|decommissioned|sold|destroyed|recycled|discarded|"
    "disposed off|deleted|withdrawn",
    lent="借出|外借|出借|已借出|外借中|借用中|借用|借出中|租借|出租|出租出借|对外出借|"
    "借出使用|out on loan|on loan|loaned|lent|loaned out|lent out|borrowed|loan",
    missing="盘亏|盘亏待查|丢失|遗失|待查|未找到|有账无物|下落不明|盘亏资产|失踪|被盗|"
    "lost|missing|not found|stolen|lost stolen|cannot be found|unaccounted|"
    "lost or stolen|unaccounted for",
)

_METHOD_WORDS = _table(
    purchase="购置|外购|采购|新购|购买|购入|自购|政府采购|自行采购|集中采购|分散采购|"
    "新增购置|购进|自筹购置|统一采购|商场购买|purchase|purchased|bought|buy|"
    "procurement|procured|new purchase|购置取得",
    donation="捐赠|接受捐赠|受赠|捐献|捐助|赠送|赠与|获赠|社会捐赠|捐赠取得|企业捐赠|"
    "donation|donated|gift|gifted|donation received|bequest|grant in kind",
    transfer="调拨|无偿调入|调拨转入|划拨|无偿划拨|调入|划入|上级调拨|无偿调拨|上级配发|"
    "配发|划转|无偿划转|无偿划入|有偿调入|校内调拨|调剂|上级拨入|拨入|transfer|"
    "transferred|transfer in|transferred in|allocated|allocation|internal transfer|"
    "redeployed|reallocated",
    built="自建|自制|自制自建|自行建造|自行研制|建造|自行制造|自研|建设|基建|基建转入|"
    "在建工程转入|自行开发|研制|built|self built|self made|made in house|constructed|"
    "in house|construction|developed|manufactured|own construction",
    surplus="盘盈|盘盈入账|盘盈资产|账外资产|surplus|surplus found|found|"
    "inventory gain|found in audit|found at stocktake|stocktake surplus",
    other="其他|其它|其他方式|其他取得|置换|投资|接受投资|租入|抵债|债务重组|other|"
    "others|exchange|leased|lease|swap|investment|various",
)

_CONDITION_WORDS = _table(
    good="完好|良好|全新|新|九成新|九五成新|九九成新|八成新|八五成新|优|优良|优秀|较新|"
    "正常|完好可用|好|无损|good|new|excellent|very good|as new|like new|great|"
    "perfect|brand new|a|mint",
    fair="能用有磨损|一般|七成新|七五成新|六成新|尚可|中|可用|基本完好|轻微损坏|有磨损|"
    "较好|轻度磨损|半新|fair|average|ok|used|usable|acceptable|moderate|worn|b|"
    "satisfactory",
    poor="勉强能用|较差|差|五成新|四成新|陈旧|老旧|旧|破旧|严重磨损|poor|bad|old|"
    "barely usable|heavily worn|very worn|c",
    broken="损坏|坏|故障|已损坏|不可用|不能用|无法使用|破损|严重损坏|三成新|报废|毁损|"
    "broken|damaged|faulty|defective|not working|unusable|dead|out of order|d",
)

_PLACE_KINDS = _table(
    campus="校区|园区|campus|site|校园",
    building="楼|楼栋|楼宇|建筑|建筑物|大楼|building|block",
    floor="楼层|层|floor|storey|level",
    room="房间|室|教室|办公室|实验室|仓库|库房|room|classroom|office|store|laboratory",
    other="其他|其它|other|area|场地|区域|室外|操场|outdoors",
)

_YES = frozenset(("是", "对", "有", "yes", "y", "true", "1", "仓库", "库房")) | {
    "store",
    "warehouse",
}


@cache
def _words(of: str) -> Mapping[str, str]:
    """The words of one kind, our own of every language included, folded."""
    others, own = {
        "status": (_STATUS_WORDS, STATUS_WORDS),
        "method": (_METHOD_WORDS, ACQUISITION_METHODS),
        "condition": (_CONDITION_WORDS, CONDITION_WORDS),
    }[of]
    ours = {
        folded(translations(language).gettext(word)): key
        for language in LANGUAGES
        for key, word in own.items()
    }
    return {**others, **ours}


def _looked_up(text: str, words: Mapping[str, str]) -> str:
    """The key of a word, of what stands outside its brackets, or nothing."""
    whole = folded(text)
    return words.get(whole) or words.get(folded(without_brackets(text))) or ""


@lru_cache(maxsize=4_096)
def status_of(text: str) -> str:
    """The status a word means, a key of STATUSES, or nothing."""
    return _looked_up(text, _words("status")) or _part_status(folded(text))


_STATUS_PARTS = (
    (re.compile("(?:待|拟|申请|建议|即将|准备)(?:报废|处置|核销)"), "to_scrap"),
    (re.compile("(?:已|经).{0,2}(?:报废|处置|核销|注销)"), "scrapped"),
    (re.compile("(?:待|在|维|送|需)修|修理"), "repair"),
    (re.compile("借出|外借|出借|onloan"), "lent"),
    (re.compile("盘亏|丢失|遗失"), "missing"),
    (re.compile("闲置|未使用|不需用|readytodeploy"), "idle"),
    (re.compile("(?<!未)(?<!不)(?:在用|使用中|正常使用|inuse)"), IN_USE),
)


def _part_status(text: str) -> str:
    """The one status that parts of a longer text name; nothing if they name two."""
    found = {key for pattern, key in _STATUS_PARTS if pattern.search(text)}
    return found.pop() if len(found) == 1 else ""


@lru_cache(maxsize=4_096)
def method_of(text: str) -> str:
    """The way of acquiring a word means (``ledger.states.Method``), or nothing."""
    return _looked_up(text, _words("method"))


@lru_cache(maxsize=4_096)
def condition_of(text: str) -> str:
    """The condition a word means (``ledger.states.Condition``), or nothing."""
    return _looked_up(text, _words("condition"))


def place_kind_of(text: str) -> str:
    """The kind of place a word means, or nothing."""
    return _looked_up(text, _PLACE_KINDS)


def is_yes(text: str) -> bool:
    """Whether a cell of a yes-or-no column says yes."""
    return folded(text) in _YES or text.strip() in ("√", "✓", "☑")


def share_known(texts: Iterable[str], field: str) -> float:
    """Which part of the texts are words of the column ``status`` or ``method``."""
    look_up = status_of if field == "status" else method_of
    filled = [text for text in texts if text]
    return sum(bool(look_up(text)) for text in filled) / len(filled) if filled else 0.0


METHODS = tuple(method.value for method in Method)
CONDITIONS = tuple(condition.value for condition in Condition)

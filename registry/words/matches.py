"""Why something idle was found for a request line, and what differs, in words.

The codes are those of ``registry.matching.reasons``.
"""

from __future__ import annotations

from collections.abc import Mapping

from registry.words.catalogue import N_, gettext
from registry.words.languages import CHINESE, current_language

REASONS = {
    "picked": N_("就是所选的物品"),
    "taught_accepted": N_("以前这样写时用过它"),
    "taught_declined": N_("以前这样写时不是指它，资产管理处确认过"),
    "number_met": N_("型号相同：%(number)s"),
    "number_suits": N_("写明适用于 %(number)s"),
    "number_contradicted": N_("型号不是 %(number)s"),
    "brand_met": N_("品牌相同"),
    "brand_contradicted": N_("品牌不同"),
    "brand_silent": N_("没有写品牌"),
    "owner_contradicted": N_("不是给%(owner)s用的"),
    "owner_silent": N_("没有写是否给%(owner)s用"),
    "same": N_("同一种物品：%(wanted)s"),
    "narrower": N_("%(known)s是%(wanted)s的一种"),
    "broader": N_("要的是%(wanted)s，这是%(known)s"),
    "instead": N_("%(known)s可能代替%(wanted)s"),
    "sibling": N_("与%(wanted)s相近：%(known)s"),
    "grouped": N_("属于%(wanted)s：%(known)s"),
    "belongs": N_("与%(wanted)s配套，不是同一种物品"),
    "other": N_("不是同一种物品"),
    "alike": N_("名称相近"),
    "same_slip": N_("“%(written)s”理解为%(wanted)s"),
    "narrower_slip": N_("“%(written)s”理解为%(wanted)s，%(known)s是其中一种"),
    "broader_slip": N_("“%(written)s”理解为%(wanted)s，这是%(known)s"),
    "instead_slip": N_("“%(written)s”理解为%(wanted)s，%(known)s可能代替"),
    "sibling_slip": N_("“%(written)s”理解为%(wanted)s，%(known)s相近"),
    "same_purpose": N_("按用途推测要的是%(wanted)s"),
    "narrower_purpose": N_("按用途推测要的是%(wanted)s，%(known)s是其中一种"),
    "broader_purpose": N_("按用途推测要的是%(wanted)s，这是%(known)s"),
    "instead_purpose": N_("按用途推测要的是%(wanted)s，%(known)s可能代替"),
    "sibling_purpose": N_("按用途推测要的是%(wanted)s，%(known)s相近"),
    "property_met": N_("%(property)s符合：%(known)s"),
    "property_near": N_("%(property)s接近：要 %(wanted)s，闲置的是 %(known)s"),
    "property_silent": N_("%(property)s没有写：要 %(wanted)s"),
    "property_contradicted": N_("%(property)s不符：要 %(wanted)s，闲置的是 %(known)s"),
}

PROPERTIES = {
    "length": N_("尺寸"),
    "dims": N_("尺寸"),
    "area": N_("面积"),
    "bytes": N_("容量"),
    "memory": N_("内存"),
    "storage": N_("存储容量"),
    "weight": N_("重量"),
    "volume": N_("容积"),
    "lumen": N_("亮度"),
    "pixels": N_("像素"),
    "speed": N_("速度"),
    "power": N_("功率"),
    "apparent": N_("容量（VA）"),
    "horsepower": N_("匹数"),
    "btu": N_("制冷量"),
    "voltage": N_("电压"),
    "current": N_("电流"),
    "charge": N_("电池容量"),
    "frequency": N_("频率"),
    "turning": N_("转速"),
    "resistance": N_("电阻"),
    "ports": N_("口数"),
    "channels": N_("路数"),
    "bays": N_("盘位"),
    "rack": N_("机架高度"),
    "keys": N_("键数"),
    "size_number": N_("号数"),
    "generation": N_("代数"),
    "grade": N_("级别"),
    "persons": N_("人数"),
    "people_side": N_("人制"),
    "doors": N_("门数"),
    "drawers": N_("抽屉数"),
    "layers": N_("层数"),
    "compartments": N_("格数"),
    "holes": N_("孔数"),
    "heads": N_("头数"),
    "eyes": N_("眼数"),
    "strings": N_("弦数"),
    "rows": N_("行数"),
    "times": N_("倍数"),
    "sound": N_("分贝"),
    "temperature": N_("温度"),
    "dots": N_("分辨率（DPI）"),
    "pressure": N_("压力"),
    "points": N_("触控点数"),
    "cores": N_("核数"),
    "colours": N_("颜色数"),
    "paper": N_("幅面"),
    "paper_open": N_("开本"),
    "resolution": N_("分辨率"),
    "processor": N_("处理器"),
    "fraction": N_("规格"),
    "bare": N_("规格"),
    "colour_print": N_("彩色或黑白"),
    "drive": N_("驱动方式"),
    "electronic": N_("电子或机械"),
    "placing": N_("安放方式"),
    "inout": N_("室内或室外"),
    "link": N_("有线或无线"),
    "sides": N_("单面或双面"),
    "folding": N_("折叠或叠放"),
    "adjust": N_("可调节"),
    "printing": N_("打印方式"),
    "touch": N_("触摸"),
    "magnet": N_("磁性"),
    "throw": N_("焦距"),
    "network": N_("联网"),
    "insulated": N_("保温"),
    "heating": N_("加热或制冷"),
    "explosion": N_("防爆"),
    "water": N_("防水"),
    "fire": N_("防火"),
    "dust": N_("无尘"),
    "who": N_("使用者"),
    "for": N_("用途"),
    "screen_kind": N_("屏幕类型"),
}
"""The properties that are compared, by the names of their kinds and facets."""


def property_word(name: str) -> str:
    """A compared property in words; one without words is shown as it is."""
    return gettext(PROPERTIES[name]) if name in PROPERTIES else name


def reason_sentence(code: str, facts: Mapping[str, str]) -> str:
    """One reason in words; facts may have another value for readers of English."""
    filled = {"wanted": "", "known": "", "written": "", **facts}
    if current_language() != CHINESE:
        filled |= {
            name.removesuffix("_en"): value
            for name, value in facts.items()
            if name.endswith("_en")
        }
    if "property" in filled:
        filled["property"] = property_word(filled["property"])
    return gettext(REASONS[code], **filled) if code in REASONS else code

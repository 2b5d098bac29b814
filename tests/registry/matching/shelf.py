"""A small thesaurus and the item types of a small store, for tests of matching."""

from __future__ import annotations

from functools import cache

from registry.matching.concepts import Thesaurus, read_thesaurus
from registry.matching.index import Index
from registry.matching.records import Record

THESAURUS = """\
name,also,english,also_english,role,broader,goes_with,classes,purposes,instead
办公设备,,office equipment,,group,,,,,
影像设备,,imaging equipment,,group,,,,,
投影仪,投影机|多媒体投影机,projector,beamer,,影像设备,,2020200,放课件,
短焦投影仪,短焦投影机,short throw projector,,,投影仪,,,,
投影幕,投影幕布|幕布,projection screen,projector screen,,影像设备,,,,
电动投影幕,电动幕布,electric projection screen,,,投影幕,,,,
投影仪灯泡,投影机灯泡,projector lamp,projector bulb,part,,投影仪,,,
投影仪吊架,投影机支架,projector mount,,mount,,投影仪,,,
打印机,,printer,,,办公设备,,,,
激光打印机,激打,laser printer,,,打印机,,,,
针式打印机,针打,dot matrix printer,,,打印机,,,打发票,
复印机,影印机,copier,photocopier,,办公设备,,,,
一体打印机,一体机?,multifunction printer,MFP,,办公设备,,,,复印机
速印机,油印机,duplicator,,,办公设备,,,大量印卷子|印试卷,复印机
打印纸,复印纸|A4纸,copy paper,,consumable,,打印机,,,
硒鼓,,toner cartridge,,consumable,,打印机,,,
电脑,计算机|微机,computer,,,,,,,
台式电脑,台式机,desktop computer,PC|desktop PC,,电脑,,,,
笔记本电脑,笔记本|手提电脑|便携式计算机,laptop,notebook,,电脑,,,出差用,
一体电脑,一体机?,all-in-one computer,,,台式电脑,,,,
显示器,液晶显示器,monitor,,,,电脑,,,
电脑桌,,computer desk,,,,,,,
课桌,学生桌,student desk,,,,,,,
课桌椅,学生课桌椅,desk and chair set,,,,,,,课桌
折叠椅,,folding chair,,,,,,,
台灯,,desk lamp,,,,,,,
灯,,lamp,,,,,,,
电视机,电视|液晶电视,television,TV,,影像设备,,,,
电视支架,电视挂架,TV mount,,mount,,电视机,,,
白板,,whiteboard,dry erase board,,,,,,
篮球,,basketball,,,,,,,
哑铃,,dumbbell,,,,,,,
支架,,bracket,,mount,,,,,
遥控器,,remote control,,accessory,,,,,
电池,,battery,,consumable,,,,,
维修,修理,repair,,service,,,,,
租赁,出租,rental,,service,,,,,
机房,,computer room,,space,,,,,
碎纸机,,paper shredder,shredder,,办公设备,,,销毁档案,
"""

RECORDS = [
    Record("P1", "投影仪", "爱普生", "CB-X05", "3300流明 XGA"),
    Record("P2", "投影机", "松下", "PT-BX651C", "6500流明 XGA"),
    Record("P3", "短焦投影机", "明基", "DX825ST", "3500流明"),
    Record("P4", "Projector", "Epson", "PowerLite 119W", "4000 lumens WXGA"),
    Record("S1", "投影幕", "红叶", "HY-150", "150寸 电动"),
    Record("S2", "投影幕布", "白雪", "BX-100", "100寸 手动"),
    Record("L1", "投影机灯泡", "爱普生", "ELPLP88", "200W"),
    Record("M1", "投影机吊架", "通用", "DJ-65", "65cm"),
    Record("D1", "激光打印机", "惠普", "LaserJet P1108", "A4 黑白"),
    Record("D2", "打印机", "佳能", "LBP2900+", "A4 黑白激光"),
    Record("D3", "针式打印机", "爱普生", "LQ-630KII", "平推"),
    Record("C1", "复印机", "理光", "MP 2014D", "A3 黑白"),
    Record("R1", "速印机", "理光", "DD 3344C", "B4"),
    Record("A1", "打印纸", "得力", "7391", "A4 70g"),
    Record("H1", "硒鼓", "惠普", "CF230A(30A)", "适用M203/M227"),
    Record("N1", "笔记本电脑", "联想", "ThinkPad E14", "i5-1135G7/16GB/512GB 14寸"),
    Record("N2", "便携式计算机", "戴尔", "Latitude 3420", "i5-1135G7/8GB/256GB"),
    Record("T1", "台式计算机", "联想", "启天M430", "i5-10500/8GB/256GB"),
    Record("O1", "显示器", "戴尔", "P2419H", "23.8寸"),
    Record("V1", "液晶电视", "海信", "HZ55E3D", "55寸 4K"),
    Record("V2", "电视机", "TCL", "75V6E", "75寸 4K"),
    Record("V3", "电视挂架", "NB", "D600", "55-70寸 壁挂"),
    Record("K1", "课桌", "育才", "YC-600", "单人 600×400×750"),
    Record("K2", "学生课桌椅", "华丰", "HF-K01", "单人 可升降"),
    Record("F1", "折叠椅", "永艺", "ZD-01", "钢折"),
    Record("G1", "哑铃", "红双喜", "10kg", "一副"),
    Record("B1", "台灯", "得力", "4326", "LED 护眼"),
    Record("E1", "电脑桌", "宜家", "米克", "105×50 单人"),
    Record("W1", "白板", "得力", "7857", "1500×900 磁性"),
    Record("Z1", "碎纸机", "科密", "C-638", "30L"),
    Record("U1", "糊化锅", "", "", ""),
    Record("U2", "高临界温度超导体测试仪", "", "", ""),
]


@cache
def small_thesaurus() -> Thesaurus:
    """The thesaurus above."""
    return read_thesaurus([THESAURUS])


@cache
def shelf() -> Index:
    """The records above; not to be changed."""
    return Index(RECORDS, small_thesaurus())

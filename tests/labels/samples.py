"""Labels as schools would print them, made by chance that repeats itself."""

from __future__ import annotations

import random
from collections.abc import Iterator

from labels import Kind, Label

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NAMES = [
    "多媒体投影仪",
    "会议室专用超短焦激光多媒体投影仪（含吊架、幕布与遥控器）",
    "学生课桌椅",
    "Dell OptiPlex 7090-MT 台式计算机",
    "《大学物理》光学实验箱",
]
MODELS = ["EB-X06", "EB-L630SU / 6000 流明 / WUXGA 1920×1200", "定制", "P1108-W"]
KEEPERS = ["王芳", "欧阳𬭎翃", "张䶮", "尼格买提·热合曼"]
DEPARTMENTS = ["教务处", "信息技术与现代教育中心", "总务处"]


def code_of(chance: random.Random) -> str:
    return "".join(chance.choices(ALPHABET, k=9))


def grouped(code: str) -> str:
    return f"{code[:4]}-{code[4:8]}-{code[8]}"


def asset_labels(count: int, seed: int = 738) -> Iterator[Label]:
    chance = random.Random(seed)
    for number in range(count):
        code = code_of(chance)
        yield Label(
            payload=f"HTTPS://ZC.SCHOOL.EDU.CN/A/{code}",
            code=grouped(code),
            title=chance.choice(NAMES),
            lines=(
                ("型号", chance.choice(MODELS)),
                ("资产编号", f"JZ-2026-{number:06}"),
                ("使用部门", chance.choice(DEPARTMENTS)),
                ("保管人", chance.choice(KEEPERS)),
                ("购置日期", "2023-09-01"),
            ),
            institution="江州市第三中学",
        )


def asset_label(**changes: object) -> Label:
    facts: dict[str, object] = {
        "payload": "HTTPS://ZC.SCHOOL.EDU.CN/A/K7Q4M2XNT",
        "code": "K7Q4-M2XN-T",
        "title": "多媒体投影仪",
        "lines": (("型号", "爱普生 CB-FH52"), ("资产编号", "2023-04-000127")),
        "institution": "江州市第三中学",
    }
    return Label(**{**facts, **changes})


def place_label(**changes: object) -> Label:
    facts = {"title": "B12-303", "kind": Kind.PLACE, "lines": (("名称", "物理实验室"),)}
    return asset_label(**{**facts, **changes})


def blank_label(**changes: object) -> Label:
    return asset_label(**{"title": "", "kind": Kind.BLANK, "lines": (), **changes})

"""Ledgers as people really send them, made up, together with what must come of them."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import xlsxwriter

TODAY = date(2026, 9, 1)

HEADERS: dict[str, dict[str, list[str]]] = {
    "zh": {
        "number": ["资产编号", "固定资产编号", "设备编号", "卡片编号", "资产编码"],
        "name": ["资产名称", "设备名称", "物品名称", "名称", "固定资产名称", "品名"],
        "class": ["分类代码", "资产分类代码", "国标分类号", "类别编码"],
        "model": ["规格型号", "型号", "型号规格", "规格及型号"],
        "brand": ["品牌", "厂牌", "生产厂家", "制造商"],
        "unit": ["计量单位", "单位"],
        "quantity": ["数量", "资产数量", "件数", "数量（台/件）"],
        "price": ["单价", "单价（元）", "资产单价", "单价(元)"],
        "value": ["原值", "金额", "总价", "资产原值(元)", "账面原值", "价值"],
        "day": ["取得日期", "购置日期", "购入时间", "入账日期", "采购日期", "购置年月"],
        "method": ["取得方式", "增加方式", "资产来源", "购置方式"],
        "department": ["使用部门", "领用部门", "部门", "使用单位", "所属部门"],
        "keeper": ["使用人", "保管人", "领用人", "责任人", "管理人"],
        "place": ["存放地点", "存放位置", "放置地点", "地点", "所在位置"],
        "status": ["使用状况", "资产状态", "状态", "现状", "使用状态"],
        "note": ["备注", "说明", "备注说明"],
    },
    "hant": {
        "number": ["資產編號", "財產編號", "設備編號"],
        "name": ["資產名稱", "財產名稱", "設備名稱"],
        "class": ["分類代碼"],
        "model": ["規格型號", "型號"],
        "brand": ["廠牌", "品牌"],
        "unit": ["計量單位", "單位"],
        "quantity": ["數量"],
        "price": ["單價", "單價(元)"],
        "value": ["原值", "總價", "金額"],
        "day": ["取得日期", "購置日期"],
        "method": ["取得方式", "資產來源"],
        "department": ["使用部門", "使用單位"],
        "keeper": ["使用人", "保管人"],
        "place": ["存放地點", "放置地點"],
        "status": ["使用狀況", "狀態", "現況"],
        "note": ["備註"],
    },
    "en": {
        "number": ["Asset Tag", "Asset No.", "Inventory number", "Tag", "Asset ID"],
        "name": ["Name", "Asset Name", "Item Name", "Description", "Item"],
        "class": ["Category Code", "Class code"],
        "model": ["Model", "Model No.", "Model Number"],
        "brand": ["Manufacturer", "Brand", "Make"],
        "unit": ["Unit", "UOM", "Unit of measure"],
        "quantity": ["Quantity", "Qty", "Qty.", "No. of Items"],
        "price": ["Unit Price", "Unit Cost", "Purchase Cost", "Price", "Cost Each"],
        "value": ["Total Cost", "Total", "Total Value", "Amount", "Original Value"],
        "day": ["Purchase Date", "Date Acquired", "Date of Purchase", "Acquired On"],
        "method": ["Acquisition Method", "Acquired by", "Source"],
        "department": ["Department", "Dept.", "Owner Department"],
        "keeper": ["Custodian", "Assigned To", "User", "Keeper", "Owner"],
        "place": ["Location", "Room Location", "Place", "Storage location"],
        "status": ["Status", "State", "Asset Status", "Current Status"],
        "note": ["Notes", "Remarks", "Comments", "Note"],
    },
}

STATUSES = {
    "zh": {
        "in_use": ["在用", "使用中", "正常使用", "在用（良好）", "正常"],
        "idle": ["闲置", "闲置未用", "库存闲置", "未使用"],
        "repair": ["待修", "维修中", "故障待修"],
        "to_scrap": ["待报废", "拟报废"],
        "scrapped": ["已报废", "报废"],
        "lent": ["借出", "外借"],
    },
    "hant": {
        "in_use": ["在用", "使用中"],
        "idle": ["閒置", "未使用"],
        "repair": ["維修中", "待修"],
        "to_scrap": ["待報廢"],
        "scrapped": ["已報廢", "報廢"],
        "lent": ["借出"],
    },
    "en": {
        "in_use": ["Deployed", "In use", "Active"],
        "idle": ["Ready to Deploy", "Idle", "In storage"],
        "repair": ["Pending Diagnostics", "Under repair"],
        "to_scrap": ["Undeployable", "Pending disposal"],
        "scrapped": ["Archived", "Disposed"],
        "lent": ["Out on Loan", "On loan"],
    },
}

METHODS = {
    "zh": {
        "purchase": ["购置", "外购", "采购", "新购"],
        "donation": ["捐赠", "接受捐赠"],
        "transfer": ["调拨", "无偿调入"],
        "built": ["自建", "自制"],
        "surplus": ["盘盈"],
    },
    "hant": {"purchase": ["購置", "採購"], "donation": ["捐贈"]},
    "en": {"purchase": ["Purchase", "Bought"], "donation": ["Donated", "Gift"]},
}

NAMES = {
    "zh": [
        "投影仪",
        "学生课桌",
        "笔记本电脑",
        "空调（挂机）",
        "实验台",
        "显微镜",
        "钢琴",
    ],
    "hant": ["投影機", "書桌", "電腦", "顯微鏡"],
    "en": ["Projector", "Desk", "Laptop", "Microscope", "Café table", "Piano"],
}
PEOPLE = {
    "zh": ["王芳", "李 强", "张伟", "欧阳娜", "𠮷田"],
    "hant": ["陳大文", "黃小明"],
    "en": ["Mary O'Neil", "John Smith", "Ana Núñez"],
}
UNITS = {"zh": ["台", "张", "套"], "hant": ["台", "張"], "en": ["pcs", "ea"]}

BAD = {
    "missing_asset_no": "number",
    "missing_name": "name",
    "bad_quantity": "quantity",
    "bad_amount": "price",
    "bad_date": "day",
}


@dataclass
class Style:
    """How one particular office writes its ledger."""

    language: str = "zh"
    form: str = "xlsx"
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    titles: int = 2
    has_two_row_header: bool = False
    has_running_number: bool = False
    interludes: bool = True
    left_out: frozenset[str] = frozenset()
    shuffled: bool = False
    spaced_headers: bool = False
    day_style: str = "mixed"
    unit_in_title: bool = False
    notes_sheet_first: bool = False


@dataclass
class Truth:
    """What must come of a ledger."""

    data_rows: int = 0
    valid_rows: int = 0
    assets: int = 0
    fen: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    rejected: list[tuple[int, str, str]] = field(default_factory=list)
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """The same in the shape of a dry run."""
        return {
            "data_rows": self.data_rows,
            "valid_rows": self.valid_rows,
            "assets": self.assets,
            "original_value": self.fen / 100,
            "by_status": dict(self.by_status),
            "rejected": [
                {"row": row, "asset_no": number, "reason": reason}
                for row, number, reason in self.rejected
            ],
        }


class Office:
    """Writes ledgers in one style, from one seed."""

    def __init__(self, style: Style, seed: int) -> None:
        self.style = style
        self.random = random.Random(seed)
        self.truth = Truth()
        self.fields = [f for f in HEADERS["zh"] if f not in style.left_out]
        if style.shuffled:
            self.random.shuffle(self.fields)
        headers = HEADERS[style.language]
        if style.unit_in_title:
            headers = {f: [h for h in hs if "元" not in h] for f, hs in headers.items()}
        self.headers = {f: self.random.choice(headers[f]) for f in self.fields}
        self.scale = 10_000 if style.unit_in_title else 1
        self.used: list[str] = []

    def ledger(self, count: int) -> tuple[bytes, Truth]:
        """A file of ``count`` rows and what must come of it."""
        rows = [*self._titles(), *self._header_rows()]
        for index in range(count):
            if self.style.interludes and index % 7 == 6:
                rows.append(self.random.choice(self._interludes()))
            rows.append(self._row(index, len(rows) + 1))
        if self.style.interludes:
            rows += self._ending()
        return self._file(rows), self.truth

    def _titles(self) -> list[list[Any]]:
        words = {
            "zh": ["固定资产明细台账", "单位名称：实验学校    截止日期：2026年8月31日"],
            "hant": ["財產明細表", "單位名稱：實驗學校"],
            "en": ["Fixed asset register", "School: Riverside    Printed: 2026-08-31"],
        }[self.style.language]
        rows: list[list[Any]] = [[words[n % 2]] for n in range(self.style.titles)]
        if self.style.unit_in_title:
            rows.append(["金额单位：万元"])
        return rows

    def _header_rows(self) -> list[list[Any]]:
        header = [self.headers[f] for f in self.fields]
        if self.style.spaced_headers:
            header = [" ".join(text) if not text.isascii() else text for text in header]
        if self.style.has_two_row_header and {"price", "value"} <= set(self.fields):
            return self._two_rows(header)
        return [self._numbered("序号", header)]

    def _two_rows(self, header: list[str]) -> list[list[Any]]:
        upper, lower = list(header), [""] * len(header)
        at = sorted(self.fields.index(f) for f in ("price", "value"))
        if at[1] == at[0] + 1:
            upper[at[0]], upper[at[1]] = "价值信息", ""
            lower[at[0]], lower[at[1]] = header[at[0]], header[at[1]]
            return [self._numbered("序号", upper), self._numbered("", lower)]
        return [self._numbered("序号", header)]

    def _numbered(self, number: Any, row: list[Any]) -> list[Any]:
        return [number, *row] if self.style.has_running_number else row

    def _interludes(self) -> list[list[Any]]:
        again = self._header_rows()
        blank: list[Any] = []
        rows = [
            blank,
            self._words_at("name", "小计"),
            self._words_at("number", "小  计"),
        ]
        if len(again) == 1:
            rows.append(again[0])
        if self.style.titles:
            rows.append(self._titles()[0])
        return rows

    def _words_at(self, wanted: str, text: str) -> list[Any]:
        text = {"zh": text, "hant": "小計", "en": "Subtotal"}[self.style.language]
        row: list[Any] = [""] * len(self.fields)
        row[self.fields.index(wanted)] = text
        if "value" in self.fields:
            row[self.fields.index("value")] = 1234.5
        return self._numbered("", row)

    def _ending(self) -> list[list[Any]]:
        total = "Total" if self.style.language == "en" else "合  计"
        signed = {
            "zh": "制表人：        审核人：        单位负责人：",
            "hant": "製表人：        審核人：",
            "en": "Prepared by:      Approved by:",
        }[self.style.language]
        if self.style.language == "hant":
            total = "合  計"
        row: list[Any] = [""] * len(self.fields)
        row[0] = total
        return [self._numbered("", row), [], [signed]]

    def _row(self, index: int, place: int) -> list[Any]:
        random, style = self.random, self.style
        number = f"ZC{2000 + index % 25}{index:05d}"
        quantity = random.choice([1, 1, 1, 1, 2, 5, 30])
        if "quantity" in style.left_out:
            quantity = 1
        step = 100 if self.scale > 1 else 1
        fen = random.randint(1, 900_000) * step
        day = date(2005, 1, 1) + timedelta(days=random.randint(0, 7_800))
        status = random.choice(list(STATUSES[style.language]))
        method = random.choice(list(METHODS[style.language]))
        true: dict[str, Any] = {
            "number": number,
            "name": random.choice(NAMES[style.language]),
            "class": random.choice(["2010104", "6020200", ""]),
            "model": random.choice(["X-100", "A2 (白)", ""]),
            "brand": random.choice(["联想", "Dell", ""])
            if style.language == "zh"
            else "HP",
            "unit": random.choice([*UNITS[style.language], ""]),
            "quantity": quantity,
            "price": fen,
            "value": fen * quantity,
            "day": random.choice([day, day, day, None]),
            "method": method,
            "department": random.choice(["IT", "Music"])
            if style.language == "en"
            else random.choice(["教务处", "总务处"]),
            "keeper": random.choice([*PEOPLE[style.language], ""]),
            "place": "Room 101"
            if style.language == "en"
            else "教學樓101"
            if style.language == "hant"
            else "教学楼A101",
            "status": status,
            "note": random.choice(["", "2019"]),
        }
        reason = self._spoil(true)
        written = {f: self._written(f, true[f]) for f in self.fields}
        if reason in BAD and BAD[reason] in ("quantity", "price", "day"):
            written[BAD[reason]] = self._bad(reason)
        self._judge(place, true, reason)
        return self._numbered(index + 1, [written[f] for f in self.fields])

    def _spoil(self, true: dict[str, Any]) -> str:
        """Make one row in eight wrong in one way."""
        if self.random.random() > 0.125:
            return ""
        reasons = [r for r, f in BAD.items() if f in self.fields]
        if self.used:
            reasons.append("duplicate_asset_no")
        reason = self.random.choice(reasons)
        if reason == "missing_asset_no":
            true["number"] = ""
        elif reason == "missing_name":
            true["name"] = ""
        elif reason == "duplicate_asset_no":
            true["number"] = self.random.choice(self.used)
        return reason

    def _bad(self, reason: str) -> Any:
        return self.random.choice(
            {
                "bad_quantity": [0, -2, "2.5", "一批", "-"],
                "bad_amount": ["见合同", -300, "n/a", "(120.00)"],
                "bad_date": ["去年", "2018/13/05", "2035-01-01", "2016.00.12", "TBC"],
            }[reason]
        )

    def _judge(self, place: int, true: dict[str, Any], reason: str) -> None:
        truth = self.truth
        truth.data_rows += 1
        if reason:
            truth.rejected.append((place, true["number"], reason))
            return
        self.used.append(true["number"])
        truth.valid_rows += 1
        truth.assets += true["quantity"]
        if "price" in self.fields or "value" in self.fields:
            truth.fen += true["value"]
        truth.by_status[true["status"] if "status" in self.fields else "in_use"] += 1
        truth.rows[place] = true

    def _written(self, field_: str, value: Any) -> Any:
        if field_ == "status":
            return self.random.choice(STATUSES[self.style.language][value])
        if field_ == "method":
            return self.random.choice(METHODS[self.style.language][value])
        if field_ in ("price", "value"):
            return self._amount(value)
        if field_ == "quantity":
            return self._quantity(value)
        if field_ == "day":
            return self._day(value)
        return self._untidy(value)

    def _untidy(self, text: str) -> str:
        spaces = ["", "", "", " ", "\u3000", "\n"]
        if self.style.encoding != "big5hkscs":
            spaces.append("\u00a0")
        space = self.random.choice(spaces)
        return self.random.choice([text + space, space + text])

    def _amount(self, fen: int) -> Any:
        yuan = fen / 100 / self.scale
        if self.scale > 1:
            return f"{yuan:.4f}"
        ways: list[Any] = [yuan, f"{yuan:.2f}", f"{yuan:,.2f}"]
        if self.style.language == "en":
            ways += [f"${yuan:,.2f}", f" {yuan:.2f} "]
        else:
            wide = str.maketrans("0123456789", "０１２３４５６７８９")
            ways += [f"¥{yuan:,.2f}", f"{yuan:.2f}元", f"{yuan:.2f}".translate(wide)]
        return self.random.choice(ways)

    def _quantity(self, count: int) -> Any:
        ways: list[Any] = [count, str(count), f" {count} ", float(count)]
        if self.style.language != "en":
            wide = str.maketrans("0123456789", "０１２３４５６７８９")
            ways += [f"{count}台", str(count).translate(wide)]
        return self.random.choice(ways)

    def _day(self, day: date | None) -> Any:
        if day is None:
            return ""
        plain = {
            "mdy": f"{day.month}/{day.day}/{day:%y}",
            "dmy": f"{day.day}/{day.month}/{day.year}",
            "named": f"{day.day}-{day:%b}-{day.year}",
        }
        if self.style.day_style in plain:
            return plain[self.style.day_style]
        ways: list[Any] = [
            day.isoformat(),
            f"{day.year}.{day.month}.{day.day}",
            f"{day.year}/{day.month}/{day.day}",
            f"{day:%Y%m%d}",
            f" {day.isoformat()} ",
        ]
        if self.style.language != "en":
            ways.append(f"{day.year}年{day.month}月{day.day}日")
        if self.style.form == "xlsx":
            ways += [day, (day - date(1899, 12, 30)).days]
        return self.random.choice(ways)

    def _file(self, rows: list[list[Any]]) -> bytes:
        if self.style.form == "xlsx":
            return workbook(rows, notes_first=self.style.notes_sheet_first)
        return delimited(rows, self.style.encoding, self.style.delimiter)


def workbook(
    rows: list[list[Any]],
    *,
    notes_first: bool = False,
    merged: list[tuple[int, int, int, int]] | None = None,
) -> bytes:
    """Rows as a workbook; ``merged`` spans are rows and columns from 0."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        day_format = book.add_format({"num_format": "yyyy-mm-dd"})
        if notes_first:
            book.add_worksheet("填表说明").write_string(0, 0, "1.资产编号不得重复。")
        sheet = book.add_worksheet("台账")
        for span in merged or ():
            sheet.merge_range(*span, "")
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, day_format)
                elif isinstance(value, str):
                    if value:
                        sheet.write_string(number, column, value)
                else:
                    sheet.write_number(number, column, value)
    return out.getvalue()


def delimited(rows: list[list[Any]], encoding: str, delimiter: str = ",") -> bytes:
    """Rows as delimited text."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)

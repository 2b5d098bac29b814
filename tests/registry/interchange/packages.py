"""Workbooks made part by part, to be as odd as nobody would make them."""

from __future__ import annotations

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"

STYLES = (
    f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
    '<xf numFmtId="14"/></cellXfs></styleSheet>'
)


def package(
    parts: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """Parts in a zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def parts(
    rows: str = "",
    *,
    before: str = "",
    after: str = "",
    doctype: str = "",
    shared: str | None = None,
    properties: str = "",
) -> dict[str, str | bytes]:
    """The parts of a workbook with one sheet made of this XML."""
    relations = (
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" '
        'Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/>'
    )
    found: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}'
        '<sheets><sheet name="台账" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/styles.xml": STYLES,
        "xl/worksheets/sheet1.xml": f'{doctype}<worksheet xmlns="{MAIN}">{before}'
        f"<sheetData>{rows}</sheetData>{after}</worksheet>",
    }
    if shared is not None:
        relations += (
            f'<Relationship Id="rId3" Type="{OFFICE}/sharedStrings" '
            'Target="sharedStrings.xml"/>'
        )
        found["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{shared}</sst>'
    found["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>'
    )
    return found


def text_cell(place: str, text: str) -> str:
    """A cell that holds text."""
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER = (
    '<row r="1">'
    + text_cell("A1", "资产编号")
    + text_cell("B1", "资产名称")
    + text_cell("C1", "数量")
    + "</row>"
)
ROW = (
    '<row r="2">'
    + text_cell("A2", "ZC1")
    + text_cell("B2", "桌")
    + '<c r="C2"><v>3</v></c></row>'
)


def ledger(rows: str = "", **details: str) -> bytes:
    """A small ledger with more rows put below."""
    return package(parts(HEADER + ROW + rows, **details))

"""What is said of labels, paper and printers."""

from __future__ import annotations

from registry.words.catalogue import N_

PRINTING = {
    "medium_unknown": N_("没有这种标签纸。请从列表中选择。"),
    "label_refused": N_("标签画不出来。请换一种标签纸，或减少要印的内容。"),
    "label_error": N_("标签画不出来。请换一种标签纸，或减少要印的内容。"),
    "not_labelled": N_("这类资产不贴标签，按数量清点即可。"),
    "nothing_to_print": N_("没有要打印的标签。请先选择资产。"),
    "nothing_to_draw": N_("没有要打印的标签。请先选择资产。"),
    "printer_unreachable": N_("打印机“%(printer)s”没有应答。请检查电源和网线后再试。"),
    "bad_host": N_("打印机地址不对。请填写主机名或 IP 地址。"),
    "roll_only": N_("这种格式只用于卷筒标签。请改选卷筒标签纸，或改为 PDF。"),
    "sheet_only": N_("卷筒标签没有校准页。请选择一种整页标签纸。"),
    "font_unusable": N_("字体文件“%(name)s”不能用。请告诉管理员。"),
}

LABELS = {
    "payload_refused": N_("二维码内容里有不能印的字符。请改用字母和数字。"),
    "payload_too_long": N_("二维码内容超过 %(most)s 个字符。请把网址改短。"),
    "code_refused": N_("标签码应为 1 到 %(most)s 个字母和数字。请检查。"),
    "too_many_fields": N_("标签上最多印 %(most)s 项。请减少项目。"),
    "label_too_small": N_("标签太小，印不清。请换大一些的标签纸。"),
    "symbol_too_fine": N_("标签太小，二维码会扫不出来。请换大一些的标签纸。"),
    "code_too_fine": N_("标签太小，标签码会看不清。请换大一些的标签纸。"),
    "roll_refused": N_("卷筒标签的尺寸不对。请按标签纸包装上的尺寸填写。"),
    "roll_out_of_range": N_("标签尺寸应在 %(least)s 到 %(most)s 毫米之间。请修改。"),
    "run_refused": N_("打印设置不对。请检查份数和起始格。"),
    "copies_out_of_range": N_("份数应在 %(least)s 到 %(most)s 之间。请修改。"),
    "border_out_of_range": N_("标签留白应在 %(least)s 到 %(most)s 毫米之间。请修改。"),
    "start_cell_out_of_range": N_("起始格应在 %(least)s 到 %(most)s 之间。请修改。"),
    "cell_out_of_range": N_("这张纸只有 %(most)s 格。请改小。"),
    "page_out_of_range": N_("页码应在 %(least)s 到 %(most)s 之间。请修改。"),
    "offset_out_of_range": N_("偏移应在 %(least)s 到 %(most)s 毫米之间。请修改。"),
    "dpi_out_of_range": N_("分辨率应在 %(least)s 到 %(most)s 之间。请修改。"),
    "dpi_unknown": N_("打印机没有这种分辨率。请从列表中选择。"),
    "language_unknown": N_("没有这种语言。请从列表中选择。"),
    "too_many_labels": N_("一次最多打印 %(most)s 张。请分几次打印。"),
}

OWN_SHEETS = {
    "sheet_refused": N_("纸张尺寸不对。请按标签纸包装上的尺寸填写。"),
    "sheet_name_refused": N_("纸张名称最多 %(most)s 个字。请缩短。"),
    "sheet_field_unknown": N_("没有“%(field)s”这项尺寸。请删去。"),
    "sheet_field_missing": N_("还缺一项尺寸：%(field)s。请补上。"),
    "sheet_page_unknown": N_("没有这种纸。请选 A4 或 Letter，或填写纸张尺寸。"),
    "sheet_page_given_twice": N_("纸张大小填了两次，互相不符。请只填一处。"),
    "sheet_number_expected": N_("%(field)s请填写数字。"),
    "sheet_number_out_of_range": N_(
        "%(field)s应在 %(least)s 到 %(most)s 之间。请修改。"
    ),
    "sheet_too_many_cells": N_("一张纸最多 %(most)s 格。请减少行数或列数。"),
    "sheet_cells_overlap": N_("标签会互相重叠，间距至少 %(least)s 毫米。请改大。"),
    "sheet_off_page": N_("标签会印到纸外，多出 %(by)s 毫米。请检查尺寸和行列数。"),
}

"""What is said of files that come in and go out as sheets."""

from __future__ import annotations

from registry.words.catalogue import N_

SHEETS = {
    "sheet_unreadable": N_("这个文件读不出表格。请另存为 .xlsx 或 .csv 后再上传。"),
    "sheet_too_large": N_("这个表格太大。请分成几个文件上传。"),
    "sheet_empty": N_("文件是空的。请重新选择文件。"),
    "import_not_now": N_("这次导入现在不能这样办。请刷新页面看看进行到哪一步。"),
    "no_longer_allowed": N_(
        "您的权限已被收回，后面的没有再做；已经做好的保留。请找资产管理处接着办。"
    ),
    "file_empty": N_("文件是空的。请重新选择文件。"),
    "file_too_large": N_("文件超过 %(most_bytes)s。请分成几个文件上传。"),
    "not_a_sheet": N_("这不是表格文件。请上传 .xlsx、.xls 或 .csv。"),
    "web_page_not_workbook": N_(
        "这其实是网页，不是 Excel 文件。请用 Excel 打开，另存为 .xlsx 后再上传。"
    ),
    "workbook_damaged": N_("Excel 文件已损坏。请用 Excel 打开，另存一份后再上传。"),
    "workbook_encrypted": N_("Excel 文件有密码。请去掉密码，另存后再上传。"),
    "workbook_with_entities": N_("Excel 文件里有不安全的内容。请另存一份后再上传。"),
    "workbook_without_sheets": N_("Excel 文件里没有工作表。请检查后再上传。"),
    "workbook_too_many_parts": N_("Excel 文件里附件太多。请只留表格，另存后再上传。"),
    "workbook_too_dense": N_("Excel 文件展开后大得不正常。请另存一份后再上传。"),
    "workbook_unpacks_too_large": N_(
        "Excel 文件展开后超过 %(most_bytes)s。请分成几个文件上传。"
    ),
    "workbook_too_hard": N_("这个文件 %(seconds)s 秒还没有读完。请分成几个文件上传。"),
    "too_many_rows": N_("超过 %(most)s 行。请分成几个文件上传。"),
    "too_many_columns": N_("超过 %(most)s 列。请删去不用的列再上传。"),
    "cell_too_long": N_("第 %(row)s 行第 %(column)s 列的文字太长。请缩短后再试。"),
    "encoding_unknown": N_(
        "看不出文字编码。请另存为 UTF-8 的 .csv 或 .xlsx 后再上传。"
    ),
    "header_not_found": N_("没有找到表头。请检查第一行是不是列名，再上传。"),
    "header_incomplete": N_("表头缺少：%(missing)s。请补上这些列再上传。"),
    "sheet_unknown": N_("文件里没有工作表“%(sheet)s”。请从列表中选择。"),
    "mapping_unknown_column": N_("文件里没有“%(column)s”这一列。请重新对应。"),
    "mapping_unknown_field": N_("没有“%(found)s”这个项目。请重新对应。"),
    "mapping_field_twice": N_("“%(field)s”对应了两列。请只留一列。"),
    "cell_not_writable": N_("有内容放不进表格的单元格。请缩短后再导出。"),
    "format_unknown": N_("没有“%(found)s”这种格式。请选 .xlsx 或 .csv。"),
    "template_unknown": N_("没有“%(found)s”这种模板。请从列表中选择。"),
}

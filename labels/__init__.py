"""Labels with QR codes, as paper and ink: sheets, rolls, pictures, printer bytes.

A library of its own: it knows no database and no web. All measures are millimetres.
"""

from labels.errors import LabelError
from labels.fonts import Font, font_path
from labels.label import Kind, Label
from labels.pdf import draw_calibration_pdf, draw_roll_pdf, draw_sheet_pdf
from labels.pictures import draw_png, draw_preview_png, draw_tspl, draw_zpl
from labels.report import Report, ReportColumn, ReportTable, draw_report_pdf
from labels.roll import DOTS_PER_MM, Roll, rolls
from labels.run import MOST_COPIES, MOST_LABELS, Drawn, Progress
from labels.sheet import Sheet, read_sheet, sheets
from labels.statement import Part, Statement, draw_statement_pdf
from labels.style import Style
from labels.symbols import Correction, symbol_path

__all__ = [
    "DOTS_PER_MM",
    "MOST_COPIES",
    "MOST_LABELS",
    "Correction",
    "Drawn",
    "Font",
    "Kind",
    "Label",
    "LabelError",
    "Part",
    "Progress",
    "Report",
    "ReportColumn",
    "ReportTable",
    "Roll",
    "Sheet",
    "Statement",
    "Style",
    "draw_calibration_pdf",
    "draw_png",
    "draw_preview_png",
    "draw_report_pdf",
    "draw_roll_pdf",
    "draw_sheet_pdf",
    "draw_statement_pdf",
    "draw_tspl",
    "draw_zpl",
    "font_path",
    "read_sheet",
    "rolls",
    "sheets",
    "symbol_path",
]

"""A form as an Excel workbook that an office can edit and upload again."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from server.forms.bundle import unpack
from server.forms.sheets import read_sheets

#: Sheets in the order in which an office reads them.
ORDER = ("survey", "choices", "entities", "settings")
#: Column -> width in characters; what people read is wide, codes are narrow.
WIDTHS = {
    "type": 34,
    "name": 22,
    "list_name": 18,
    "label": 40,
    "hint": 36,
    "required": 10,
    "required_message": 32,
    "relevant": 36,
    "constraint": 30,
    "constraint_message": 36,
    "calculation": 36,
    "form_title": 20,
    "entity_id": 20,
}
USUAL_WIDTH = 16
HEADER = PatternFill("solid", fgColor="E7F1EC")
GROUP = PatternFill("solid", fgColor="F5F6F3")
WRAPPED = Alignment(wrap_text=True, vertical="top")
UNDER = Border(bottom=Side("thin", color="B9C0B6"))
HELP_SHEET = "说明"
HELP = (
    ("怎样改这张表", ""),
    ("survey", "一行一题，从上到下就是手机上的顺序。begin_group 到 end_group 是一个小节。"),
    ("choices", "选项。list_name 相同的是一组，survey 里写 select_one 组名 就用这一组。"),
    ("entities", "填好后写进哪个登记簿。一般不用改。"),
    ("settings", "表名和版本。改了任何内容，version 都要换成新的：年月日加两位序号。"),
    ("", ""),
    ("label", "手机上显示的题目"),
    ("hint", "题目下面的小字提示"),
    ("required", "写 yes 就是必填；required_message 是没填时说的话"),
    ("relevant", "什么时候才问这一题，如 ${visit_result} = 'met_person'"),
    ("constraint", "填得对不对的条件，点号代表这一题；constraint_message 是不对时说的话"),
    ("calculation", "自动算出来的值，不问人"),
    ("save_to", "答案存进登记簿的哪一项。不要删、不要改；不想再问，relevant 写 false()"),
    ("", ""),
    ("改好以后", "在“表单”页上传这个文件。不能用的地方会按行号说明，预览看过再发布。"),
)


def workbook(source: bytes) -> bytes:
    """An `.xlsx` with the cells of a form's source (Markdown or Excel), laid out to be edited."""
    sheets = read_sheets(unpack(source).form)
    book = Workbook()
    book.remove(book.worksheets[0])
    for name in (*ORDER, *(name for name in sheets if name not in ORDER)):
        if name in sheets:
            _write(book.create_sheet(name), sheets[name])
    _explain(book.create_sheet(HELP_SHEET))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: Any, rows: Sequence[Sequence[str]]) -> None:
    for number, row in enumerate(rows, 1):
        starts = bool(row) and row[0].startswith(("begin", "end_", "end "))
        for column, text in enumerate(row, 1):
            cell = sheet.cell(number, column)
            if text:
                cell.value = text
                # Else Excel would take “= ''” for a formula and a version for a number.
                cell.data_type = "s"
                cell.number_format = "@"
            cell.alignment = WRAPPED
            if number == 1:
                cell.font, cell.fill, cell.border = Font(bold=True), HEADER, UNDER
            elif starts:
                cell.font, cell.fill = Font(bold=True), GROUP
    for column, title in enumerate(rows[0] if rows else (), 1):
        width = WIDTHS.get(title.split("::")[0], USUAL_WIDTH)
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    sheet.freeze_panes = "C2" if sheet.title == "survey" else "A2"


def _explain(sheet: Any) -> None:
    for number, (word, text) in enumerate(HELP, 1):
        sheet.cell(number, 1, word).font = Font(bold=True)
        sheet.cell(number, 2, text).alignment = WRAPPED
    sheet.column_dimensions["A"].width = 20
    sheet.column_dimensions["B"].width = 90

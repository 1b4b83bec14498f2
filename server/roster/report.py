"""The file sent back: original rows with result and reason, coloured, with nothing that runs."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from server.roster.columns import Table
from server.roster.texts import as_text
from server.roster.workbook import Line, Value

#: Excel and WPS run a text that begins with one of these once it is edited or saved as CSV.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_COLOURS = {
    "不能导入": "FFF4D6D2",
    "有提醒": "FFFBEFCF",
    "新增": "FFDDEFE0",
    "有变化": "FFDCE8F5",
}
_WIDE = (8, 12, 60)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line: 新增, 有变化, 没变化, 不能导入 or 不是人员, and why."""

    result: str
    reason: str = ""


def annotated(table: Table, outcomes: Mapping[int, Outcome], only_refused: bool = False) -> bytes:
    """An .xlsx with every line of the table, its row number, result and reason before it.

    outcomes: row number → outcome. only_refused: leave out what goes in without remark.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("导入结果")
    for place, width in enumerate(_WIDE, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "D2"
    labels = {column.index: column.label for column in table.columns}
    width = max([*labels, *(len(line.cells) - 1 for line in table.lines)], default=0) + 1
    head = ["原表行号", "结果", "原因和办法", *(labels.get(place, "") for place in range(width))]
    sheet.append([safe_cell(sheet, text, bold=True) for text in head])
    count = 1
    for line in table.lines:
        outcome = outcomes.get(line.number)
        if outcome is None or (only_refused and not outcome.reason):
            continue
        sheet.append(list(_cells(sheet, line, outcome)))
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(width + 3)}{count}"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _cells(sheet: Any, line: Line, outcome: Outcome) -> Iterable[Any]:
    colour = _COLOURS.get(outcome.result)
    if outcome.reason and outcome.result != "不能导入":
        colour = _COLOURS["有提醒"]
    fill = PatternFill("solid", fgColor=colour) if colour else None
    yield safe_cell(sheet, line.number, fill=fill)
    yield safe_cell(sheet, outcome.result, fill=fill)
    yield safe_cell(sheet, outcome.reason, fill=fill, wrap=True)
    for value in line.cells:
        yield safe_cell(sheet, value)


def safe_cell(
    sheet: Any,
    value: Value,
    *,
    bold: bool = False,
    fill: PatternFill | None = None,
    wrap: bool = False,
) -> Any:
    """A cell that shows the value and never runs: text stays text, however it begins."""
    plain = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    cell = WriteOnlyCell(sheet, value=plain)
    if plain is None:
        text = safe_text(as_text(value))
        cell.value = text or None
        if text:
            cell.data_type = "s"
            cell.number_format = "@"
            cell.quotePrefix = text.startswith(_RUNS)
    if bold:
        cell.font = Font(bold=True)
    if fill:
        cell.fill = fill
    if wrap:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def safe_text(text: str) -> str:
    """The text without characters that a workbook cannot hold."""
    return _ILLEGAL.sub("", text)[:32_000]


def safe_csv(text: str) -> str:
    """The text for a CSV cell, where only a leading apostrophe keeps it from running."""
    return "'" + text if text.startswith(_RUNS) else text

"""An XLSForm as plain cells: read from Excel or Markdown without trusting the file."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.workbook import Workbook
from pyxform import constants
from pyxform.xls2json_backends import _md_table_to_ss_structure

from server.forms.compile import FormRefused
from server.forms.retyped import retyped

#: The cells of each sheet that belongs to an XLSForm, row by row as Excel counts them.
Sheets = Mapping[str, Sequence[Sequence[str]]]

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 60 * 1024 * 1024
MAX_PARTS = 500
MAX_ROWS = {"survey": 1_500, "choices": 6_000}
MAX_OTHER_ROWS = 500
MAX_COLUMNS = 80
MAX_TEXT = 10_000
ZIP = b"PK\x03\x04"
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SAVE_AS = "请在 Excel 里另存为“Excel 工作簿(.xlsx)”再传。"


def read_sheets(content: bytes) -> Sheets:
    """The sheets of an `.xlsx` or `.md` file. Raises FormRefused with what is wrong with it."""
    if len(content) > MAX_BYTES:
        raise FormRefused(["文件超过 5MB。表格里请不要放图片，只留题目、选项和设置。"])
    if not content.startswith(ZIP):
        return _from_markdown(content)
    _check_package(content)
    try:
        return _from_workbook(content)
    except FormRefused:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers meet in a damaged file
        raise FormRefused(["这个文件坏了或不完整，读不出来。" + _SAVE_AS]) from error


def plain_workbook(sheets: Sheets) -> bytes:
    """A workbook with nothing but these cells, each where it was."""
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([_literal(sheet, text) for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _from_markdown(content: bytes) -> Sheets:
    try:
        # Private, but the very reading that compiling uses; pyxform is pinned to one version.
        found = _md_table_to_ss_structure(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise FormRefused(["这不是 Excel 的 .xlsx 文件。" + _SAVE_AS]) from error
    sheets = {
        name: [[cell or "" for cell in row] for row in rows]
        for name, rows in found.items()
        if str(name).lower() in constants.SUPPORTED_SHEET_NAMES
    }
    if constants.SURVEY not in sheets:
        raise FormRefused(["这不是 Excel 的 .xlsx 文件。" + _SAVE_AS])
    return sheets


def _check_package(content: bytes) -> None:
    """Refuse what unpacks beyond measure or has XML with declarations, before anything reads it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            faults = _faults_of(package)
    except Exception as error:  # zipfile and its decompressors raise many kinds for bad bytes
        raise FormRefused(["这个文件坏了或没有传完整，请重新保存后再传。"]) from error
    if faults:
        raise FormRefused([f"这个文件{faults}。请把表格复制到新的工作簿里再传。"])


def _faults_of(package: zipfile.ZipFile) -> str:
    parts = package.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        return "解开后大得不正常"
    xml = (part for part in parts if part.filename.endswith((".xml", ".rels")))
    if any(_DECLARATION.search(package.read(part)) for part in xml):
        return "里有不该有的内容"
    return ""


def _from_workbook(content: bytes) -> Sheets:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            sheets = {
                source.title.lower(): retyped(_trimmed(list(_rows(source))))
                for source in book.worksheets
                if source.title.lower() in constants.SUPPORTED_SHEET_NAMES
            }
        finally:
            book.close()
    if constants.SURVEY not in sheets:
        raise FormRefused(["没有工作表 survey。请用“下载表格”得到的文件来改，不要改工作表的名字。"])
    return sheets


def _rows(source: Any) -> Iterator[list[str]]:
    name = source.title.lower()
    most = MAX_ROWS.get(name, MAX_OTHER_ROWS)
    source.reset_dimensions()
    for number, row in enumerate(source.iter_rows(max_col=MAX_COLUMNS, max_row=most + 61), 1):
        cells = [_text(cell, name, number) for cell in row]
        if number > most and any(cells):
            raise FormRefused([f"{name} 表超过 {most} 行，手机带不动。请分成几张表。"])
        yield cells


def _text(cell: Any, sheet: str, row: int) -> str:
    """A cell as pyxform would read it."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "e":
        raise FormRefused([f"{sheet} 表第 {row} 行：有公式算错的格子（{value}），请改成文字"])
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, (datetime, time, int, float, str)):
        text = _written(value).replace("\xa0", " ")
        if len(text) > MAX_TEXT:
            raise FormRefused([f"{sheet} 表第 {row} 行：有一格太长，最多 {MAX_TEXT} 个字"])
        return text if text.strip() else ""
    raise FormRefused([f"{sheet} 表第 {row} 行：有一格不是文字，请改成文字"])


def _written(value: object) -> str:
    """A day without a time is what somebody typed as a day."""
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _trimmed(rows: list[list[str]]) -> list[list[str]]:
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _literal(sheet: Any, text: str) -> Any:
    """A cell with this very text, also where Excel would take it for a formula or a number."""
    if not text:
        return None
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell

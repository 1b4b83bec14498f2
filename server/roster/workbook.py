"""Open an .xlsx file safely: sheets of plain values, nothing evaluated, nothing unbounded."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import PurePosixPath
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from server.problems import RosterUnreadable

MAX_BYTES = 30 * 1024 * 1024
MAX_UNPACKED = 400 * 1024 * 1024
MAX_PARTS = 2_000
MAX_SHEETS = 40
MAX_ROWS = 60_000
MAX_COLUMNS = 200
MAX_TEXT = 2_000
MAX_MERGES = 100_000

_SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿(.xlsx)”再传。"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]+\d+:[A-Z]+\d+)\"")
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?hidden=\"(?:1|true)\"")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that holds a formula: known as such, never computed."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell in which Excel itself shows an error, such as #N/A."""

    text: str

    def __str__(self) -> str:
        return self.text


Value = str | int | float | bool | datetime | date | time | timedelta | Formula | Broken | None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet; `number` is the row number that Excel shows."""

    number: int
    cells: tuple[Value, ...]

    @property
    def blank(self) -> bool:
        """Whether no cell says anything."""
        return all(
            cell is None or (isinstance(cell, str) and not cell.strip()) for cell in self.cells
        )


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged area; rows and columns counted from 1, both ends included."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The values of one sheet; merged cells are repeated downwards over a household's rows."""

    name: str
    hidden: bool
    lines: tuple[Line, ...]
    merges: tuple[Merge, ...]
    hidden_rows: int


def read_workbook(content: bytes) -> tuple[Sheet, ...]:
    """Every sheet that holds anything, in the file's order.

    Raises RosterUnreadable with what to do about it, in Chinese.
    """
    check_package(content)
    try:
        sheets = tuple(_sheets(content))
    except RosterUnreadable:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers meet in a damaged file
        raise RosterUnreadable("这个文件坏了或不完整，读不出来。" + _SAVE_AS) from error
    filled = tuple(sheet for sheet in sheets if any(not line.blank for line in sheet.lines))
    if not filled:
        raise RosterUnreadable("这个文件里没有内容，请检查是不是传错了文件。")
    return filled


def check_package(content: bytes) -> None:
    """Refuse what is no .xlsx, is locked or unpacks beyond measure; raises RosterUnreadable."""
    if not content:
        raise RosterUnreadable("这是一个空文件，请重新选择。")
    if len(content) > MAX_BYTES:
        raise RosterUnreadable("文件超过 30MB。请删掉图片和不用的工作表，或分镇导入。")
    if content.startswith(_OLE):
        raise RosterUnreadable(_old_or_locked(content))
    if not content.startswith(b"PK\x03\x04"):
        raise RosterUnreadable("这不是 Excel 的 .xlsx 文件（可能只是改了扩展名）。" + _SAVE_AS)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _check_parts(package)
    except RosterUnreadable:
        raise
    except Exception as error:  # zipfile and its decompressors raise many kinds for bad bytes
        raise RosterUnreadable("这个文件坏了或没有传完整，请重新导出或重新上传。") from error


def _old_or_locked(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "这个表格设了打开密码。请在 Excel 里去掉密码（文件→信息→保护工作簿），保存后再传。"
    return "这是旧版的 .xls 文件。" + _SAVE_AS


def _check_parts(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise RosterUnreadable(
            "这个文件解开后大得不正常，不能导入。请把数据复制到新的工作簿里再传。"
        )
    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names:
        raise RosterUnreadable("这是 .xlsb 文件。请另存为“Excel 工作簿(.xlsx)”再传。")
    if "xl/workbook.xml" not in names and "[Content_Types].xml" not in names:
        raise RosterUnreadable("这是一个压缩包，不是 Excel 表格。请解压后选里面的 .xlsx 文件。")
    for part in parts:
        if part.flag_bits & 1:
            raise RosterUnreadable("这个文件加了密码，请去掉密码再传。")
        if PurePosixPath(part.filename).suffix in {".xml", ".rels"}:
            _refuse_declarations(package.read(part))


def _refuse_declarations(xml: bytes) -> None:
    """Office writes no document types; whoever does wants entities expanded."""
    if _DECLARATION.search(xml):
        raise RosterUnreadable(
            "这个文件里有不该有的内容，不能导入。请把数据复制到新的工作簿里再传。"
        )


def _sheets(content: bytes) -> Iterator[Sheet]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            for source in book.worksheets[:MAX_SHEETS]:
                yield _sheet(source, zipfile.ZipFile(io.BytesIO(content)))
        finally:
            book.close()


def _sheet(source: Any, package: zipfile.ZipFile) -> Sheet:
    with package:
        raw = package.read(source._worksheet_path)
    merges = tuple(_merges(raw))
    lines = _filled_down(_lines(source), merges)
    return Sheet(
        name=source.title,
        hidden=source.sheet_state != "visible",
        lines=lines,
        merges=merges,
        hidden_rows=len(_HIDDEN_ROW.findall(raw)),
    )


def _merges(raw: bytes) -> Iterator[Merge]:
    for count, reference in enumerate(_MERGE.findall(raw)):
        if count >= MAX_MERGES:
            return
        left, top, right, bottom = range_boundaries(reference.decode())
        yield Merge(int(left or 1), int(top or 1), int(right or 1), int(bottom or 1))


def _lines(source: Any) -> list[Line]:
    source.reset_dimensions()
    lines: list[Line] = []
    blanks = 0
    for number, row in enumerate(source.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS), 1):
        line = Line(number, _trimmed(tuple(_value(cell) for cell in row)))
        blanks = blanks + 1 if line.blank else 0
        lines.append(line)
    if len(lines) - blanks > MAX_ROWS:
        raise RosterUnreadable(f"工作表超过 {MAX_ROWS} 行，请分镇导入。")
    return lines[: len(lines) - blanks]


def _trimmed(cells: tuple[Value, ...]) -> tuple[Value, ...]:
    end = len(cells)
    while end and cells[end - 1] is None:
        end -= 1
    return cells[:end]


def _value(cell: Any) -> Value:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "f" or not isinstance(
        value, (str, int, float, bool, datetime, date, time, timedelta)
    ):
        return Formula(str(getattr(value, "text", None) or value)[:MAX_TEXT])
    if cell.data_type == "e":
        return Broken(str(value))
    return value[:MAX_TEXT] if isinstance(value, str) else value


def _filled_down(lines: list[Line], merges: tuple[Merge, ...]) -> tuple[Line, ...]:
    """Repeat the value of a vertically merged cell in each of its rows."""
    rows = {line.number: list(line.cells) for line in lines}
    for merge in merges:
        if merge.bottom == merge.top or merge.top not in rows:
            continue
        first = rows[merge.top]
        value = first[merge.left - 1] if merge.left <= len(first) else None
        if value is None:
            continue
        for number in range(merge.top + 1, min(merge.bottom, len(lines)) + 1):
            row = rows[number]
            row.extend([None] * (merge.left - len(row)))
            row[merge.left - 1] = value
    return tuple(Line(line.number, tuple(rows[line.number])) for line in lines)

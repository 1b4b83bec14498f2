"""Makes workbooks and the lists of the demo county, for tests that speak of rosters."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from server.config import ROOT
from server.forms.dictionary import Dictionary, read_toml
from server.roster.cells import Lists
from server.roster.columns import Table, find_table
from server.roster.fields import Field
from server.roster.households import Sorted, group
from server.roster.passed import Passed
from server.roster.preview import importable, lists_of
from server.roster.rows import read_rows
from server.roster.workbook import read_workbook

SAMPLES = ROOT / "server" / "samples"
TOWN = SAMPLES / "roster_town.xlsx"
DIRTY = SAMPLES / "roster_dirty.xlsx"

DICTIONARY: Dictionary = read_toml(ROOT / "forms" / "registers.toml")
FIELDS: tuple[Field, ...] = importable(DICTIONARY)
LISTS: Lists = lists_of(DICTIONARY)

SANLI = "370321110217"
YIJIA = "370321110223"
FEW_VILLAGES = {SANLI: "三里村", YIJIA: "伊家村"}

HEADER = ("行政村", "村代码", "户编号", "姓名", "证件号码", "与户主关系", "联系电话")
HEAD_ID = "37999919670324159X"
WIFE_ID = "379999196912084586"
SON_ID = "379999199303031810"
NUMBER = SANLI + "00001"


def villages_of(path: Path) -> dict[str, str]:
    """Code → name of the villages that a sample names."""
    sheet = load_workbook(path).worksheets[0]
    found = {}
    for row in sheet.iter_rows(values_only=True):
        code, name = row[4], row[3]
        if isinstance(code, str) and code.isdigit() and not code.endswith("999"):
            found[code] = str(name)
    return found


def workbook(*rows: Sequence[Any], title: str = "农户信息") -> bytes:
    """An .xlsx with these rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def a_row(
    name: Any = "杨洪涛",
    id_number: Any = HEAD_ID,
    relation: Any = "户主",
    *,
    number: Any = NUMBER,
    village: Any = "三里村",
    code: Any = SANLI,
    phone: Any = "13900008468",
) -> tuple[Any, ...]:
    """A row under HEADER."""
    return (village, code, number, name, id_number, relation, phone)


def a_wife(**changes: Any) -> tuple[Any, ...]:
    """The head's wife's row under HEADER."""
    return a_row(**{"name": "陈雪莲", "id_number": WIFE_ID, "relation": "配偶", **changes})


def table_of(content: bytes, remembered: Mapping[str, Mapping[str, str]] | None = None) -> Table:
    """The table found in a file."""
    found = find_table(read_workbook(content), FIELDS, remembered or {})
    assert found is not None
    return found


def sorted_rows(
    content: bytes, villages: Mapping[str, str] = FEW_VILLAGES
) -> tuple[Sorted, list[Passed]]:
    """A file's households and refused rows, as far as the file alone tells."""
    rows, passed = read_rows(table_of(content), LISTS, villages)
    return group(rows), passed

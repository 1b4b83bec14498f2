"""Whatever is uploaded ends in sheets of plain values or in one clear sentence."""

from __future__ import annotations

import contextlib
import io
import random
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from server.problems import RosterUnreadable
from server.roster import workbook as reader
from server.roster.workbook import Formula, read_workbook
from tests.roster.making_rosters import DIRTY, HEADER, a_row, saved, workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def with_part(name: str, content: bytes) -> bytes:
    """A right workbook in which one part is replaced or added."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(HEADER, a_row()))) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return written.getvalue()


def a_zip_of_text() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        package.writestr("readme.txt", "hello")
    return written.getvalue()


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空文件"),
        (OLE, "旧版的 .xls"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        (b"<html><table></table></html>", "不是 Excel 的 .xlsx 文件"),
        ("户编号,姓名\n".encode("gbk"), "不是 Excel 的 .xlsx 文件"),
        (a_zip_of_text(), "压缩包"),
        (with_part("xl/workbook.bin", b""), ".xlsb"),
        (with_part("xl/worksheets/sheet1.xml", BOMB), "不该有的内容"),
        (with_part("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"), "坏了或不完整"),
        (workbook(HEADER)[:-200], "坏了或没有传完整"),
        (workbook(), "没有内容"),
    ],
)
def test_a_file_that_is_no_roster_says_what_to_do(content: bytes, words: str) -> None:
    with pytest.raises(RosterUnreadable) as refusal:
        read_workbook(content)
    assert words in refusal.value.detail


def test_a_file_that_unpacks_beyond_measure_is_not_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader, "MAX_UNPACKED", 50_000_000)
    with pytest.raises(RosterUnreadable, match="大得不正常"):
        read_workbook(with_part("xl/media/zeros.bin", bytes(60_000_000)))


def test_a_file_beyond_the_limit_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_BYTES", 1000)
    with pytest.raises(RosterUnreadable, match="30MB"):
        read_workbook(workbook(HEADER, a_row()))


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_ROWS", 2)
    with pytest.raises(RosterUnreadable, match="分镇导入"):
        read_workbook(workbook(HEADER, a_row(), a_row()))


def test_formulas_are_known_as_formulas_and_never_computed() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "=1+1"
    sheet["B1"] = '=HYPERLINK("http://example.invalid","x")'
    cells = read_workbook(saved(book))[0].lines[0].cells
    assert cells == (Formula("=1+1"), Formula('=HYPERLINK("http://example.invalid","x")'))


def test_a_text_that_only_begins_like_a_formula_is_text() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "=1+1"
    sheet["A1"].data_type = "s"
    assert read_workbook(saved(book))[0].lines[0].cells == ("=1+1",)


def test_hidden_rows_are_read_and_counted() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER)
    sheet.append(a_row())
    sheet.row_dimensions[2].hidden = True
    read = read_workbook(saved(book))[0]
    assert read.hidden_rows == 1
    assert len(read.lines) == 2


def test_a_single_cell_far_down_does_not_make_a_million_lines() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "户编号"
    sheet["XFD1048576"] = "x"
    assert len(read_workbook(saved(book))[0].lines) == 1


def _flipped(content: bytes, seed: int) -> bytes:
    """The file with some bytes changed, as a bad disk or a broken transfer leaves it."""
    chance = random.Random(seed)
    broken = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken)


def _cut(content: bytes, seed: int) -> bytes:
    return content[: random.Random(seed).randrange(len(content))]


@pytest.mark.parametrize("damage", [_flipped, _cut])
@given(seed=st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_a_damaged_file_is_read_or_refused_but_never_fails(
    damage: Callable[[bytes, int], bytes], seed: int
) -> None:
    with contextlib.suppress(RosterUnreadable):
        assert read_workbook(damage(DIRTY.read_bytes(), seed))

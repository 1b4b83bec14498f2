"""The ledger of dangerous houses by pages: every row whole, every page with its sums."""

from __future__ import annotations

import subprocess
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.household_file.sheets.facts import Sheet
from server.household_file.sheets.ledger import (
    COLUMNS,
    SIZES,
    Cell,
    Ledger,
    Line,
    height_of,
    money,
    paged,
)
from server.household_file.sheets.lines import lines_of
from server.household_file.sheets.page import page
from server.household_file.typeset.pdf import pdf

FULL = (
    *("果里镇", "三里村", "买买提明·阿卜杜热合曼", "379999****|****1016"),
    *("建档立卡贫困户(脱贫户)", "4", "框架/钢混", "120.5", "D级"),
    *("2026.|03.05\n果危鉴〔2026〕018号", "原址\n翻建", "2026", "2026.|03.20", "2026.|06.28"),
    *("2026.|07.02\n合格", "92.00", "15000.00", "15000.00", "2026.|08.15"),
    *("租住镇驻地次子张建军家", "已拆除", "资金\n拨付"),
)
BARE = ("果里镇", "三里村", "张㛃", *[""] * 19)


def line(number: int, said: tuple[str, ...] = FULL, amount: str = "15000") -> Line:
    cells = tuple(Cell(text, reviewed=number % 5 != 0) for text in said)
    return Line((Cell(str(number)), *cells), 4, amount)


def a_ledger(count: int, paper: str = "a4", unit: str = "yuan") -> Sheet:
    lines = tuple(line(n, FULL if n % 3 else BARE, "15000" if n % 3 else "") for n in range(count))
    return Sheet(
        kind="house_ledger",
        key="370321110-all",
        title="果里镇危房改造台账",
        author="果里镇人民政府",
        as_of="2026-11-22",
        villages=("370321110217",),
        content=Ledger("果里镇", "果里镇人民政府", "", unit, paper, lines),
    )


def made(sheet: Sheet) -> bytes:
    return pdf(page(sheet, "WFT-1", 1, "ab" * 32, None), no_picture)


def no_picture(sha256: str) -> bytes:
    raise FileNotFoundError(sha256)


@pytest.mark.parametrize(("count", "paper"), [(1, "a4"), (17, "a4"), (30, "a3")])
def test_no_page_has_more_rows_than_it_has_room_for(count: int, paper: str, tmp_path: Path) -> None:
    sheet = a_ledger(count, paper)
    content = made(sheet)
    with pikepdf.open(BytesIO(content)) as document:
        assert len(document.pages) == len(sheet.content.pages)
        box = [float(side) for side in document.pages[0].MediaBox]
    assert box[2] > box[3], "it lies on its side"
    file = tmp_path / "ledger.pdf"
    file.write_bytes(content)
    checked = subprocess.run(["qpdf", "--check", file], capture_output=True, text=True, check=True)
    assert "No syntax or stream encoding errors" in checked.stdout
    fonts = subprocess.run(["pdffonts", file], capture_output=True, text=True, check=True).stdout
    assert all(" yes yes yes " in one for one in fonts.splitlines()[2:])
    told = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True)
    assert told.stdout.count("本页合计") == len(sheet.content.pages)
    assert told.stdout.count("座") >= len(sheet.content.pages) + 1


def test_the_same_houses_make_the_same_bytes() -> None:
    assert made(a_ledger(1)) == made(a_ledger(1))


@given(st.sampled_from(sorted(SIZES)), st.lists(st.booleans(), max_size=80))
def test_every_house_stands_on_one_page_and_the_pages_sum_up(paper: str, full: list[bool]) -> None:
    lines = [line(n, FULL if one else BARE, "100.5" if one else "") for n, one in enumerate(full)]
    pages = paged(lines, SIZES[paper], "yuan")
    assert [one for p in pages for one in p.lines] == lines
    assert sum(p.sum.houses for p in pages) == len(lines)
    whole = pages[-1].whole
    assert whole is not None
    assert [p.whole for p in pages[:-1]] == [None] * (len(pages) - 1)
    amounts = [Decimal(p.sum.amount) for p in pages if p.sum.amount]
    assert sum(amounts) == Decimal(whole.amount or 0)
    assert pages[-1].blank >= 2
    size = SIZES[paper]
    for number, one in enumerate(pages):
        high = sum(height_of(row, size) for row in one.lines) + one.blank * size.row
        room = size.later if number else size.first
        assert high + (size.end if one.whole else 0) <= room


def test_the_columns_are_those_of_the_standard_in_their_order() -> None:
    titles = ["".join(one.title.split()) for one in COLUMNS]
    assert titles == [
        *("序号", "镇", "村", "户主", "证号", "农户类型", "人口", "结构", "面积m²", "等级"),
        *("鉴定日期和编号", "改造方式", "计划年度", "开工", "竣工", "验收日期结果"),
        *("改造后面积", "补助标准", "补助金额", "拨付日期", "现居住地", "旧房处置", "进展"),
    ]


@pytest.mark.parametrize(
    ("amount", "unit", "said"),
    [
        ("15000", "yuan", "15000.00"),
        ("15000", "wan", "1.50"),
        ("12345.5", "wan", "1.23455"),
        ("一万五", "wan", "一万五"),
        ("", "yuan", ""),
        ("NaN", "yuan", "NaN"),
    ],
)
def test_money_is_said_in_the_unit_that_was_asked_for(amount: str, unit: str, said: str) -> None:
    assert money(amount, unit) == said


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 3, 1),
        ("三里村", 3, 1),
        ("农村分散供养", 3, 2),
        ("2026.|03.05", 3, 2),
        ("2026.|03.05", 6, 1),
        ("2026.|07.02\n合格", 6, 2),
        ("AAAAAAAAAA", 4, 2),
        ("果危鉴〔2026〕018号", 6.4, 3),
        ("三里村、", 3, 2),
    ],
)
def test_lines_are_counted_before_they_are_set(text: str, width: float, lines: int) -> None:
    assert lines_of(text, width) == lines

"""What a reader of the paper would send back: broken numbers, lost rules, heads without rows."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from lxml import html
from PIL import Image

from server.household_file.content.catalogue import chosen
from server.household_file.notice import apart
from server.household_file.typeset.page import page
from server.household_file.typeset.pdf import pdf
from tests.household_file.households import (
    RARE,
    RELATIONS,
    Pictures,
    a_file,
    a_member,
    a_visit,
    id_number,
)
from tests.household_file.recording import Office
from tests.household_file.samples import new

NUMBER = id_number("19680412", 11)
#: With a quotation, brackets and a number in ever other places of the line.
LONG = "\n".join(
    "字" * shift + f"户主（男）说：“开春先追肥；羊（六只）年前卖完。”证号{NUMBER}，"
    f"办理日期2026年11月{shift + 1}日，《土地流转合同》已看过，其他（无）。"
    for shift in range(28)
)
CLOSING, OPENING = "，。；：！？、）》”’】", "（《“‘【"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve people, one visit of several pages, 24 in the list."""
    names = (*RARE, *RARE)
    file = a_file(
        members=tuple(a_member(n + 1, name, RELATIONS[n]) for n, name in enumerate(names)),
        visits=(
            a_visit(0, full=True, account=LONG),
            *(a_visit(number, full=False, summary=LONG[:30]) for number in range(1, 24)),
        ),
    )
    path = tmp_path_factory.mktemp("printed") / "file.pdf"
    path.write_bytes(pdf(page(file, 1), Pictures()))
    return path


def laid_out(path: Path) -> list[html.HtmlElement]:
    """The pages with their lines and where they stand."""
    command = ["pdftotext", "-bbox-layout", str(path), "-"]
    said = subprocess.run(command, capture_output=True, check=True).stdout.decode(errors="replace")
    return cast("list[html.HtmlElement]", html.document_fromstring(said).findall(".//page"))


def lines_of(sheet: html.HtmlElement) -> list[str]:
    return ["".join(str(line.text_content()).split()) for line in sheet.findall(".//line")]


def text_of(sheet: html.HtmlElement) -> str:
    return "".join(lines_of(sheet))


def test_lines_begin_and_end_as_chinese_print_wants(printed: Path) -> None:
    lines = [line for sheet in laid_out(printed) for line in lines_of(sheet)]
    assert [line for line in lines if line[0] in CLOSING] == []
    assert [line for line in lines if line[-1] in OPENING] == []


def test_numbers_and_dates_stay_on_one_line(printed: Path) -> None:
    lines = [line for sheet in laid_out(printed) for line in lines_of(sheet)]
    assert sum(line.count(NUMBER) for line in lines) == LONG.count(NUMBER)
    dates = re.findall(r"2026年11月\d+日", LONG)
    assert all(any(date in line for line in lines) for date in dates)


def test_tables_repeat_their_heads(printed: Path) -> None:
    texts = [text_of(sheet) for sheet in laid_out(printed)]
    assert sum("公民身份号码" in text for text in texts) == 2
    assert sum("问题和诉求" in text for text in texts) == 2


def test_a_cell_that_flows_over_pages_is_ruled_at_the_break(printed: Path, tmp_path: Path) -> None:
    texts = [text_of(sheet) for sheet in laid_out(printed)]
    first = next(n for n, text in enumerate(texts, 1) if "录入日期" in text)
    for number, ends in ((first, "bottom"), (first + 1, "top")):
        command = ["pdftoppm", "-gray", "-r", "100", "-f", str(number), "-singlefile"]
        subprocess.run([*command, str(printed), str(tmp_path / ends)], check=True)
        with Image.open(tmp_path / f"{ends}.pgm") as drawn:
            assert rules(drawn, 90, 110) if ends == "top" else rules(drawn, 1010, 1055)


def rules(drawn: Image.Image, top: int, bottom: int) -> int:
    """How many rows of dots are black over the width of the frame."""
    left, right = 130, 700
    strip = drawn.crop((left, top, right, bottom))
    width, height = strip.size
    dots = strip.tobytes()
    return sum(
        sum(dot < 128 for dot in dots[row * width : (row + 1) * width]) > 0.98 * width
        for row in range(height)
    )


def test_an_empty_account_keeps_its_places_to_sign_on_its_page(
    ground: Flask, tmp_path: Path
) -> None:
    path = tmp_path / "new.pdf"
    file = replace(new(Office(ground)), household_no="37999911021700017")
    path.write_bytes(pdf(page(file, 1), Pictures()))
    (sheet,) = (text for one in laid_out(path) if "工资性收入" in (text := text_of(one)))
    assert "镇人民政府审核" in sheet


def test_the_closing_note_is_one_page_signed_at_its_foot(printed: Path) -> None:
    sheet = laid_out(printed)[-1]
    assert "本卷情况说明" in text_of(sheet)
    (foot,) = (one for one in sheet.findall(".//line") if "立卷时间" in one.text_content())
    assert float(foot.get("ymin")) > 600


def test_a_correction_tells_long_texts_as_far_as_they_differ() -> None:
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 200)))
    assert apart("有", "没有") == ("有", "没有")
    assert apart(text, "") == (text, "")
    old, new = apart(text + NUMBER + "完", text + NUMBER + "了")
    assert (old, new) == (f"……{NUMBER}完", f"……{NUMBER}了")
    old, new = apart(text, text[:90] + "另" + text[100:])
    assert old == f"……{text[75:115]}……"
    assert new == f"……{text[75:90]}另{text[100:115]}……"


def test_a_file_without_a_closing_note_still_counts_its_pages() -> None:
    plan = chosen({"file.catalogue": [["2", ""], ["2.2", ""]]}, ())
    assert pdf(page(replace(a_file(), plan=plan), 1), Pictures())

"""Every page says at its foot which page of which version it is, to people and to readers."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from PIL import Image

from server.household_file.content.file import HouseholdFile, facts_hash
from server.household_file.typeset.code import Code, read
from server.household_file.typeset.page import page
from server.household_file.typeset.pdf import pdf
from tests.household_file.households import Pictures, usual

URL = "https://yihu.example.cn"


def by_item(file: HouseholdFile) -> HouseholdFile:
    return replace(file, plan=replace(file.plan, profile="jian", stamp=True))


def printed(folder: Path, file: HouseholdFile, pictures: Pictures, *, tagged: bool = False) -> Path:
    path = folder / "file.pdf"
    path.write_bytes(pdf(page(file, 7, URL), pictures, tagged=tagged))
    return path


def codes(path: Path, dpi: int) -> dict[int, Code | None]:
    """What a reader sees on each page that a printer would make at a resolution."""
    subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", path, path.parent / "page"], check=True)
    found: dict[int, Code | None] = {}
    for number, picture in enumerate(sorted(path.parent.glob("page-*.pgm")), 1):
        for seen in zxingcpp.read_barcodes(Image.open(picture)):
            found[number] = read(seen.text)
    return found


def text_of(path: Path, number: int) -> str:
    command = ["pdftotext", "-layout", "-f", str(number), "-l", str(number), str(path), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("dpi", [150, 200])
def test_the_code_of_each_page_is_read_at_the_size_it_is_printed(tmp_path: Path, dpi: int) -> None:
    pictures = Pictures()
    file = usual(pictures)
    path = printed(tmp_path, file, pictures)
    with pikepdf.open(path) as document:
        pages = len(document.pages)
    digits = facts_hash(file)[:16].upper()
    expected = {
        number: Code(file.household_no, 7, digits, number) for number in range(2, pages + 1)
    }
    assert codes(path, dpi) == expected


def test_items_count_their_own_pages_and_codes_those_of_the_whole(tmp_path: Path) -> None:
    pictures = Pictures()
    path = printed(tmp_path, by_item(usual(pictures)), pictures)
    found = codes(path, 150)
    with pikepdf.open(path) as document:
        pages = range(1, len(document.pages) + 1)
    printed_on = [number for number in pages if "内容校验" in text_of(path, number)]
    assert [code.page for code in found.values() if code] == printed_on
    assert len(printed_on) < len(pages)  # backs that stay blank carry nothing
    assert re.search(r"— ?1 ?—", text_of(path, printed_on[-1]))


def test_a_footer_is_no_content_where_tags_say_what_is(tmp_path: Path) -> None:
    pictures = Pictures()
    path = printed(tmp_path, usual(pictures), pictures, tagged=True)
    with pikepdf.open(path) as document:
        operations = pikepdf.parse_content_stream(document.pages[2])
    outside, marks = 0, list[str]()
    for one in operations:
        operator = str(one.operator)
        if operator in ("BMC", "BDC"):
            marks.append(operator)
        elif operator == "EMC":
            marks.pop()
        elif operator in ("TJ", "Tj", "f", "S") and not marks:
            outside += 1
    assert outside == 0

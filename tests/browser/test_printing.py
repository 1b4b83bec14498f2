"""Story E: the township prints one household, and a village with progress."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import MakeDesk
from tests.browser.serving import rows
from tests.browser.town import Town

#: 伊家村, the smallest village.
YIJIA = "370321110223"
#: A name that ordinary fonts lack, outside the Basic Multilingual Plane.
RARE = "张𬭎"


def test_one_households_file_is_printed_and_rare_names_stay_whole(
    desk: MakeDesk, town: Town, tmp_path: Path
) -> None:
    home = town.household_of(RARE)
    office = desk("zhao")
    office.open("households/")
    office.page.get_by_role("searchbox").fill(home.number)
    office.page.get_by_role("searchbox").press("Enter")
    office.page.get_by_role("link", name=RARE).click()
    office.see_heading(RARE)
    office.page.get_by_role("button", name="打印本户").click()
    text = download(office.page, tmp_path)
    for member in home.members:
        assert member.name in text
    assert home.number in text


def test_a_whole_village_is_printed_with_progress(
    desk: MakeDesk, town: Town, tmp_path: Path
) -> None:
    found = rows(
        town.instance, "select head_name from household_rows where area = ? and not closed", YIJIA
    )
    office = desk("zhao")
    office.follow("打印建档")
    office.page.get_by_label("范围").select_option(YIJIA)
    office.page.get_by_role("button", name="先查一遍").click()
    office.see_heading("档案体检")
    expect(office.page.get_by_role("button", name="再查一遍")).to_be_visible(timeout=60_000)
    expect(office.page.get_by_role("row").filter(has_text="要补").first).to_be_visible()
    office.page.get_by_role("link", name="去打印").click()
    office.page.get_by_label("范围").select_option(YIJIA)
    expect(office.page.get_by_text(re.compile(r"体检：\d+ 户有 \d+ 项"))).to_be_visible()
    office.page.get_by_role("button", name="打印全村").click()
    expect(office.page.get_by_role("progressbar", name="打印进度")).to_be_visible()
    text = download(office.page, tmp_path)
    expect(office.page.get_by_text(f"{len(found)} / {len(found)}")).to_be_visible()
    assert [head for (head,) in found if head not in text] == []


def download(page: Page, folder: Path) -> str:
    """Wait for the file, fetch it as a person does, and read its text with another program."""
    link = page.get_by_role("link", name="下载 PDF")
    expect(link).to_be_visible(timeout=120_000)
    with page.expect_download() as fetched:
        link.click()
    assert "一户一档" in fetched.value.suggested_filename
    path = folder / "file.pdf"
    fetched.value.save_as(path)
    read = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return read.stdout.decode()

"""Story E: the township prints one household, and a village with progress."""

from __future__ import annotations

import subprocess
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import MakeDesk
from tests.browser.serving import rows
from tests.browser.town import Town

#: 刘䶮 and 张𬭎 live here: names that ordinary fonts lack.
XILIU = "370321110212"


def test_one_households_file_is_printed_and_holds_its_members(
    desk: MakeDesk, town: Town, tmp_path: Path
) -> None:
    home = town.household()
    office = desk("zhao")
    office.open(f"households/{home.id}")
    office.see_heading(home.head)
    office.page.get_by_role("button", name="打印本户").click()
    text = download(office.page, tmp_path)
    for member in home.members:
        assert member.name in text
    assert home.number in text


def test_a_whole_village_is_printed_with_progress_and_rare_names_stay_whole(
    desk: MakeDesk, town: Town, tmp_path: Path
) -> None:
    heads = [
        name
        for (name,) in rows(
            town.instance, "select head_name from household_rows where area = ?", XILIU
        )
    ]
    office = desk("zhao")
    office.follow("打印建档")
    office.page.get_by_label("范围").select_option(XILIU)
    office.page.get_by_role("button", name="打印全村").click()
    expect(office.page.get_by_role("progressbar", name="打印进度")).to_be_visible()
    text = download(office.page, tmp_path)
    expect(office.page.get_by_text(f"{len(heads)} / {len(heads)}")).to_be_visible()
    assert "刘䶮" in text
    assert "张𬭎" in text
    assert [name for name in heads if name not in text] == []


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

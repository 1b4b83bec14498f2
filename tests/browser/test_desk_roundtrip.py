"""A clerk exports a village by keyboard, corrects a cell in Excel and imports the file again."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.conftest import MakeDesk, Village


def test_a_village_is_exported_corrected_and_imported_again(
    desk: MakeDesk, village: Village, tmp_path: Path
) -> None:
    office = desk("zhao")
    page = office.page
    office.open(f"households/?village={village.homes[0].number[:12]}")
    page.get_by_role("button", name="导出").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("用途")).to_be_focused()
    page.keyboard.type("核对花名册")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("radio", name="改好再导入的表")).to_be_checked()
    assert not [
        fault["id"]
        for fault in Axe().run(page).response["violations"]
        if fault["impact"] in ("serious", "critical")
    ]
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    file = tmp_path / "导出.xlsx"
    waiting.value.save_as(file)

    book = load_workbook(file)
    sheet = book.worksheets[0]
    labels = [cell.value for cell in sheet[1]]
    sheet.cell(2, labels.index("详细住址") + 1).value = "大槐树东侧18号"
    book.save(file)

    office.open("roster/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="看看会怎样").click()
    expect(page.get_by_role("button", name="导入 1 户（新增 0，变化 1）")).to_be_visible()
    page.get_by_role("link", name="有变化").click()
    rows = page.get_by_role("region", name="有变化").locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("大槐树东侧18号")
    page.keyboard.press("Enter")
    expect(page.get_by_text("有变化 1 户")).to_be_visible()

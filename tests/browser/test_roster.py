"""Story F: the county imports a roster at the desk: preview, columns, refused rows, again."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Locator, expect

from bench.instance import ROOT
from tests.browser.conftest import MakeDesk
from tests.browser.pages.desk import Desk
from tests.browser.rosters import NUMBER, small_roster
from tests.browser.town import Town


def test_a_corrected_column_is_previewed_imported_and_the_second_time_changes_nothing(
    desk: MakeDesk, town: Town, tmp_path: Path
) -> None:
    office = desk("county")
    file = small_roster(tmp_path / "东岳村.xlsx")
    upload(office, file)
    office.see("还不能导入：没有找到 姓名")
    office.page.get_by_label("村里叫什么对应").select_option(label="姓名")
    office.page.get_by_role("button", name="按这样对应").click()
    expect(tab(office, "新增")).to_contain_text("1 户")
    expect(tab(office, "不能导入")).to_contain_text("1 行")
    tab(office, "不能导入").click()
    expect(office.page.locator("#refused")).to_contain_text("丁有才")
    expect(office.page.locator("#refused")).to_contain_text("证号校验位不对")
    office.page.get_by_role("button", name="导入 1 户").click()
    expect(office.page.get_by_role("progressbar", name="导入进度")).to_be_visible()
    expect(office.page.locator("#progress")).to_contain_text("1户新增", timeout=60_000)
    assert [one.name for one in town.household_of("梁守田").members] == ["梁守田", "袁桂英"]
    assert town.household_of("梁守田").number == NUMBER

    upload(office, file)  # the column is remembered
    expect(tab(office, "新增")).to_contain_text("0 户")
    expect(tab(office, "没变化")).to_contain_text("1 户")
    expect(office.page.get_by_role("button", name="导入 0 户")).to_be_visible()


def test_every_refused_row_of_a_bad_roster_is_explained_and_no_formula_runs(
    desk: MakeDesk, tmp_path: Path
) -> None:
    office = desk("county")
    upload(office, ROOT / "server" / "samples" / "roster_dirty.xlsx")
    tab(office, "不能导入").click()
    lines = office.page.locator("#refused tbody tr")
    reasons = lines.locator("td:last-child").all_inner_texts()
    expect(tab(office, "不能导入")).to_contain_text(f"{len(reasons)} 行")
    assert len(reasons) > 5
    assert all(len(reason) > 5 for reason in reasons)
    with office.page.expect_download() as fetched:
        office.page.get_by_role("link", name="下载原因表").click()
    path = tmp_path / "reasons.xlsx"
    fetched.value.save_as(path)
    cells = [cell for row in load_workbook(path).worksheets[0].iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []


def test_a_file_that_is_no_workbook_is_refused_in_words(desk: MakeDesk, tmp_path: Path) -> None:
    office = desk("county")
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(b"no workbook at all")
    upload(office, path)
    expect(office.page.get_by_role("alert")).to_be_visible()
    office.see_heading("导入花名册")


def upload(office: Desk, file: Path) -> None:
    """Choose a file and look what it would do."""
    office.open("roster/")
    office.page.get_by_label("Excel 表格").set_input_files(file)
    office.page.get_by_role("button", name="看看会怎样").click()


def tab(office: Desk, name: str) -> Locator:
    """One of the tabs of the preview."""
    return office.page.locator("nav[data-tabs] a", has_text=name)

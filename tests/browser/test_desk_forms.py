"""Story: the county changes a form in Excel: refused by rows, mended, seen, published."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook
from playwright.sync_api import FrameLocator, expect

from tests.browser.conftest import MakeDesk
from tests.browser.pages.desk import Desk

NEXT = "2090010101"
#: A folder for pictures of the pages, to look at.
PICTURES = "YIHU_TEST_PICTURES"


def test_a_form_is_refused_by_rows_mended_seen_as_on_the_phone_and_published(
    desk: MakeDesk, tmp_path: Path
) -> None:
    office = desk("county")
    called: list[str] = []
    office.page.on("request", lambda request: called.append(request.url))
    office.follow("表单")
    office.see_heading("表单")
    without_faults(office)
    picture(office, "forms")
    office.page.get_by_role("link", name="入户走访").first.click()
    old = office.page.locator("tr", has_text="在用").locator("td").first.inner_text()
    with office.page.expect_download() as fetched:
        office.page.get_by_role("link", name=f"下载 {old} 版的表格").click()
    source = tmp_path / "入户走访.xlsx"
    fetched.value.save_as(source)

    wrong = edited(source, "改错了.xlsx", lambda row, cells: spoil(row, cells))
    upload(office, wrong)
    office.see("还不能发布")
    refused = office.page.locator("tbody tr", has_text="“住房安全”：原来是单选，现在是文字")
    expect(refused.locator("td").nth(1)).to_have_text(str(row_of(source, "housing_ok")))
    without_faults(office)
    picture(office, "refused")

    office.page.get_by_label("改好再传").set_input_files(
        edited(source, "改好了.xlsx", lambda row, cells: mend(row, cells), extra=ROAD)
    )
    office.page.get_by_role("button", name="传上来看看").click()
    office.see("新加的题")
    expect(office.page.get_by_label("有什么不同").last).to_contain_text("“村里的路好不好走”")
    expect(office.page.locator("table.diff").first).to_contain_text("住房安全吗")
    preview = office.page.frame_locator("iframe")
    expect(preview.get_by_role("heading", name="张示例")).to_be_visible(timeout=60_000)
    picture(office, "preview")
    fill_in(preview)
    picture(office, "preview-filled")
    preview.get_by_role("button", name="返回").click()
    expect(preview.get_by_text("刚才填的没有保存")).to_be_visible()
    assert kept_by(office) == []
    assert [url for url in called if "/api/" in url] == []
    preview.get_by_role("button", name="从头再看一遍").click()
    expect(preview.get_by_role("heading", name="张示例")).to_be_visible()
    without_faults(office)

    office.page.get_by_label("下次补问").check()
    office.page.get_by_role("button", name="下一步").click()
    office.see_heading("发布“入户走访”")
    office.see(f"照旧用 {old} 版")
    office.see("下次补问新加的 1 题")
    without_faults(office)
    picture(office, "effects")
    office.page.get_by_role("button", name="确定发布").click()
    office.see("已发布“入户走访”")
    row = office.page.locator("tr", has_text=NEXT)
    expect(row).to_contain_text("定好了")
    expect(row).to_contain_text("补问 1 题")
    expect(office.page.locator("tr", has_text=old)).to_contain_text("在用")
    picture(office, "published")

    row.get_by_role("link", name="撤回").click()
    office.see("这一版现在没有在用")
    picture(office, "withdraw")
    office.page.get_by_label("原因").fill("演示完了")
    office.page.get_by_role("button", name=f"撤回 {NEXT} 版").click()
    expect(office.page.locator("tr", has_text=NEXT)).to_contain_text("已撤回")
    without_faults(office)


ROAD = {"type": "text", "name": "road_note", "label": "村里的路好不好走"}
Change = Callable[[str, dict[str, Any]], None]


def spoil(row: str, cells: dict[str, Any]) -> None:
    """Another type for what a register holds."""
    if row == "housing_ok":
        cells["type"].value = "text"


def mend(row: str, cells: dict[str, Any]) -> None:
    """Other words for the same."""
    if row == "housing_ok":
        cells["label"].value = "住房安全吗"


def edited(source: Path, name: str, change: Change, extra: dict[str, str] | None = None) -> Path:
    """The workbook as an office changes it in Excel, with a version of its own."""
    book = load_workbook(source)
    survey = book["survey"]
    header = [cell.value for cell in survey[1]]
    for row in survey.iter_rows(min_row=2):
        cells: dict[str, Any] = dict(zip(map(str, header), row, strict=True))
        change(str(cells["name"].value), cells)
    if extra:
        after = row_of(source, "expense_shock")
        survey.insert_rows(after + 1)
        for title, text in extra.items():
            survey.cell(after + 1, header.index(title) + 1, text)
    settings = book["settings"]
    titles = [cell.value for cell in settings[1]]
    settings.cell(2, titles.index("version") + 1, NEXT)
    path = source.with_name(name)
    book.save(path)
    return path


def row_of(source: Path, name: str) -> int:
    """The row in which a question stands."""
    survey = load_workbook(source)["survey"]
    at = [cell.value for cell in survey[1]].index("name")
    return next(
        int(row[at].row or 0) for row in survey.iter_rows(min_row=2) if row[at].value == name
    )


def upload(office: Desk, file: Path) -> None:
    """Choose a file and look at it."""
    office.follow("表单")
    office.page.get_by_label("改好的表格").set_input_files(file)
    office.page.get_by_role("button", name="传上来看看").click()


def fill_in(preview: FrameLocator) -> None:
    """Answer as on a phone, until the record would be saved."""
    preview.locator("input[name=met]").first.click()
    preview.get_by_role("button", name="有变化，逐项填").last.click()
    road = preview.get_by_label("村里的路好不好走")
    road.fill("好走")
    expect(preview.get_by_text("已存在手机")).to_be_visible()
    road.scroll_into_view_if_needed()


def kept_by(office: Desk) -> list[str]:
    """What the preview left in the browser."""
    kept: list[str] = office.page.frames[1].evaluate(
        """async () => [
            ...(await indexedDB.databases()).map(({ name }) => name),
            ...Object.keys(localStorage),
            ...(await caches.keys()),
        ]"""
    )
    return kept


def without_faults(office: Desk) -> None:
    """Nothing that assistive technology would stumble over."""
    found = Axe().run(office.page).response["violations"]
    serious = [fault for fault in found if fault["impact"] in ("serious", "critical")]
    assert [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in serious] == []


def picture(office: Desk, name: str) -> None:
    """Keep a picture where somebody asked for them."""
    if folder := os.environ.get(PICTURES):
        office.page.screenshot(path=Path(folder) / f"{name}.png")

"""Story: what was signed comes back from the scanner and stands in the household's file."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from server.household_file.typeset.code import Code
from tests.browser.conftest import MakeDesk
from tests.browser.serving import rows
from tests.browser.test_printing import RARE, download
from tests.browser.town import Town
from tests.household_file.scanning import a_page, as_pdf, drawn, scanned


def test_signed_pages_come_back_and_are_printed(
    desk: MakeDesk, town: Town, browser: Browser, tmp_path: Path
) -> None:
    home = town.household_of(RARE)
    office = desk("zhao")
    office.open(f"households/{home.id}")
    office.page.get_by_role("button", name="打印本户").click()
    download(office.page, tmp_path)
    ((digest, version),) = rows(
        town.instance,
        "select facts_hash, version from printed_files where household_id = ?"
        " order by version desc limit 1",
        home.id,
    )
    said = Code(home.number, version, digest[:16].upper(), 3)
    sheet = drawn(tmp_path / "file.pdf", 200)[2]
    batch = tmp_path / "整叠.pdf"
    batch.write_bytes(as_pdf([sheet.rotate(180), scanned(a_page(), dpi=150)]))

    office.follow("扫描件归档")
    office.page.get_by_label("扫描的文件").set_input_files(batch)
    office.page.get_by_role("button", name="上传并识别").click()
    expect(office.page.get_by_text("共 2 页：已归档 1，等您指定 1。")).to_be_visible(timeout=60_000)
    office.page.keyboard.press("g")
    expect(office.page.get_by_text("没有读到方码")).to_be_visible()
    office.page.get_by_label("是哪一户").fill(home.number)
    office.page.keyboard.press("Enter")
    office.page.get_by_role("link", name=f"1 {RARE}").click()
    office.page.get_by_label("是哪一件").select_option(label="家庭成员表")
    office.page.get_by_role("button", name="归档，看下一页").click()
    expect(office.page.get_by_text(f"已归到 {RARE} 户 · 家庭成员表。")).to_be_visible()

    office.open(f"households/{home.id}/paper")
    expect(office.page.get_by_role("row").filter(has_text="农户基本信息表")).to_be_visible()
    office.open(f"households/{home.id}")
    office.page.get_by_role("button", name="打印本户").click()
    text = "".join(download(office.page, tmp_path).split())
    assert text.count(f"所扫为第{version}版") == 2

    there = said.text(office.url).removeprefix(office.url.upper())
    anybody = browser.new_page(viewport={"width": 360, "height": 740})
    anybody.goto(f"{office.url}{there}")
    expect(anybody.get_by_text("后来又印过新的一版")).to_be_visible()
    assert RARE not in anybody.content()
    anybody.close()
    office.page.goto(f"{office.url}{there}")
    expect(office.page.get_by_text("这是第 3 页：农户基本信息表")).to_be_visible()

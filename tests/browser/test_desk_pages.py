"""The desk can be read by assistive technology and used without a mouse."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import MakeDesk

PAGES = (
    "review/",
    "disputes/",
    "duplicates/",
    "checks/",
    "households/",
    "households/?cols=phone&cols=house_grade",
    "due/",
    "print/",
    "print/?what=contact_card",
    "print/ledger/",
    "print/notices/",
    "print/bulletin/",
    "scans/",
    "roster/",
    "people/",
    "no-such-page",
)


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_serious_fault(desk: MakeDesk, path: str) -> None:
    office = desk("county")
    office.open(path)
    found = Axe().run(office.page).response["violations"]
    faults = [
        f"{fault['id']}: {fault['nodes'][0]['html'][:120]}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
    ]
    assert faults == []


def test_a_household_and_its_tabs_have_no_serious_fault(desk: MakeDesk) -> None:
    office = desk("zhao")
    office.open("households/")
    office.page.locator("tr[data-row] a").first.click()
    for tab in ("成员", "全部资料和来源", "全部经过", "概况"):
        office.page.locator("nav.tabs a", has_text=tab).click()
        found = Axe().run(office.page).response["violations"]
        assert [f["id"] for f in found if f["impact"] in ("serious", "critical")] == []


def test_a_card_is_reached_from_the_household_and_has_no_serious_fault(desk: MakeDesk) -> None:
    office = desk("zhao")
    office.open("households/")
    office.page.locator("tr[data-row] a").first.click()
    office.page.get_by_text("打印卡和表").click()
    office.page.get_by_role("link", name="帮扶明白卡").click()
    expect(office.page.get_by_role("button", name="打印帮扶明白卡")).to_be_visible()
    found = Axe().run(office.page).response["violations"]
    assert [f["id"] for f in found if f["impact"] in ("serious", "critical")] == []


def test_a_household_is_found_walked_to_and_opened_by_keys(desk: MakeDesk) -> None:
    office = desk("zhao")
    office.open("due/")
    page = office.page
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("y")
    page.keyboard.press("Enter")
    page.wait_for_url("**/households/?q=y")
    rows = page.locator("tr[data-row]")
    expect(rows.nth(1)).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(rows.nth(1)).to_have_class("on")
    page.keyboard.press("x")
    expect(page.locator("[data-count]")).to_have_text("1")
    name = rows.nth(1).locator("a").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{name} 户")


def test_the_list_of_keys_opens_and_closes(desk: MakeDesk) -> None:
    office = desk("zhao")
    office.open("households/")
    office.page.keyboard.press("?")
    keys = office.page.get_by_role("dialog", name="全部快捷键")
    expect(keys).to_be_visible()
    expect(keys).to_contain_text("打印选中的户档")
    office.page.keyboard.press("Escape")
    expect(keys).to_be_hidden()


@pytest.mark.parametrize("height", [768, 640])
def test_bars_stay_in_sight_on_a_small_screen(desk: MakeDesk, height: int) -> None:
    office = desk("zhao")
    page = office.page
    page.set_viewport_size({"width": 1366, "height": height})
    for path in ("households/", "due/", "people/", "print/"):
        office.open(path)
        size = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        )
        assert size == [1366, height], path


def test_the_way_out_is_in_sight_of_the_longest_navigation(desk: MakeDesk) -> None:
    office = desk("county")
    office.open("households/")
    office.page.locator("tr[data-row] a").first.click()
    expect(office.page.get_by_text("最近：")).to_be_visible()
    for height in (768, 640):
        office.page.set_viewport_size({"width": 1366, "height": height})
        expect(office.page.get_by_role("button", name="退出")).to_be_in_viewport(ratio=1)

"""Story H: axe-core finds no serious fault on the pages that people use."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import MakeDesk, MakePhone
from tests.browser.pages.record import Registration, Visit
from tests.browser.rosters import small_roster
from tests.browser.town import SANLI, Town

WORSE = ("serious", "critical")


def test_the_phones_pages_have_no_serious_fault(phone: MakePhone, town: Town) -> None:
    home = town.household()
    one = phone()
    one.open()
    one.page.get_by_label("用户名").wait_for()
    found = faults(one.page, "sign-in")
    one.fill_in_sign_in("liming")
    one.see_heading("今日")
    found += faults(one.page, "today")
    pages = {"households": "农户", "uploads": "待上传", "me": "我的", "carry": "存成文件交到镇里"}
    for path, title in pages.items():
        one.open(f"/{path}")
        one.see_heading(title)
        found += faults(one.page, path)
    one.open_household(home.id)
    found += faults(one.page, "household")
    visit = Visit(one)
    visit.begin()
    visit.met(home.head)
    visit.one_by_one("吃穿、三保障、饮水")
    visit.unfold("宣传和答应的事")
    found += faults(one.page, "visit")
    one.open(f"/households?village={SANLI}")
    registration = Registration(one)
    registration.begin()
    registration.add_member()
    found += faults(one.page, "registration")
    one.open("/me")
    one.page.get_by_role("button", name="换个人登录").click()
    one.page.get_by_text("用过这部手机的人").wait_for()
    found += faults(one.page, "people")
    assert found == []


def test_the_desks_pages_have_no_serious_fault(
    phone: MakePhone, desk: MakeDesk, town: Town, tmp_path: Path
) -> None:
    home = town.household()
    two = (phone("liming"), phone("chenli"))
    for one, number in zip(two, ("13900003333", "13900004444"), strict=True):
        one.lose_network()
        Registration(one).update(home.id, phone_number=number)
    for one in two:
        one.find_network()
        one.see_all_sent()
    two[0].open_household(home.id)
    two[0].page.reload()
    found = faults(two[0].page, "disputed household")

    office = desk("zhao")
    for path in (
        *("review/", "disputes/", f"disputes/{home.id}", "due/", "households/"),
        *(f"households/{home.id}", "print/", "roster/", "people/"),
        *(f"households/{home.id}?tab=records", "members/", "problems/", "cases/", "incomes/"),
        *("left-behind/", "houses/", "checkup/", f"households/{home.id}/checkup"),
    ):
        office.open(path)
        found += faults(office.page, path)
    office.open("roster/")
    office.page.get_by_label("Excel 表格").set_input_files(small_roster(tmp_path / "村.xlsx"))
    office.page.get_by_role("button", name="看看会怎样").click()
    office.page.locator("nav[data-tabs]").wait_for()
    found += faults(office.page, "roster preview")
    assert found == []


def faults(page: Page, where: str) -> list[str]:
    """The serious faults of the page as it stands, each with its first place."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{where}: {one['id']} {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})"
        for one in violations
        if one["impact"] in WORSE
    ]

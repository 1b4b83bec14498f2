"""Story A: a new phone: sign in, first synchronisation, home, lists, search, offline start."""

from __future__ import annotations

import time

from playwright.sync_api import Route, expect

from bench.instance import PASSWORD
from tests.browser.conftest import MakePhone
from tests.browser.serving import rows
from tests.browser.town import Household, Town


def test_the_first_synchronisation_counts_households_and_bytes(phone: MakePhone) -> None:
    new = phone()
    new.page.route("**/sync/snapshots/*", slowly)
    new.open()
    new.fill_in_sign_in("chenli", device="红米 12C")
    expect(new.page.get_by_role("progressbar", name="下载进度")).to_be_visible()
    new.see(" 户")
    expect(new.page.get_by_role("status").filter(has_text=" 户")).to_contain_text("KB")
    new.see_heading("今日")
    new.tab("我的")
    new.see("红米 12C")
    new.see("前进村、三里村")


def test_home_says_what_is_due_and_that_nothing_waits(phone: MakePhone) -> None:
    new = phone("liming")
    expect(new.state).to_have_text("都已上传")
    expect(new.page.get_by_role("heading", name="该走访的")).to_be_visible()
    expect(new.page.locator("main a.row.go")).to_contain_text("看全部")
    new.tab("待上传")
    new.see("0 条")


def test_households_are_listed_by_village_and_found_in_four_ways(
    phone: MakePhone, town: Town
) -> None:
    one: Household = town.household()
    new = phone("chenli")
    new.tab("农户")
    expect(new.page.get_by_role("button", name="前进村")).to_have_attribute("aria-pressed", "true")
    new.page.get_by_role("button", name="三里村").click()
    expect(new.page.locator("header .sub")).to_contain_text("三里村")
    expect(new.page.locator("header .sub")).to_contain_text(" 户")
    initials = "".join(_initial(one.head, town))
    for words in (one.head, initials, one.members[0].id_number[-4:], one.number[-4:]):
        new.page.get_by_label("找农户").fill(words)
        expect(new.page.locator("main a.row", has_text=one.head).first).to_be_visible()
    new.page.locator("main a.row", has_text=one.head).first.click()
    new.see_heading(one.head)


def test_the_app_can_be_installed(phone: MakePhone) -> None:
    new = phone()
    new.open()
    address = new.page.locator("link[rel=manifest]").get_attribute("href")
    manifest = new.page.request.get(new.url + str(address)).json()
    assert manifest["name"] == "一户"
    assert manifest["display"] == "standalone"
    assert manifest["start_url"] == "/"
    sizes = {icon["sizes"] for icon in manifest["icons"]}
    assert {"192x192", "512x512"} <= sizes
    for icon in manifest["icons"]:
        assert new.page.request.get(new.url + icon["src"]).headers["content-type"] == "image/png"
    errors = new.context.new_cdp_session(new.page).send("Page.getInstallabilityErrors")
    # Every context of the tests is a private window; nothing else may stand in the way.
    assert {error["errorId"] for error in errors["installabilityErrors"]} <= {"in-incognito"}


def test_without_network_the_app_starts_and_deep_links_open(phone: MakePhone, town: Town) -> None:
    one = town.household()
    new = phone("liming")
    new.keep_app_offline()
    new.lose_network()
    new.page.reload()
    new.see_heading("今日")
    expect(new.state).to_contain_text("没")
    new.open_household(one.id)
    new.see_heading(one.head)
    for member in one.members:
        expect(new.page.locator("a.row", has_text=member.name).first).to_be_visible()
    new.open(f"/households/{one.id}/members/{one.members[-1].id}")
    new.see_heading(one.members[-1].name)


def test_a_wrong_password_is_told_plainly(phone: MakePhone) -> None:
    new = phone()
    new.open()
    new.fill_in_sign_in("ducha", PASSWORD + "x")
    expect(new.page.get_by_role("alert")).to_have_text("用户名或密码不对，请再看一遍。")


def _initial(name: str, town: Town) -> str:
    found = rows(town.instance, "select initials from household_rows where head_name = ?", name)
    return str(found[0][0]).split()[0]


def slowly(route: Route) -> None:
    """As on a thin line."""
    time.sleep(0.4)
    route.continue_()

"""Story G: what goes wrong ends in plain words, and nothing that was recorded is lost."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Route, expect

from bench.instance import PASSWORD, Instance
from tests.browser.conftest import MakeDesk, MakePhone
from tests.browser.pages.record import Visit
from tests.browser.pictures import camera_picture
from tests.browser.town import SANLI, Town

_FULL = """() => {
  window.rightPut = IDBObjectStore.prototype.put
  window.rightAdd = IDBObjectStore.prototype.add
  IDBObjectStore.prototype.put = IDBObjectStore.prototype.add = () => {
    throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
  }
}"""
_ROOM_AGAIN = """() => {
  IDBObjectStore.prototype.put = window.rightPut
  IDBObjectStore.prototype.add = window.rightAdd
}"""


def test_five_wrong_passwords_lock_the_account_for_a_while(
    phone: MakePhone, instance: Instance
) -> None:
    instance.add_person("locked", "first_secretary", SANLI)
    one = phone()
    one.open()
    told = one.page.get_by_role("alert")
    for _ in range(5):
        one.fill_in_sign_in("locked", "wrong")
        expect(told).to_contain_text("请")
        expect(one.page.get_by_role("button", name="登录", exact=True)).to_be_enabled()
    one.fill_in_sign_in("locked", PASSWORD)
    expect(told).to_have_text("密码输错次数太多，请 15 分钟后再试。忘了密码请找镇里重设。")


def test_a_phone_that_was_stopped_keeps_its_records_and_sends_them_after_signing_in(
    phone: MakePhone, desk: MakeDesk, town: Town
) -> None:
    home = town.household()
    one = phone("liming", "丢过的手机")
    one.keep_app_offline()
    one.lose_network()
    visit_offline = Visit(one)
    one.page.locator("nav.tabs").get_by_role("link", name="农户").click()
    one.page.locator("main a.row", has_text=home.head).first.click()
    visit_offline.begin()
    visit_offline.uneventful(home.head)
    visit_offline.save()

    office = desk("zhao")
    office.page.on("dialog", lambda dialog: dialog.accept())
    office.follow("人员与手机")
    lost = office.page.locator("td .row", has_text="丢过的手机")
    lost.get_by_role("button", name="停用这部").click()
    office.see("已停用")

    one.find_network()
    told = one.page.locator(".banners")
    expect(told).to_contain_text("这部手机要重新登录")
    expect(told).to_contain_text("没上传的都还在手机里")
    expect(one.state).to_contain_text("1 条待上传")
    told.get_by_role("button", name="重新登录").click()
    one.see("没上传的都还在")
    one.page.get_by_label("密码", exact=True).fill(PASSWORD)
    one.page.get_by_role("button", name="登录", exact=True).click()
    one.see_all_sent()
    assert [form for form, _ in town.submissions(home.id)] == ["visit"]


def test_a_lost_reply_doubles_nothing(phone: MakePhone, town: Town) -> None:
    home = town.household()
    one = phone("liming")
    lost: list[int] = []

    def lose_the_reply(route: Route) -> None:
        """The server gets the record, the phone never hears of it: once."""
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    one.page.route("**/api/v1/sync/push", lose_the_reply)
    one.open_household(home.id)
    visit = Visit(one)
    visit.begin()
    visit.uneventful(home.head)
    with one.page.expect_event("requestfailed", lambda request: "/push" in request.url):
        visit.save()
    one.state.click()
    one.see("1 条")
    one.page.get_by_role("button", name="现在上传").click()
    one.see_all_sent()
    assert lost == [200]
    assert [form for form, _ in town.submissions(home.id)] == ["visit"]
    expect(one.page.locator("main a.row", has_text=home.head)).to_have_count(1)
    expect(one.page.locator("main a.row", has_text=home.head)).to_contain_text("待审核")


def test_a_full_phone_says_so_and_loses_nothing(
    phone: MakePhone, town: Town, tmp_path: Path
) -> None:
    home = town.household()
    one = phone("liming")
    one.keep_app_offline()
    one.lose_network()
    one.page.locator("nav.tabs").get_by_role("link", name="农户").click()
    one.page.locator("main a.row", has_text=home.head).first.click()
    visit = Visit(one)
    visit.begin()
    visit.met(home.head)
    visit.see_on_disk()
    one.page.evaluate(_FULL)
    visit.nothing_changed("吃穿、三保障、饮水")
    expect(one.page.locator(".banners")).to_contain_text("手机存储满了")
    one.page.get_by_label("拍照").set_input_files(camera_picture(tmp_path / "camera.jpg"))
    expect(one.page.get_by_text("手机存不下这张照片了").first).to_be_visible()
    one.page.evaluate(_ROOM_AGAIN)
    visit.nothing_changed("变化情况")
    expect(one.page.locator(".banners")).not_to_contain_text("手机存储满了")
    visit.choose("有返贫致贫风险吗", "没有")
    visit.see_complete()
    visit.save()
    one.find_network()
    one.see_all_sent()
    assert [form for form, _ in town.submissions(home.id)] == ["visit"]
    assert town.value(home.id, "food_ok") == "yes"

"""A phone whose storage runs full, and a browser that promises nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, expect

from tests.browser.conftest import MakePhone, Village
from tests.browser.killing import on_disk
from tests.browser.pages.phone import Phone
from tests.browser.pages.record import Visit
from tests.browser.pictures import camera_picture
from tests.browser.town import Town

KILOBYTE = 1024
#: For so long the browser goes by how much room it found before.
BELIEVED_MS = 32_000
_RESERVE_IS_THERE = """() => new Promise((done) => {
  const id = JSON.parse(localStorage.getItem('yihu.people'))[0].id
  const request = indexedDB.open(`yihu-${id}`)
  request.onsuccess = () => {
    const count = request.result.transaction('notes').objectStore('notes').count('reserve')
    count.onsuccess = () => { request.result.close(); done(count.result === 1) }
  }
})"""
_SPEND_THE_RESERVE = """() => new Promise((done) => {
  const id = JSON.parse(localStorage.getItem('yihu.people'))[0].id
  const request = indexedDB.open(`yihu-${id}`)
  request.onsuccess = () => {
    const change = request.result.transaction('notes', 'readwrite')
    change.objectStore('notes').delete('reserve')
    change.oncomplete = () => { request.result.close(); done() }
  }
})"""


class Disk:
    """What the browser lets the app have, through the debugger's own switch."""

    def __init__(self, phone: Phone) -> None:
        self.debugger: CDPSession = phone.context.new_cdp_session(phone.page)
        self.where = {"origin": phone.url}
        self.page = phone.page

    def leave(self, spare: int) -> None:
        """Let no more than so many bytes be added to what there is."""
        used = int(self.debugger.send("Storage.getUsageAndQuota", self.where)["usage"])
        limit = {**self.where, "quotaSize": used + spare}
        self.debugger.send("Storage.overrideQuotaForOrigin", limit)
        self.page.wait_for_timeout(BELIEVED_MS)

    def leave_enough(self) -> None:
        """As before."""
        self.debugger.send("Storage.overrideQuotaForOrigin", self.where)


def offline_with_room_put_by(phone: MakePhone, village: Village) -> Phone:
    """A phone in a village without network, its room for text put by."""
    one = phone(village.username)
    one.keep_app_offline()
    one.page.wait_for_function(_RESERVE_IS_THERE)
    one.lose_network()
    return one


def test_photos_stop_before_text_does(
    phone: MakePhone, town: Town, village: Village, tmp_path: Path
) -> None:
    home = village.homes[0]
    one = offline_with_room_put_by(phone, village)
    picture = camera_picture(tmp_path / "camera.jpg")
    disk = Disk(one)
    one.open_household(home.id)
    visit = Visit(one)
    visit.begin()
    visit.met(home.head)
    visit.take_photo(picture)
    disk.leave(20 * KILOBYTE)
    one.page.get_by_label("拍照").set_input_files(picture)
    expect(one.page.get_by_text("手机存不下这张照片了").first).to_be_visible()
    expect(one.page.locator("figure img")).to_have_count(1)
    expect(one.page.locator(".banners")).to_contain_text("照片先拍不了，文字照常存")
    visit.uneventful(home.head)
    visit.save()
    assert len(on_disk(one)["outbox"]) == 1
    disk.leave_enough()
    one.find_network()
    one.open("/uploads")
    one.see_all_sent()
    ((_, record),) = town.submissions(home.id)
    assert len(town.photos(record)) == 1
    print("\nIndexedDB quota exhausted by photos: 1 record, 1 photo, 0 lost")  # noqa: T201


@pytest.mark.deep
def test_a_disk_without_any_room_is_told_and_loses_nothing_that_was_kept(
    phone: MakePhone, town: Town, village: Village
) -> None:
    home = village.homes[0]
    one = offline_with_room_put_by(phone, village)
    disk = Disk(one)
    one.open_household(home.id)
    visit = Visit(one)
    visit.begin()
    visit.met(home.head)
    visit.see_on_disk()
    one.page.wait_for_function(_RESERVE_IS_THERE)
    one.page.evaluate(_SPEND_THE_RESERVE)
    before = on_disk(one)
    disk.leave(0)
    visit.nothing_changed("吃穿、三保障、饮水")
    expect(one.page.locator(".banners")).to_contain_text("手机存储满了")
    expect(one.page.locator(".banners")).to_contain_text("之前存好的都在")
    assert on_disk(one) == before
    # Room again: the next answer is kept, with the one that was not.
    disk.leave_enough()
    one.page.wait_for_timeout(BELIEVED_MS)
    visit.nothing_changed("变化情况")
    expect(one.page.locator(".banners")).not_to_contain_text("手机存储满了")
    visit.choose("有返贫致贫风险吗", "没有")
    visit.see_complete()
    visit.save()
    one.find_network()
    one.open("/uploads")
    one.see_all_sent()
    assert [form for form, _ in town.submissions(home.id)] == ["visit"]
    assert town.value(home.id, "food_ok") == "yes"
    print("\nIndexedDB quota exhausted by text: 1 record, 0 lost, 0 doubled")  # noqa: T201


def test_a_browser_that_promises_nothing_is_named_so_in_plain_words(phone: MakePhone) -> None:
    one = phone("liming")
    one.page.evaluate("navigator.storage.persist = () => Promise.resolve(false)")
    one.page.evaluate("navigator.storage.persisted = () => Promise.resolve(false)")
    one.tab("我的")
    one.see("可能被清理")
    one.page.get_by_role("button", name="请浏览器别清理").click()
    one.see("浏览器没有答应")
    one.page.evaluate("navigator.storage.persisted = () => Promise.resolve(true)")
    one.tab("待上传")
    one.tab("我的")
    one.see("不会被清理")


def test_lasting_storage_is_asked_for_when_there_is_a_first_record(
    phone: MakePhone, village: Village
) -> None:
    home = village.homes[0]
    one = phone(village.username)
    one.open_household(home.id)
    one.page.evaluate(
        """() => {
          window.asked = 0
          navigator.storage.persisted = () => Promise.resolve(false)
          navigator.storage.persist = () => { window.asked += 1; return Promise.resolve(false) }
        }"""
    )
    visit = Visit(one)
    visit.begin()
    visit.uneventful(home.head)
    assert one.page.evaluate("window.asked") == 0
    visit.save()
    one.page.wait_for_function("window.asked === 1")

"""Story H: a thin line, a costly one, an empty battery: text goes first, photos wait and go on."""

from __future__ import annotations

import re
import time
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import MakePhone
from tests.browser.pages.phone import Phone
from tests.browser.pages.record import Visit
from tests.browser.pictures import camera_picture
from tests.browser.town import Household, Town

#: Bytes a second of a village's line, and of an office's.
THIN, GOOD = 30_000, 20_000_000

_LINE = """(type) => {
  const line = Object.assign(new EventTarget(), { type })
  Object.defineProperty(navigator, 'connection', { configurable: true, get: () => line })
}"""
_BATTERY = """(level) => {
  window.battery = Object.assign(new EventTarget(), { level, charging: false })
  navigator.getBattery = () => Promise.resolve(window.battery)
}"""


def throttle(page: Page, bytes_per_s: int) -> None:
    """The line of this page from now on."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 50 if bytes_per_s == THIN else 0,
            "downloadThroughput": bytes_per_s,
            "uploadThroughput": bytes_per_s,
        },
    )


def record_visit(phone: Phone, home: Household, picture: Path | None = None) -> None:
    """An uneventful visit with a photo, saved."""
    phone.open_household(home.id)
    visit = Visit(phone)
    visit.begin()
    visit.uneventful(home.head)
    if picture:
        visit.take_photo(picture)
    visit.save()


def wait_for_text(town: Town, home: Household) -> str:
    """The id of the visit, once the server has it."""
    for _ in range(100):
        if found := town.submissions(home.id):
            return found[0][1]
        time.sleep(0.2)
    raise AssertionError("the record did not arrive")


def test_on_a_thin_line_the_text_goes_first_and_a_photo_goes_on_where_it_broke_off(
    phone: MakePhone, town: Town, tmp_path: Path
) -> None:
    home, other = town.household(), town.household()
    one = phone("liming")
    throttle(one.page, THIN)
    record_visit(one, home, camera_picture(tmp_path / "camera.jpg"))
    one.state.click()
    sent = wait_for_text(town, home)
    photo = one.page.locator(".photos li", has_text="照片 1")
    expect(photo.get_by_role("progressbar")).to_be_visible()
    expect(photo).to_contain_text("/")
    expect(one.page.get_by_role("progressbar", name="照片上传进度")).to_be_visible()

    # A record that is finished meanwhile does not wait for the photo.
    one.tab("农户")
    one.page.get_by_placeholder("姓名").fill(other.head)
    one.page.locator("main a.row", has_text=other.head).first.click()
    one.page.get_by_role("button", name="没在家").click()
    one.page.get_by_role("button", name="下地").click()
    one.see("记好了")
    one.page.get_by_role("button", name=re.compile("下一户|好")).first.click()
    wait_for_text(town, other)
    one.open("/uploads")
    expect(photo).to_contain_text("/")

    # Stopped by hand at the next piece, and gone on with.
    one.page.get_by_role("button", name="先停一下").click()
    on = one.page.get_by_role("button", name="接着传")
    expect(on).to_be_visible(timeout=30_000)
    reached = photo.get_by_role("progressbar").get_attribute("aria-valuenow")
    assert reached
    assert 0 < int(reached) < 100
    throttle(one.page, GOOD)
    on.click()
    one.see_all_sent()
    [(kind, content)] = town.photos(sent)
    assert (kind, content[:2]) == ("image/jpeg", b"\xff\xd8")


def test_photos_wait_for_wifi_where_somebody_wants_that(
    phone: MakePhone, town: Town, tmp_path: Path
) -> None:
    home = town.household()
    one = phone()
    one.context.add_init_script(f"({_LINE})('cellular')")
    one.sign_in("liming")
    one.tab("待上传")
    wifi_only = one.page.get_by_role("switch", name="照片只用 Wi-Fi 传")
    wifi_only.check()
    expect(one.page.get_by_text("现在用的是手机流量")).to_be_visible()
    record_visit(one, home, camera_picture(tmp_path / "camera.jpg"))
    sent = wait_for_text(town, home)
    expect(one.state).to_have_text("照片等 Wi-Fi")
    one.state.click()
    one.see("照片等连上 Wi-Fi 再传")
    expect(wifi_only).to_be_checked()
    one.page.evaluate(
        "navigator.connection.type = 'wifi';"
        " navigator.connection.dispatchEvent(new Event('change'))"
    )
    one.see_all_sent()
    assert len(town.photos(sent)) == 1


def test_a_browser_that_cannot_tell_asks_before_it_sends_photos(
    phone: MakePhone, town: Town, tmp_path: Path
) -> None:
    home = town.household()
    one = phone()
    one.context.add_init_script(
        "Object.defineProperty(navigator, 'connection', { get: () => undefined })"
    )
    one.sign_in("liming")
    one.tab("待上传")
    one.page.get_by_role("switch", name="照片只用 Wi-Fi 传").check()
    one.see("这个浏览器看不出是不是 Wi-Fi")
    record_visit(one, home, camera_picture(tmp_path / "camera.jpg"))
    sent = wait_for_text(town, home)
    one.state.click()
    one.see("等您点一下再传")
    one.page.get_by_role("button", name="现在就传照片").click()
    one.see_all_sent()
    assert len(town.photos(sent)) == 1


def test_with_little_battery_text_goes_and_photos_wait_for_the_charger(
    phone: MakePhone, town: Town, tmp_path: Path
) -> None:
    home = town.household()
    one = phone()
    one.context.add_init_script(f"({_BATTERY})(0.15)")
    one.sign_in("liming")
    record_visit(one, home, camera_picture(tmp_path / "camera.jpg"))
    sent = wait_for_text(town, home)
    expect(one.state).to_have_text("照片等充电")
    one.state.click()
    one.see("手机电量剩 15%，先传文字")
    one.page.evaluate(
        "window.battery.charging = true; window.battery.dispatchEvent(new Event('chargingchange'))"
    )
    one.see_all_sent()
    assert len(town.photos(sent)) == 1

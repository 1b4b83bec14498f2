"""App and forms change while a draft is open: it stays as it was, and is finished as begun."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from bench.instance import Instance
from tests.browser.conftest import MakePhone, Village
from tests.browser.newer_app import Forwarding, app_with_a_newer_version
from tests.browser.pages.phone import DEVICE, Phone
from tests.browser.pages.record import Visit
from tests.browser.serving import rows
from tests.browser.town import Town

#: What an app of a later year would do to the phone's database.
_A_NEWER_APP_OPENS = """() => new Promise((done, failed) => {
  const id = JSON.parse(localStorage.getItem('yihu.people'))[0].id
  const request = indexedDB.open(`yihu-${id}`, 990)
  request.onupgradeneeded = () => request.result.createObjectStore('of a later year')
  request.onsuccess = () => { request.result.close(); done() }
  request.onerror = () => failed(request.error)
})"""

#: A window of an earlier app, asleep in the background: it holds the database and hears nothing.
_AN_OLDER_WINDOW_SLEEPS = """() => new Promise((done, failed) => {
  const id = JSON.parse(localStorage.getItem('yihu.people'))[0].id
  const name = `yihu-${id}`
  const gone = indexedDB.deleteDatabase(name)
  gone.onsuccess = () => {
    const request = indexedDB.open(name, 10)
    request.onupgradeneeded = () => {
      const keys = { session: 'key', drafts: 'id', outbox: 'instance_id', sent: 'instance_id' }
      for (const [store, keyPath] of Object.entries(keys)) {
        request.result.createObjectStore(store, { keyPath })
      }
    }
    request.onsuccess = () => { window.held = request.result; done() }
    request.onerror = () => failed(request.error)
  }
  gone.onerror = () => failed(gone.error)
})"""


@pytest.fixture
def forwarding(instance: Instance) -> Iterator[Forwarding]:
    """The app, with a newer version that comes when it is told."""
    with app_with_a_newer_version(instance.url) as running:
        yield running


def test_a_new_version_is_offered_and_the_open_draft_is_as_it_was(
    browser: Browser, forwarding: Forwarding, village: Village
) -> None:
    home = village.homes[0]
    context = browser.new_context(**DEVICE)
    one = Phone(context, forwarding.url)
    one.sign_in(village.username)
    one.keep_app_offline()
    one.open_household(home.id)
    visit = Visit(one)
    visit.begin()
    visit.met(home.head)
    visit.one_by_one("吃穿、三保障、饮水")
    visit.choose("住房安全", "需鉴定")
    visit.write("说说是什么问题", "东屋漏雨")
    visit.see_on_disk()
    before, address = visit.answers(), one.page.url

    forwarding.newer = True
    one.page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    offered = one.page.locator(".banners", has_text="有新版本")
    expect(offered).to_be_visible(timeout=30_000)
    # Offered, not forced: the form stays, and goes on.
    assert one.page.url == address
    assert visit.answers() == before
    with one.page.expect_event("load", timeout=30_000):
        offered.get_by_role("button", name="换上新版本").click()
    visit.see_open()
    assert one.page.url == address
    assert visit.answers() == before
    expect(offered).to_have_count(0)
    context.close()


def test_an_app_that_is_older_than_what_the_phone_holds_says_so_and_touches_nothing(
    phone: MakePhone,
) -> None:
    one = phone("liming")
    other = one.context.new_page()
    other.goto(one.url + "/healthz")
    other.evaluate(_A_NEWER_APP_OPENS)
    # The window that was open let go, and says why.
    one.see("已在另一个窗口换上新版本")
    one.page.reload()
    one.see("这个窗口是旧版本")
    one.see("记下的都还在手机里")


def test_a_window_of_the_version_before_is_waited_for(phone: MakePhone) -> None:
    one = phone("liming")
    other = one.context.new_page()
    other.goto(one.url + "/healthz")
    one.page.goto(one.url + "/healthz")
    other.evaluate(_AN_OLDER_WINDOW_SLEEPS)
    one.open()
    one.see("另一个窗口还开着旧版本")
    other.close()
    expect(one.page.get_by_text("另一个窗口还开着旧版本")).to_have_count(0)
    expect(one.page.get_by_role("button", name="登录", exact=True)).to_be_visible()


def test_a_draft_is_finished_in_the_form_version_in_which_it_was_begun(
    phone: MakePhone, town: Town, village: Village
) -> None:
    home, other = village.homes[:2]
    one = phone(village.username)
    one.open_household(home.id)
    visit = Visit(one)
    visit.begin()
    visit.met(home.head)
    visit.see_on_disk()
    ((old,),) = rows(
        town.instance,
        "select max(version) from form_versions where form_id = 'visit'",
    )
    later = str(int(old) + 100)

    def a_later_version_is_in_force(route: Route) -> None:
        """The township published a form meanwhile: it is listed, and the old one by `have` only."""
        answer = route.fetch()
        body = answer.json()
        listed = [dict(form) for form in body["forms"]]
        for form in listed:
            if form["form_id"] == "visit":
                form["version"] = later
        kept = [form for form in body["forms"] if old in route.request.url]
        route.fulfill(response=answer, body=json.dumps({"forms": [*listed, *kept]}))

    def its_files(route: Route) -> None:
        """The later version: the same questions."""
        answer = route.fetch(url=route.request.url.replace(later, old))
        route.fulfill(response=answer, body=answer.text().replace(old, later))

    one.page.route("**/api/v1/forms?*", a_later_version_is_in_force)
    one.page.route(f"**/api/v1/forms/visit/{later}", its_files)
    one.page.evaluate(
        """() => new Promise((done) => {
          const id = JSON.parse(localStorage.getItem('yihu.people'))[0].id
          const request = indexedDB.open(`yihu-${id}-copies`)
          request.onsuccess = () => {
            const change = request.result.transaction(['meta', 'forms'], 'readwrite')
            change.objectStore('meta').delete('cursor')
            change.objectStore('forms').clear()
            change.oncomplete = () => { request.result.close(); done() }
          }
        })"""
    )
    with one.page.expect_request(lambda sent: "/forms?" in sent.url and old in sent.url):
        one.open("/")
    one.see_heading("今日")

    one.open_household(home.id)
    one.page.get_by_role("button", name="接着填走访").click()
    again = Visit(one)
    again.see_open()
    again.nothing_changed("吃穿、三保障、饮水")
    again.nothing_changed("变化情况")
    again.choose("有返贫致贫风险吗", "没有")
    again.see_complete()
    again.save()
    one.open("/uploads")
    one.see_all_sent()
    ((version,),) = rows(
        town.instance,
        "select form_version from submissions where household_id = ? and source = 'phone'",
        home.id,
    )
    assert version == old
    one.open_household(other.id)
    Visit(one).begin()
    one.page.wait_for_url("**/records/*")

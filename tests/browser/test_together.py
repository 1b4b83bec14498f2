"""Story I: several people and phones: companions, a second phone, another village."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from playwright.sync_api import expect

from bench.instance import Instance
from tests.browser.conftest import MakeDesk, MakePhone
from tests.browser.pages.phone import Phone
from tests.browser.pages.queue import Queue
from tests.browser.pages.record import Record, Visit
from tests.browser.pictures import camera_picture
from tests.browser.serving import rows
from tests.browser.test_review import record_leak
from tests.browser.town import SANLI, Household, Town

YIJIA = "370321110223"
REMARK = "写明是哪间屋"


def tasks(instance: Instance, home: Household, kind: str) -> int:
    """How many tasks of a kind are open about a household."""
    query = "select count(*) from tasks where kind = ? and household_id = ? and state = 'open'"
    return int(rows(instance, query, kind, home.id)[0][0])


def test_a_visit_of_two_is_recorded_once_and_known_on_both_phones(
    phone: MakePhone, town: Town, instance: Instance
) -> None:
    home = town.household()
    first, second = phone("liming", "红米 12C"), phone("chenli", "荣耀 X50")
    first.open_household(home.id)
    visit = Visit(first)
    visit.begin()
    visit.uneventful(home.head)
    together = visit.unfold("这次走访")
    together.locator("label.opt", has_text="陈立").locator("input").check()
    visit.see_on_disk()
    visit.save()
    first.open("/uploads")
    first.see_all_sent()

    second.synchronize()
    second.open_household(home.id)
    expect(second.page.locator(".fact", has_text="最近来过")).to_contain_text("李明远、陈立")
    expect(second.page.locator(".fact", has_text="该走访")).to_have_count(0)
    again = Visit(second)
    again.begin()
    again.uneventful(home.head)
    second.page.get_by_role("button", name="保存").click()
    said = second.page.get_by_role("dialog")
    expect(said).to_contain_text("李明远今天已记过这户")
    expect(said).to_contain_text("也算您来过")
    said.get_by_role("button", name="再记一次").click()
    expect(second.page.get_by_text("记好了")).to_be_visible()
    second.open("/uploads")
    second.see_all_sent()
    assert len(town.submissions(home.id)) == 2
    assert tasks(instance, home, "duplicate_visit") == 1


def test_a_returned_visit_is_corrected_on_another_phone_and_twice_is_a_task(
    phone: MakePhone, desk: MakeDesk, town: Town, instance: Instance, tmp_path: Path
) -> None:
    home = town.household()
    old, new = phone("liming", "旧手机"), phone("liming", "新手机")
    record_leak(old, home, camera_picture(tmp_path / "camera.jpg"), signed=False)
    queue = Queue(desk("zhao"))
    queue.open_record_of(home.head)
    queue.remark("说说是什么问题", REMARK)
    queue.give_back()
    for one in (old, new):
        one.open("/uploads")
        one.synchronize()
        one.tab("今日")
    new.keep_app_offline()
    new.lose_network()
    new.page.locator("main a.card", has_text=home.head).click()
    told = new.page.get_by_role("alert")
    expect(told).to_contain_text("在另一部手机上记的")
    new.see(REMARK)
    new.find_network()  # it is fetched without a tap
    correct(new, "东屋北墙漏雨")
    new.see_all_sent()
    corrected = town.submissions(home.id)[-1][1]
    assert len(town.photos(corrected)) == 1

    # The old phone had not heard of that when it corrected the same.
    old.page.locator("main a.card", has_text=home.head).click()
    correct(old, "西屋漏雨")
    old.see_all_sent()
    assert len(town.submissions(home.id)) == 3
    forks = "select count(*) from tasks where kind = 'fork' and subject = ?"
    assert rows(instance, forks, town.submissions(home.id)[0][1])[0][0] == 1


def test_what_was_recorded_for_a_village_stays_and_is_sent_when_one_is_moved(
    phone: MakePhone, town: Town, instance: Instance
) -> None:
    home, other = town.household(), town.household()
    instance.add_person("moved", "first_secretary", SANLI)
    one = phone("moved")
    one.keep_app_offline()
    one.lose_network()
    one.tab("农户")
    one.page.locator("main a.row", has_text=home.head).first.click()
    visit = Visit(one)
    visit.begin()
    visit.uneventful(home.head)
    visit.save()
    one.open("/households")
    one.page.get_by_placeholder("姓名").fill(other.head)
    one.page.locator("main a.row", has_text=other.head).first.click()
    begun = Visit(one)
    begun.begin()
    begun.met(other.head)
    begun.see_on_disk()

    move(instance, "moved", YIJIA)
    one.find_network()
    one.open("/uploads")
    one.see_all_sent()
    one.synchronize()
    row = one.page.locator("main a.row", has_text=home.head)
    expect(row).to_contain_text("要先核对")
    draft = one.page.locator("main a.row", has_text=other.head)
    expect(draft).to_contain_text("这个村现在不归您管")
    draft.click()
    expect(one.page.get_by_text("照样会传，镇里核对后收下")).to_be_visible()
    begun.uneventful(other.head)
    one.page.get_by_role("button", name="保存").click()
    one.see("记好了")
    one.open("/uploads")
    one.see_all_sent()
    kept = "select quarantined from submissions where source = 'phone' and xml like ?"
    for house in (home, other):
        assert [bool(why) for (why,) in rows(instance, kept, f"%{house.id}%")] == [True]


def correct(phone: Phone, text: str) -> None:
    """Answer the remark, see the photo, save."""
    form = Record(phone)
    form.see_open()
    expect(phone.page.locator("figure img").first).to_be_visible()
    form.write("说说是什么问题", text)
    phone.page.get_by_role("button", name="改好了，保存").click()
    expect(phone.page.get_by_text("记好了")).to_be_visible()
    phone.open("/uploads")


def move(instance: Instance, username: str, area: str) -> None:
    """The office gives somebody another village."""
    with closing(sqlite3.connect(instance.folder / "yihu.db", timeout=30)) as connection:
        connection.execute(
            "update role_assignments set area = ? where person_id ="
            " (select id from people where username = ?)",
            (area, username),
        )
        connection.commit()

"""Story D: the township looks at what arrived, returns it, and the phone corrects it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import MakeDesk, MakePhone
from tests.browser.pages.phone import Phone
from tests.browser.pages.queue import Queue
from tests.browser.pages.record import Record, Visit
from tests.browser.pictures import camera_picture
from tests.browser.town import Household, Town

REMARK = "写明是哪间屋，补拍照片"


def test_the_reviewer_sees_what_changed_with_photo_and_signature_and_approves(
    phone: MakePhone, desk: MakeDesk, town: Town, tmp_path: Path
) -> None:
    home = town.household()
    cadre = phone("liming")
    record_leak(cadre, home, camera_picture(tmp_path / "camera.jpg"))

    office = desk("zhao")
    office.see_heading("审核")
    queue = Queue(office)
    queue.open_record_of(home.head)
    changed = queue.changes.locator("tr", has_text="住房安全")
    expect(changed.locator("td.new")).to_contain_text("需鉴定")
    expect(queue.record.get_by_text("东屋漏雨").first).to_be_visible()
    for picture in (
        queue.record.locator("img[data-photo-main]"),
        queue.record.locator(".signature img"),
    ):
        expect(picture).to_be_visible()
        assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") > 0
    queue.approve()
    cadre.open("/uploads")
    cadre.synchronize()
    expect(cadre.page.locator("main a.row", has_text=home.head)).to_contain_text("已通过")


def test_a_returned_visit_is_corrected_at_the_question_and_approved(
    phone: MakePhone, desk: MakeDesk, town: Town, tmp_path: Path
) -> None:
    home = town.household()
    cadre = phone("liming")
    record_leak(cadre, home)
    office = desk("zhao")
    queue = Queue(office)
    queue.open_record_of(home.head)
    queue.remark("说说是什么问题", REMARK)
    queue.give_back()

    cadre.open("/uploads")
    cadre.synchronize()
    cadre.tab("今日")
    returned = cadre.page.locator("main a.card", has_text=home.head)
    expect(returned).to_contain_text("退回修改")
    expect(returned).to_contain_text(REMARK)
    returned.click()
    form = Record(cadre)
    form.see_open()
    asked = cadre.page.locator("main .q").first
    expect(asked).to_contain_text("说说是什么问题")
    expect(asked.locator(".remark")).to_contain_text(REMARK)
    form.write("说说是什么问题", "东屋北墙漏雨，缝宽两指")
    cadre.page.get_by_role("button", name="改好了，保存").click()
    expect(cadre.page.get_by_text("记好了")).to_be_visible()
    cadre.open("/uploads")
    cadre.see_all_sent()

    queue.open_record_of(home.head)
    expect(queue.record.get_by_text("这是改过后再传的")).to_be_visible()
    expect(queue.answer("说说是什么问题")).to_contain_text("东屋北墙漏雨，缝宽两指")
    queue.approve()
    cadre.synchronize()
    rows = cadre.page.locator("main a.row", has_text=home.head)
    expect(rows.filter(has_text="已通过")).to_have_count(1)
    expect(rows.filter(has_text="已由新的一条代替")).to_have_count(1)


def record_leak(
    phone: Phone, home: Household, picture: Path | None = None, *, signed: bool = True
) -> None:
    """A visit that finds a leaking roof, sent; with a picture it is signed too."""
    phone.open_household(home.id)
    visit = Visit(phone)
    visit.begin()
    visit.met(home.head)
    visit.one_by_one("吃穿、三保障、饮水")
    for question in ("不愁吃", "不愁穿"):
        visit.choose(question, "是")
    for question in ("义务教育", "基本医疗", "饮水安全"):
        visit.choose(question, "有保障")
    visit.choose("住房安全", "需鉴定")
    visit.write("说说是什么问题", "东屋漏雨")
    visit.nothing_changed("变化情况")
    visit.choose("有返贫致贫风险吗", "没有")
    if picture:
        visit.take_photo(picture)
    if picture and signed:
        visit.sign()
    visit.see_complete()
    visit.save()
    phone.open("/uploads")
    phone.see_all_sent()

"""Several people on one phone, and several windows of one person: each keeps what is his."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from bench.instance import PASSWORD
from tests.browser.conftest import MakePhone, Village
from tests.browser.pages.phone import Phone
from tests.browser.pages.record import Visit
from tests.browser.town import Household, Town


def record_offline(one: Phone, home: Household) -> None:
    """An uneventful visit that stays in the outbox."""
    one.open_household(home.id)
    visit = Visit(one)
    visit.begin()
    visit.uneventful(home.head)
    visit.save()


def hand_over(one: Phone) -> None:
    """The person lets a colleague have the phone."""
    one.open("/me")
    one.page.get_by_role("button", name="换个人登录").click()
    expect(one.page.get_by_text("用过这部手机的人")).to_be_visible()


def come_back(one: Phone, name: str, password: str = PASSWORD) -> None:
    """Somebody who used this phone before gives his password."""
    choose_person(one, name)
    one.page.get_by_label("密码", exact=True).fill(password)
    one.page.get_by_role("button", name="登录", exact=True).click()


def begin_visit(one: Phone, home: Household) -> Visit:
    """A visit that is open, its first answer on the disk."""
    one.open_household(home.id)
    visit = Visit(one)
    visit.begin()
    visit.met(home.head)
    visit.see_on_disk()
    return visit


def second_window(one: Phone, address: str) -> Page:
    """The same app, opened once more in the same browser."""
    page = one.context.new_page()
    page.goto(address)
    return page


def choose_person(one: Phone, name: str) -> None:
    """Among those who used this phone."""
    one.page.locator("fieldset label", has_text=name).click()


def ask_to_clear(one: Phone, name: str) -> None:
    """Somebody is not to use this phone any more."""
    choose_person(one, name)
    one.page.get_by_role("button", name="从这部手机清掉").click()


def test_two_people_share_a_phone_and_neither_sees_or_loses_the_others_records(
    phone: MakePhone, town: Town, village: Village
) -> None:
    his, hers = village.homes[:2]
    town.instance.add_person("colleague", "first_secretary", his.number[:12])
    one = phone(village.username)
    one.keep_app_offline()
    one.page.wait_for_function("localStorage.getItem('yihu.people')?.includes('verifier')")
    one.lose_network()
    record_offline(one, his)
    hand_over(one)
    first = one.page.locator("fieldset label", has_text="1 条待上传")
    expect(first).to_contain_text(village.username)

    one.find_network()
    choose_person(one, "别的人")
    one.fill_in_sign_in("colleague")
    one.see_heading("今日")
    expect(one.state).to_have_text("都已上传")
    one.open("/uploads")
    one.see("0 条")
    one.page.wait_for_function(
        "JSON.parse(localStorage.getItem('yihu.people')).every((one) => one.verifier)"
    )
    one.lose_network()
    record_offline(one, hers)
    hand_over(one)

    # What he has not sent is in the way of clearing the phone of him.
    ask_to_clear(one, village.username)
    expect(one.page.get_by_role("alert")).to_contain_text("1 条待上传只在这部手机上，不能清掉")

    come_back(one, village.username, "not his password")
    expect(one.page.get_by_role("alert").first).to_contain_text("密码不对")
    come_back(one, village.username)
    one.see_heading("今日")
    one.find_network()
    one.open("/uploads")
    one.see_all_sent()
    assert [form for form, _ in town.submissions(his.id)] == ["visit"]
    assert town.submissions(hers.id) == []

    hand_over(one)
    come_back(one, "1 条待上传")
    one.see_heading("今日")
    one.open("/uploads")
    one.see_all_sent()
    assert [form for form, _ in town.submissions(hers.id)] == ["visit"]

    # All is with the office: now it may be cleared, after a second question.
    hand_over(one)
    ask_to_clear(one, village.username)
    one.page.get_by_role("button", name="确定清掉").click()
    expect(one.page.locator("fieldset label", has_text=village.username)).to_have_count(0)


def test_a_draft_is_open_in_one_window_only_and_goes_on_where_that_one_left_it(
    phone: MakePhone, town: Town, village: Village
) -> None:
    home = village.homes[0]
    one = phone(village.username)
    visit = begin_visit(one, home)
    other = second_window(one, one.page.url)
    expect(other.get_by_text("这条在另一个窗口里正开着")).to_be_visible()
    expect(other.get_by_role("button", name="保存")).to_have_count(0)

    visit.nothing_changed("吃穿、三保障、饮水")
    one.page.get_by_role("button", name="返回").click()
    expect(one.page.get_by_role("heading", name="家里人")).to_be_visible()
    other.get_by_role("button", name="在这里打开").click()
    one.page = other
    visit = Visit(one)
    visit.see_open()
    visit.nothing_changed("变化情况")
    visit.choose("有返贫致贫风险吗", "没有")
    visit.see_complete()
    visit.save()
    one.open("/uploads")
    one.see_all_sent()
    assert town.value(home.id, "food_ok") == "yes"


def test_leaving_in_one_window_reaches_the_other_and_costs_nothing_that_was_typed(
    phone: MakePhone, town: Town, village: Village
) -> None:
    one = phone(village.username)
    visit = begin_visit(one, village.homes[0])
    visit.unfold("宣传和答应的事")
    promise = visit._asked("答应了什么").locator("input, textarea")

    other = second_window(one, one.url + "/me")
    promise.press_sequentially("下次带表来")
    other.get_by_role("button", name="换个人登录").click()
    expect(one.page.get_by_text("用过这部手机的人")).to_be_visible()
    come_back(one, home_person(one))
    again = Visit(one)
    again.see_open()
    again.unfold("宣传和答应的事")
    expect(again._asked("答应了什么").locator("input, textarea")).to_have_value("下次带表来")


def home_person(one: Phone) -> str:
    """The only person that this phone knows."""
    return one.page.locator("fieldset label .name").first.inner_text()


def test_signing_out_is_refused_while_another_window_holds_a_draft(
    phone: MakePhone, town: Town, village: Village
) -> None:
    one = phone(village.username)
    visit = begin_visit(one, village.homes[0])
    other = second_window(one, one.url + "/me")
    other.get_by_role("button", name="退出登录").click()
    expect(other.get_by_role("alert")).to_contain_text("1 条没填完只在这部手机上")
    visit.see_open()

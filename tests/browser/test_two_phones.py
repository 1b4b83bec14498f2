"""Story C: two phones, offline, on one household; the township settles what they disagree about."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakeDesk, MakePhone
from tests.browser.pages.phone import Phone
from tests.browser.pages.queue import Disputes
from tests.browser.pages.record import Registration, Visit
from tests.browser.town import Town


@pytest.fixture
def two(phone: MakePhone) -> tuple[Phone, Phone]:
    """Two colleagues in one village, both without network."""
    phones = (phone("liming", "红米 12C"), phone("chenli", "荣耀 X50"))
    for one in phones:
        one.keep_app_offline()
        one.lose_network()
    return phones


def test_different_facts_join_and_the_same_fact_is_settled_by_the_township(
    two: tuple[Phone, Phone], town: Town, desk: MakeDesk
) -> None:
    first, second = two
    home = town.household()
    Registration(first).update(home.id, phone_number="13900001111", group="一组")
    Registration(second).update(home.id, phone_number="13900002222", elsewhere="否")
    for one in two:
        one.find_network()
        one.open("/uploads")
        one.see_all_sent()
    first.synchronize()

    # Joined silently: what only one of them said.
    assert town.value(home.id, "group_name") == "一组"
    assert "no" in str(town.value(home.id, "lives_elsewhere"))
    for one in two:
        one.open_household(home.id)
        one.page.get_by_text("已登记").click()
        one.see("一组")
        one.page.get_by_text("已登记").click()
        # Kept apart: what they said differently.
        apart = one.page.locator("#disputed")
        expect(apart).to_contain_text("两边填的不一样")
        expect(apart).to_contain_text("13900001111")
        expect(apart).to_contain_text("13900002222")
    assert sorted(map(str, town.disputed(home.id)["phone"])) == ["13900001111", "13900002222"]

    office = desk("zhao")
    disputes = Disputes(office)
    disputes.open_household(home.head)
    expect(disputes.sides).to_have_count(2)
    disputes.settle("2222", "电话问了本人")  # the desk masks what both have in common
    for one in two:
        one.open("/uploads")
        one.synchronize()
        one.open_household(home.id)
        expect(one.page.locator("#disputed")).to_have_count(0)
        one.page.get_by_text("已登记").click()
        one.see("13900002222")
    assert town.value(home.id, "phone") == "13900002222"
    assert town.disputed(home.id) == {}


def test_each_phone_shows_what_the_other_recorded(two: tuple[Phone, Phone], town: Town) -> None:
    first, second = two
    home = town.household()
    first.open_household(home.id)
    visit = Visit(first)
    visit.begin()
    visit.uneventful(home.head)
    visit.save()
    for one in two:
        one.find_network()
        one.open("/uploads")
        one.see_all_sent()
    second.synchronize()
    second.open_household(home.id)
    expect(second.page.locator(".fact", has_text="最近来过")).to_contain_text("李明远")
    expect(second.page.locator(".time .row")).to_contain_text("待审核")

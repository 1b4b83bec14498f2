"""The plan of a year: written at the door without network, approved in the office, gone on with."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import MakeDesk, MakePhone
from tests.browser.pages.record import Visit
from tests.browser.town import Household, Town

NOT_HELPED = {None, "", "ordinary", "closed", "moved_away"}


def helped(town: Town) -> Household:
    """A household that somebody plans help for."""
    home = town.household()
    while town.value(home.id, "household_type") in NOT_HELPED:
        home = town.household()
    return home


def test_a_plan_and_its_measure_are_written_without_network_and_gone_on_with(
    phone: MakePhone, desk: MakeDesk, town: Town
) -> None:
    home = helped(town)
    hand = phone("liming")
    hand.keep_app_offline()
    hand.lose_network()
    hand.open_household(home.id)
    hand.count_taps()
    plan = Visit(hand)
    plan.page.get_by_role("button", name="帮扶计划").click()
    plan.see_open()
    plan.met(home.head)
    plan.choose("自己想不想发展", "愿意，有想做的")
    plan.write("人均纯收入要达到多少", "18000")
    plan.page.get_by_role("button", name="加一项措施").click()
    plan.pick("什么措施", "养殖")
    plan.choose("落实了吗", "已落实")
    plan.write("谁负责", "李明远")
    plan.see_complete()
    plan.save()
    hand.see_no_more_taps_than_documented("the plan of a year with one measure")
    hand.open("/uploads")
    hand.see("年帮扶计划")
    hand.find_network()
    hand.see_all_sent()

    [(form, instance)] = town.submissions(home.id)
    assert form == "help_plan"
    office = desk("zhao")
    office.open(f"review/{instance}")
    office.see("养殖")
    office.page.get_by_role("button", name="A 通过", exact=True).click()
    office.see("已审 1 条")
    hand.synchronize()
    hand.open_household(home.id)
    hand.page.get_by_role("button", name="帮扶计划").click()
    plan.see_open()
    expect(plan.page.get_by_role("heading", level=2, name="养殖")).to_be_visible()

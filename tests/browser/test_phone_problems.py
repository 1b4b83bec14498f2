"""A problem told at the door comes up again at the next visit, until it is solved."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import MakeDesk, MakePhone
from tests.browser.pages.record import Visit
from tests.browser.town import Town


def test_a_problem_is_told_in_few_taps_and_answered_at_the_next_visit_in_one(
    phone: MakePhone, desk: MakeDesk, town: Town
) -> None:
    home = town.household()
    hand = phone("liming")
    hand.open_household(home.id)
    hand.count_taps()
    visit = Visit(hand)
    visit.begin()
    visit.uneventful(home.head)
    visit.unfold("问题和诉求").get_by_role("button", name="加一个问题或诉求").click()
    visit.page.locator("button.pick").last.click()
    visit.choose("什么问题", "住房漏雨裂缝")
    visit.write("说说情况", "西屋漏雨，雨季前要修。")
    visit.see_complete()
    visit.save()
    hand.see_no_more_taps_than_documented("a visit with one problem")
    hand.open("/uploads")
    hand.see_all_sent()

    hand.synchronize()
    hand.open_household(home.id)
    hand.see("西屋漏雨，雨季前要修。（村级办）")
    visit.begin()
    visit.unchanged(home.head)
    section = visit.section("问题和诉求")
    expect(section.get_by_text("问题：住房漏雨裂缝")).to_be_visible()
    visit.choose("解决了吗", "已解决")
    visit.see_complete()
    visit.page.get_by_role("button", name="保存").click()
    visit.page.get_by_role("button", name="再记一次").click()  # it is still the same day
    expect(visit.page.get_by_text("记好了")).to_be_visible()
    hand.open("/uploads")
    hand.see_all_sent()
    office = desk("zhao")
    office.follow("问题诉求")
    expect(office.page.get_by_role("link", name=home.head)).to_have_count(0)

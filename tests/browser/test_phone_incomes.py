"""An income account at the door: its sum grows in sight, and stands where it is signed."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import MakePhone
from tests.browser.pages.record import Visit
from tests.browser.town import Town


def test_an_account_is_reckoned_while_it_is_filled_in_and_signed_with_its_sum(
    phone: MakePhone, town: Town
) -> None:
    home = town.household()
    hand = phone("liming")
    hand.open_household(home.id)
    record = Visit(hand)
    record.page.get_by_role("button", name="收入核算").first.click()
    record.see_open()
    record.met(home.head)
    record.unfold("生产经营收入").get_by_role("button", name="加一项").click()
    record.choose("哪一项", "粮食")
    record.write("品名", "小麦")
    record.write("数量", "2000")
    record.write("单价（元）", "2.36")
    record.section("生产经营收入").get_by_role("button", name="填好了").click()
    record.unfold("转移性收入").get_by_role("button", name="加一项").click()
    record.pick("哪一项", "临时救助慰问")
    record.write("一年多少元", "2000")
    record.phone.see("记下来，不计入收入")
    sum_ = record.page.get_by_label("怎么算出来的")
    expect(sum_).to_contain_text("= 4,720")
    record.page.get_by_role("button", name="请对方签名").click()
    dialog = record.page.get_by_role("dialog")
    expect(dialog).to_contain_text("纯收入 4,720 元")
    expect(dialog).to_contain_text("人均")

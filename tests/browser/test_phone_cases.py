"""A monitoring case: a clue at the door, checked there, ended in the office, begun anew."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import MakeDesk, MakePhone
from tests.browser.pages.phone import Phone
from tests.browser.pages.record import Visit
from tests.browser.town import Town


def choose(phone: Phone, label: str, nth: int = 0) -> None:
    phone.page.locator("label.opt").filter(has_text=label).nth(nth).tap()


def write(phone: Phone, label: str, text: str) -> None:
    field = phone.page.get_by_label(label).first
    field.fill(text)
    field.blur()


def save(phone: Phone) -> None:
    phone.page.get_by_role("button", name="保存").tap()
    phone.see("记好了")


def begin(phone: Phone, what: str) -> None:
    phone.page.get_by_role("button", name=what).tap()
    expect(phone.page.get_by_role("progressbar")).to_be_visible()


def test_a_clue_is_reported_checked_and_ended(phone: MakePhone, desk: MakeDesk, town: Town) -> None:
    home = town.household()
    cadre = phone("liming")
    cadre.open_household(home.id)
    begin(cadre, "报风险线索")
    choose(cadre, "因病")
    write(cadre, "说说情况", "老伴查出肺癌，10 月住院自费 4 万多")
    choose(cadre, "基层干部排查")
    save(cadre)
    cadre.open_household(home.id)
    cadre.see("监测：线索待核实")
    begin(cadre, "监测：入户核实")
    choose(cadre, home.head)
    write(cadre, "近 12 个月自己付的大额支出", "42000")
    cadre.page.get_by_role("button", name="均有保障、无变化").or_(
        cadre.page.get_by_role("button", name="均无变化")
    ).first.tap()
    write(cadre, "突出困难", "治病借了钱")
    choose(cadre, "只能应付一部分")
    choose(cadre, "建议纳入")
    choose(cadre, "突发严重困难户")
    cadre.page.locator("fieldset").filter(has_text="主要风险").locator("label.opt").filter(
        has_text="因病"
    ).first.tap()
    write(cadre, "理由", "自付支出太大，收入下降")
    save(cadre)
    cadre.open()
    cadre.see_all_sent()
    cadre.open()
    cadre.synchronize()
    cadre.open_household(home.id)
    cadre.see("监测：核实过，建议纳入")
    cadre.page.get_by_role("link", name="监测：").first.tap()
    cadre.see_heading("监测")
    office = desk("zhao")
    office.follow("监测")
    office.see_heading("监测")
    office.see(home.head)
    office.page.get_by_role("link", name=home.head).first.click()
    office.see("申请和授权")
    office.page.get_by_label("依据").fill("查实：报错了户")
    office.page.get_by_role("button", name="终止").click()
    office.see("已终止")
    cadre.open()
    cadre.synchronize()
    cadre.open_household(home.id)
    cadre.see("报风险线索")
    cadre.see("以前监测过")


def test_a_monthly_follow_up_needs_no_more_taps_than_the_documents_say(
    phone: MakePhone, town: Town
) -> None:
    home = town.household()
    cadre = phone("liming")
    cadre.open_household(home.id)
    begin(cadre, "报风险线索")
    choose(cadre, "因病")
    write(cadre, "说说情况", "住院花费大")
    choose(cadre, "基层干部排查")
    save(cadre)
    cadre.open()
    cadre.see_all_sent()
    cadre.open()
    cadre.synchronize()
    cadre.open_household(home.id)
    cadre.see("监测：线索待核实")
    cadre.count_taps()
    visit = Visit(cadre)
    visit.begin()
    visit.uneventful(home.head)
    visit.save()
    cadre.see_no_more_taps_than_documented("a monthly follow-up of a monitored household")

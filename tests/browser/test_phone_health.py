"""The eight ones on the phone: few taps, one case however many phones begin it."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, expect

from bench.instance import Instance
from server.intake.office import derived_id
from tests.browser.conftest import MakeDesk, MakePhone
from tests.browser.pages.phone import Phone
from tests.browser.serving import rows
from tests.browser.town import SANLI, Town


class Ill:
    """Somebody of 三里村 who needs the eight ones."""

    def __init__(self, household: str, person: str, name: str) -> None:
        self.household, self.person, self.name = household, person, name
        self.case = derived_id("health_case", person)


@pytest.fixture(scope="module")
def ill(instance: Instance) -> list[Ill]:
    """All of them, each for one story."""
    found = rows(
        instance,
        "select household_id, id, json_extract(live, '$.units.person_name[0]') from entities"
        " where register = 'persons' and area = ?"
        " and json_extract(derived, '$.hb_needed') = 1 order by id",
        SANLI,
    )
    return [Ill(*row) for row in found]


def begin(phone: Phone, one: Ill) -> None:
    """Open the eight ones of somebody from his household."""
    phone.page.get_by_role("button", name=re.compile(f"{one.name}的健康八个一")).tap()
    phone.see("已落实 0 项")


def card(phone: Phone, title: str) -> Locator:
    return phone.page.locator("details.card").filter(has_text=title)


def choose(within: Locator, label: str) -> None:
    within.locator("label.opt").filter(has_text=label).first.tap()


def save(phone: Phone) -> None:
    phone.page.get_by_role("button", name="保存").tap()
    phone.see("记好了")


def eight_of(town: Town, one: Ill) -> dict[str, str]:
    """Item -> status of somebody's case on the server."""
    ((live,),) = rows(town.instance, "select live from entities where id = ?", one.case)
    units = json.loads(live)["units"]
    return {
        unit: value[0][f"{unit}_status"] for unit, value in units.items() if unit.startswith("hb")
    }


def test_one_of_the_eight_needs_no_more_taps_than_the_documents_say(
    phone: MakePhone, town: Town, ill: list[Ill]
) -> None:
    one = ill.pop()
    liming = phone("liming")
    liming.open_household(one.household)
    liming.count_taps()
    begin(liming, one)
    choose(card(liming, "明确一所定点医院"), "已落实")
    save(liming)
    liming.see_no_more_taps_than_documented("one of the eight ones")
    liming.see_all_sent()
    assert eight_of(town, one) == {"hb1": "done"}


def test_two_phones_that_begin_one_case_end_in_one(
    phone: MakePhone, town: Town, ill: list[Ill]
) -> None:
    one = ill.pop()
    first, second = phone("liming"), phone("liming", device="华为畅享")
    for each in (first, second):
        each.keep_app_offline()
        each.open_household(one.household)
        each.lose_network()
    begin(first, one)
    choose(card(first, "明确一所定点医院"), "已落实")
    save(first)
    begin(second, one)
    card(second, "组织一次健康会诊").locator("summary").tap()
    choose(card(second, "组织一次健康会诊"), "不适用")
    choose(card(second, "组织一次健康会诊"), "病情平稳")
    save(second)
    for each in (first, second):
        each.find_network()
        each.see_all_sent()
    assert eight_of(town, one) == {"hb1": "done", "hb7": "na"}


def test_what_the_desk_records_for_many_stands_on_the_phone(
    phone: MakePhone, desk: MakeDesk, ill: list[Ill]
) -> None:
    one = ill.pop()
    office = desk("zhao")
    office.open(f"health/?village={SANLI}")
    office.page.get_by_label(f"选{one.name}", exact=True).check()
    office.page.get_by_label("哪一项").select_option("hb8")
    office.page.get_by_label("机构", exact=True).fill("果里镇卫生院")
    office.page.get_by_role("button", name="记为已落实").click()
    office.see("已记 1 人")
    liming = phone("liming")
    liming.open_household(one.household)
    liming.page.get_by_role("button", name=re.compile(f"{one.name}的健康八个一")).tap()
    expect(card(liming, "发放一张健康明白纸")).to_contain_text("果里镇卫生院")
    liming.see("已落实 1 项")


def test_one_item_is_recorded_for_many_without_a_network_and_can_be_taken_back_before_it_is_sent(
    phone: MakePhone, town: Town
) -> None:
    count = "select count(*) from submissions where form_id = 'health_eight'"
    before = rows(town.instance, count)[0][0]
    liming = phone("liming")
    liming.keep_app_offline()
    liming.tab("农户")
    liming.page.get_by_role("link", name=re.compile("八个一成批记")).tap()
    liming.see_heading("八个一成批记")
    liming.lose_network()
    page = liming.page
    page.get_by_label("哪一项").select_option("hb3")
    page.get_by_label(re.compile("哪家机构")).fill("果里镇卫生院")
    for place in (0, 1):
        page.locator("label.pick input").nth(place).check()
    page.get_by_role("button", name="记为已落实").tap()
    liming.see("记好 2 人")
    page.get_by_role("button", name="记错了，取回").tap()
    liming.see("已取回 2 条")
    for place in (0, 1):
        page.locator("label.pick input").nth(place).check()
    page.get_by_role("button", name="记为已落实").tap()
    liming.see("记好 2 人")
    page.get_by_role("button", name="没错，上传").tap()
    liming.find_network()
    liming.open()
    liming.see_all_sent()
    assert rows(town.instance, count)[0][0] == before + 2

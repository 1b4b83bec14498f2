"""Story: two phones register one new household offline; the desk joins it, and takes it back."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import MakeDesk, MakePhone
from tests.browser.pages.duplicates import Duplicates
from tests.browser.pages.phone import Phone
from tests.browser.pages.record import Registration, Visit
from tests.browser.serving import rows
from tests.browser.town import SANLI, Town
from tests.household_file.households import id_number

HEAD = "杜秋生"


def register(phone: Phone, number: str, area: str) -> None:
    """A household of one, all that has to be asked."""
    phone.open(f"/households?village={SANLI}")
    form = Registration(phone)
    form.begin()
    form.write("住在哪", "村西头第二家")
    form.choose("全家长期在外吗", "否")
    form.write("联系电话", number)
    form.add_member()
    form.fill_in_person(HEAD, "户主", id_number("19610305", 311))
    form.unfold("户类型和致贫原因")
    form.choose("户类型（建议）", "一般农户")
    form.unfold("生产和生活")
    form.write("耕地多少亩", "3.5")
    form.write("住房多少平方米", area)
    form.choose("住房等级", "B级")
    form.choose("住房靠什么保障", "鉴定安全")
    form.choose("吃什么水", "集中供水(自来水)")
    for question in ("水够不够", "水质好不好", "取水方便吗", "会不会断水"):
        form.choose(question, "达标")
    form.see_complete()
    form.save()


def households(town: Town) -> list[str]:
    """The households of that name, as the lists know them."""
    found = rows(town.instance, "select household_id from household_rows where head_name = ?", HEAD)
    return sorted(str(row[0]) for row in found)


def test_a_household_registered_twice_is_joined_late_records_follow_and_it_is_parted_again(
    phone: MakePhone, town: Town, desk: MakeDesk
) -> None:
    two = (phone("liming", "红米 12C"), phone("chenli", "荣耀 X50"))
    for one in two:
        one.keep_app_offline()
        one.lose_network()
    for one, number, area in zip(two, ("13900007771", "13900007772"), ("90", "120"), strict=True):
        register(one, number, area)
        one.find_network()
        one.open("/uploads")
        one.see_all_sent()
    first, second = households(town)

    # A visit that is under way to the one that will be no more.
    late = two[1] if town.value(second, "phone") == "13900007772" else two[0]
    late.lose_network()
    late.open_household(second)
    visit = Visit(late)
    visit.begin()
    visit.uneventful(HEAD)
    visit.save()

    office = desk("zhao")
    pairs = Duplicates(office)
    pairs.open_pair_of(HEAD)
    expect(pairs.sides("住房面积（平方米）")).to_have_count(2)
    pairs.choose("住房面积（平方米）", "120")
    pairs.choose("联系电话", "7771")
    office.see("两边都有的人")
    pairs.join_by_key("电话问了本人")
    decision = office.page.url
    assert households(town) == [first]
    assert town.value(first, "house_area") == "120"
    assert town.value(first, "phone") == "13900007771"

    late.find_network()
    late.open("/uploads")
    late.see_all_sent()
    assert "visit" in [form for form, _ in town.submissions(first)]
    late.synchronize()
    late.open_household(first)
    expect(late.page.locator(".fact", has_text="最近来过")).to_be_visible()  # the other cadre
    expect(late.page.locator(".time .row", has_text="走访")).to_have_count(1)

    office.page.goto(decision)
    pairs.withdraw("问清楚了，是两户")
    assert households(town) == [first, second]
    assert "visit" in [form for form, _ in town.submissions(second)]
    late.open("/uploads")
    late.synchronize()
    late.open_household(second)
    expect(late.page.locator(".fact", has_text="最近来过")).to_have_count(0)
    expect(late.page.locator(".time .row", has_text="走访")).to_have_count(1)

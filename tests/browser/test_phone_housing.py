"""A house assessed at the door: the second time in few taps, and danger at once on the desk."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import MakeDesk, MakePhone
from tests.browser.pages.phone import Phone
from tests.browser.pages.record import Record
from tests.browser.pictures import camera_picture
from tests.browser.town import Town


class Assessment(Record):
    """The assessment's form."""

    def begin(self) -> None:
        """From the household's page."""
        self.page.get_by_role("button", name="住房安全评定").first.click()
        self.see_open()

    def met(self, name: str) -> None:
        """Who was there."""
        self.page.locator("label.opt", has_text=name).first.locator("input").click()

    def describe(self) -> None:
        """The house, for the first time."""
        self.choose("现在有人住吗", "是")
        self.write("哪年建的", "1987")
        self.write("几层", "1")
        self.write("建筑面积", "68")
        self.choose("结构形式", "砖木")
        self.choose("屋盖结构", "柁梁+檩条")
        self.choose("屋面类型", "双坡")

    def grade(self, part: str, letter: str) -> None:
        """One tap on the words that fit; the next part opens by itself."""
        option = self.section(part).locator(
            "label.opt", has=self.page.locator(f".grade:text-is('{letter}')")
        )
        option.locator("input").click()

    def grade_all(self, letters: str) -> None:
        """The four parts of a house of brick and wood."""
        for part, letter in zip(
            ("地基基础", "承重墙", "木柱、梁、檩", "屋面"), letters, strict=True
        ):
            self.grade(part, letter)

    def see_grade(self, text: str) -> None:
        """How it came about."""
        expect(self.page.locator("[data-grade]")).to_contain_text(text)


def a_known_house(phone: Phone, household: str, head: str) -> Assessment:
    """Assessed once already."""
    phone.open_household(household)
    first = Assessment(phone)
    first.begin()
    first.met(head)
    first.describe()
    first.choose("场地安全吗", "安全")
    first.grade_all("bbbb")
    first.choose("防灾措施", "部分具备")
    first.choose("处理建议", "日常维护")
    first.save()
    return first


def test_a_house_of_grade_b_needs_no_more_taps_than_the_documents_say(
    phone: MakePhone, town: Town
) -> None:
    home = town.household()
    hand = phone("liming")
    again = a_known_house(hand, home.id, home.head)
    hand.open_household(home.id)
    hand.count_taps()
    again.begin()
    again.met(home.head)
    again.page.get_by_role("button", name="和上次一样").click()
    again.choose("场地安全吗", "安全")
    again.grade_all("abbb")
    again.see_grade("整体等级随最差的部分")
    again.see_grade("砌筑一般或较差；轻微开裂或剥蚀")
    again.choose("防灾措施", "部分具备")
    again.choose("处理建议", "日常维护")
    again.save()
    hand.see_no_more_taps_than_documented("a house of grade B")


def test_a_dangerous_wall_is_noted_with_its_photo_and_asks_the_township_for_an_assessment(
    phone: MakePhone, desk: MakeDesk, town: Town, tmp_path: Path
) -> None:
    home = town.household()
    hand = phone("liming")
    hand.open_household(home.id)
    record = Assessment(hand)
    record.begin()
    record.met(home.head)
    record.describe()
    record.choose("场地安全吗", "安全")
    record.grade_all("bdbb")
    record.see_grade("D 级，整栋危险")
    record.see_grade("这是初评")
    record.section("承重墙").get_by_role("button", name="记下这一处").click()
    record.write("在哪一处", "西山墙下半截")
    record.write("什么样", "斜裂缝，两边透光")
    photo = record.page.locator(".q", has_text="拍一张").last.locator("input[type=file]").first
    photo.set_input_files(camera_picture(tmp_path / "camera.jpg"))
    record.choose("防灾措施", "完全不具备")
    record.choose("处理建议", "拆除重建")
    record.choose("人搬出危房了吗", "否")
    record.choose("愿意改造吗", "愿意改造")
    record.see_complete()
    record.save()
    hand.open("/uploads")
    hand.see_all_sent()
    office = desk("zhao")
    office.follow("住房台账")
    office.page.get_by_role("link", name=home.head).click()
    office.see("初评 D 级 · 承重墙 · 住着人 · 拆除重建")
    office.see("d级：严重开裂；部分严重歪斜；局部倒塌或有倒塌危险")


def test_nobody_there_and_not_seen_is_three_taps(phone: MakePhone, town: Town) -> None:
    home = town.household()
    hand = phone("liming")
    hand.open_household(home.id)
    record = Assessment(hand)
    record.begin()
    record.page.locator("label.opt", has_text="没在家").first.locator("input").click()
    record.choose("没在家，去哪了？", "务工")
    record.choose("看房了吗", "没看成，改天再来")
    record.see_complete()
    record.save()

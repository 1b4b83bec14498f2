"""Story B: a day in the village without network, and what becomes of it afterwards."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Playwright, expect

from bench.instance import Instance
from tests.browser.conftest import MakePhone
from tests.browser.killing import Pocket
from tests.browser.pages.phone import Phone
from tests.browser.pages.record import Registration, Visit
from tests.browser.pictures import camera_picture
from tests.browser.serving import rows
from tests.browser.town import SANLI, Town
from tests.household_file.households import id_number


@pytest.fixture
def offline(phone: MakePhone) -> Phone:
    """A phone that has everything and no network."""
    one = phone("liming")
    one.keep_app_offline()
    one.lose_network()
    return one


def test_an_uneventful_visit_needs_no_more_taps_than_the_documents_say(
    offline: Phone, town: Town
) -> None:
    home = town.household()
    offline.open_household(home.id)
    offline.count_taps()
    visit = Visit(offline)
    visit.begin()
    visit.uneventful(home.head)
    visit.save()
    offline.see_no_more_taps_than_documented("an uneventful visit")


def test_nobody_home_needs_no_more_taps_than_the_documents_say(offline: Phone, town: Town) -> None:
    offline.open_household(town.household().id)
    offline.count_taps()
    offline.page.get_by_role("button", name="没在家").click()
    offline.page.get_by_role("button", name="下地").click()
    offline.see("记好了")
    offline.see_no_more_taps_than_documented("nobody home")


def test_photo_signature_and_position_arrive_the_pictures_small_and_without_a_place(
    offline: Phone, town: Town, tmp_path: Path
) -> None:
    home = town.household()
    offline.open_household(home.id)
    visit = Visit(offline)
    visit.begin()
    visit.uneventful(home.head)
    visit.take_photo(camera_picture(tmp_path / "camera.jpg"))
    visit.take_position()
    visit.sign()
    visit.save()
    offline.open("/uploads")
    offline.see("1 条")
    expect(offline.state).to_contain_text("1 条待上传")
    offline.find_network()
    offline.see_all_sent()
    ((form, submission),) = town.submissions(home.id)
    assert form == "visit"
    ((xml,),) = rows(town.instance, "select xml from submissions where instance_id = ?", submission)
    assert "<location>36.93 118.05 " in str(xml)
    pictures = [Image.open(io.BytesIO(content)) for _, content in town.photos(submission)]
    assert len(pictures) == 2
    for picture in pictures:
        assert max(picture.size) <= 1600
        assert not picture.getexif()
    kinds = sorted(str(picture.format) for picture in pictures)
    assert kinds == ["JPEG", "PNG"]


def test_a_tab_killed_in_the_middle_comes_back_with_the_same_draft(
    offline: Phone, town: Town, tmp_path: Path
) -> None:
    home = town.household()
    offline.open_household(home.id)
    visit = Visit(offline)
    visit.begin()
    visit.met(home.members[1].name)
    visit.one_by_one("吃穿、三保障、饮水")
    visit.choose("住房安全", "需鉴定")
    visit.write("说说是什么问题", "东屋漏雨，墙上有裂缝")
    visit.take_photo(camera_picture(tmp_path / "camera.jpg"))
    visit.see_on_disk()
    before, address = visit.answers(), offline.page.url
    offline.page.close(run_before_unload=False)

    offline.page = offline.context.new_page()
    offline.open()
    offline.page.locator("main a[href^='/records/']", has_text=home.head).click()
    again = Visit(offline)
    again.see_open()
    assert offline.page.url == address
    expect(offline.page.locator("figure img")).to_have_count(1)
    assert again.answers() == before


def test_a_browser_killed_in_the_middle_comes_back_with_the_draft(
    playwright: Playwright, instance: Instance, town: Town, tmp_path: Path
) -> None:
    home = town.household()
    pocket = Pocket(playwright, tmp_path / "profile", instance.url)
    first = pocket.switch_on()
    first.sign_in("liming")
    first.keep_app_offline()
    first.context.close()  # the phone is switched off in the office

    second = pocket.switch_on()
    second.lose_network()
    second.open_household(home.id)
    visit = Visit(second)
    visit.begin()
    visit.uneventful(home.head)
    visit.unfold("宣传和答应的事")
    visit.write("答应了什么", "下次带低保申请表来")
    visit.see_on_disk()
    before = visit.answers()
    pocket.kill()

    third = pocket.switch_on()
    third.lose_network()
    third.open_household(home.id)
    third.page.get_by_role("button", name="接着填走访").click()
    again = Visit(third)
    again.see_open()
    assert again.answers() == before
    again.save()
    third.find_network()
    third.open("/uploads")
    third.see_all_sent()
    third.context.close()
    assert [form for form, _ in town.submissions(home.id)] == ["visit"]


def test_a_new_household_is_registered_and_a_wrong_id_number_is_told(
    offline: Phone, town: Town
) -> None:
    offline.open(f"/households?village={SANLI}")
    form = Registration(offline)
    form.begin()
    form.write("住在哪", "村东头第三家")
    form.choose("全家长期在外吗", "否")
    form.write("联系电话", "13900001234")
    right = id_number("19600203", 202)
    form.add_member()
    form.fill_in_person("程秀云", "户主", right[:-1] + ("1" if right[-1] != "1" else "2"))
    offline.see("身份证号不对")
    form.write("身份证号", right)
    expect(offline.page.get_by_role("alert")).to_have_count(0)
    form.add_member()
    form.fill_in_person("程小军", "子", id_number("19850405", 203))
    form.unfold("户类型和致贫原因")
    form.choose("户类型（建议）", "一般农户")
    form.unfold("生产和生活")
    form.write("耕地多少亩", "3.5")
    form.write("住房多少平方米", "90")
    form.choose("住房等级", "B级")
    form.choose("住房靠什么保障", "鉴定安全")
    form.choose("吃什么水", "集中供水(自来水)")
    for question in ("水够不够", "水质好不好", "取水方便吗", "会不会断水"):
        form.choose(question, "达标")
    form.see_complete()
    form.save()
    offline.see_heading("程秀云")
    offline.open(f"/households?village={SANLI}")
    offline.page.get_by_label("找农户").fill("程秀云")
    expect(offline.page.locator("main a.row", has_text="程秀云")).to_contain_text("待编号")
    offline.find_network()
    offline.open("/uploads")
    offline.see_all_sent()
    expect(offline.page.locator("main a.row", has_text="程秀云")).to_contain_text("待审核")
    found = rows(
        town.instance,
        "select household_id, family_size, area from household_rows where head_name = ?",
        "程秀云",
    )
    assert [(size, area) for _, size, area in found] == [(2, SANLI)]


def test_a_members_telephone_is_corrected_and_sends_itself(offline: Phone, town: Town) -> None:
    home = town.household()
    member = home.members[1]
    offline.open(f"/households/{home.id}/members/{member.id}")
    offline.page.get_by_role("button", name="改信息").click()
    form = Registration(offline)
    form.see_open()
    form.write("电话", "13900004321")
    form.unfold("住址和电话")
    form.write("住在哪", "二排六号")  # the roster did not say
    form.see_complete()
    form.save()
    offline.see("已存在手机里，有网会自己上传")
    offline.find_network()
    offline.see_all_sent()
    offline.open("/uploads")
    expect(offline.page.locator("main a.row", has_text=home.head)).to_contain_text("待审核")
    assert town.value(member.id, "member_phone") == "13900004321"

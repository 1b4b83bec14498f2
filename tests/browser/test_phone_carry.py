"""A village without network: a file is handed in, and what is sent later changes nothing."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import MakeDesk, MakePhone, Village
from tests.browser.pages.phone import Phone
from tests.browser.pages.record import Visit
from tests.browser.pictures import camera_picture
from tests.browser.serving import rows
from tests.browser.town import Household, Town


def write_file(one: Phone, folder: Path) -> Path:
    """The sealed file, as it lies among the phone's downloads."""
    one.open("/carry")
    with one.page.expect_download() as waiting:
        one.page.get_by_role("button", name="存成文件").click()
    found = waiting.value
    path = folder / found.suggested_filename
    found.save_as(path)
    one.see("文件存上了吗？")
    return path


def find_file(one: Phone) -> None:
    """The person looked, and it is there: only now it counts."""
    one.see("还没有存成过文件")
    one.page.get_by_role("button", name="找到了").click()
    one.see("记下了，把文件交给镇里就行")


def _visits(town: Town, home: Household) -> list[str]:
    found = rows(
        town.instance,
        "select instance_id from submissions where household_id = ? and form_id = 'visit'",
        home.id,
    )
    return [str(instance_id) for (instance_id,) in found]


def _stored(town: Town) -> dict[str, list[tuple[object, ...]]]:
    """What the township has: submissions, what they say of registers, and photos."""
    asked = {
        "submissions": "select instance_id, xml from submissions order by instance_id",
        "writes": "select entity_id, unit, instance_id from writes order by 1, 2, 3",
        "photos": "select instance_id, name, sha256 from submission_attachments order by 1, 2",
        "mismatches": "select * from submission_mismatches",
    }
    return {name: rows(town.instance, query) for name, query in asked.items()}


def visit_with_photo(one: Phone, home: Household, picture: Path) -> None:
    """A visit with one photo that stays on the phone."""
    one.open_household(home.id)
    visit = Visit(one)
    visit.begin()
    visit.uneventful(home.head)
    visit.take_photo(camera_picture(picture))
    visit.save()


def test_what_is_handed_in_as_a_file_and_sent_later_is_there_once(
    phone: MakePhone, desk: MakeDesk, town: Town, village: Village, tmp_path: Path
) -> None:
    first, second, third = village.homes[:3]
    one = phone(village.username)
    one.keep_app_offline()
    one.lose_network()
    visit_with_photo(one, first, tmp_path / "camera.jpg")
    visit_with_photo(one, second, tmp_path / "camera.jpg")
    one.open_household(third.id)
    begun = Visit(one)
    begun.begin()
    begun.met(third.head)
    begun.see_on_disk()

    file = write_file(one, tmp_path)
    assert file.name.startswith("一户-")
    assert file.name.endswith("-2条.yihu")
    assert file.read_bytes().startswith(b"YIHU1\n")
    one.see("另有 1 条没填完，不在文件里")
    find_file(one)
    one.see("上次存成文件：今天")
    one.open("/uploads")
    expect(one.state).to_have_text("没网，2 条待上传")

    office = desk("zhao")
    office.open("carry/")
    office.page.get_by_label("从手机").set_input_files(file)
    office.page.get_by_role("button", name="导入").click()
    told = office.page.locator("#progress")
    expect(told).to_contain_text("收下 2 条；照片和签名 2 个", timeout=60_000)
    handed_in = [*_visits(town, first), *_visits(town, second)]
    assert len(handed_in) == 2
    assert _visits(town, third) == []
    before = _stored(town)
    assert [len(town.photos(record)) for record in handed_in] == [1, 1]

    one.find_network()
    one.open("/uploads")
    one.see_all_sent()
    assert _stored(town) == before
    one.open(f"/households/{third.id}")
    expect(one.page.get_by_role("button", name="接着填走访")).to_be_visible()

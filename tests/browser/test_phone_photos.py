"""A picture that the phone cannot open."""

from __future__ import annotations

from pathlib import Path

from tests.browser.conftest import MakePhone, Village
from tests.browser.killing import on_disk
from tests.browser.pages.record import Visit
from tests.browser.pictures import camera_picture


def test_a_broken_picture_is_said_to_be_one_and_hinders_nothing(
    phone: MakePhone, village: Village, tmp_path: Path
) -> None:
    home = village.homes[0]
    whole = camera_picture(tmp_path / "camera.jpg").read_bytes()
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(whole[:2000])
    one = phone(village.username)
    one.keep_app_offline()
    one.lose_network()
    one.open_household(home.id)
    visit = Visit(one)
    visit.begin()
    visit.met(home.head)
    one.page.get_by_label("拍照").set_input_files(broken)
    one.see("这张照片打不开，没存上")
    one.see("拍照")
    visit.uneventful(home.head)
    visit.save()
    assert on_disk(one)["blobs"] == []

"""Seeing a photo: by the right to the submission that names it, never by knowing its hash."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from server import clock
from server.accounts.actor import actor
from server.attachments.reading import open_attachment
from tests.attachments.photos import Uploader, a_photo, a_submission
from tests.making import COUNTY, TOWN, YIJIA, a_person, looking


def test_a_recorder_sees_the_photo_of_his_village(app: Flask, client: FlaskClient) -> None:
    phone, photo = Uploader(client), a_photo()
    phone.upload(photo)
    instance_id = a_submission(app, photo)
    answer = phone.read(instance_id, "1.jpg")
    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
    assert answer.get_data() == photo
    assert "private" in answer.headers["Cache-Control"]


def test_a_photo_may_come_before_or_after_its_submission(app: Flask, client: FlaskClient) -> None:
    phone, photo = Uploader(client), a_photo()
    instance_id = a_submission(app, photo)
    assert phone.read(instance_id, "1.jpg").status_code == 404
    phone.upload(photo)
    assert phone.read(instance_id, "1.jpg").status_code == 200


def test_a_recorder_of_another_village_sees_nothing(app: Flask, client: FlaskClient) -> None:
    alice, charlie, photo = Uploader(client), Uploader(client, area=YIJIA), a_photo()
    alice.upload(photo)
    instance_id = a_submission(app, photo)
    assert charlie.read(instance_id, "1.jpg").status_code == 404
    charlie.upload(photo)
    assert charlie.read(instance_id, "1.jpg").status_code == 404


@pytest.mark.parametrize(
    ("role", "area", "sees"),
    [
        ("town_reviewer", TOWN, True),
        ("inspector", COUNTY, True),
        ("sysadmin", COUNTY, False),
        ("auditor", COUNTY, False),
    ],
)
def test_who_keeps_the_machine_running_sees_no_photos(
    app: Flask, client: FlaskClient, role: str, area: str, sees: bool
) -> None:
    photo = a_photo()
    Uploader(client).upload(photo)
    instance_id = a_submission(app, photo)
    person_id = a_person(app, role, area)
    with looking(app) as session:
        who = actor(session, person_id, clock.today())
        found = open_attachment(session, who, instance_id, "1.jpg", "thumb")
    assert (found is not None) is sees


def test_names_and_sizes_that_do_not_exist_are_not_found(app: Flask, client: FlaskClient) -> None:
    phone, photo = Uploader(client), a_photo()
    phone.upload(photo)
    instance_id = a_submission(app, photo)
    assert phone.read(instance_id, "2.jpg").status_code == 404
    assert phone.read(instance_id, "1.jpg", "../../yihu.db").status_code == 404
    assert phone.read("not-a-uuid", "1.jpg").status_code == 404


def test_a_thumbnail_is_upright_and_says_nothing_of_place_and_camera(
    app: Flask, client: FlaskClient
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    exif[0x010F] = "SECRET-CAMERA"
    photo = a_photo(1600, 1200, exif=exif)
    phone = Uploader(client)
    phone.upload(photo)
    small = phone.read(a_submission(app, photo), "1.jpg", "thumb").get_data()
    with Image.open(io.BytesIO(small)) as image:
        assert image.height == 546 > image.width
        assert not image.getexif()
    assert b"SECRET-CAMERA" in photo
    assert b"SECRET-CAMERA" not in small


def test_a_signature_keeps_its_paper_white(app: Flask, client: FlaskClient) -> None:
    out = io.BytesIO()
    ink = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
    ink.paste((0, 0, 0, 255), (100, 90, 500, 110))
    ink.save(out, "PNG")
    phone = Uploader(client)
    phone.upload(out.getvalue())
    instance_id = a_submission(app, out.getvalue(), name="sign.png")
    assert phone.read(instance_id, "sign.png").content_type == "image/png"
    with Image.open(io.BytesIO(phone.read(instance_id, "sign.png", "thumb").get_data())) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)
        assert max(image.getpixel((300, 100))) < 40  # type: ignore[arg-type]


def test_a_small_file_that_unpacks_to_gigabytes_is_refused(client: FlaskClient) -> None:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    phone = Uploader(client)
    place = phone.begin(out.getvalue()).headers["Location"]
    assert phone.send(place, 0, out.getvalue()).status_code == 415

"""A form with pictures: one zip for the office, fetched by phones picture by picture."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import clock
from server.forms.bundle import pack, unpack
from server.forms.compile import FormRefused
from server.forms.export import workbook
from server.forms.publish import Source
from server.forms.uploads import Order, publish_form, read_form, reasons
from tests.making import SANLI, a_device, looking, publish_forms, writing

PICTURE = b"\x89PNG\r\n\x1a\n crack"
FORM = """
| survey |
| | type | name | label | media::image | media::big-image |
| | select_one crack | crack | 裂缝像哪一种 | wall.png | wall.png |
| | date | event_date | 哪天 | | |

| choices |
| | list_name | name | label | media::image |
| | crack | fine | 细 | fine.png |
| | crack | wide | 宽 | |

| settings |
| | form_title | form_id | version | kind | subject |
| | 裂缝 | cracks | 2026112201 | check | household |
"""


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in files.items():
            package.writestr(name.replace("_", "."), content)
    return out.getvalue()


def a_form(**files: bytes) -> bytes:
    return zipped(form_md=FORM.encode(), **files)


def test_phones_fetch_the_pictures_of_a_version(app: Flask, client: FlaskClient) -> None:
    publish_forms(app)
    device = a_device(client, "first_secretary", SANLI)
    form = read_form(Source("裂缝.zip", a_form(wall_png=PICTURE, fine_png=b"fine")))
    with writing(app) as session:
        today = clock.today()
        publish_form(session, form, Order("onwards", today, None), clock.now(), today)
    whole = client.get("/api/v1/forms/cracks/2026112201", headers=device.headers).get_json()
    assert whole["definition"]["files"] == {
        "wall.png": hashlib.sha256(PICTURE).hexdigest(),
        "fine.png": hashlib.sha256(b"fine").hexdigest(),
    }
    place = "/api/v1/forms/cracks/2026112201/files/"
    answer = client.get(place + "wall.png", headers=device.headers)
    assert (answer.data, answer.mimetype) == (PICTURE, "image/png")
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get(place + "other.png", headers=device.headers).status_code == 404
    assert client.get(place + "wall.png").status_code == 401


def test_a_picture_that_is_not_there_is_named_with_its_row(app: Flask) -> None:
    publish_forms(app)
    form = read_form(Source("裂缝.zip", a_form(fine_png=b"fine")))
    with looking(app) as session:
        found = reasons(session, form, date(2026, 11, 22))
    assert found == [
        "第 2 行：crack：没有文件 wall.png。请把表和它用的图片放在一起，打成一个 .zip 再传"
    ]


def test_other_pictures_make_another_version() -> None:
    one = read_form(Source("a.zip", a_form(wall_png=PICTURE, fine_png=b"1")))
    other = read_form(Source("a.zip", a_form(wall_png=PICTURE, fine_png=b"2")))
    assert one.compiled.xform == other.compiled.xform
    assert one.compiled.definition.files != other.compiled.definition.files


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (zipped(wall_png=PICTURE), "要有一个表"),
        (zipped(a_md=FORM.encode(), b_md=FORM.encode()), "要有一个表"),
        (a_form(wall_svg=b"<svg/>"), "手机放不了这种文件"),
        (a_form(wall_png=bytes(2**20 + 1)), "不能超过 1MB"),
        (a_form(**{f"p{n}_png": b"1" for n in range(61)}), "图片太多"),
        (a_form(wall_png=PICTURE)[:60], "坏了"),
    ],
    ids=["no table", "two tables", "strange file", "large file", "many files", "half a zip"],
)
def test_what_no_phone_could_take_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(FormRefused, match=why):
        unpack(content)


def test_a_folder_is_as_good_as_a_zip_and_gives_its_workbook_back(tmp_path: Path) -> None:
    (tmp_path / "图").mkdir()
    (tmp_path / "图" / "wall.png").write_bytes(PICTURE)
    (tmp_path / "form.md").write_text(FORM, "utf-8")
    (tmp_path / "notes.txt").write_text("left out", "utf-8")
    content = pack(tmp_path)
    assert unpack(content).files == {"wall.png": PICTURE}
    assert unpack(workbook(content)).files == {}

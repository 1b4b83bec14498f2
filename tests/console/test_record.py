"""A record's page: what was filled is told in words, what was recorded can be heard and saved."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.attachments.films import PLACE, a_film
from tests.attachments.photos import Uploader, sha256_of
from tests.attachments.test_other_files import PDF, a_recording
from tests.console.desk import Desk, text_of
from tests.forms.instances import compiled, instance_xml, new_id, visit_xml
from tests.forms.test_income_account import EXAMPLE
from tests.phone import Phone

FILES = {"1.wav": a_recording(), "2.mp4": a_film(), "3.pdf": PDF}


def test_recordings_play_films_tell_no_place_and_documents_are_saved(
    app: Flask, client: FlaskClient, alice: Phone, desk: Desk, household: str
) -> None:
    for content in FILES.values():
        Uploader(client).upload(content)
    named = [told(name, sha256_of(file), len(file)) for name, file in FILES.items()]
    photos = [{"photo": name} for name in [*FILES, "4.wav"]]
    record, outcome = alice.send(
        "visit",
        lambda i: visit_xml(household, instance_id=i, photos=photos),
        attachments=[*named, told("4.wav", "0" * 64, 1)],
    )
    assert outcome == "stored"
    page = desk.page(f"/console/review/{record}")
    address = f"/console/files/{record}"
    assert f'<audio controls preload="none" src="{address}/1.wav?size=full"' in page
    assert f'<video controls preload="none" src="{address}/2.mp4?size=full"' in page
    assert "3.pdf?size=full&amp;save=1" in page
    words = text_of(page)
    assert "照片 3（PDF 文件） 保存，" in words
    assert "照片 4 还在手机上没传完" in words
    film = desk.client.get(f"{address}/2.mp4", buffered=True)
    assert film.headers["Content-Disposition"].startswith("inline")
    assert film.headers["X-Content-Type-Options"] == "nosniff"
    assert PLACE not in film.data
    for path in (f"{address}/3.pdf", f"{address}/1.wav?save=1"):
        saved = desk.client.get(path, buffered=True)
        assert saved.headers["Content-Disposition"].startswith("attachment")


def test_rows_are_called_by_what_they_are(desk: Desk, alice: Phone, household: str) -> None:
    definition = compiled("income_account").definition
    said = {**EXAMPLE, "hh_uuid": household, "income_id": new_id()}
    record, _ = alice.send(
        "income_account", lambda i: instance_xml(definition, said, instance_id=i)
    )
    words = text_of(desk.page(f"/console/records/{record}"))
    assert "生产经营收入 1：粮食 小麦" in words
    assert "转移性收入 1：养老金" in words
    assert "收入核算：" in words, "the account is not called a member"
    assert "个中间数手机算的和镇里算的不同" in words
    assert "wage_fen" not in words


def told(name: str, sha256: str, size: int) -> dict[str, object]:
    """A file as a submission names it."""
    return {"name": name, "sha256": sha256, "size": size, "media_type": "image/jpeg"}

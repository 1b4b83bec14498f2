"""Recordings, films and documents: kept by what they are, not by what they are called."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.attachments import store
from server.attachments.models import StoredFile
from server.attachments.sniff import media_type
from server.config import Settings
from tests.attachments.films import PLACE, a_film
from tests.attachments.photos import Uploader, a_photo, a_submission, sha256_of
from tests.making import looking


def a_recording() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\1" * 4000)
    return out.getvalue()


def boxed(brand: bytes) -> bytes:
    """The beginning of an ISO media file."""
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\2\0isommp42" + bytes(200)


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

KINDS = {
    "audio/wav": a_recording(),
    "audio/mp4": boxed(b"M4A "),
    "video/mp4": boxed(b"isom"),
    "video/3gpp": boxed(b"3gp4"),
    "video/quicktime": boxed(b"qt  "),
    "video/webm": b"\x1aE\xdf\xa3" + bytes(100),
    "audio/ogg": b"OggS" + bytes(100),
    "audio/amr": b"#!AMR\n" + bytes(100),
    "audio/mpeg": b"\xff\xfb\x90\x64" + bytes(100),
    "audio/aac": b"\xff\xf1\x50\x80" + bytes(100),
    "application/pdf": PDF,
    "image/jpeg": a_photo(),
}


@pytest.fixture
def phone(client: FlaskClient) -> Uploader:
    return Uploader(client)


@pytest.mark.parametrize(("kind", "content"), KINDS.items(), ids=KINDS)
def test_the_content_says_what_a_file_is(kind: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "called.jpg"
    path.write_bytes(content)
    assert media_type(path) == kind


@pytest.mark.parametrize(
    "content",
    [b"MZ this is a program", b"<html><script>", b"PK\3\4", b"RIFF1234AVI ", b"\xff\xfb", b"%PD"],
)
def test_what_is_none_of_them_is_refused(phone: Uploader, content: bytes) -> None:
    place = phone.begin(content).headers["Location"]
    assert phone.send(place, 0, content).status_code == 415


def test_a_recording_is_kept_as_it_is_and_has_no_picture(
    app: Flask, phone: Uploader, settings: Settings
) -> None:
    content = a_recording()
    phone.upload(content)
    phone.upload(content)
    sha256 = sha256_of(content)
    assert store.path_of(settings.files, sha256).read_bytes() == content
    assert not store.path_of(settings.files, sha256, "thumb").exists()
    with looking(app) as session:
        row = session.get_one(StoredFile, sha256)
    assert (row.media_type, row.width, row.height) == ("audio/wav", 0, 0)
    assert list(settings.uploads.iterdir()) == []


def test_it_is_read_by_the_submission_that_names_it(app: Flask, phone: Uploader) -> None:
    content = a_recording()
    phone.upload(content)
    named = a_submission(app, content, name="1.wav")
    reply = phone.read(named, "1.wav")
    assert (reply.status_code, reply.mimetype, reply.data) == (200, "audio/wav", content)
    assert phone.read(named, "1.wav", "thumb").status_code == 404


def test_a_document_is_saved_and_never_shown_in_a_page(app: Flask, phone: Uploader) -> None:
    phone.upload(PDF)
    reply = phone.read(a_submission(app, PDF, name="1.pdf"), "1.pdf")
    assert reply.headers["Content-Disposition"].startswith("attachment")
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


def test_a_film_plays_from_any_place_and_never_tells_where_it_was_taken(
    app: Flask, phone: Uploader, settings: Settings
) -> None:
    content = a_film()
    phone.upload(content)
    assert store.path_of(settings.files, sha256_of(content)).read_bytes() == content
    named = a_submission(app, content, name="1.mp4")
    reply = phone.read(named, "1.mp4")
    assert (reply.status_code, reply.mimetype, len(reply.data)) == (200, "video/mp4", len(content))
    assert PLACE not in reply.data
    middle = len(content) // 2
    address = f"/api/v1/attachments/content/{named}/1.mp4"
    part = phone.client.get(address, headers={**phone.headers, "Range": f"bytes={middle}-"})
    assert (part.status_code, part.data) == (206, reply.data[middle:])

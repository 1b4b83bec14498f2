"""A photo's way to the server: whole, in pieces, broken off, repeated."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import ImageFile

from server import clock
from server.accounts.models import Device
from server.attachments import store
from server.attachments.models import StoredFile
from server.config import Settings
from server.database import transaction
from tests.attachments.photos import Uploader, a_photo, checksum_of, encoded, sha256_of
from tests.making import looking


@pytest.fixture
def phone(client: FlaskClient) -> Uploader:
    return Uploader(client)


def kept(settings: Settings, content: bytes, size: str = "full") -> Path:
    return store.path_of(settings.files, sha256_of(content), size)


def test_a_photo_arrives_as_it_was_sent(app: Flask, phone: Uploader, settings: Settings) -> None:
    photo = a_photo()
    created = phone.begin(photo)
    place = created.headers["Location"]
    assert created.status_code == 201
    assert created.headers["Tus-Resumable"] == "1.0.0"
    assert created.headers["Upload-Expires"].endswith("GMT")
    sent = phone.send(place, 0, photo)
    assert (sent.status_code, sent.headers["Upload-Offset"]) == (204, str(len(photo)))
    assert kept(settings, photo).read_bytes() == photo
    with looking(app) as session:
        row = session.get_one(StoredFile, sha256_of(photo))
    assert (row.size, row.media_type, row.width, row.height) == (
        len(photo),
        "image/jpeg",
        400,
        300,
    )


def test_a_photo_in_pieces_goes_on_where_it_stopped(phone: Uploader, settings: Settings) -> None:
    photo = a_photo()
    place = phone.begin(photo).headers["Location"]
    for start in range(0, len(photo), 10_000):
        assert phone.offset(place) == start
        piece = photo[start : start + 10_000]
        assert phone.send(place, start, piece).status_code == 204
    assert kept(settings, photo).read_bytes() == photo


def test_a_lost_reply_is_found_out_by_asking(phone: Uploader) -> None:
    photo = a_photo()
    place = phone.upload(photo)
    assert phone.offset(place) == len(photo)
    again = phone.send(place, 0, photo)
    assert again.get_json()["type"] == "urn:yihu:problem:upload-offset-wrong"
    assert again.get_json()["offset"] == len(photo)


def test_a_wrong_offset_changes_nothing(phone: Uploader) -> None:
    photo = a_photo()
    place = phone.begin(photo).headers["Location"]
    phone.send(place, 0, photo[:100])
    for offset in (0, 99, 101, 5000):
        refused = phone.send(place, offset, photo[offset : offset + 50])
        assert (refused.status_code, refused.get_json()["offset"]) == (409, 100)
    assert phone.offset(place) == 100


def test_a_damaged_piece_is_not_kept(phone: Uploader, settings: Settings) -> None:
    photo = a_photo()
    place = phone.begin(photo).headers["Location"]
    phone.send(place, 0, photo[:1000], Upload_Checksum=checksum_of(photo[:1000]))
    damaged = phone.send(place, 1000, b"x" * 500, Upload_Checksum=checksum_of(photo[1000:1500]))
    assert damaged.status_code == 460
    assert damaged.get_json()["type"] == "urn:yihu:problem:checksum-mismatch"
    assert phone.offset(place) == 1000
    rest = photo[1000:]
    assert phone.send(place, 1000, rest, Upload_Checksum=checksum_of(rest)).status_code == 204
    assert kept(settings, photo).read_bytes() == photo


def test_a_piece_by_sha1_is_checked_and_an_unknown_algorithm_refused(phone: Uploader) -> None:
    photo = a_photo()
    place = phone.begin(photo).headers["Location"]
    digest = hashlib.sha1(photo[:1000], usedforsecurity=False).digest()
    good = f"sha1 {encoded(digest)}"
    assert phone.send(place, 0, photo[1:1001], Upload_Checksum=good).status_code == 460
    assert phone.send(place, 0, photo[:1000], Upload_Checksum="crc32 AAAA").status_code == 400
    assert phone.offset(place) == 0
    assert phone.send(place, 0, photo[:1000], Upload_Checksum=good).status_code == 204


def test_an_upload_is_gone_when_its_time_is_over(
    phone: Uploader, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = phone.begin(a_photo()).headers["Location"]
    later = clock.now() + timedelta(days=15)
    monkeypatch.setattr(clock, "now", lambda: later)
    with phone.client.application.app_context(), transaction() as session:
        session.get_one(Device, phone.device.id).last_seen_at = later
    assert phone.client.head(place, headers=phone.headers).status_code == 404


def test_a_client_behind_an_old_proxy_names_its_method_in_a_header(phone: Uploader) -> None:
    photo = a_photo()
    place = phone.begin(photo).headers["Location"]
    sent = phone.client.post(
        place,
        data=photo,
        content_type="application/offset+octet-stream",
        headers={**phone.headers, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"},
    )
    assert sent.status_code == 204
    assert phone.client.post(place, headers=phone.headers).status_code == 405
    elsewhere = {**phone.headers, "X-HTTP-Method-Override": "DELETE"}
    assert phone.client.post("/api/v1/devices/me", headers=elsewhere).status_code == 405


def test_a_whole_file_that_is_not_the_announced_one_begins_again(
    phone: Uploader, settings: Settings
) -> None:
    photo, damaged = a_photo(), bytearray(a_photo())
    damaged[5000] ^= 1
    place = phone.begin(photo).headers["Location"]
    assert phone.send(place, 0, bytes(damaged)).status_code == 460
    assert phone.offset(place) == 0
    assert phone.send(place, 0, photo).status_code == 204
    assert kept(settings, photo).read_bytes() == photo


def test_bytes_beyond_the_announced_length_are_refused(phone: Uploader) -> None:
    photo = a_photo()
    place = phone.begin(photo).headers["Location"]
    refused = phone.send(place, 0, photo + b"more")
    assert refused.status_code == 413
    assert phone.offset(place) == 0


def test_a_file_that_is_no_image_is_refused_and_forgotten(
    phone: Uploader, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
    for content in (b"MZ this is a program", b"<svg onload='alert(1)'/>", a_photo()[:3000]):
        place = phone.begin(content).headers["Location"]
        refused = phone.send(place, 0, content)
        assert refused.status_code == 415
        assert refused.get_json()["type"] == "urn:yihu:problem:attachment-not-image"
        assert phone.client.head(place, headers=phone.headers).status_code == 404
        assert not kept(settings, content).exists()
    assert list(settings.uploads.iterdir()) == []


def test_the_same_photo_from_two_phones_is_kept_once(
    client: FlaskClient, settings: Settings
) -> None:
    photo = a_photo()
    for phone in (Uploader(client), Uploader(client)):
        place = phone.begin(photo).headers["Location"]
        assert phone.offset(place) == 0
        assert phone.send(place, 0, photo).status_code == 204
    assert [path.name for path in settings.files.rglob("*") if path.is_file()] == [
        sha256_of(photo),
        f"{sha256_of(photo)}.thumb.jpg",
    ]


def test_the_same_photo_at_the_same_moment_is_kept_once(app: Flask, settings: Settings) -> None:
    photo = a_photo()
    phones = [Uploader(app.test_client()) for _ in range(4)]
    threads = [threading.Thread(target=phone.upload, args=(photo,)) for phone in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept(settings, photo).read_bytes() == photo
    assert list(settings.uploads.iterdir()) == []


def test_nobody_goes_on_with_the_upload_of_another(client: FlaskClient) -> None:
    alice, charlie = Uploader(client), Uploader(client)
    place = alice.begin(a_photo()).headers["Location"]
    assert client.head(place, headers=charlie.headers).status_code == 404
    assert charlie.send(place, 0, b"x").status_code == 404
    assert client.delete(place, headers=charlie.headers).status_code == 404
    assert alice.offset(place) == 0


def test_an_upload_that_is_given_up_leaves_nothing(phone: Uploader, settings: Settings) -> None:
    photo = a_photo()
    place = phone.begin(photo).headers["Location"]
    phone.send(place, 0, photo[:100])
    assert phone.client.delete(place, headers=phone.headers).status_code == 204
    assert phone.client.head(place, headers=phone.headers).status_code == 404
    assert list(settings.uploads.iterdir()) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": None}, 422),
        ({"Upload-Length": "-1"}, 422),
        ({"Upload-Length": "0"}, 422),
        ({"Upload-Length": "99999999999999"}, 413),
        ({"Upload-Metadata": ""}, 422),
        ({"Upload-Metadata": "sha256 !!!"}, 422),
        ({"Upload-Metadata": "sha256 Li4vLi4vZXRjL3Bhc3N3ZA=="}, 422),
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Authorization": "Bearer nonsense"}, 401),
    ],
)
def test_an_upload_that_makes_no_sense_is_not_begun(
    phone: Uploader, settings: Settings, headers: dict[str, str | None], status: int
) -> None:
    whole = {
        **phone.headers,
        "Upload-Length": "10",
        "Upload-Metadata": "sha256 " + "YQ==",
        **headers,
    }
    refused = phone.client.post(
        "/api/v1/attachments", headers={name: v for name, v in whole.items() if v is not None}
    )
    assert refused.status_code == status
    assert refused.content_type == "application/problem+json"
    assert not settings.uploads.exists()


def test_a_piece_of_another_content_type_is_refused(phone: Uploader) -> None:
    place = phone.begin(a_photo()).headers["Location"]
    refused = phone.client.patch(
        place, data=b"x", content_type="image/jpeg", headers={**phone.headers, "Upload-Offset": "0"}
    )
    assert refused.status_code == 415


def test_the_server_says_what_of_tus_it_speaks(client: FlaskClient) -> None:
    said = client.options("/api/v1/attachments")
    assert said.status_code == 204
    assert said.headers["Tus-Version"] == "1.0.0"
    assert said.headers["Tus-Extension"] == "creation,checksum,expiration,termination"
    assert said.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"

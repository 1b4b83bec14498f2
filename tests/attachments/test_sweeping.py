"""What the daily sweep removes, and what it must not touch."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import clock
from server.attachments import store, sweep
from server.attachments.models import ScanBatch, StoredFile
from server.config import Settings
from tests.attachments.photos import Uploader, a_photo, a_submission, sha256_of
from tests.making import TOWN, a_person, looking, publish_forms, writing


def swept(app: Flask) -> dict[str, object]:
    with app.app_context():
        return sweep.sweep({}, lambda done, total, message="": None)


def later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    moment = clock.now() + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_a_photo_waits_ninety_days_for_its_submission(
    app: Flask, client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    named, unnamed = a_photo(seed=1), a_photo(seed=2)
    phone = Uploader(client)
    phone.upload(named)
    phone.upload(unnamed)
    a_submission(app, named)
    later(monkeypatch, 89)
    assert swept(app)["files"] == 0
    later(monkeypatch, 2)
    assert swept(app)["files"] == 1
    assert store.path_of(settings.files, sha256_of(named)).exists()
    assert not store.path_of(settings.files, sha256_of(unnamed)).exists()
    assert not store.path_of(settings.files, sha256_of(unnamed), "thumb").exists()
    with looking(app) as session:
        assert session.get(StoredFile, sha256_of(unnamed)) is None


def test_photos_of_a_second_content_and_of_a_broken_submission_are_kept(
    app: Flask, client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_forms(app)
    second, broken, named = (a_photo(seed=seed) for seed in range(3))
    phone = Uploader(client)
    for photo in (second, broken, named):
        phone.upload(photo)
    file = {"name": "1.jpg", "size": len(second), "media_type": "image/jpeg"}
    with_files = {"attachments": [file | {"sha256": sha256_of(second)}]}
    one: dict[str, object] = {
        "instance_id": a_submission(app, named),
        "form_id": "visit",
        "form_version": "1",
        "xml": "<data/>",
        "recorded_at": clock.now().isoformat(),
        "shown": {},
        "confirmed": [],
        "deprecated_id": None,
    }
    malformed = {"instance_id": str(uuid.uuid4()), "files": [sha256_of(broken)]}
    answer = client.post(
        "/api/v1/sync/push",
        json={"sent_at": clock.now().isoformat(), "submissions": [one | with_files, malformed]},
        headers=phone.device.headers,
    )
    assert [o["outcome"] for o in answer.json["outcomes"]] == ["mismatch", "quarantined"]  # type: ignore[index]
    later(monkeypatch, 91)
    assert swept(app)["files"] == 0
    assert store.path_of(settings.files, sha256_of(second)).exists()
    assert store.path_of(settings.files, sha256_of(broken)).exists()


def test_a_photo_that_was_sent_again_begins_to_wait_again(
    app: Flask, client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo, phone = a_photo(), Uploader(client)
    phone.upload(photo)
    later(monkeypatch, 80)
    phone.upload(photo)
    later(monkeypatch, 20)
    assert swept(app)["files"] == 0
    assert store.path_of(settings.files, sha256_of(photo)).exists()


def test_an_upload_that_nobody_finished_is_forgotten_with_its_bytes(
    app: Flask, client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Uploader(client)
    place = phone.begin(a_photo()).headers["Location"]
    phone.send(place, 0, a_photo()[:100])
    later(monkeypatch, 13)
    assert swept(app)["uploads"] == 0
    assert phone.offset(place) == 100
    later(monkeypatch, 2)
    assert swept(app)["uploads"] == 1
    assert client.head(place, headers=phone.headers).status_code == 404
    assert list(settings.uploads.iterdir()) == []


def test_bytes_that_a_killed_server_left_unnoted_are_removed(
    app: Flask, client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Uploader(client).begin(a_photo()).headers["Location"]
    for name in ("orphan.part", "orphan.thumb"):
        (settings.uploads / name).write_bytes(b"x")
    (settings.uploads / "roster.xlsx").write_bytes(b"x")
    assert swept(app)["orphans"] == 0
    later(monkeypatch, 13)
    assert swept(app)["orphans"] == 0
    later(monkeypatch, 2)
    assert swept(app)["orphans"] == 2
    assert {path.name for path in settings.uploads.iterdir()} == {"roster.xlsx"}
    assert place


def test_scanned_files_that_no_batch_names_are_removed_after_a_while(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, noted = (settings.uploads / "scans" / str(uuid.uuid4()) for _ in range(2))
    for folder in (left, noted):
        folder.mkdir(parents=True)
        (folder / "0").write_bytes(b"a scan")
    clerk = a_person(app)
    with writing(app) as session:
        session.add(
            ScanBatch(
                id=noted.name,
                area=TOWN,
                files=[],
                scanned_on=clock.today(),
                created_by=clerk,
                created_at=clock.now(),
            )
        )
    assert swept(app)["orphans"] == 0
    later(monkeypatch, sweep.UPLOAD_DAYS + 1)
    assert swept(app)["orphans"] == 1
    assert (left.exists(), noted.exists()) == (False, True)

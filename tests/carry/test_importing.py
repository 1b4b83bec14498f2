"""A carry file at the township: it counts as sent by its phone, once, and trusts nobody."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import clock
from server.accounts import queries as accounts
from server.attachments import store
from server.carry.report import Report
from server.carry.take_in import take_in
from server.config import Settings
from server.intake.readmit import readmit
from server.submissions.models import Submission
from tests.attachments.photos import a_photo
from tests.carry.writing import carried, compact, frames, sealed
from tests.forms.instances import new_id, register_xml, visit_xml
from tests.making import TOWN, YIJIA, a_device, a_person, looking, publish_forms, writing
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds

Files = Sequence[tuple[str, str, bytes]]


@pytest.fixture
def alice(app: Flask, client: FlaskClient) -> Phone:
    publish_forms(app)
    return Phone(client, a_device(client))


def key_of(phone: Phone) -> dict[str, str]:
    answer = phone.client.get("/api/v1/devices/me", headers=phone.device.headers)
    found: dict[str, str] = answer.get_json()["carry_key"]
    return found


def bring(app: Flask, tmp_path: Path, content: bytes, **options: Any) -> Report:
    path = tmp_path / "carried.yihu"
    path.write_bytes(content)
    with app.app_context():
        return take_in(path, by=None, **options)


def a_household(phone: Phone, household: str | None = None, **more: Any) -> dict[str, Any]:
    name = new_id()
    xml = register_xml(household or new_id(), instance_id=name)
    return phone.submission("household_register", xml, name, **more)


def a_visit(phone: Phone, household: str, photo: bytes) -> dict[str, Any]:
    name = new_id()
    return phone.submission(
        "visit",
        visit_xml(household, instance_id=name),
        name,
        attachments=[
            {
                "name": "1.jpg",
                "sha256": hashlib.sha256(photo).hexdigest(),
                "size": len(photo),
                "media_type": "image/jpeg",
            }
        ],
    )


def fates(report: Report) -> list[str]:
    return [line.fate for line in report.records]


def stored(app: Flask) -> dict[str, Submission]:
    with looking(app) as session:
        return {one.instance_id: one for one in session.query(Submission)}


def test_what_is_brought_by_hand_counts_as_sent_by_its_phone(
    app: Flask, settings: Settings, alice: Phone, tmp_path: Path
) -> None:
    household, photo = new_id(), a_photo(width=900, height=900)
    one, two = a_household(alice, household), a_visit(alice, household, photo)
    file = carried(alice.device, key_of(alice), [one, two], [(two["instance_id"], "1.jpg", photo)])
    report = bring(app, tmp_path, file)
    assert report.whole
    assert fates(report) == ["stored", "stored"]
    assert [line.fate for line in report.files] == ["kept"]
    kept = stored(app)[two["instance_id"]]
    assert (kept.source, kept.person_id, kept.device_id) == (
        "carry",
        alice.device.person_id,
        alice.device.id,
    )
    read = store.path_of(settings.files, hashlib.sha256(photo).hexdigest()).read_bytes()
    assert read == photo
    alice.pull()
    assert ("households", household) in alice.rows
    assert_rebuilds(app)


def test_importing_again_or_sending_later_changes_nothing(
    app: Flask, alice: Phone, tmp_path: Path
) -> None:
    household, photo = new_id(), a_photo()
    one, two = a_household(alice, household), a_visit(alice, household, photo)
    files: Files = [(two["instance_id"], "1.jpg", photo)]
    alice.push(one)
    bring(app, tmp_path, carried(alice.device, key_of(alice), [one, two], files))
    again = bring(app, tmp_path, carried(alice.device, key_of(alice), [one, two], files))
    assert again.whole
    assert fates(again) == ["already_stored", "already_stored"]
    assert [line.fate for line in again.files] == ["known"]
    sent = alice.push(one, two)["outcomes"]
    assert [outcome["outcome"] for outcome in sent] == ["already_stored", "already_stored"]
    assert len(stored(app)) == 2


def test_a_phone_that_was_silent_for_long_is_welcome_and_its_clock_known(
    app: Flask, alice: Phone, tmp_path: Path
) -> None:
    with writing(app) as session:
        long_ago = clock.now().replace(year=2024)
        accounts.seen(session, {alice.device.id: -86_400}, long_ago)
    key = key_of(Phone(alice.client, a_device(alice.client)))
    one = a_household(alice)
    assert fates(bring(app, tmp_path, carried(alice.device, key, [one]))) == ["stored"]
    assert stored(app)[one["instance_id"]].clock_error_s == -86_400


def test_a_carrier_may_write_no_further_than_its_person(
    app: Flask, alice: Phone, tmp_path: Path
) -> None:
    charlie = Phone(alice.client, a_device(alice.client, area=YIJIA))
    household = new_id()
    alice.push(a_household(alice, household))
    visit = a_visit(charlie, household, b"")
    report = bring(app, tmp_path, carried(charlie.device, key_of(charlie), [visit]))
    assert fates(report) == ["quarantined"]


@pytest.mark.parametrize("how", ["revoked", "disabled", "unknown", "borrowed", "of another server"])
def test_a_phone_that_cannot_prove_itself_is_asked_about_first(
    app: Flask, alice: Phone, tmp_path: Path, how: str
) -> None:
    one, key = a_household(alice), key_of(alice)
    content = carried(doubtful(app, alice, how), key, [one])
    asked = bring(app, tmp_path, content)
    assert asked.asks
    assert asked.doubt
    assert asked.person in {"李明远", "查不到这个人"}
    assert stored(app) == {}
    assert fates(bring(app, tmp_path, content, accept=True)) == ["quarantined"]
    assert fates(bring(app, tmp_path, content, accept=True)) == ["already_stored"]
    boss = a_person(app, "town_reviewer", TOWN)
    with writing(app) as session:
        actor = accounts_actor(session, boss)
        assert readmit(session, one["instance_id"], clock.now()).fate == "quarantined"
        assert readmit(session, one["instance_id"], clock.now(), actor).fate == "stored"
    assert_rebuilds(app)


def accounts_actor(session: Any, person_id: str) -> Any:
    from server.accounts.actor import actor

    return actor(session, person_id, clock.today())


def doubtful(app: Flask, alice: Phone, how: str) -> Any:
    device = alice.device
    with writing(app) as session:
        if how == "revoked":
            accounts.revoke(session, device.id, clock.now())
        elif how == "disabled":
            person = accounts.person(session, device.person_id)
            assert person is not None
            person.disabled_at = clock.now()
    token = device.token if how in ("revoked", "disabled", "borrowed") else "stolen"
    claimed = a_person(app) if how == "borrowed" else device.person_id
    if how == "of another server":
        claimed = new_id()
    return type(device)(id=device.id, token=token, person_id=claimed)


def test_damage_costs_no_more_than_what_it_hits(app: Flask, alice: Phone, tmp_path: Path) -> None:
    one, two, photo = a_household(alice), a_household(alice), a_photo()
    plain = frames(alice.device, [one, two], [(one["instance_id"], "1.jpg", photo)])
    file = bytearray(sealed(plain, key_of(alice)))
    file[file.index(b"\n", 6) + 1 + 4 + len(plain[0]) + 16 + 4 + 30] ^= 1
    report = bring(app, tmp_path, bytes(file))
    assert fates(report) == ["stored"]
    assert report.broken == 1
    assert not report.whole
    assert "重新导出" in report.message
    whole = bring(app, tmp_path, carried(alice.device, key_of(alice), [one, two]))
    assert fates(whole) == ["stored", "already_stored"]


def test_a_file_that_breaks_off_gives_what_is_whole(
    app: Flask, settings: Settings, alice: Phone, tmp_path: Path
) -> None:
    one, photo = a_household(alice), a_photo()
    file = carried(alice.device, key_of(alice), [one], [(one["instance_id"], "1.jpg", photo)])
    report = bring(app, tmp_path, file[: -len(photo) // 2])
    assert fates(report) == ["stored"]
    assert not report.ended
    assert [line.fate for line in report.files] in ([], ["damaged"])
    assert not list(settings.files.rglob("*.jpg"))


@pytest.mark.parametrize(
    "bad",
    [
        b"S[]",
        b"S{}",
        b"S" + b"[" * 200_000,
        b'S{"instance_id": 7}',
        b"A{}",
        b"A" + compact({"sha256": "../../etc", "name": "../x", "size": -1}),
        b"B" + bytes(1000),
        b"M{}",
        b"E[]",
    ],
)
def test_whatever_a_frame_holds_the_others_come_in(
    app: Flask, alice: Phone, tmp_path: Path, bad: bytes
) -> None:
    one, two = a_household(alice), a_household(alice)
    plain = frames(alice.device, [one, two])
    file = sealed([*plain[:2], bad, *plain[2:]], key_of(alice))
    assert [fate for fate in fates(bring(app, tmp_path, file)) if fate == "stored"] == [
        "stored",
        "stored",
    ]


def test_a_malformed_record_is_kept_aside_and_what_is_no_image_is_not_kept(
    app: Flask, settings: Settings, alice: Phone, tmp_path: Path
) -> None:
    malformed = {**a_household(alice), "xml": 7}
    note = (malformed["instance_id"], "1.jpg", b"no image at all")
    report = bring(app, tmp_path, carried(alice.device, key_of(alice), [malformed], [note]))
    assert fates(report) == ["quarantined"]
    assert [line.fate for line in report.files] == ["damaged"]
    assert not list(settings.files.rglob("*"))


def test_a_hundred_records_come_in_parts(app: Flask, alice: Phone, tmp_path: Path) -> None:
    many = [a_household(alice) for _ in range(103)]
    told: list[int] = []
    report = bring(
        app,
        tmp_path,
        carried(alice.device, key_of(alice), many),
        progress=lambda done, _total, _message: told.append(done),
    )
    assert fates(report) == ["stored"] * 103
    assert told == sorted(told)
    assert report.whole

"""The journal: all that was accepted is on a second path before it is committed, or not at all."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, text, update

from server import clock
from server.accounts import devices
from server.accounts.models import Device, RoleAssignment
from server.config import Settings
from server.journal import segments
from server.journal.lines import decode, encode
from server.problems import JournalAway
from server.submissions import queries as submissions
from tests.forms.instances import new_id, register_xml
from tests.making import a_device, a_person, looking, publish_forms, writing
from tests.phone import Phone


@pytest.fixture
def alice(app: Flask, client: FlaskClient) -> Phone:
    publish_forms(app)
    return Phone(client, a_device(client))


def journal(settings: Settings) -> list[dict[str, Any]]:
    return [dict(entry) for entry in segments.entries(settings.journal)]


def a_household(phone: Phone) -> dict[str, Any]:
    name = new_id()
    return phone.submission("household_register", register_xml(new_id(), instance_id=name), name)


def pushed(phone: Phone, *sent: dict[str, Any]) -> Any:
    return phone.client.post(
        "/api/v1/sync/push",
        json={"sent_at": "2026-11-22T09:00:00Z", "submissions": sent},
        headers=phone.device.headers,
    )


def count(app: Flask, table: str) -> int:
    with looking(app) as session:
        found: int = session.execute(text(f"select count(*) from {table}")).scalar_one()  # noqa: S608
    return found


def test_a_push_is_in_the_journal_with_all_that_it_said(settings: Settings, alice: Phone) -> None:
    one, two = a_household(alice), a_household(alice)
    alice.push(one, two)
    found = [entry for entry in journal(settings) if entry["k"] == "submission"]
    assert [entry["said"]["instance_id"] for entry in found] == [
        one["instance_id"],
        two["instance_id"],
    ]
    assert {entry["t"] for entry in found} == {found[0]["t"]}, "one group a push"
    assert found[0]["said"]["xml"] == one["xml"]
    assert found[0]["said"]["person_id"] == found[0]["actor"] == alice.device.person_id
    assert found[0]["said"]["device_id"] == alice.device.id
    alice.push(one, two)
    assert len(journal(settings)) == len(journal(settings)), "what is known is not written again"


def test_what_is_quarantined_or_contradicts_itself_is_journalled_too(
    settings: Settings, alice: Phone
) -> None:
    one = a_household(alice)
    strange = {**a_household(alice), "form_version": "nobody's"}
    alice.push(one, strange)
    alice.push({**one, "confirmed": ["something/else"]})
    fates = [entry["fate"] for entry in journal(settings) if entry["k"] == "submission"]
    assert fates == ["stored", "quarantined", "mismatch"]


def test_people_roles_and_phones_are_journalled_as_hashes(
    app: Flask, settings: Settings, alice: Phone
) -> None:
    person = a_person(app, name="乙")
    with writing(app) as session:
        _, token = devices.enrol(session, person, "另一部", clock.now())
    rows = [entry for entry in journal(settings) if entry["k"] == "row"]
    assert {"people", "role_assignments", "devices", "audit_events"} <= {r["table"] for r in rows}
    everything = "".join(path.read_text("utf-8") for path in segments.segments(settings.journal))
    assert token not in everything
    assert alice.device.token not in everything


def test_a_change_of_many_rows_is_journalled_and_a_deletion_refused(
    app: Flask, settings: Settings, alice: Phone
) -> None:
    with writing(app) as session:
        session.execute(update(Device).values(name="换了名字"))
    assert journal(settings)[-1]["row"]["name"] == "换了名字"
    with pytest.raises(AssertionError, match="are kept"), writing(app) as session:
        session.execute(delete(RoleAssignment))


def test_nothing_of_it_can_be_read_by_others(settings: Settings, alice: Phone) -> None:
    alice.push(a_household(alice))
    assert stat.S_IMODE(settings.journal.stat().st_mode) == 0o700
    files = [path for path in settings.journal.rglob("*") if path.is_file()]
    assert files
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_torn_tail_costs_no_more_than_itself(settings: Settings, alice: Phone) -> None:
    alice.push(a_household(alice))
    before = len(journal(settings))
    (segment,) = segments.segments(settings.journal)
    with segment.open("ab") as file:
        file.write(encode({"t": "torn", "k": "void"})[:-9])
    assert len(journal(settings)) == before
    alice.push(a_household(alice))
    assert len(journal(settings)) == before + 1


def test_every_changed_byte_of_a_line_is_noticed() -> None:
    line = encode({"t": "1", "k": "void", "who": "陈广田"})
    assert decode(line) == {"t": "1", "k": "void", "who": "陈广田"}
    for at in range(len(line)):
        assert decode(line[:at] + bytes([line[at] ^ 1]) + line[at + 1 :]) is None
        assert decode(line[:at]) is None


def test_a_rolled_back_transaction_leaves_nothing_or_a_void(
    app: Flask, settings: Settings, alice: Phone
) -> None:
    alice.push(a_household(alice))
    before = len(journal(settings))
    assert len(journal(settings)) == before
    one = a_household(alice)
    _fail_the_commit(app)
    app.testing = False
    assert pushed(alice, one).status_code == 500
    assert count(app, "submissions") == 1
    assert journal(settings)[-1]["k"] == "void"
    assert journal(settings)[-1]["of"] == [journal(settings)[-2]["t"]]


def _fail_the_commit(app: Flask) -> None:
    """Let the database refuse the next commit, as it would when a deferred check fails."""
    from sqlalchemy import event

    from server.database import db

    with app.app_context():
        engine = db.engine

    @event.listens_for(engine, "commit", once=True)
    def refuse(_connection: object) -> None:
        raise RuntimeError("the disk of the database broke")


def test_a_full_journal_disk_refuses_the_push_and_stores_nothing(
    app: Flask, settings: Settings, alice: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.push(a_household(alice))
    before = count(app, "submissions"), len(journal(settings))

    def full(_handle: int, _data: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    refused = pushed(alice, a_household(alice))
    assert refused.status_code == 507
    assert "日志盘满了" in refused.get_json()["detail"]
    monkeypatch.undo()
    assert (count(app, "submissions"), len(journal(settings))) == before
    assert pushed(alice, a_household(alice)).status_code == 200


@pytest.mark.parametrize("emptied", [False, True])
def test_a_journal_disk_that_is_away_is_not_quietly_begun_anew(
    app: Flask, settings: Settings, alice: Phone, *, emptied: bool
) -> None:
    alice.push(a_household(alice))
    away = settings.instance / "unmounted"
    settings.journal.rename(away)
    if emptied:
        settings.journal.mkdir()
    refused = pushed(alice, a_household(alice))
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    assert count(app, "submissions") == 1
    if emptied:
        settings.journal.rmdir()
    away.rename(settings.journal)
    assert pushed(alice, a_household(alice)).status_code == 200


def test_another_journal_in_its_place_is_refused(tmp_path: Path) -> None:
    for name in ("instance", "other"):
        (tmp_path / name).mkdir()
    mine = segments.begin(tmp_path / "journal", tmp_path / "instance")
    shutil.rmtree(tmp_path / "journal")
    segments.begin(tmp_path / "journal", tmp_path / "other")
    with pytest.raises(JournalAway):
        segments.begin(tmp_path / "journal", tmp_path / "instance")
    with pytest.raises(JournalAway):
        segments.append(tmp_path / "journal", mine, b"line\n")


def _append(folder: Path, identity: str, who: int, many: int) -> None:
    for at in range(many):
        segments.append(folder, identity, encode({"t": f"{who}-{at}", "k": "row", "x": "汉" * 900}))


def test_several_processes_append_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "LARGEST", 100_000)
    folder = tmp_path / "journal"
    identity = segments.begin(folder, tmp_path)
    fork: Callable[..., Any] = multiprocessing.get_context("fork").Process
    writers = [fork(target=_append, args=(folder, identity, who, 60)) for who in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == os.EX_OK
    found = [entry["t"] for entry in segments.entries(folder)]
    assert sorted(found) == sorted(f"{who}-{at}" for who in range(4) for at in range(60))
    for who in range(4):
        mine = [name for name in found if name.startswith(f"{who}-")]
        assert mine == [f"{who}-{at}" for at in range(60)], "in the order of writing"
    assert len(segments.segments(folder)) > 3


def test_what_is_stored_is_the_same_with_and_without_savepoints(
    app: Flask, settings: Settings, alice: Phone
) -> None:
    one = a_household(alice)
    alice.push(one)
    with looking(app) as session:
        stored = submissions.submission(session, one["instance_id"])
        assert stored is not None
        (entry,) = [e for e in journal(settings) if e["k"] == "submission"]
        assert entry["received_at"] == stored.received_at.isoformat()

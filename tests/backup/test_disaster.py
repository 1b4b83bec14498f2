"""After a disaster nothing is lost: backup and journal bring back what phones and office did."""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from server import clock
from server.accounts import people
from server.accounts import queries as accounts
from server.accounts.actor import Actor, actor
from server.attachments.keep import keep
from server.backup import replay as taking
from server.backup import serving
from server.config import Settings
from server.intake.office import Decision, OfficeContent, OfficeEntity, office_submission
from server.intake.receive import receive
from server.journal import segments
from server.problems import RestoreRefused, StorageFull
from server.submissions.incoming import Incoming
from tests.attachments.photos import a_photo
from tests.backup.conftest import Disaster, back_up, bring_back, state_of
from tests.forms.instances import new_id, register_xml, visit_xml
from tests.making import PASSWORD, SANLI, TOWN, a_device, a_person, looking, writing
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds


def reviewer(app: Flask, person_id: str) -> Actor:
    with looking(app) as session:
        return actor(session, person_id, clock.today())


def decide(app: Flask, person_id: str, instance_id: str, decision: str) -> None:
    content = OfficeContent(
        kind="review",
        event_date=date(2026, 11, 21),
        decision=Decision(instance_id, decision),  # type: ignore[arg-type]
    )
    take_in(app, person_id, content)


def take_in(app: Flask, person_id: str, content: OfficeContent) -> None:
    who = reviewer(app, person_id)
    with writing(app) as session:
        now = clock.now()
        one = office_submission(content, person_id=person_id, now=now)
        assert [o.fate for o in receive(session, [one], who, now).outcomes] == ["stored"]


def photo_of(app: Flask, settings: Settings, seed: int) -> str:
    content = a_photo(seed=seed)
    with app.app_context():
        kept = keep(io.BytesIO(content), settings.uploads, settings.files, clock.now())
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    return kept.sha256


def named(sha256: str) -> list[dict[str, object]]:
    return [{"name": "1.jpg", "sha256": sha256, "size": 1, "media_type": "image/jpeg"}]


def count(app: Flask, table: str) -> int:
    with looking(app) as session:
        found: int = session.execute(text(f"select count(*) from {table}")).scalar_one()  # noqa: S608
    return found


#: What submissions lean on, with the columns that must come back.
LEANED_ON = {
    "people": "id, username, name, password_hash, disabled_at",
    "role_assignments": "id, person_id, role, area, valid_from, valid_to",
    "devices": "id, person_id, name, token_hash, revoked_at",
    "form_versions": "form_id, version, sha256",
    "policy_values": "key, valid_from, source",
}


def rows_of(app: Flask, table: str) -> list[tuple[object, ...]]:
    with looking(app) as session:
        query = f"select {LEANED_ON[table]} from {table} order by 1, 2"  # noqa: S608
        return [tuple(row) for row in session.execute(text(query))]


def a_days_work(app: Flask, settings: Settings, alice: Phone, boss: str, household: str) -> str:
    """Visits with a photo, an approval, a return, a settled dispute, a roster, a new colleague."""
    alice.pull()
    first, _ = alice.send(
        "visit",
        lambda i: visit_xml(household, instance_id=i),
        shown=alice.shown(household),
        attachments=named(photo_of(app, settings, 2)),
    )
    second, _ = alice.send(
        "visit", lambda i: visit_xml(household, instance_id=i, water_ok="problem")
    )
    decide(app, boss, first, "approve")
    decide(app, boss, second, "return")
    settled = OfficeEntity("households", household, {"phone": "13900001111"})
    take_in(app, boss, OfficeContent("settle", date(2026, 11, 21), entities=(settled,)))
    with writing(app) as session:
        now = clock.now()
        row = OfficeEntity("households", household, {"address_detail": "村东头"})
        roster = OfficeContent("roster", date(2026, 11, 1), entities=(row,), source="test")
        one = office_submission(roster, person_id=boss, now=now)
        assert receive(session, [one], None, now).outcomes[0].fate == "stored"
    dora = Phone(alice.client, a_device(alice.client, "team_member"))
    dora.send("household_register", lambda i: register_xml(new_id(), instance_id=i))
    with writing(app) as session:
        accounts.revoke(session, dora.device.id, clock.now())
        found = accounts.person(session, dora.device.person_id)
        assert found is not None
        found.disabled_at = clock.now()
    return first


def test_backup_and_journal_bring_back_everything(
    app: Flask, settings: Settings, alice: Phone, tmp_path: Path, disaster: Disaster
) -> None:
    boss = a_person(app, "town_reviewer", TOWN, name="赵国强")
    household = new_id()
    alice.send("household_register", lambda i: register_xml(household, instance_id=i))
    photo_of(app, settings, 1)
    kept = back_up(app, tmp_path / "backups")
    first = a_days_work(app, settings, alice, boss, household)
    before = state_of(app)
    counts = {t: count(app, t) for t in ("submissions", "audit_events")}
    leaned_on = {table: rows_of(app, table) for table in LEANED_ON}
    cursor = alice.cursor
    disaster()

    done = bring_back(app, kept, settings.journal)

    assert not done.replayed.failed
    assert not done.replayed.otherwise
    assert done.replayed.files == 1
    assert state_of(app) == before
    assert {t: count(app, t) for t in counts} == counts
    assert {table: rows_of(app, table) for table in LEANED_ON} == leaned_on
    assert_rebuilds(app)
    answer = alice.client.get(f"/api/v1/sync/pull?cursor={cursor}", headers=alice.device.headers)
    assert answer.status_code == 410, "the phone takes a new snapshot"
    assert known(alice, first) == {"missing": [], "missing_files": []}
    photo = alice.client.get(
        f"/api/v1/attachments/content/{first}/1.jpg", headers=alice.device.headers, buffered=True
    )
    assert hashlib.sha256(photo.data).hexdigest() == hashlib.sha256(a_photo(seed=2)).hexdigest()


def test_restoring_twice_and_going_on_working_changes_nothing(
    app: Flask, settings: Settings, alice: Phone, tmp_path: Path, disaster: Disaster
) -> None:
    boss = a_person(app, "town_reviewer", TOWN)
    household = new_id()
    alice.send("household_register", lambda i: register_xml(household, instance_id=i))
    kept = back_up(app, tmp_path / "backups")
    a_days_work(app, settings, alice, boss, household)
    before = state_of(app)
    disaster()
    bring_back(app, kept, settings.journal)
    again = bring_back(app, kept, settings.journal, force=True)
    assert again.aside
    assert state_of(app) == before
    alice.send("household_register", lambda i: register_xml(new_id(), instance_id=i))
    worked = state_of(app)
    newer = back_up(app, tmp_path / "backups")
    disaster()
    done = bring_back(app, newer, settings.journal)
    assert done.replayed.groups == 0
    assert state_of(app) == worked
    disaster()
    bring_back(app, kept, settings.journal)
    assert state_of(app) == worked
    assert_rebuilds(app)


def test_without_a_journal_the_phones_give_again_what_they_hold(
    app: Flask, settings: Settings, alice: Phone, tmp_path: Path, disaster: Disaster
) -> None:
    boss = a_person(app, "town_reviewer", TOWN)
    household = new_id()
    alice.send("household_register", lambda i: register_xml(household, instance_id=i))
    kept = back_up(app, tmp_path / "backups")
    instance_id = new_id()
    visit = alice.submission(
        "visit",
        visit_xml(household, instance_id=instance_id),
        instance_id,
        attachments=named(photo_of(app, settings, 3)),
    )
    alice.push(visit)
    before = state_of(app)
    decide(app, boss, instance_id, "approve")
    disaster()
    shutil.rmtree(settings.journal)

    bring_back(app, kept, None)

    assert known(alice, instance_id)["missing"] == [instance_id]
    alice.push(visit)
    assert state_of(app) == before, "all but what the office did since the backup"
    file = {"instance_id": instance_id, "name": "1.jpg"}
    assert known(alice, instance_id) == {"missing": [], "missing_files": [file]}
    photo_of(app, settings, 3)
    assert known(alice, instance_id) == {"missing": [], "missing_files": []}
    assert_rebuilds(app)


def known(phone: Phone, instance_id: str) -> dict[str, object]:
    """What the phone is asked for that has sent this."""
    answer: dict[str, object] = phone.client.post(
        "/api/v1/sync/known", json={"instance_ids": [instance_id]}, headers=phone.device.headers
    ).get_json()
    return {name: said for name, said in answer.items() if name != "epoch"}


def test_what_was_given_up_does_not_come_back_later(
    app: Flask, settings: Settings, alice: Phone, tmp_path: Path
) -> None:
    kept = back_up(app, tmp_path / "backups")
    a_person(app, name="丙")
    bring_back(app, kept, None, force=True)
    lost = count(app, "people")
    bring_back(app, kept, settings.journal, force=True)
    assert count(app, "people") == lost


def test_an_instance_that_is_in_use_is_not_covered(
    app: Flask, settings: Settings, alice: Phone, tmp_path: Path
) -> None:
    kept = back_up(app, tmp_path / "backups")
    alice.send("household_register", lambda i: register_xml(new_id(), instance_id=i))
    before = state_of(app)
    with pytest.raises(RestoreRefused):
        bring_back(app, kept, settings.journal)
    assert state_of(app) == before


def break_off(app: Flask, who: Actor, one: Incoming) -> None:
    with writing(app) as session:
        receive(session, [one], who, clock.now())
        raise ZeroDivisionError


def test_a_decision_that_rolled_back_never_comes_true(
    app: Flask, settings: Settings, alice: Phone, tmp_path: Path, disaster: Disaster
) -> None:
    boss = a_person(app, "town_reviewer", TOWN)
    household = new_id()
    alice.send("household_register", lambda i: register_xml(household, instance_id=i))
    visit, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    kept = back_up(app, tmp_path / "backups")
    before = state_of(app)
    content = OfficeContent("review", date(2026, 11, 21), decision=Decision(visit, "approve"))
    who = reviewer(app, boss)
    with pytest.raises(ZeroDivisionError):
        break_off(app, who, office_submission(content, person_id=boss, now=clock.now()))
    assert [e["k"] for e in segments.entries(settings.journal)][-2:] == ["submission", "void"]
    disaster()
    bring_back(app, kept, settings.journal)
    assert state_of(app) == before


def test_what_could_not_be_taken_in_is_there_for_the_next_restore(
    app: Flask,
    settings: Settings,
    alice: Phone,
    tmp_path: Path,
    disaster: Disaster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = back_up(app, tmp_path / "backups")
    alice.send("household_register", lambda i: register_xml(new_id(), instance_id=i))
    before = state_of(app)
    disaster()
    monkeypatch.setattr(taking, "receive", _fail(ZeroDivisionError()))
    assert bring_back(app, kept, settings.journal).replayed.failed
    monkeypatch.undo()
    serving.begin(app, settings)
    assert not [entry for entry in segments.entries(settings.journal) if entry["k"] == "void"]
    disaster()
    assert not bring_back(app, kept, settings.journal).replayed.failed
    assert state_of(app) == before


@pytest.mark.parametrize(
    "error", [StorageFull(), OperationalError("select", {}, Exception("the server went away"))]
)
def test_a_restore_ends_at_once_where_nothing_can_be_written(
    app: Flask,
    settings: Settings,
    alice: Phone,
    tmp_path: Path,
    disaster: Disaster,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    kept = back_up(app, tmp_path / "backups")
    alice.send("household_register", lambda i: register_xml(new_id(), instance_id=i))
    before = state_of(app)
    disaster()
    monkeypatch.setattr(taking, "receive", _fail(error))
    with pytest.raises(type(error)):
        bring_back(app, kept, settings.journal)
    monkeypatch.undo()
    assert not [entry for entry in segments.entries(settings.journal) if entry["k"] == "void"]
    bring_back(app, kept, settings.journal)
    assert state_of(app) == before


def _fail(error: Exception) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error

    return fail


def test_a_group_that_was_written_again_comes_back(
    app: Flask, settings: Settings, alice: Phone, tmp_path: Path, disaster: Disaster
) -> None:
    """The first write failed half-way and could not be taken back; the second was whole."""
    kept = back_up(app, tmp_path / "backups")
    alice.send("household_register", lambda i: register_xml(new_id(), instance_id=i))
    before = state_of(app)
    for path in segments.segments(settings.journal):
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join([*lines[:-1], *lines]))
    disaster()
    assert not bring_back(app, kept, settings.journal).replayed.failed
    assert state_of(app) == before


def test_people_sign_in_as_before(
    app: Flask, settings: Settings, alice: Phone, tmp_path: Path, disaster: Disaster
) -> None:
    kept = back_up(app, tmp_path / "backups")
    with writing(app) as session:
        people.add(
            session,
            username="newcomer",
            name="新来的",
            password=PASSWORD,
            role="team_member",
            area=SANLI,
            now=clock.now(),
            valid_from=date(2020, 1, 1),
        )
    disaster()
    bring_back(app, kept, settings.journal)
    body = {"username": "newcomer", "password": PASSWORD, "device_name": "新手机"}
    assert alice.client.post("/api/v1/devices", json=body).status_code == 201

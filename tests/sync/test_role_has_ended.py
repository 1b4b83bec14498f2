"""Whoever may not record any more still hands in what he recorded: nothing stays on his phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from server import clock
from server.accounts.actor import actor
from server.accounts.models import Person, RoleAssignment
from server.changes.queries import begin_epoch
from server.intake.readmit import readmit
from server.submissions.models import Submission
from tests.attachments.photos import a_photo
from tests.forms.instances import new_id, register_xml, visit_xml
from tests.making import TOWN, a_device, a_person, looking, writing
from tests.phone import Phone
from tests.sync.conftest import uploader


def end_role(app: Flask, person_id: str) -> None:
    """His two years are over since yesterday."""
    with writing(app) as session:
        session.execute(
            update(RoleAssignment)
            .where(RoleAssignment.person_id == person_id)
            .values(valid_to=clock.today() - timedelta(days=1))
        )


@pytest.fixture
def household(alice: Phone) -> str:
    made = new_id()
    alice.send("household_register", lambda i: register_xml(made, instance_id=i))
    return made


def test_the_last_evenings_visit_is_kept_aside_and_the_township_takes_it_in(
    app: Flask, alice: Phone, dora: Phone, household: str
) -> None:
    end_role(app, alice.device.person_id)
    visit, outcome = alice.send(
        "visit", lambda i: visit_xml(household, instance_id=i, food_ok="no")
    )
    assert outcome == "quarantined"
    dora.pull()
    assert ("review", visit) not in dora.rows
    assert "没有采集的身份" in dora.rows[("task", f"quarantine:{visit}")]["title"]
    again = alice.push(alice.submission("visit", "<changed/>", visit))
    assert again["outcomes"][0]["outcome"] == "mismatch"
    reviewer = a_person(app, "town_reviewer", TOWN)
    with writing(app) as session:
        bob = actor(session, reviewer, clock.today())
        assert readmit(session, visit, clock.now(), bob).fate == "stored"
    dora.pull()
    assert dora.value(household, "food_ok") == "no"


def test_his_photos_come_in_too_and_nothing_goes_out(
    app: Flask, alice: Phone, household: str
) -> None:
    end_role(app, alice.device.person_id)
    content = a_photo()
    assert uploader(alice).upload(content)
    known = alice.client.post(
        "/api/v1/sync/known", json={"instance_ids": [household]}, headers=alice.device.headers
    )
    assert known.get_json()["missing"] == [household]
    for path in ("pull", "snapshots", "snapshots/370321110217", f"submissions/{household}"):
        refused = alice.client.get(f"/api/v1/sync/{path}", headers=alice.device.headers)
        assert refused.status_code == 403
        assert refused.get_json(force=True)["type"] == "urn:yihu:problem:right-missing"


@pytest.mark.parametrize("role", ["inspector", "town_reviewer", "sysadmin"])
def test_whoever_never_was_to_record_changes_nothing(
    app: Flask, alice: Phone, household: str, role: str
) -> None:
    other = Phone(alice.client, a_device(alice.client, role, TOWN))
    visit, outcome = other.send(
        "visit", lambda i: visit_xml(household, instance_id=i, food_ok="no")
    )
    assert outcome == "quarantined"
    new, outcome = other.send("household_register", lambda i: register_xml(instance_id=i))
    assert outcome == "quarantined"
    waits, outcome = other.send("visit", lambda i: visit_xml(new_id(), instance_id=i))
    assert outcome == "quarantined"
    alice.pull()
    assert alice.rows[("households", household)]["units"].get("food_ok") is None
    with looking(app) as session:
        assert all(session.get_one(Submission, one).quarantined for one in (visit, new, waits))


def test_a_disabled_persons_phone_is_refused_and_keeps_its_outbox(
    app: Flask, alice: Phone, household: str
) -> None:
    with writing(app) as session:
        session.execute(
            update(Person)
            .where(Person.id == alice.device.person_id)
            .values(disabled_at=clock.now())
        )
    refused = alice.client.post(
        "/api/v1/sync/push", json={"submissions": []}, headers=alice.device.headers
    )
    assert refused.status_code == 401
    assert refused.get_json(force=True)["type"] == "urn:yihu:problem:device-revoked"


def test_a_phone_without_a_role_hears_that_the_server_began_anew(app: Flask, alice: Phone) -> None:
    end_role(app, alice.device.person_id)
    before = epoch_told(alice)
    assert before
    assert epoch_told(alice) == before
    with writing(app) as session:
        begin_epoch(session)
    assert epoch_told(alice) not in {before, None}


def epoch_told(phone: Phone) -> str | None:
    """What the server says when it is asked for nothing."""
    answer = phone.client.post(
        "/api/v1/sync/known", json={"instance_ids": []}, headers=phone.device.headers
    )
    assert answer.status_code == 200
    told: str | None = answer.get_json().get("epoch")
    return told

"""What was set aside is taken in again once its reason is gone."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from server import clock
from server.accounts.actor import actor
from server.followup.models import Task
from server.forms import publish
from server.intake.batch import Batch
from server.intake.readmit import published, readmit
from server.review.checks import close
from server.submissions.models import ReviewState, Submission
from tests.forms.instances import FORMS, compiled, new_id, register_xml, visit_xml
from tests.making import TOWN, a_person, looking, writing
from tests.phone import Phone

NEWER = "2027010101"


def register(phone: Phone) -> str:
    household = new_id()
    phone.send("household_register", lambda i: register_xml(household, instance_id=i))
    return household


def publish_newer_visit(app: Flask, folder: Path) -> None:
    source = folder / "visit.md"
    source.write_text(
        (FORMS / "visit.md").read_text().replace(compiled("visit").definition.version, NEWER)
    )
    with writing(app) as session:
        row = publish.publish(session, source, now=clock.now(), valid_from=date(2020, 1, 1))
        assert row is not None
        assert published(session, [(row.form_id, row.version)], clock.now())


def test_records_of_a_form_version_that_is_published_later_are_taken_in(
    app: Flask, alice: Phone, tmp_path: Path
) -> None:
    household = register(alice)
    instance = new_id()
    xml = visit_xml(household, instance_id=instance, food_ok="no")
    xml = xml.replace(compiled("visit").definition.version, NEWER)
    push = alice.push(alice.submission("visit", xml, instance, form_version=NEWER))
    assert push["outcomes"][0]["outcome"] == "quarantined"
    assert NEWER in push["outcomes"][0]["detail"]
    alice.pull()
    publish_newer_visit(app, tmp_path)
    alice.pull()
    assert alice.value(household, "food_ok") == "no"
    assert alice.rows[("review", instance)]["state"] == "received"
    assert alice.rows[("form", "visit")]["version"] == NEWER
    assert alice.rows[("task", f"quarantine:{instance}")]["state"] == "done"
    with looking(app) as session:
        assert session.get_one(Submission, instance).event_date == date(2026, 11, 20)


def test_the_township_vouches_for_a_record_from_outside(
    app: Flask, alice: Phone, charlie: Phone
) -> None:
    household = register(alice)
    visit, outcome = charlie.send("visit", lambda i: visit_xml(household, instance_id=i))
    assert outcome == "quarantined"
    with writing(app) as session:
        assert readmit(session, visit, clock.now()).fate == "quarantined"
    bob = a_person(app, "town_reviewer", TOWN)
    with writing(app) as session:
        reviewer = actor(session, bob, clock.today())
        assert readmit(session, visit, clock.now(), reviewer).fate == "stored"
    alice.pull()
    assert alice.value(household, "food_ok") == "yes"
    with looking(app) as session:
        assert session.get_one(ReviewState, visit).state == "received"
        assert session.get_one(Task, ("quarantine", visit)).state == "done"


def test_what_somebody_left_aside_stays_closed_while_its_reason_is_the_same(
    app: Flask, alice: Phone, charlie: Phone
) -> None:
    household = register(alice)
    visit, _ = charlie.send("visit", lambda i: visit_xml(household, instance_id=i))
    bob = a_person(app, "town_reviewer", TOWN)
    with writing(app) as session:
        reviewer = actor(session, bob, clock.today())
        close(session, reviewer, "quarantine", visit, "走错了村", clock.now())
    with writing(app) as session:
        assert readmit(session, visit, clock.now()).fate == "quarantined"
    with looking(app) as session:
        assert session.get_one(Task, ("quarantine", visit)).state == "done"


def test_two_who_vouch_at_the_same_moment_take_it_in_once(
    app: Flask, alice: Phone, charlie: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    household = register(alice)
    visit, _ = charlie.send("visit", lambda i: visit_xml(household, instance_id=i))
    bob = a_person(app, "town_reviewer", TOWN)
    both, hold = Barrier(2), Batch.hold

    def wait_and_hold(batch: Batch, session: Session, ids: Collection[str]) -> None:
        with suppress(BrokenBarrierError):  # SQLite lets only one come so far
            both.wait(1)
        hold(batch, session, ids)

    def admit() -> str:
        with writing(app) as session:
            reviewer = actor(session, bob, clock.today())
            return readmit(session, visit, clock.now(), reviewer).fate

    monkeypatch.setattr(Batch, "hold", wait_and_hold)
    with ThreadPoolExecutor(2) as pool:
        fates = [pool.submit(admit) for _ in range(2)]
        assert sorted(one.result() for one in fates) == ["already_stored", "stored"]


def test_what_cannot_be_read_stays_aside(app: Flask, alice: Phone) -> None:
    instance = new_id()
    alice.push(alice.submission("visit", "<data>", instance))
    with writing(app) as session:
        assert readmit(session, instance, clock.now()).fate == "quarantined"
        assert readmit(session, new_id(), clock.now()).fate == "already_stored"

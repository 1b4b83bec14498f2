"""What went away is said for ninety days; who was silent for longer begins anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from server import clock
from server.accounts.models import Device
from server.changes.models import Change, Counter
from server.policy.models import PolicyValue
from server.sync import upkeep
from tests.forms.instances import new_id, register_xml
from tests.making import COUNTY, TOWN, YIJIA, a_device, looking, writing
from tests.phone import Phone
from tests.sync.test_feed import move

Wait = Callable[[timedelta], None]


@pytest.fixture
def later(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Wait:
    """Let time go by; a worker begins the day, and phones were heard of now and then."""
    gone = timedelta()
    real = clock.now

    def wait(some: timedelta) -> None:
        nonlocal gone
        gone += some
        with writing(app) as session:
            for device in session.scalars(select(Device)):
                device.last_seen_at = clock.now()
        with app.app_context():
            upkeep.begin_day()

    monkeypatch.setattr(clock, "now", lambda: real() + gone)
    return wait


def refused(phone: Phone) -> bool:
    """Whether the phone has to begin anew."""
    answer = phone.client.get(
        "/api/v1/sync/pull", query_string={"cursor": phone.cursor}, headers=phone.device.headers
    )
    return answer.status_code == 410


def test_a_phone_that_was_silent_for_months_begins_anew_and_others_need_not(
    app: Flask, alice: Phone, dora: Phone, charlie: Phone, later: Wait
) -> None:
    household = new_id()
    alice.send("household_register", lambda i: register_xml(household, instance_id=i))
    town = Phone(alice.client, a_device(alice.client, "team_member", TOWN))
    for phone in (alice, dora):
        phone.pull()
    move(app, town, household, YIJIA)
    later(timedelta(days=1))
    alice.pull()
    later(upkeep.SAID - timedelta(days=1))
    assert not refused(dora)
    later(timedelta(days=2))
    with looking(app) as session:
        gone = select(func.count()).select_from(Change).where(Change.gone.is_(True))
        assert session.scalar(gone) == 0
        assert session.get_one(Counter, COUNTY).floor > 0
    assert refused(dora)
    assert not refused(alice)
    for phone in (alice, charlie):
        phone.pull()
    assert ("households", household) not in alice.rows
    assert charlie.rows[("households", household)]["area"] == YIJIA


def test_who_begins_with_nothing_pages_through_all_of_it(
    app: Flask, alice: Phone, dora: Phone, later: Wait
) -> None:
    for _ in range(3):
        alice.send("household_register", lambda i: register_xml(instance_id=i))
    for days in (1, 60, 60):
        later(timedelta(days=days))
    page = dora._get("pull", cursor="", limit="2")
    assert page["more"]
    with looking(app) as session:
        counter = session.get_one(Counter, COUNTY)
        assert page["changes"][-1]["number"] < counter.floor <= counter.last
    dora.cursor = page["cursor"]
    rows = {(row["kind"], row["id"]): row for row in [*page["changes"], *dora.pull()]}
    alice.pull()
    assert rows == alice.rows


def test_a_cursor_that_knows_more_than_the_server_begins_anew(app: Flask, alice: Phone) -> None:
    alice.send("household_register", lambda i: register_xml(instance_id=i))
    alice.pull()
    with writing(app) as session:
        session.get_one(Counter, COUNTY).last -= 1  # somebody copied an old database back
    assert refused(alice)


@pytest.mark.parametrize("broken", ["x", "eHl6", "MS4yLjM", "é"])
def test_a_cursor_that_nobody_gave_begins_anew(alice: Phone, broken: str) -> None:
    alice.cursor = broken
    assert refused(alice)


def test_policy_that_begins_to_hold_is_told_on_its_day(
    app: Flask, alice: Phone, later: Wait
) -> None:
    later(timedelta())
    tomorrow = clock.today() + timedelta(days=1)
    with writing(app) as session:
        session.add(PolicyValue(key="photo.caption", valid_from=tomorrow, value=False, source=""))
    alice.pull()
    assert ("policy", "photo.caption") not in alice.rows
    later(timedelta(days=1))
    alice.pull()
    assert alice.rows[("policy", "photo.caption")]["value"] is False
    later(timedelta())
    assert alice.pull() == []

"""What a pull gives: newest state only, nothing of strangers, nothing missed, cheap when idle."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from server import clock
from server.accounts.actor import actor
from server.accounts.models import Area, RoleAssignment
from server.changes.models import Counter
from server.database import db
from server.review.decide import decide
from server.review.queue import seen_of
from server.submissions.models import ReviewState
from tests.forms.instances import HEAD_ID, member, new_id, register_xml, visit_xml
from tests.making import (
    COUNTY,
    LONG_AGO,
    SANLI,
    TOWN,
    YIJIA,
    a_device,
    a_person,
    looking,
    writing,
)
from tests.phone import Phone

THIRD = "370321110224"


def register(phone: Phone, **answers: Any) -> str:
    household = new_id()
    phone.send("household_register", lambda i: register_xml(household, instance_id=i, **answers))
    return household


def move(app: Flask, phone: Phone, household: str, village: str) -> None:
    """Propose another village for a household, and have the township approve it."""
    phone.pull()
    instance, outcome = phone.send(
        "household_register",
        lambda i: register_xml(
            household, known=True, members=[], instance_id=i, village_code=village
        ),
        shown=phone.shown(household),
    )
    assert outcome == "stored"
    bob = a_person(app, "town_reviewer", TOWN)
    with writing(app) as session:
        reviewer = actor(session, bob, clock.today())
        seen = seen_of(session.get_one(ReviewState, instance))
        decide(session, reviewer, instance, "approve", [], seen, clock.now())


def statements(app: Flask, act: Any) -> int:
    """How many statements the database gets while something is done."""
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement != "BEGIN":
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_only_the_newest_state_comes_and_an_idle_pull_is_cheap(
    app: Flask, alice: Phone, charlie: Phone
) -> None:
    household = register(alice)
    for day in ("2026-11-18", "2026-11-19", "2026-11-20"):
        alice.send("visit", lambda i, d=day: visit_xml(household, instance_id=i, event_date=d))
    changes = alice.pull()
    keys = [(row["kind"], row["id"]) for row in changes]
    assert len(keys) == len(set(keys))
    assert [row["number"] for row in changes] == sorted(row["number"] for row in changes)
    # Who he is (device, person, roles, areas), and the county's counter.
    assert statements(app, lambda: alice.pull()) <= 5
    assert alice.pull() == []
    register(charlie, village_code=YIJIA, members=[])
    assert statements(app, lambda: alice.pull()) <= 6  # and one look at an index
    assert alice.pull() == []


def test_a_page_at_a_time_gives_the_same(alice: Phone, dora: Phone) -> None:
    for _ in range(4):
        register(alice)
    alice.pull()
    cursor, more = "", True
    while more:
        page = dora._get("pull", cursor=cursor, limit="3")
        assert len(page["changes"]) <= 3
        dora.rows |= {(row["kind"], row["id"]): row for row in page["changes"]}
        cursor, more = page["cursor"], page["more"]
    assert dora.rows == alice.rows


def test_a_household_that_moves_is_gone_in_the_old_village_and_whole_in_the_new(
    app: Flask, alice: Phone, charlie: Phone
) -> None:
    with writing(app) as session:
        session.add(
            Area(code=THIRD, name="西埠村", level="village", parent=TOWN, valid_from=LONG_AGO)
        )
    eve = Phone(alice.client, a_device(alice.client, area=THIRD))
    town = Phone(alice.client, a_device(alice.client, "team_member", TOWN))
    household = register(alice)
    visit, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    alice.pull()
    move(app, town, household, YIJIA)
    charlie.pull()
    assert charlie.rows[("households", household)]["derived"]["family_size"] == 2
    assert ("review", visit) in charlie.rows
    move(app, town, household, THIRD)
    for left in (alice, charlie):
        gone = {(row["kind"], row["id"]) for row in left.pull() if row["gone"]}
        assert ("households", household) in gone
        assert len([kind for kind, _ in gone if kind == "persons"]) == 2
        assert ("review", visit) in gone
        assert not [k for k in left.rows if k[0] in ("households", "persons", "review")]
    eve.pull()
    kinds = sorted(kind for kind, _ in eve.rows if kind in ("households", "persons"))
    assert kinds == ["households", "persons", "persons"]
    assert eve.rows[("review", visit)]["area"] == THIRD
    move(app, town, household, SANLI)
    alice.pull()
    assert ("households", household) in alice.rows


@pytest.mark.parametrize("what", ["scope", "epoch"])
def test_a_changed_scope_or_epoch_asks_for_new_snapshots(
    app: Flask, alice: Phone, what: str
) -> None:
    kept = register(alice)
    alice.pull()
    with writing(app) as session:
        if what == "epoch":
            session.get_one(Counter, COUNTY).epoch = "restored"
        else:
            session.add(
                RoleAssignment(
                    person_id=alice.device.person_id,
                    role="team_member",
                    area=YIJIA,
                    valid_from=LONG_AGO,
                )
            )
    refused = alice.client.get(
        "/api/v1/sync/pull",
        query_string={"cursor": alice.cursor},
        headers=alice.device.headers,
    )
    assert refused.status_code == 410
    assert refused.get_json(force=True)["type"] == "urn:yihu:problem:cursor-too-old"
    sent = [instance for kind, instance in alice.rows if kind == "review"]
    lost = new_id()
    known = alice.client.post(
        "/api/v1/sync/known",
        json={"instance_ids": [*sent, lost]},
        headers=alice.device.headers,
    ).get_json()
    assert (known["missing"], known["missing_files"]) == ([lost], [])
    snapshots, cursor = fetch_snapshots(alice)
    assert kept in {row["id"] for rows in snapshots.values() for row in rows}
    assert alice._get("pull", cursor=cursor)["changes"] == []


def fetch_snapshots(phone: Phone) -> tuple[dict[str, list[dict[str, Any]]], str]:
    listed = phone._get("snapshots")
    found = {}
    for one in listed["snapshots"]:
        response = phone.client.get(
            f"/api/v1/sync/snapshots/{one['area']}", headers=phone.device.headers
        )
        assert response.headers["ETag"].strip('"') == one["sha256"]
        found[one["area"]] = response.get_json()["rows"]
    return found, listed["cursor"]


def test_nothing_falls_between_snapshot_and_pull(alice: Phone, dora: Phone) -> None:
    first = register(alice)
    listed = dora._get("snapshots")
    second = register(alice)
    alice.send("visit", lambda i: visit_xml(first, instance_id=i, food_ok="no"))
    rows, _ = fetch_snapshots(dora)
    for row in [*rows[SANLI], *dora._get("pull", cursor=listed["cursor"])["changes"]]:
        dora.rows[(row["kind"], row["id"])] = row
    alice.pull()
    assert dora.rows == alice.rows
    assert {first, second} <= {name for _, name in dora.rows}


@pytest.mark.parametrize("role", ["first_secretary", "grid_worker"])
def test_what_a_view_may_not_see_is_in_no_byte_that_it_gets(
    app: Flask, client: FlaskClient, alice: Phone, role: str
) -> None:
    phone = Phone(client, a_device(client, role))
    household = register(
        alice, members=[member(health_status="serious", serious_disease="gastric_cancer")]
    )
    alice.send("visit", lambda i: visit_xml(household, instance_id=i, medical_ok="problem"))
    phone.pull()
    snapshots, _ = fetch_snapshots(phone)
    said = f"{phone.rows} {snapshots}"
    assert HEAD_ID not in said
    assert ("gastric_cancer" in said) == (role == "first_secretary")
    assert ("基本医疗" in said or "看病" in said) == (role == "first_secretary")
    person = next(row for (kind, _), row in phone.rows.items() if kind == "persons")
    assert person["masked"] == ({"id_number": "1016"} if role == "first_secretary" else {})


def test_people_of_elsewhere_are_in_no_byte_either(alice: Phone, charlie: Phone) -> None:
    household = register(alice)
    alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    charlie.pull()
    snapshots, _ = fetch_snapshots(charlie)
    assert household not in f"{charlie.rows} {snapshots}"
    with_area = {row["area"] for row in charlie.rows.values()}
    assert with_area <= {YIJIA, COUNTY}


def test_rows_tell_who_said_what_in_a_dispute(app: Flask, alice: Phone, dora: Phone) -> None:
    household = register(alice)
    alice.pull()
    for phone, said in ((alice, "13911110000"), (dora, "13922220000")):
        shown = alice.shown(household)
        phone.send(
            "household_register",
            lambda i, s=said: register_xml(
                household, known=True, members=[], instance_id=i, phone=s
            ),
            shown=shown,
        )
    alice.pull()
    row = alice.rows[("households", household)]
    sides = row["disputed"]["phone"]
    assert {side["value"] for side in sides} == {"13911110000", "13922220000"}
    assert all(row["heads"][side["head"]] for side in sides)
    task = alice.rows[("task", f"dispute:{household}")]
    assert (task["state"], task["household"]) == ("open", household)
    with looking(app) as session:
        assert session.get_one(Counter, COUNTY).last >= row["number"]

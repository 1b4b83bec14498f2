"""A helper (帮扶责任人) has his households only; what he recorded is never lost when that ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from server import clock
from server.accounts import helping
from server.accounts.actor import actor
from server.accounts.models import RoleAssignment
from server.intake.office import Decision, OfficeContent, derived_id, office_submission
from server.intake.readmit import readmit
from server.intake.receive import receive
from tests.attachments.photos import a_photo, sha256_of
from tests.forms.instances import new_id, register_xml, visit_xml
from tests.making import SANLI, TOWN, a_device, a_person, filled, looking, writing
from tests.phone import Phone
from tests.sync.conftest import uploader


@pytest.fixture
def homes(alice: Phone) -> list[str]:
    """Two households of one village; the first is to be helped."""
    made = [new_id(), new_id()]
    for home in made:
        alice.send("household_register", lambda i, home=home: register_xml(home, instance_id=i))
    return made


@pytest.fixture
def helper(alice: Phone) -> Phone:
    return Phone(alice.client, a_device(alice.client, "helper", SANLI))


def assign(app: Flask, helper: Phone, *homes: str) -> None:
    with writing(app) as session:
        helping.assign(session, helper.device.person_id, homes, clock.today())


def release(app: Flask, helper: Phone, *homes: str) -> None:
    with writing(app) as session:
        helping.release(session, helper.device.person_id, homes, clock.today())


def said_by(app: Flask, reviewer: str, content: OfficeContent) -> str:
    """What the office says; returns by which name it goes."""
    act = office_submission(content, person_id=reviewer, now=clock.now())
    with writing(app) as session:
        receive(session, [act], actor(session, reviewer, clock.today()), clock.now())
    return act.instance_id


def begin_anew(phone: Phone) -> None:
    """What a phone does when it is told that its scope changed."""
    offered = phone.client.get("/api/v1/sync/snapshots", headers=phone.device.headers).get_json()
    assert offered["preparing"] == []
    phone.rows.clear()
    phone.cursor = offered["cursor"]
    phone.pull()


def kept(phone: Phone, kind: str) -> set[str]:
    return {name for of, name in phone.rows if of == kind}


def test_he_sees_his_households_only_and_no_illness(
    app: Flask, alice: Phone, helper: Phone, homes: list[str]
) -> None:
    alice.send("visit", lambda i: visit_xml(homes[1], instance_id=i))
    visit, _ = alice.send("visit", lambda i: visit_xml(homes[0], instance_id=i))
    helper.pull()
    assert kept(helper, "households") == set()
    assign(app, helper, homes[0])
    begin_anew(helper)
    assert kept(helper, "households") == {homes[0]}
    people = [row for (kind, _), row in helper.rows.items() if kind == "persons"]
    assert people
    for person in people:
        assert person["units"]["household"][0] == homes[0]
        assert "id_number" not in person["units"]
        assert not any(unit.startswith("health") for unit in person["units"])
        assert not any(name.startswith("hb_") for name in person["derived"])
    assert visit in kept(helper, "review")
    assert all(
        row["household"] == homes[0]
        for (kind, _), row in helper.rows.items()
        if kind in ("review", "task")
    )


def test_what_changes_elsewhere_in_the_village_does_not_come_to_him(
    app: Flask, alice: Phone, helper: Phone, homes: list[str]
) -> None:
    assign(app, helper, homes[0])
    begin_anew(helper)
    for home in homes:
        alice.send("visit", lambda i, home=home: visit_xml(home, instance_id=i, food_ok="no"))
    changes = helper.pull()
    assert homes[1] not in kept(helper, "households")
    assert all(change["gone"] for change in changes if change.get("household") == homes[1])
    told = {change["id"]: change for change in changes}
    assert told[homes[1]].keys() == {"kind", "id", "area", "number", "gone"}
    assert helper.value(homes[0], "food_ok") == "no"


def test_the_files_of_a_village_are_not_for_him(
    app: Flask, alice: Phone, helper: Phone, homes: list[str]
) -> None:
    assign(app, helper, homes[0])
    ask = {"headers": helper.device.headers}
    assert helper.client.get(f"/api/v1/sync/snapshots/{SANLI}", **ask).status_code == 404
    listed = helper.client.get("/api/v1/sync/snapshots", **ask).get_json()
    assert (listed["snapshots"], listed["preparing"]) == ([], [])
    profile = helper.client.get("/api/v1/devices/me", **ask).get_json()
    assert profile["forms"] == ["help_plan", "left_behind_card", "visit"]
    assert profile["view"] == "helper"


def test_he_records_visits_of_his_households_and_nothing_else(
    app: Flask, alice: Phone, helper: Phone, homes: list[str]
) -> None:
    assign(app, helper, homes[0])
    assert helper.send("visit", lambda i: visit_xml(homes[0], instance_id=i))[1] == "stored"
    assert helper.send("visit", lambda i: visit_xml(homes[1], instance_id=i))[1] == "quarantined"
    new = helper.send("household_register", lambda i: register_xml(new_id(), instance_id=i))
    known = helper.send(
        "household_register", lambda i: register_xml(homes[0], known=True, instance_id=i)
    )
    assert {new[1], known[1]} == {"quarantined"}
    alice.pull()
    titles = [row["title"] for (kind, _), row in alice.rows.items() if kind == "task"]
    assert any("不是您帮扶的户" in title for title in titles)
    assert any("不填这张表" in title for title in titles)


def test_he_plans_the_year_of_his_households_only(
    app: Flask, alice: Phone, helper: Phone, homes: list[str]
) -> None:
    assign(app, helper, homes[0])

    def planned(home: str, plan: str) -> str:
        said = {"plan_id": plan, "plan_year": "2026", "income_goal": "18000"}
        _, fate = helper.send(
            "help_plan", lambda i: filled("help_plan", home, instance_id=i, **said)
        )
        return fate

    plan = new_id()
    assert planned(homes[0], plan) == "stored"
    assert planned(homes[1], new_id()) == "quarantined"
    begin_anew(helper)
    assert kept(helper, "plans") == {plan}
    assert helper.value(plan, "income_goal", "plans") == "18000"


def test_the_visit_of_a_household_that_nobody_knew_waits_and_is_set_aside_when_it_is_not_his(
    app: Flask, alice: Phone, helper: Phone, homes: list[str]
) -> None:
    unknown = new_id()
    visit, outcome = helper.send("visit", lambda i: visit_xml(unknown, instance_id=i))
    assert outcome == "stored"
    alice.send("household_register", lambda i: register_xml(unknown, instance_id=i))
    alice.pull()
    assert ("task", f"quarantine:{visit}") in alice.rows


def test_when_the_assignment_ends_the_household_goes_and_the_unsent_visit_does_not(
    app: Flask, alice: Phone, helper: Phone, homes: list[str]
) -> None:
    assign(app, helper, homes[0])
    begin_anew(helper)
    release(app, helper, homes[0])
    old = helper.client.get(
        "/api/v1/sync/pull", query_string={"cursor": helper.cursor}, headers=helper.device.headers
    )
    assert old.status_code == 410
    begin_anew(helper)
    assert kept(helper, "households") == kept(helper, "persons") == set()
    late, outcome = helper.send("visit", lambda i: visit_xml(homes[0], instance_id=i, food_ok="no"))
    assert outcome == "quarantined"
    reviewer = a_person(app, "town_reviewer", TOWN)
    with writing(app) as session:
        bob = actor(session, reviewer, clock.today())
        assert readmit(session, late, clock.now(), bob).fate == "stored"
    alice.pull()
    assert alice.value(homes[0], "food_ok") == "no"


def test_a_household_has_one_helper_and_the_hand_over_leaves_both_on_file(
    app: Flask, alice: Phone, helper: Phone, homes: list[str]
) -> None:
    other = Phone(alice.client, a_device(alice.client, "helper", SANLI))
    assign(app, helper, *homes)
    assign(app, other, homes[0])
    with looking(app) as session:
        today = clock.today()
        assert actor(session, helper.device.person_id, today).homes == {homes[1]}
        assert actor(session, other.device.person_id, today).homes == {homes[0]}
        yesterday = today - timedelta(days=1)
        assert actor(session, other.device.person_id, yesterday).homes == frozenset()


def test_of_a_household_that_was_joined_with_his_he_gets_all_until_they_part(
    app: Flask, alice: Phone, helper: Phone, homes: list[str]
) -> None:
    kept_home, gone = sorted(homes)
    assign(app, helper, gone)
    begin_anew(helper)
    before = kept(helper, "persons")
    reviewer = a_person(app, "town_reviewer", TOWN)
    joined = OfficeContent("join", clock.today(), join=(gone, kept_home), reason="同一户")
    act = said_by(app, reviewer, joined)
    with pytest.raises(AssertionError, match="410"):
        helper.pull()
    begin_anew(helper)
    assert kept(helper, "households") == {kept_home}
    assert kept(helper, "persons") > before
    said_by(app, reviewer, OfficeContent("review", clock.today(), decision=Decision(act, "reject")))
    begin_anew(helper)
    assert kept(helper, "households") == {gone}
    assert kept(helper, "persons") == before


def test_who_also_has_the_whole_village_is_not_bounded_and_sees_no_more_by_it(
    app: Flask, alice: Phone, homes: list[str]
) -> None:
    grid = Phone(alice.client, a_device(alice.client, "grid_worker", SANLI))
    with writing(app) as session:
        session.add(
            RoleAssignment(
                person_id=grid.device.person_id,
                role="helper",
                area=SANLI,
                valid_from=clock.today(),
            )
        )
    grid.pull()
    assert kept(grid, "households") == set(homes)
    with looking(app) as session:
        both = actor(session, grid.device.person_id, clock.today())
    assert (both.view, both.forms, both.bounded) == ("grid", None, frozenset())


def test_he_reads_the_photos_of_his_households_only(
    app: Flask, alice: Phone, helper: Phone, homes: list[str]
) -> None:
    content = a_photo()
    assert uploader(alice).upload(content)
    visits = []
    for home in homes:
        photo = {
            "name": "1.jpg",
            "sha256": sha256_of(content),
            "size": len(content),
            "media_type": "image/jpeg",
        }
        visit, _ = alice.send(
            "visit", lambda i, home=home: visit_xml(home, instance_id=i), attachments=[photo]
        )
        visits.append(visit)
    assign(app, helper, homes[0])
    answers = []
    for visit in visits:
        with helper.client.get(
            f"/api/v1/attachments/content/{visit}/1.jpg", headers=helper.device.headers
        ) as answer:
            answers.append(answer.status_code)
    assert answers == [200, 404]


def test_what_a_step_of_a_case_says_of_income_goes_to_who_sees_incomes(
    alice: Phone, homes: list[str]
) -> None:
    doctor = Phone(alice.client, a_device(alice.client, "village_doctor", SANLI))
    said = {"case_id": new_id(), "case_step": "verify", "last_per_capita": "6118.11"}
    step, _ = alice.send(
        "monitoring", lambda i: filled("monitoring", homes[0], instance_id=i, **said)
    )
    for phone in (alice, doctor):
        phone.pull()
    told = [phone.rows[("review", step)]["summary"] for phone in (alice, doctor)]
    assert told[0]["last_per_capita"] == "6118.11"
    assert "6118" not in str(told[1])


def test_a_village_doctor_has_the_health_of_the_village_and_records_nothing_else(
    app: Flask, alice: Phone, homes: list[str]
) -> None:
    doctor = Phone(alice.client, a_device(alice.client, "village_doctor", SANLI))
    doctor.pull()
    assert kept(doctor, "households") == set(homes)
    people = [row for (kind, _), row in doctor.rows.items() if kind == "persons"]
    assert any(unit.startswith("health_status/") for one in people for unit in one["units"])
    text = str(doctor.rows)
    assert "379999" not in text
    for hidden in ("last_year_income", "bank_account", "masked': {'id_number"):
        assert hidden not in text
    person = people[0]["id"]
    eight = {
        "case_id": derived_id("health_case", person),
        "person_id": person,
        "illness_class": "chronic",
        "hb1_status": "done",
        "hb1_on": "2026-11-20",
    }
    home = people[0]["units"]["household"][0]
    sent = doctor.send(
        "health_eight", lambda i: filled("health_eight", home, instance_id=i, **eight)
    )
    assert sent[1] == "stored"
    assert doctor.send("visit", lambda i: visit_xml(home, instance_id=i))[1] == "quarantined"
    profile = doctor.client.get("/api/v1/devices/me", headers=doctor.device.headers).get_json()
    assert profile["forms"] == ["health_eight"]

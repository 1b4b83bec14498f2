"""Two phones of one village record the same household while neither sees the other."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import clock
from server.accounts.actor import actor
from server.problems import StateMovedOn
from server.registers.models import Entity
from server.review.same_visit import day_of, judge
from server.review.settle import settle
from tests.forms.instances import new_id, nobody_home_xml, register_xml, visit_xml
from tests.making import SANLI, a_device, a_person, looking, publish_forms, writing
from tests.phone import Phone


@pytest.fixture
def phones(app: Flask, client: FlaskClient) -> tuple[Phone, Phone]:
    """Alice's and Dora's phones, of the same village."""
    publish_forms(app)
    return Phone(client, a_device(client)), Phone(client, a_device(client, "team_member"))


def register(phone: Phone) -> str:
    household = new_id()
    _, outcome = phone.send(
        "household_register",
        lambda instance: register_xml(household, instance_id=instance, phone="13900001234"),
    )
    assert outcome == "stored"
    return household


def test_a_registered_household_arrives_whole_on_the_other_phone(
    phones: tuple[Phone, Phone],
) -> None:
    alice, dora = phones
    household = register(alice)
    dora.pull()
    row = dora.rows[("households", household)]
    assert row["units"]["phone"][0] == "13900001234"
    assert row["derived"]["family_size"] == 2
    assert row["area"] == SANLI
    people = [r for (kind, _), r in dora.rows.items() if kind == "persons"]
    assert {r["units"]["household"][0] for r in people} == {household}
    assert all("id_number" not in r["units"] for r in people)
    assert {r["masked"]["id_number"] for r in people} == {"1016", "1022"}


def test_different_facts_join_and_the_same_fact_becomes_a_dispute(
    app: Flask, phones: tuple[Phone, Phone]
) -> None:
    alice, dora = phones
    household = register(alice)
    alice.pull()
    dora.pull()

    def change(who: Phone, **answers: str) -> None:
        shown = who.shown(*[entity for _, entity in who.rows])
        who.send(
            "household_register",
            lambda instance: register_xml(
                household, known=True, members=[], instance_id=instance, **answers
            ),
            shown=shown,
        )

    change(alice, phone="13911110000", group_name="二组")
    change(dora, phone="13922220000", address_detail="村东头第三家")
    alice.pull()
    dora.pull()
    assert alice.rows == dora.rows
    row = alice.rows[("households", household)]
    assert row["units"]["group_name"][0] == "二组"
    assert row["units"]["address_detail"][0] == "村东头第三家"
    assert {side["value"] for side in row["disputed"]["phone"]} == {"13911110000", "13922220000"}
    assert {side["by"] for side in row["disputed"]["phone"]} == {"李明远"}

    bob = a_person(app, "town_reviewer", "370321110", name="赵国强")
    with writing(app) as session:
        reviewer = actor(session, bob, clock.today())
        entity = session.get_one(Entity, household)
        heads = entity.live["heads"]
        seen = [heads[i] for i in entity.live["units"]["phone"][1]]  # type: ignore[index]
        with pytest.raises(StateMovedOn):
            settle(session, reviewer, household, {"phone": "1"}, {"phone": []}, "x", clock.now())
        settle(
            session,
            reviewer,
            household,
            {"phone": "13922220000"},
            {"phone": seen},
            "电话问本人",
            clock.now(),
        )
    alice.pull()
    row = alice.rows[("households", household)]
    assert row["disputed"] == {}
    assert row["units"]["phone"][0] == "13922220000"


def test_sending_the_same_visit_twice_stores_it_once(phones: tuple[Phone, Phone]) -> None:
    alice, _ = phones
    household = register(alice)
    instance = new_id()
    visit = alice.submission("visit", visit_xml(household, instance_id=instance), instance)
    first, again = alice.push(visit), alice.push(visit)
    assert first["outcomes"][0]["outcome"] == "stored"
    assert again["outcomes"][0]["outcome"] == "already_stored"
    other = {**visit, "confirmed": [f"{household}/food_ok"]}
    assert alice.push(other)["outcomes"][0]["outcome"] == "mismatch"


def test_a_visit_moves_the_due_date(phones: tuple[Phone, Phone]) -> None:
    alice, _ = phones
    household = register(alice)
    alice.send("visit", lambda i: visit_xml(household, instance_id=i, event_date="2026-11-20"))
    alice.pull()
    derived = alice.rows[("households", household)]["derived"]
    assert derived["last_visit_on"] == "2026-11-20"
    review = next(
        r for (kind, _), r in alice.rows.items() if kind == "review" and r["form_id"] == "visit"
    )
    assert review["summary"]["line"].endswith("均无变化")
    assert review["state"] == "received"


def test_a_household_of_another_village_is_kept_aside(
    app: Flask, client: FlaskClient, phones: tuple[Phone, Phone]
) -> None:
    alice, _ = phones
    household = register(alice)
    charlie = Phone(client, a_device(client, area="370321110223"))
    _, outcome = charlie.send("visit", lambda i: visit_xml(household, instance_id=i))
    assert outcome == "quarantined"
    charlie.pull()
    assert not [key for key in charlie.rows if key[0] in ("households", "persons", "review")]
    with looking(app) as session:
        entity = session.get_one(Entity, household)
        assert "food_ok" not in entity.live["units"]  # type: ignore[operator]


def test_a_visit_that_comes_before_its_household_waits(phones: tuple[Phone, Phone]) -> None:
    alice, _ = phones
    household = new_id()
    _, outcome = alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    assert outcome == "stored"
    alice.pull()
    assert ("households", household) not in alice.rows
    alice.send("household_register", lambda i: register_xml(household, instance_id=i))
    alice.pull()
    assert alice.value(household, "food_ok") == "yes"
    assert any(kind == "review" and r["form_id"] == "visit" for (kind, _), r in alice.rows.items())


def test_a_household_and_its_first_visit_come_in_one_push(phones: tuple[Phone, Phone]) -> None:
    alice, dora = phones
    household, first, second = new_id(), new_id(), new_id()
    push = alice.push(
        alice.submission("household_register", register_xml(household, instance_id=first), first),
        alice.submission("visit", visit_xml(household, instance_id=second), second),
    )
    assert [one["outcome"] for one in push["outcomes"]] == ["stored", "stored"]
    dora.pull()
    assert dora.value(household, "food_ok") == "yes"
    assert dora.rows[("review", second)]["area"] == SANLI


def test_three_absences_and_two_recorders_of_a_day_become_tasks(
    phones: tuple[Phone, Phone],
) -> None:
    alice, dora = phones
    household = register(alice)
    for day in ("2026-11-17", "2026-11-18", "2026-11-19"):
        alice.send(
            "visit", lambda i, d=day: nobody_home_xml(household, instance_id=i, event_date=d)
        )
    alice.pull()
    absent = ("task", f"absent:{household}")
    assert alice.rows[absent]["state"] == "open"
    for phone in (alice, dora):
        phone.send("visit", lambda i: visit_xml(household, instance_id=i))
    alice.pull()
    assert alice.rows[absent]["state"] == "done"
    twice = alice.rows[("task", f"duplicate_visit:{household}:2026-11-20")]
    assert (twice["state"], twice["household"]) == ("open", household)


def test_two_visits_of_a_day_that_were_judged_are_told_again_only_with_a_third(
    app: Flask, phones: tuple[Phone, Phone]
) -> None:
    alice, dora = phones
    household = register(alice)
    for phone in (alice, dora):
        phone.send("visit", lambda i: visit_xml(household, instance_id=i))
    subject = f"{household}:2026-11-20"
    bob = a_person(app, "town_reviewer", "370321110")
    with writing(app) as session:
        reviewer = actor(session, bob, clock.today())
        day = day_of(session, reviewer, subject)
        kept = day.records[0].record
        judge(session, reviewer, subject, True, kept, day.seen, "两人一起去的", clock.now())
    alice.send("visit", lambda i: visit_xml(household, instance_id=i, event_date="2026-11-19"))
    alice.pull()
    assert alice.rows[("task", f"duplicate_visit:{subject}")]["state"] == "done"
    dora.send("visit", lambda i: visit_xml(household, instance_id=i))
    alice.pull()
    assert alice.rows[("task", f"duplicate_visit:{subject}")]["state"] == "open"

"""What cannot be merged is stored all the same, with a reason, and its neighbours go through."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import pytest
from flask import Flask
from sqlalchemy import select

from server import clock
from server.accounts.actor import actor as actor_of
from server.followup.models import Task
from server.forms.queries import dictionary_in_force
from server.intake import merge_in
from server.intake.examine import UNKNOWN, Quarantine
from server.intake.look import look
from server.intake.office import Decision, OfficeContent, office_submission
from server.intake.receive import receive
from server.registers.models import Entity
from server.registers.values import text
from server.submissions import queries as submissions
from server.submissions.models import Submission, Write
from server.sync.push import incoming_of
from server.sync.schemas import PushSchema
from tests.forms.instances import (
    WIFE_ID,
    known_member,
    member,
    new_id,
    register_xml,
    visit_xml,
)
from tests.making import YIJIA, looking, writing
from tests.phone import Phone

Said = dict[str, Any]


def register(phone: Phone, village: str | None = None, **answers: Any) -> str:
    household = new_id()
    if village:
        answers["village_code"] = village
    _, outcome = phone.send(
        "household_register", lambda i: register_xml(household, instance_id=i, **answers)
    )
    assert outcome == "stored"
    return household


def people_of(app: Flask, household: str) -> list[str]:
    with looking(app) as session:
        found = session.scalars(
            select(Entity.id).where(Entity.household_id == household, Entity.known.is_(True))
        )
        return sorted(found)


def stored(app: Flask, instance_id: str) -> Submission:
    with looking(app) as session:
        return session.get_one(Submission, instance_id)


def assert_aside(app: Flask, instance_id: str) -> None:
    """Stored, writing nothing, with a reason in Chinese and a task that tells of it."""
    reason = stored(app, instance_id).quarantined
    assert reason
    assert any("\u4e00" <= letter <= "\u9fff" for letter in reason)
    with looking(app) as session:
        assert not session.scalars(select(Write).where(Write.instance_id == instance_id)).all()
        assert session.get_one(Task, ("quarantine", instance_id)).state == "open"


def broken(phone: Phone, household: str, **wrong: Any) -> Said:
    """A visit with something wrong in it."""
    instance = new_id()
    return phone.submission("visit", visit_xml(household, instance_id=instance), instance) | wrong


WRONG: dict[str, Callable[[Phone, str], Said]] = {
    "not XML": lambda p, h: broken(p, h, xml="<data><unclosed>"),
    "document type": lambda p, h: broken(
        p,
        h,
        xml='<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><data id="visit">&x;</data>',
    ),
    "another instance inside": lambda p, h: broken(p, h, xml=visit_xml(h, instance_id=new_id())),
    "another form": lambda p, h: broken(p, h, form_id="household_register"),
    "unknown form": lambda p, h: broken(p, h, form_id="nobody_knows"),
    "unknown version": lambda p, h: broken(p, h, form_version="1999"),
    "form of the office": lambda p, h: broken(p, h, form_id="office-settle", form_version="1"),
    "XML of a wrong type": lambda p, h: broken(p, h, xml=["no"]),
    "no XML": lambda p, h: {"instance_id": new_id()},
    "XML too long": lambda p, h: broken(p, h, xml="<data>" + "x" * 600_000),
    "control characters": lambda p, h: broken(p, h, xml="<data>\u0000\u0001</data>"),
    "half a surrogate": lambda p, h: broken(p, h, xml="<data>\ud800</data>"),
    "shown is a list": lambda p, h: broken(p, h, shown=[1, 2]),
    "shown without heads": lambda p, h: broken(p, h, shown={h: {"values": {"phone": ["1"]}}}),
    "infinite number": lambda p, h: broken(
        p, h, shown={h: {"heads": [], "values": {}}, "x": 1e999}
    ),
    "a day long gone": lambda p, h: broken(p, h, recorded_at="0001-01-01T00:00:00+08:00"),
    "attachment without a hash": lambda p, h: broken(p, h, attachments=[{"name": "a.jpg"}]),
    "entity that is no UUID": lambda p, h: (
        lambda i: p.submission("visit", visit_xml("370321110217001", instance_id=i), i)
    )(new_id()),
}


@pytest.mark.parametrize("fault", WRONG)
def test_one_bad_submission_is_kept_aside_and_its_neighbours_are_stored(
    app: Flask, alice: Phone, fault: str
) -> None:
    household = register(alice)
    before, after = new_id(), new_id()
    later = visit_xml(household, instance_id=after, food_ok="no", event_date="2026-11-21")
    bad = WRONG[fault](alice, household)
    push = alice.push(
        alice.submission("visit", visit_xml(household, instance_id=before), before),
        bad,
        alice.submission("visit", later, after),
    )
    assert [one["outcome"] for one in push["outcomes"]] == ["stored", "quarantined", "stored"]
    assert push["outcomes"][1]["detail"]
    assert_aside(app, bad["instance_id"])
    alice.pull()
    assert alice.value(household, "food_ok") == "no"
    assert ("review", bad["instance_id"]) not in alice.rows
    assert alice.push(bad)["outcomes"][0]["outcome"] == "already_stored"


def test_all_of_what_a_broken_phone_sent_is_kept(app: Flask, alice: Phone) -> None:
    bad = broken(alice, new_id(), xml=["a", "b"], more="\u0000")
    alice.push(bad)
    assert json.loads(stored(app, bad["instance_id"]).xml) == bad


def test_a_moment_without_a_zone_is_meant_as_chinas(app: Flask, alice: Phone) -> None:
    visit = broken(alice, register(alice), recorded_at="2026-11-20T08:00:00")
    assert alice.push(visit)["outcomes"][0]["outcome"] == "stored"
    assert stored(app, visit["instance_id"]).recorded_at.isoformat() == "2026-11-20T00:00:00+00:00"


def test_a_household_is_not_registered_in_a_strangers_village(app: Flask, alice: Phone) -> None:
    instance, outcome = alice.send(
        "household_register", lambda i: register_xml(instance_id=i, village_code=YIJIA)
    )
    assert outcome == "quarantined"
    assert_aside(app, instance)


def test_strangers_people_are_not_taken_into_ones_own_household(
    app: Flask, alice: Phone, charlie: Phone
) -> None:
    household = register(alice)
    victim = people_of(app, household)[0]
    instance, outcome = charlie.send(
        "household_register",
        lambda i: register_xml(
            instance_id=i,
            village_code=YIJIA,
            members=[member(WIFE_ID), known_member(victim, name="改了")],
        ),
    )
    assert outcome == "quarantined"
    assert_aside(app, instance)
    assert people_of(app, household)[0] == victim
    with looking(app) as session:
        assert text(session.get_one(Entity, victim).live, "person_name") != "改了"


def test_strangers_people_who_are_not_known_yet_are_judged_when_they_arrive(
    app: Flask, alice: Phone, charlie: Phone
) -> None:
    victim, household = new_id(), new_id()
    instance, outcome = charlie.send(
        "household_register",
        lambda i: register_xml(
            household,
            instance_id=i,
            village_code=YIJIA,
            members=[member(WIFE_ID), known_member(victim, name="改了")],
        ),
    )
    assert outcome == "stored"
    register(alice, members=[member(person_id=victim)])
    assert_aside(app, instance)
    with looking(app) as session:
        assert text(session.get_one(Entity, victim).live, "person_name") == "陈广田"
        assert not session.get_one(Entity, household).known
    assert ("households", household) not in charlie.rows


@pytest.mark.parametrize("into", [True, False])
def test_nobody_moves_a_household_over_his_border(
    app: Flask, alice: Phone, charlie: Phone, into: bool
) -> None:
    household = register(alice)
    phone, village = (charlie, YIJIA) if into else (alice, YIJIA)
    instance, outcome = phone.send(
        "household_register",
        lambda i: register_xml(
            household, known=True, members=[], instance_id=i, village_code=village
        ),
    )
    assert outcome == "quarantined"
    assert_aside(app, instance)


def test_a_household_without_a_village_is_kept_aside(app: Flask, alice: Phone) -> None:
    instance, outcome = alice.send(
        "household_register", lambda i: register_xml(instance_id=i, village_code="")
    )
    assert outcome == "quarantined"
    assert_aside(app, instance)


def test_the_task_of_an_unplaced_record_goes_to_the_authors_village_only(
    alice: Phone, charlie: Phone
) -> None:
    bad = broken(alice, new_id(), form_version="1999")
    alice.push(bad)
    name = ("task", f"quarantine:{bad['instance_id']}")
    alice.pull()
    charlie.pull()
    assert name in alice.rows
    assert name not in charlie.rows


def decide(app: Flask, record: str, decision: Literal["reject", "approve"], remark: str) -> str:
    """What becomes of a decision of the office."""
    said = Decision(record, decision, ((None, remark),))
    one = office_submission(
        OfficeContent("review", clock.today(), decision=said), person_id=None, now=clock.now()
    )
    with writing(app) as session:
        return receive(session, [one], None, clock.now()).outcomes[0].fate


def test_a_decision_that_was_set_aside_does_not_come_true_with_the_next(
    app: Flask, alice: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    household = register(alice)
    record, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i))

    def broken_down(*_: object) -> None:
        raise ValueError

    with monkeypatch.context() as broken_server:
        broken_server.setattr(merge_in, "apply_decision", broken_down)
        assert decide(app, record, "reject", "不对") == "quarantined"
    assert decide(app, record, "approve", "可以") == "stored"
    with looking(app) as session:
        assert [one.text for one in submissions.remarks_of(session, [record])] == ["可以"]


def test_a_form_that_is_published_while_a_push_waits_is_merged_with_it(
    app: Flask, alice: Phone
) -> None:
    household = register(alice)
    name = new_id()
    body = alice.submission("visit", visit_xml(household, instance_id=name), name)
    sent = PushSchema().load({"sent_at": clock.now().isoformat(), "submissions": [body]})
    with writing(app) as session:
        actor = actor_of(session, alice.device.person_id, clock.today(), alice.device.id)
        incoming = incoming_of(sent, actor, clock.now())
        known = look(session, incoming, dictionary_in_force(session))
        before = replace(
            known.examined[0], said=(), quarantine=Quarantine(UNKNOWN, "没有这一版"), filled=None
        )
        looked = replace(known, examined=(before,))
        outcome = receive(session, incoming, actor, clock.now(), looked).outcomes[0]
    assert outcome.fate == "stored"
    assert stored(app, name).household_id == household

"""Everything of the data dictionary flows through the feed, also what nobody thought of today."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from server import clock
from server.changes.queries import Changed, append
from server.forms import dictionary as dictionaries
from server.forms.models import DictionaryVersion
from server.forms.queries import dictionary_in_force
from server.intake.office import OfficeContent, OfficeEntity, office_submission
from server.intake.receive import receive
from tests.forms.instances import new_id, register_xml, visit_xml
from tests.making import COUNTY, SANLI, TOWN, YIJIA, a_device, writing
from tests.phone import Phone
from tests.sync.test_feed import move, register

PROBLEMS = {
    "label": "问题",
    "properties": [
        {"name": "household", "label": "所在户", "type": "text", "rule": "review"},
        {"name": "what", "label": "问题", "type": "text", "rule": "review"},
        {"name": "illness", "label": "病情", "type": "text", "rule": "review", "class": "health"},
        {"name": "card", "label": "卡号", "type": "text", "rule": "review", "phone": "last4"},
    ],
}


@pytest.fixture
def problems(app: Flask, alice: Phone) -> None:
    """A county that added a register of its own."""
    with writing(app) as session:
        content = dictionaries.to_json(dictionary_in_force(session))
        content["registers"]["problems"] = PROBLEMS
        content = dictionaries.to_json(replace(dictionaries.from_json(content), version=2))
        session.add(
            DictionaryVersion(number=2, content=content, sha256="2" * 64, created_at=clock.now())
        )


def tell(app: Flask, register_: str, entity: str, *, create: bool = True, **said: str) -> None:
    """The office writes down a fact of any register."""
    with writing(app) as session:
        one = office_submission(
            OfficeContent(
                "roster", date(2026, 11, 21), (OfficeEntity(register_, entity, said, create),)
            ),
            person_id=None,
            now=clock.now(),
        )
        assert receive(session, [one], None, clock.now()).outcomes[0].fate == "stored"


@pytest.mark.usefixtures("problems")
def test_a_register_that_a_county_added_reaches_phones_masked_like_every_other(
    app: Flask, alice: Phone, charlie: Phone
) -> None:
    household, problem = register(alice), new_id()
    tell(
        app, "problems", problem,
        household=household, what="屋顶漏水", illness="哮喘", card="6222020012345678",
    )  # fmt: skip
    grid = Phone(alice.client, a_device(alice.client, "grid_worker"))
    for phone, illness in ((alice, ["哮喘", [0]]), (grid, None)):
        phone.pull()
        row = phone.rows[("problems", problem)]
        assert row["area"] == SANLI
        assert row["units"]["what"] == ["屋顶漏水", [0]]
        assert row["units"].get("illness") == illness
        assert row["masked"] == {"card": "5678"}
        assert "6222020012345678" not in json.dumps(row)
        listed = phone._get("snapshots")["snapshots"][0]
        packed = phone.client.get(
            f"/api/v1/sync/snapshots/{listed['area']}",
            headers={**phone.device.headers, "Accept": "application/gzip"},
        ).data
        rows = json.loads(gzip.decompress(packed))["rows"]
        assert row in rows
    charlie.pull()
    assert ("problems", problem) not in charlie.rows


@pytest.mark.usefixtures("problems")
def test_it_moves_with_its_household_and_is_gone_where_that_was(
    app: Flask, alice: Phone, charlie: Phone
) -> None:
    household, problem = register(alice), new_id()
    tell(app, "problems", problem, household=household, what="屋顶漏水")
    alice.pull()
    town = Phone(alice.client, a_device(alice.client, "team_member", TOWN))
    move(app, town, household, YIJIA)
    gone = {(row["kind"], row["id"]) for row in alice.pull() if row["gone"]}
    assert {("problems", problem), ("households", household)} <= gone
    charlie.pull()
    assert charlie.value(problem, "what", "problems") == "屋顶漏水"
    assert ("problems", problem) not in alice.rows
    town.pull()
    assert town.rows[("problems", problem)]["area"] == YIJIA


@pytest.mark.usefixtures("problems")
def test_what_came_before_its_household_arrives_with_it(app: Flask, alice: Phone) -> None:
    household, problem = new_id(), new_id()
    tell(app, "problems", problem, household=household, what="屋顶漏水")
    alice.pull()
    assert ("problems", problem) not in alice.rows
    alice.send("household_register", lambda i: register_xml(household, instance_id=i))
    alice.pull()
    assert alice.rows[("problems", problem)]["area"] == SANLI


@pytest.mark.usefixtures("problems")
def test_it_follows_a_household_that_was_joined_with_another(app: Flask, alice: Phone) -> None:
    first, second, problem = register(alice), register(alice, members=[]), new_id()
    tell(app, "problems", problem, household=max(first, second), what="屋顶漏水")
    alice.pull()
    with writing(app) as session:
        one = office_submission(
            OfficeContent("join", date(2026, 11, 20), join=(first, second)),
            person_id=None,
            now=clock.now(),
        )
        assert receive(session, [one], None, clock.now()).outcomes[0].fate == "stored"
    gone = {(row["kind"], row["id"]) for row in alice.pull() if row["gone"]}
    assert ("households", max(first, second)) in gone
    assert alice.value(problem, "household", "problems") == min(first, second)


def test_a_person_who_moves_to_a_household_elsewhere_is_gone_here_and_whole_there(
    app: Flask, alice: Phone, charlie: Phone
) -> None:
    here = register(alice)
    there = register(charlie, village_code=YIJIA, members=[])
    alice.pull()
    person = next(i for k, i in alice.rows if k == "persons")
    tell(app, "persons", person, create=False, household=there)
    gone = {(row["kind"], row["id"]) for row in alice.pull() if row["gone"]}
    assert ("persons", person) in gone
    assert alice.rows[("households", here)]["derived"]["family_size"] == 1
    charlie.pull()
    assert charlie.value(person, "household", "persons") == there
    assert charlie.value(person, "person_name", "persons")
    assert charlie.rows[("households", there)]["derived"]["family_size"] == 1


def test_forms_policy_tasks_and_reviews_flow_too(app: Flask, alice: Phone, dora: Phone) -> None:
    household = register(alice)
    for phone in (alice, dora):
        phone.send("visit", lambda i: visit_xml(household, instance_id=i))
    with writing(app) as session:
        changed = [Changed("form", "visit", COUNTY), Changed("policy", "photo.caption", COUNTY)]
        append(session, COUNTY, changed)
    alice.pull()
    kinds = {kind for kind, _ in alice.rows}
    assert kinds == {"households", "persons", "review", "task", "form", "policy"}
    assert alice.rows[("policy", "photo.caption")]["value"] is not None
    assert alice.rows[("form", "visit")]["version"]

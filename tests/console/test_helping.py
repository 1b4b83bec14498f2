"""Giving a helper (帮扶责任人) his households, and taking them back."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import clock
from server.accounts import helping
from server.accounts.actor import actor
from server.accounts.models import AuditEvent, RoleAssignment
from server.intake.office import OfficeContent, office_submission
from server.intake.receive import receive
from tests.console.desk import Desk, text_of
from tests.forms.instances import new_id, register_xml
from tests.making import COUNTY, SANLI, YIJIA, a_device, a_person, looking, writing
from tests.phone import Phone


@pytest.fixture
def helper(app: Flask) -> str:
    return a_person(app, "helper", SANLI, username="zhoubang", name="周帮扶")


@pytest.fixture
def homes(alice: Phone, client: FlaskClient) -> dict[str, str]:
    """A household in each of two villages."""
    charlie = Phone(client, a_device(client, area=YIJIA))
    made = {SANLI: new_id(), YIJIA: new_id()}
    for phone, area in ((alice, SANLI), (charlie, YIJIA)):
        phone.send(
            "household_register",
            lambda i, area=area: register_xml(made[area], instance_id=i, village_code=area),
        )
    return made


def homes_of(app: Flask, person: str) -> frozenset[str]:
    with looking(app) as session:
        return actor(session, person, clock.today()).homes


def test_the_township_gives_households_and_takes_them_back(
    app: Flask, desk: Desk, helper: str, homes: dict[str, str]
) -> None:
    assert "帮扶责任人" in text_of(desk.page("/console/people/"))
    place = f"/console/people/{helper}/households"
    assert f'href="{place}"' in desk.page("/console/people/")
    assert homes[YIJIA] not in desk.page(place)
    assert "请先勾选户" in desk.post(place).get_data(as_text=True)
    assert desk.post(place, household=homes[SANLI]).status_code == 302
    assert homes_of(app, helper) == {homes[SANLI]}
    assert "现在 1 户" in text_of(desk.page(place))
    assert desk.post(place, household=homes[SANLI], end="1").status_code == 302
    assert homes_of(app, helper) == frozenset()
    with looking(app) as session:
        said = [row.action for row in session.query(AuditEvent) if row.subject == helper]
    assert said == ["helper.assigned", "helper.released"]


def test_only_households_of_his_villages_and_only_by_who_has_them(
    app: Flask, desk: Desk, helper: str, homes: dict[str, str]
) -> None:
    place = f"/console/people/{helper}/households"
    assert desk.post(place, household=homes[YIJIA]).status_code == 404
    assert desk.post(f"/console/people/{new_id()}/households", household="x").status_code == 404
    elsewhere = Desk(app, "town_reviewer", YIJIA)
    assert elsewhere.get(place).status_code == 404
    assert desk.get(f"/console/people/{desk.person_id}/households").status_code == 404
    assert homes_of(app, helper) == frozenset()


def test_a_household_that_was_joined_with_his_is_shown_as_his_and_taken_back(
    app: Flask, desk: Desk, alice: Phone, helper: str
) -> None:
    kept, gone = sorted((new_id(), new_id()))
    for home in (kept, gone):
        alice.send("household_register", lambda i, home=home: register_xml(home, instance_id=i))
    other = a_person(app, "helper", SANLI, name="吴帮扶")
    place = f"/console/people/{helper}/households"
    desk.page(place)
    desk.post(place, household=gone)
    content = OfficeContent("join", clock.today(), join=(gone, kept), reason="同一户")
    joined = office_submission(content, person_id=desk.person_id, now=clock.now())
    with writing(app) as session:
        bob = actor(session, desk.person_id, clock.today())
        receive(session, [joined], bob, clock.now())
    assert "现在 1 户" in text_of(desk.page(place))
    assert desk.post(f"/console/people/{other}/households", household=kept).status_code == 302
    assert homes_of(app, helper) == frozenset()
    assert desk.post(place, household=kept).status_code == 302
    assert desk.post(place, household=kept, end="1").status_code == 302
    assert homes_of(app, helper) == homes_of(app, other) == frozenset()


def test_who_is_a_helper_elsewhere_has_no_more_of_that_village_at_the_desk(
    app: Flask, desk: Desk, homes: dict[str, str]
) -> None:
    elsewhere = Desk(app, "town_reviewer", YIJIA)
    with writing(app) as session:
        session.add(
            RoleAssignment(
                person_id=elsewhere.person_id, role="helper", area=SANLI, valid_from=clock.today()
            )
        )
        helping.assign(session, elsewhere.person_id, [homes[SANLI]], clock.today())
    listed = elsewhere.page("/console/households/")
    assert homes[YIJIA] in listed
    assert homes[SANLI] not in listed
    assert elsewhere.get(f"/console/households/{homes[SANLI]}").status_code == 404
    with looking(app) as session:
        assert actor(session, elsewhere.person_id, clock.today()).homes == {homes[SANLI]}


def test_the_county_adds_a_helper_and_a_village_doctor(app: Flask, alice: Phone) -> None:
    county = Desk(app, "county_admin", COUNTY)
    for role, username in (("helper", "bangfu"), ("village_doctor", "cunyi")):
        made = county.post(
            "/console/people/", username=username, name="孙立", role=role, area=SANLI
        )
        assert re.search(r'class="secret">[^<]+<', made.get_data(as_text=True))
    page = text_of(county.page("/console/people/"))
    assert "帮扶责任人 · 三里村" in page
    assert "家庭医生/村医 · 三里村" in page

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

"""People and phones: who sees them, revoking a lost phone, new accounts and passwords."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from server.accounts.models import Device, Person
from tests.console.desk import Desk, text_of
from tests.making import COUNTY, SANLI, YIJIA, a_device, looking
from tests.phone import Phone


def test_a_lost_phone_is_revoked_by_its_township(app: Flask, desk: Desk, alice: Phone) -> None:
    assert "红米 12C" in desk.page("/console/people/")
    desk.post(f"/console/people/devices/{alice.device.id}/revoke")
    with looking(app) as session:
        assert session.get_one(Device, alice.device.id).revoked_at
    assert "没上传的记录还在" in desk.page("/console/people/")


def test_another_villages_phones_are_not_shown_or_revoked(
    app: Flask, client: FlaskClient, alice: Phone
) -> None:
    charlie = Desk(app, "town_reviewer", YIJIA)
    assert "红米 12C" not in charlie.page("/console/people/")
    assert charlie.post(f"/console/people/devices/{alice.device.id}/revoke").status_code == 404
    with looking(app) as session:
        assert session.get_one(Device, alice.device.id).revoked_at is None
    assert a_device(client, area=YIJIA)


def test_only_the_county_makes_accounts(app: Flask, desk: Desk) -> None:
    new = {"username": "sunli", "name": "孙立", "role": "first_secretary", "area": SANLI}
    assert desk.post("/console/people/", **new).status_code == 403
    county = Desk(app, "county_admin", COUNTY)
    made = county.post("/console/people/", **new)
    password = re.search(r'class="secret">([^<]+)<', made.get_data(as_text=True))
    assert password
    again = county.post("/console/people/", **new)
    assert again.status_code == 422
    assert "已经有人用了" in again.get_data(as_text=True)
    signed = app.test_client().post(
        "/api/v1/devices",
        json={"username": "sunli", "password": password[1], "device_name": "新手机"},
    )
    assert signed.status_code == 201


def test_a_new_password_replaces_the_old_one(app: Flask, desk: Desk) -> None:
    county = Desk(app, "county_admin", COUNTY)
    page = county.post(f"/console/people/{desk.person_id}/password").get_data(as_text=True)
    assert "只显示这一次" in text_of(page)
    assert desk.get("/console/review/").status_code == 302
    assert desk.sign_in().status_code == 401


def test_an_account_is_stopped_and_lets_in_again(app: Flask, desk: Desk) -> None:
    county = Desk(app, "county_admin", COUNTY)
    county.post(f"/console/people/{desk.person_id}/disabled", stop="1")
    assert desk.get("/console/review/").status_code == 302
    assert county.post(f"/console/people/{county.person_id}/disabled", stop="1").status_code == 403
    county.post(f"/console/people/{desk.person_id}/disabled", stop="")
    assert desk.sign_in().status_code == 302
    with looking(app) as session:
        assert session.get_one(Person, desk.person_id).disabled_at is None

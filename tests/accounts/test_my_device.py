"""`/devices/me`: what a phone knows about itself, and how it signs out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from server import clock
from server.accounts.models import Device, RoleAssignment
from tests.making import TOWN, YIJIA, a_device, looking, publish_forms, writing


def test_a_phone_asks_again_and_hears_the_same_without_its_token(client: FlaskClient) -> None:
    phone = a_device(client)
    body = client.get("/api/v1/devices/me", headers=phone.headers).get_json()
    assert body["device"] == {"id": phone.id, "name": "红米 12C"}
    assert "token" not in body


def test_a_phone_knows_who_else_visits_its_villages(client: FlaskClient) -> None:
    mine = a_device(client)
    colleague, elsewhere = a_device(client), a_device(client, area=YIJIA)
    reviewer = a_device(client, "town_reviewer", TOWN)
    team = client.get("/api/v1/devices/me", headers=mine.headers).get_json()["team"]
    ids = {one["id"] for one in team}
    assert colleague.person_id in ids
    assert not ids & {mine.person_id, elsewhere.person_id, reviewer.person_id}
    assert all(set(one) == {"id", "name", "area"} for one in team)


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer nonsense", "Basic YTpi"])
def test_an_unknown_token_must_sign_in_again(client: FlaskClient, header: str) -> None:
    refused = client.get("/api/v1/devices/me", headers={"Authorization": header})
    assert refused.status_code == 401
    assert refused.get_json()["type"] == "urn:yihu:problem:device-revoked"
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_phone_that_signed_out_is_a_stranger(client: FlaskClient) -> None:
    phone, other = a_device(client), a_device(client)
    assert client.delete("/api/v1/devices/me", headers=phone.headers).status_code == 204
    refused = client.get("/api/v1/devices/me", headers=phone.headers)
    assert refused.get_json()["type"] == "urn:yihu:problem:device-revoked"
    assert client.get("/api/v1/devices/me", headers=other.headers).status_code == 200


def silent(app: Flask, device_id: str, **ago: int) -> None:
    """Make the server have heard of a phone last so long ago."""
    with writing(app) as session:
        last = clock.now() - timedelta(**ago)
        session.execute(update(Device).where(Device.id == device_id).values(last_seen_at=last))


def test_a_phone_that_was_silent_for_too_long_signs_in_again(
    app: Flask, client: FlaskClient
) -> None:
    publish_forms(app)
    phone = a_device(client)
    silent(app, phone.id, days=15)
    refused = client.get("/api/v1/sync/pull", headers=phone.headers)
    assert refused.status_code == 401
    assert refused.get_json()["type"] == "urn:yihu:problem:device-revoked"
    assert "没上传的记录都还在手机里" in refused.get_json()["detail"]
    again = a_device(client, person_id=phone.person_id)
    assert client.get("/api/v1/sync/pull", headers=again.headers).status_code == 200


def test_a_phone_that_only_fetches_stays_signed_in(app: Flask, client: FlaskClient) -> None:
    publish_forms(app)
    phone = a_device(client)
    for _ in range(3):
        silent(app, phone.id, days=13)
        assert client.get("/api/v1/sync/pull", headers=phone.headers).status_code == 200
        with looking(app) as session:
            heard = session.get_one(Device, phone.id).last_seen_at
        assert clock.now() - heard < timedelta(minutes=1)


def test_a_role_that_has_ended_gives_nothing_any_more(app: Flask, client: FlaskClient) -> None:
    phone = a_device(client)
    with writing(app) as session:
        session.execute(
            update(RoleAssignment)
            .where(RoleAssignment.person_id == phone.person_id)
            .values(valid_to=clock.today() - timedelta(days=1))
        )
    body = client.get("/api/v1/devices/me", headers=phone.headers).get_json()
    assert (body["roles"], body["areas"], body["view"]) == ([], [], "none")

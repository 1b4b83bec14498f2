"""`/devices/me`: what a phone knows about itself, and how it signs out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from server import clock
from server.accounts.models import RoleAssignment
from tests.making import a_device, writing


def test_a_phone_asks_again_and_hears_the_same_without_its_token(client: FlaskClient) -> None:
    phone = a_device(client)
    body = client.get("/api/v1/devices/me", headers=phone.headers).get_json()
    assert body["device"] == {"id": phone.id, "name": "红米 12C"}
    assert "token" not in body


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

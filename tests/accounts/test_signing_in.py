"""`POST /devices`: a phone gets its token, a guesser gets nothing."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from server import clock
from server.accounts import passwords
from server.accounts.models import AuditEvent, Device, Person
from server.accounts.passwords import ATTEMPTS, REST
from tests.making import (
    PASSWORD,
    SANLI,
    TOWN,
    YIJIA,
    a_device,
    a_person,
    looking,
    username_of,
    writing,
)


def sign_in(client: FlaskClient, username: str, password: str = PASSWORD) -> TestResponse:
    return client.post(
        "/api/v1/devices",
        json={"username": username, "password": password, "device_name": "红米 12C"},
    )


def test_a_first_secretary_learns_who_and_where_he_is(app: Flask, client: FlaskClient) -> None:
    alice = a_person(app, "first_secretary", SANLI, username="liming", name="李明远")
    response = sign_in(client, "liming")
    body = response.get_json()
    assert response.status_code == 201
    assert body["person"] == {"id": alice, "name": "李明远", "username": "liming"}
    assert body["roles"] == [{"role": "first_secretary", "area": SANLI}]
    assert body["view"] == "team"
    assert body["county"] == "370321"
    assert [(area["code"], area["name"]) for area in body["areas"]] == [
        (TOWN, "果里镇"),
        (SANLI, "三里村"),
    ]
    assert body["device"]["name"] == "红米 12C"
    assert body["server_time"].endswith("Z")


def test_a_reviewer_of_the_town_has_all_its_villages(app: Flask, client: FlaskClient) -> None:
    a_person(app, "town_reviewer", TOWN, username="zhao")
    body = sign_in(client, "zhao").get_json()
    assert [area["code"] for area in body["areas"]] == [TOWN, SANLI, YIJIA]


def test_the_token_is_kept_only_as_a_hash(app: Flask, client: FlaskClient) -> None:
    phone = a_device(client)
    with looking(app) as session:
        kept = session.get_one(Device, phone.id)
    assert phone.token not in kept.token_hash
    assert len(kept.token_hash) == 64


def test_the_password_is_kept_only_as_a_slow_hash(app: Flask) -> None:
    alice = a_person(app)
    with looking(app) as session:
        assert session.get_one(Person, alice).password_hash.startswith("$argon2id$")


def test_guessing_a_password_costs_time_and_memory() -> None:
    # The suite hashes quickly; this one was made when the server's module was loaded.
    assert passwords._NOBODY.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_wrong_password_says_how_many_tries_are_left(app: Flask, client: FlaskClient) -> None:
    a_person(app, username="liming")
    refused = sign_in(client, "liming", "guess")
    assert refused.status_code == 401
    assert refused.content_type == "application/problem+json"
    assert refused.get_json()["type"] == "urn:yihu:problem:credentials-wrong"
    assert refused.get_json()["attempts_left"] == ATTEMPTS - 1


def test_an_unknown_name_is_told_from_a_wrong_password_by_nothing_but_the_count(
    client: FlaskClient,
) -> None:
    refused = sign_in(client, "nobody")
    assert refused.status_code == 401
    assert refused.get_json()["title"] == "Wrong name or password"


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_person(app, username="liming")
    answers = [sign_in(client, "liming", "guess").status_code for _ in range(ATTEMPTS)]
    assert answers == [401, 401, 401, 401, 429]
    locked = sign_in(client, "liming")
    assert locked.status_code == 429
    assert locked.get_json()["type"] == "urn:yihu:problem:locked-out"
    assert 0 < int(locked.headers["Retry-After"]) <= REST.total_seconds()
    assert "分钟后再试" in locked.get_json()["detail"]

    later = clock.now() + REST + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert sign_in(client, "liming").status_code == 201


def test_guesses_sent_at_the_same_time_are_all_counted(app: Flask) -> None:
    a_person(app, username="liming")
    threads = [
        threading.Thread(target=sign_in, args=(app.test_client(), "liming", "guess"))
        for _ in range(ATTEMPTS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sign_in(app.test_client(), "liming").status_code == 429


def test_the_right_password_in_between_forgives_the_wrong_ones(
    app: Flask, client: FlaskClient
) -> None:
    a_person(app, username="liming")
    for password in ("guess", "guess", PASSWORD, "guess"):
        last = sign_in(client, "liming", password)
    assert last.get_json()["attempts_left"] == ATTEMPTS - 1


def test_a_disabled_person_signs_in_no_more(app: Flask, client: FlaskClient) -> None:
    phone = a_device(client)
    with writing(app) as session:
        session.get_one(Person, phone.person_id).disabled_at = clock.now()
    assert sign_in(client, username_of(app, phone.person_id)).status_code == 401
    assert client.get("/api/v1/devices/me", headers=phone.headers).status_code == 401


@pytest.mark.parametrize(
    ("body", "content_type", "slug"),
    [
        (b"{", "application/json", "request-unreadable"),
        (b"[]", "application/json", "request-invalid"),
        (b"{}", "application/json", "request-invalid"),
        (b'{"username": 1, "password": []}', "application/json", "request-invalid"),
        (b'{"username": "", "password": "x"}', "application/json", "request-invalid"),
    ],
)
def test_a_body_that_makes_no_sense_is_a_problem(
    client: FlaskClient, body: bytes, content_type: str, slug: str
) -> None:
    refused = client.post("/api/v1/devices", data=body, content_type=content_type)
    assert refused.get_json()["type"] == f"urn:yihu:problem:{slug}"
    assert refused.content_type == "application/problem+json"


def test_an_address_that_never_stops_trying_is_slowed_down(client: FlaskClient) -> None:
    answers = {sign_in(client, "nobody").status_code for _ in range(61)}
    slowed = sign_in(client, "nobody")
    assert answers == {401, 429}
    assert slowed.get_json()["type"] == "urn:yihu:problem:too-many-requests"
    assert slowed.headers["Retry-After"]


def test_every_try_leaves_a_line_in_the_audit_trail_without_what_was_typed(
    app: Flask, client: FlaskClient
) -> None:
    alice = a_person(app, username="liming")
    sign_in(client, "liming", "guess")
    sign_in(client, "my-password-in-the-wrong-field", "x")
    sign_in(client, "liming")
    with looking(app) as session:
        lines = session.execute(
            select(AuditEvent.action, AuditEvent.person_id).order_by(AuditEvent.id)
        ).all()
        everything = str([vars(event) for event in session.scalars(select(AuditEvent))])
    assert [tuple(line) for line in lines] == [
        ("sign-in-refused", alice),
        ("sign-in-refused", None),
        ("device-signed-in", alice),
    ]
    assert "wrong-field" not in everything
    assert "guess" not in everything

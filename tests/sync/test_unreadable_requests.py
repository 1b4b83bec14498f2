"""A request that cannot be read at all is refused with a problem in Chinese, and stores nothing."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from server import clock
from server.accounts.models import Device, Person, RoleAssignment
from server.submissions.models import Submission
from tests.forms.instances import new_id, visit_xml
from tests.making import LONG_AGO, looking, writing
from tests.phone import Phone

PUSH = "/api/v1/sync/push"
Said = dict[str, Any]


def send(phone: Phone, body: bytes, encoding: str | None = None, **headers: str) -> Said:
    """Send raw bytes; returns the problem that comes back."""
    more = {"Content-Encoding": encoding} if encoding else {}
    response = phone.client.post(
        PUSH,
        data=body,
        headers={
            **phone.device.headers,
            "Content-Type": "application/json",
            **more,
            **headers,
        },
    )
    assert response.content_type == "application/problem+json", response.get_data(as_text=True)
    problem: Said = response.get_json(force=True)
    assert response.status_code == problem["status"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in problem["detail"])
    return problem


def slug(problem: Said) -> str:
    return str(problem["type"]).rpartition(":")[2]


def stored(app: Flask) -> int:
    with looking(app) as session:
        return session.scalar(select(func.count()).select_from(Submission)) or 0


def a_push(phone: Phone, *submissions: Said) -> Said:
    return {"sent_at": clock.now().isoformat(), "submissions": list(submissions)}


def a_visit(phone: Phone) -> Said:
    instance = new_id()
    return phone.submission("visit", visit_xml(new_id(), instance_id=instance), instance)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"not gzip", "gzip"),
        (gzip.compress(b'{"sent_at": 1}', mtime=0)[:-6], "gzip"),
        (b"{}", "br"),
        (b"{ not json", None),
        (b"\xff\xfe\x00", None),
        (gzip.compress(b"\xff\xfe", mtime=0), "gzip"),
        (b"[" * 100_000, None),
    ],
)
def test_what_cannot_be_read_is_said_so(
    app: Flask, alice: Phone, body: bytes, encoding: str | None
) -> None:
    assert slug(send(alice, body, encoding)) == "request-unreadable"
    assert stored(app) == 0


@pytest.mark.parametrize(
    "body", [[], 5, "text", None, {}, {"sent_at": "x", "submissions": []}, {"submissions": {}}]
)
def test_json_of_another_shape_is_invalid(app: Flask, alice: Phone, body: object) -> None:
    assert slug(send(alice, json.dumps(body).encode())) == "request-invalid"


def test_a_body_ten_times_too_large_is_refused_packed_or_not(app: Flask, alice: Phone) -> None:
    assert slug(send(alice, b" " * 50_000_000)) == "request-too-large"
    bomb = gzip.compress(b" " * 50_000_000, mtime=0)
    assert len(bomb) < 60_000
    assert slug(send(alice, bomb, "gzip")) == "request-too-large"


def test_more_than_fifty_submissions_at_once_are_refused(app: Flask, alice: Phone) -> None:
    body = a_push(alice, *[a_visit(alice) for _ in range(51)])
    problem = send(alice, json.dumps(body).encode())
    assert slug(problem) == "request-too-large"
    assert problem["most"] == 50
    assert stored(app) == 0


def test_a_submission_without_a_name_refuses_the_request(app: Flask, alice: Phone) -> None:
    body = a_push(alice, a_visit(alice), {"xml": "<data/>"})
    problem = send(alice, json.dumps(body).encode())
    assert slug(problem) == "request-invalid"
    assert stored(app) == 0


@pytest.mark.parametrize("what", ["revoked", "disabled", "unknown"])
def test_a_phone_that_may_not_come_in_is_asked_to_sign_in(
    app: Flask, alice: Phone, what: str
) -> None:
    with writing(app) as session:
        if what == "revoked":
            session.get_one(Device, alice.device.id).revoked_at = clock.now()
        elif what == "disabled":
            session.get_one(Person, alice.device.person_id).disabled_at = clock.now()
    headers = {"Authorization": "Bearer nobody"} if what == "unknown" else {}
    problem = send(alice, json.dumps(a_push(alice, a_visit(alice))).encode(), **headers)
    assert slug(problem) == "device-revoked"
    assert "还在手机里" in problem["detail"]
    assert stored(app) == 0


def test_somebody_whose_role_has_ended_has_no_right(app: Flask, alice: Phone) -> None:
    with writing(app) as session:
        for role in session.scalars(
            select(RoleAssignment).where(RoleAssignment.person_id == alice.device.person_id)
        ):
            role.valid_to = LONG_AGO
    problem = alice.client.get("/api/v1/sync/pull", headers=alice.device.headers).get_json(
        force=True
    )
    assert slug(problem) == "right-missing"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/api/v1/nothing", 404),
        ("delete", "/api/v1/sync/push", 405),
        ("get", "/api/v1/forms/visit/1", 404),
        ("get", "/api/v1/sync/snapshots/370321110223", 404),
        ("get", "/api/v1/sync/pull?limit=0", 422),
        ("get", "/api/v1/sync/pull?cursor=%00%ff", 410),
    ],
)
def test_every_refusal_of_the_api_is_a_problem(
    alice: Phone, method: str, path: str, status: int
) -> None:
    response = getattr(alice.client, method)(path, headers=alice.device.headers)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert response.get_json(force=True)["detail"]

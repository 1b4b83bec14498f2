"""Where writers take turns, pushes that wait together are stored together, and answered each."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from server import clock
from server.accounts.models import Device
from server.database import db
from server.submissions.models import Submission
from tests.forms.instances import new_id, register_xml
from tests.making import SANLI, YIJIA, a_device, looking, publish_forms, writing
from tests.phone import Phone

Sent = dict[str, Any]


pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

VILLAGES = (SANLI, SANLI, YIJIA, SANLI)


@pytest.fixture
def phones(app: Flask, client: FlaskClient) -> list[Phone]:
    publish_forms(app)
    return [Phone(app.test_client(), a_device(client, area=area)) for area in VILLAGES]


@contextmanager
def somebody_writing(app: Flask) -> Iterator[None]:
    """Another process has the turn."""
    with app.app_context():
        path = Path(f"{db.engine.url.database}.writers")
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def all_wait(app: Flask, many: int) -> None:
    """Until so many wait behind the first, who waits for the other process."""
    deadline = time.monotonic() + 30
    while len(app.extensions["yihu_turns"]) < many:
        assert time.monotonic() < deadline, "they never waited"
        time.sleep(0.01)


def pushed_together(app: Flask, pushes: Sequence[tuple[Phone, Sequence[Sent]]]) -> list[Any]:
    """The responses to pushes of one moment, none of which could be stored alone."""
    with ThreadPoolExecutor(len(pushes)) as threads:
        with somebody_writing(app):
            sent: list[Future[Any]] = [threads.submit(respond, *one) for one in pushes]
            all_wait(app, len(pushes) - 1)
        return [one.result(30) for one in sent]


def respond(phone: Phone, sent: Sequence[Sent]) -> Any:
    body = {"sent_at": clock.now().isoformat(), "submissions": sent}
    return phone.client.post("/api/v1/sync/push", json=body, headers=phone.device.headers)


def registering(phone: Phone, village: str) -> Sent:
    name = new_id()
    xml = register_xml(instance_id=name, village_code=village)
    return phone.submission("household_register", xml, name)


def outcomes(responses: Sequence[Any]) -> list[list[str]]:
    return [[one["outcome"] for one in each.get_json()["outcomes"]] for each in responses]


def stored(app: Flask) -> set[str]:
    with looking(app) as session:
        return set(session.scalars(select(Submission.instance_id)))


def test_each_is_told_of_its_own_and_bounded_by_its_own_areas(
    app: Flask, phones: list[Phone]
) -> None:
    first, alice, charlie, dora = phones
    pushes = [
        (first, [registering(first, SANLI)]),
        (alice, [registering(alice, SANLI), registering(alice, YIJIA)]),
        (charlie, [registering(charlie, YIJIA)]),
        (dora, [registering(dora, YIJIA), registering(dora, SANLI), registering(dora, SANLI)]),
    ]
    responses = pushed_together(app, pushes)
    assert outcomes(responses) == [
        ["stored"],
        ["stored", "quarantined"],
        ["stored"],
        ["quarantined", "stored", "stored"],
    ]
    for (_, sent), response in zip(pushes, responses, strict=True):
        told = [one["instance_id"] for one in response.get_json()["outcomes"]]
        assert told == [one["instance_id"] for one in sent]
    assert len({response.get_json()["number"] for response in responses}) == 2  # two commits
    assert stored(app) == {one["instance_id"] for _, sent in pushes for one in sent}


def test_the_same_record_over_two_connections_is_stored_once(
    app: Flask, phones: list[Phone]
) -> None:
    first, alice, _, _ = phones
    record = registering(alice, SANLI)
    responses = pushed_together(
        app, [(first, [registering(first, SANLI)]), (alice, [record]), (alice, [record])]
    )
    assert outcomes(responses[:1]) == [["stored"]]
    assert sorted(outcomes(responses[1:])) == [["already_stored"], ["stored"]]


def test_what_fails_for_one_does_not_fail_for_the_others(app: Flask, phones: list[Phone]) -> None:
    first, alice, charlie, dora = phones
    with writing(app) as session:
        session.execute(
            text(
                "create trigger broken before update on devices "
                f"when new.id = '{charlie.device.id}' begin select raise(abort, 'broken'); end"
            )
        )
    begun = clock.now()
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    pushes = [
        (first, [registering(first, SANLI)]),
        (alice, [registering(alice, SANLI)]),
        (charlie, [registering(charlie, YIJIA)]),
        (dora, [registering(dora, SANLI)]),
    ]
    responses = pushed_together(app, pushes)
    assert [each.status_code for each in responses] == [200, 200, 500, 200]
    assert outcomes([responses[1], responses[3]]) == [["stored"], ["stored"]]
    good = [sent for place, (_, sent) in enumerate(pushes) if place != 2]
    assert stored(app) == {one["instance_id"] for sent in good for one in sent}
    with looking(app) as session:
        assert session.get_one(Device, dora.device.id).last_seen_at >= begun

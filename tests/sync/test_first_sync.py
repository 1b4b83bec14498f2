"""The first sync: ready files of villages and towns, made off the request, and then the feed."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from server import clock
from server.accounts.models import Area
from server.changes.models import Counter, Snapshot
from server.config import Settings
from server.database import db
from server.jobs.models import Job
from server.jobs.queue import run
from server.sync import first_sync as first_sync_files
from server.sync import snapshot, upkeep
from tests.forms.instances import new_id, register_xml, visit_xml
from tests.making import COUNTY, LONG_AGO, SANLI, TOWN, YIJIA, a_device, looking, writing
from tests.phone import Phone

ASIT = {"Accept": "application/gzip"}


@pytest.fixture
def town(alice: Phone) -> Phone:
    """The phone of somebody who has the whole town."""
    return Phone(alice.client, a_device(alice.client, "team_member", TOWN))


def register(phone: Phone, **answers: Any) -> str:
    household = new_id()
    phone.send("household_register", lambda i: register_xml(household, instance_id=i, **answers))
    return household


def fetch(phone: Phone, area: str, **headers: str) -> TestResponse:
    return phone.client.get(
        f"/api/v1/sync/snapshots/{area}", headers={**phone.device.headers, **ASIT, **headers}
    )


def work(app: Flask) -> list[str]:
    """Do what is queued, as a worker does; returns the kinds of snapshots' jobs."""
    with looking(app) as session:
        rows = session.execute(select(Job.id, Job.kind).where(Job.state == "queued"))
        queued = [(row.id, row.kind) for row in rows]
    with app.app_context():
        for job, _ in queued:
            run(job)
    return [kind for _, kind in queued if kind.startswith("snapshots")]


def offered(app: Flask, phone: Phone) -> dict[str, Any]:
    """The list, once nothing is being made any more."""
    for _ in range(5):
        listed = phone._get("snapshots")
        if not listed["preparing"]:
            return listed
        assert listed["retry_after"]
        work(app)
    raise AssertionError("never ready")


def first_sync(app: Flask, phone: Phone) -> None:
    """Take everything as a phone does: the files of one list, then the pull from its cursor."""
    listed = offered(app, phone)
    for one in listed["snapshots"]:
        packed = fetch(phone, one["area"]).data
        assert (hashlib.sha256(packed).hexdigest(), len(packed)) == (one["sha256"], one["bytes"])
        body = json.loads(gzip.decompress(packed))
        for village in body.get("villages", [body]):
            phone.rows |= {(row["kind"], row["id"]): row for row in village["rows"]}
    phone.cursor = listed["cursor"]
    phone.pull()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let time go by."""
    gone = timedelta()
    real = clock.now

    def wait(some: timedelta) -> None:
        nonlocal gone
        gone += some

    monkeypatch.setattr(clock, "now", lambda: real() + gone)
    return wait


def test_a_whole_town_is_one_file_and_the_same_as_a_pull_of_everything(
    app: Flask, alice: Phone, charlie: Phone, town: Phone
) -> None:
    here, there = register(alice), register(charlie, village_code=YIJIA)
    first_sync(app, town)
    listed = town._get("snapshots")["snapshots"]
    assert [(one["area"], one["level"], one["households"]) for one in listed] == [(TOWN, "town", 2)]
    assert {("households", here), ("households", there)} <= town.rows.keys()
    whole = Phone(town.client, town.device)
    whole.pull()
    areas = {row["area"] for row in whole.rows.values()}
    assert {k: r for k, r in whole.rows.items() if r["area"] in areas - {COUNTY}} == town.rows


def test_a_village_is_ready_at_once_without_any_worker(app: Flask, alice: Phone) -> None:
    household = register(alice)
    listed = alice._get("snapshots")
    assert (listed["preparing"], listed["retry_after"]) == ([], None)
    assert [one["level"] for one in listed["snapshots"]] == ["village"]
    first_sync(app, alice)
    assert ("households", household) in alice.rows


def test_a_great_town_is_made_in_the_background_and_goes_on_even_if_the_worker_is_dead(
    app: Flask, alice: Phone, town: Phone
) -> None:
    register(alice)
    with writing(app) as session:
        for number in range(5):
            code = f"37032111030{number}"
            session.add(
                Area(code=code, name=code, level="village", parent=TOWN, valid_from=LONG_AGO)
            )
    asked = 0
    while (listed := town._get("snapshots"))["preparing"]:
        assert listed["snapshots"] == []
        refused = fetch(town, TOWN)
        assert refused.status_code == 503
        assert refused.headers["Retry-After"]
        asked += 1
    assert 3 <= asked <= 5
    with looking(app) as session:
        assert len(session.scalars(select(Job).where(Job.kind == "snapshots")).all()) == 1
    assert "snapshots" in work(app)
    again = town._get("snapshots")
    assert again["snapshots"] == listed["snapshots"]


def test_many_phones_that_ask_at_once_have_each_file_made_once(
    app: Flask, alice: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(alice)
    made: list[str] = []
    keep = snapshot._keep

    def kept(body: bytes, one: Snapshot) -> Snapshot:
        made.append(one.area)
        return keep(body, one)

    monkeypatch.setattr(snapshot, "_keep", kept)
    phones = [Phone(app.test_client(), alice.device) for _ in range(8)]
    answers: list[dict[str, Any]] = []
    threads = [
        threading.Thread(target=lambda p=phone: answers.append(p._get("snapshots")))
        for phone in phones
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert made.count(SANLI) == 1
    for answer in answers:
        assert len(answer["snapshots"]) + len(answer["preparing"]) == 1


def test_a_file_that_another_phone_had_made_meanwhile_is_taken(app: Flask, alice: Phone) -> None:
    register(alice)
    with app.app_context():
        unit = first_sync_files.Unit(SANLI, (SANLI,))
        seen = first_sync_files.look("team", [unit])
        made = snapshot.make_village(SANLI, "team")
        assert made is not None
        first_sync_files.make(seen, unit)
        kept = first_sync_files.look("team", [unit]).files[SANLI]
    assert kept.made_at == made.made_at


def test_a_download_that_broke_off_goes_on_though_the_file_was_made_anew(
    app: Flask, alice: Phone
) -> None:
    register(alice)
    listed = offered(app, alice)["snapshots"][0]
    whole = fetch(alice, SANLI)
    assert (whole.status_code, whole.headers["Accept-Ranges"]) == (200, "bytes")
    assert "Content-Encoding" not in whole.headers
    half = len(whole.data) // 2
    register(alice)
    with app.app_context():
        snapshot.make_village(SANLI, "team")
    newest = fetch(alice, SANLI)
    assert newest.headers["ETag"] != whole.headers["ETag"]
    rest = fetch(alice, SANLI, Range=f"bytes={half}-", **{"If-Range": f'"{listed["sha256"]}"'})
    assert rest.status_code == 206
    assert rest.headers["Content-Range"] == f"bytes {half}-{len(whole.data) - 1}/{len(whole.data)}"
    assert whole.data[:half] + rest.data == whole.data


def test_what_is_kept_no_longer_is_begun_again_with_the_newest(app: Flask, alice: Phone) -> None:
    register(alice)
    offered(app, alice)
    newest = fetch(alice, SANLI)
    for strange in (f'"{"0" * 64}"', '"../../../etc/passwd"', "W/x"):
        answer = fetch(alice, SANLI, Range="bytes=10-", **{"If-Range": strange})
        assert (answer.status_code, answer.data) == (200, newest.data)
    beyond = fetch(alice, SANLI, Range="bytes=9999999-")
    assert beyond.status_code == 416
    same = fetch(alice, SANLI, **{"If-None-Match": newest.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")


def test_a_phone_that_cannot_unpack_gets_json(app: Flask, alice: Phone) -> None:
    register(alice)
    offered(app, alice)
    packed = fetch(alice, SANLI).data
    for accept in ("application/json", "*/*"):
        plain = fetch(alice, SANLI, Accept=accept)
        assert plain.get_json() == json.loads(gzip.decompress(packed))
        encoded = fetch(alice, SANLI, Accept=accept, **{"Accept-Encoding": "gzip"})
        assert (encoded.headers["Content-Encoding"], encoded.data) == ("gzip", packed)


def test_a_file_that_was_half_written_is_never_served(
    app: Flask, alice: Phone, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(alice)

    def dies(_fd: int) -> None:
        raise OSError("the power went")

    monkeypatch.setattr(os, "fsync", dies)
    with pytest.raises(OSError, match="power"), app.app_context():
        snapshot.make_village(SANLI, "team")
    monkeypatch.undo()
    assert not list(settings.snapshots.glob("*.json.gz"))
    first_sync(app, alice)
    assert ("households", next(i for k, i in alice.rows if k == "households")) in alice.rows


def test_a_file_that_somebody_took_away_is_made_anew(
    app: Flask, alice: Phone, settings: Settings
) -> None:
    register(alice)
    before = offered(app, alice)
    for path in settings.snapshots.glob("*.json.gz"):
        path.unlink()
    assert fetch(alice, SANLI).status_code == 503
    after = offered(app, alice)
    assert after["snapshots"][0]["households"] == before["snapshots"][0]["households"]
    assert fetch(alice, SANLI).status_code == 200


def test_a_changed_village_is_made_anew_once_it_has_come_to_rest(
    app: Flask, alice: Phone, town: Phone, later: Callable[[timedelta], None]
) -> None:
    household = register(alice)
    old = offered(app, town)["snapshots"][0]
    work(app)
    alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    with app.app_context():
        upkeep.renew_snapshots()  # sees that it changed
        later(upkeep.REST / 2)
        upkeep.renew_snapshots()
    assert offered(app, town)["snapshots"][0] == old
    assert work(app) == []
    alice.send(
        "visit",
        lambda i: visit_xml(household, instance_id=i, food_ok="no", event_date="2026-11-21"),
    )
    work(app)
    with app.app_context():
        later(upkeep.REST)
        upkeep.renew_snapshots()  # it moved meanwhile
        upkeep.renew_snapshots()
    assert work(app) == []
    assert offered(app, town)["snapshots"][0] == old
    with app.app_context():
        later(upkeep.REST)
        upkeep.renew_snapshots()
        upkeep.renew_snapshots()
    assert work(app) == [upkeep.KIND]
    new = offered(app, town)["snapshots"][0]
    assert new["sha256"] != old["sha256"]
    with app.app_context():
        later(upkeep.LAG)
        upkeep.renew_snapshots()
    assert work(app) == []
    first_sync(app, town)
    assert town.value(household, "food_ok") == "no"


def test_a_village_that_never_rests_is_made_anew_all_the_same(
    app: Flask, alice: Phone, later: Callable[[timedelta], None]
) -> None:
    register(alice)
    old = offered(app, alice)["snapshots"][0]
    later(upkeep.LAG)
    register(alice)
    with app.app_context():
        upkeep.renew_snapshots()
    work(app)
    assert offered(app, alice)["snapshots"][0]["households"] == old["households"] + 1


def test_a_quiet_village_does_not_make_the_pull_after_it_long(
    app: Flask, alice: Phone, charlie: Phone, town: Phone
) -> None:
    register(charlie, village_code=YIJIA)
    listed = offered(app, charlie)
    for _ in range(3):
        register(alice, members=[])
    again = charlie._get("snapshots")
    assert again["snapshots"] == listed["snapshots"]
    assert again["cursor"] != listed["cursor"]
    charlie.cursor = again["cursor"]
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    assert charlie.pull() == []
    event.remove(engine, "before_cursor_execute", note)
    assert not [one for one in seen if "FROM changes" in one]


def test_a_village_that_is_new_in_a_town_makes_the_towns_file_anew(
    app: Flask, alice: Phone, town: Phone
) -> None:
    register(alice)
    old = offered(app, town)["snapshots"][0]
    with writing(app) as session:
        session.add(
            Area(code="370321110224", name="西埠村", level="village", parent=TOWN,
                 valid_from=LONG_AGO)
        )  # fmt: skip
    assert offered(app, town)["snapshots"][0]["sha256"] != old["sha256"]


def test_after_a_restore_nothing_of_before_is_served(app: Flask, alice: Phone) -> None:
    register(alice)
    offered(app, alice)
    with writing(app) as session:
        session.get_one(Counter, COUNTY).epoch = "restored"
    assert fetch(alice, SANLI).status_code == 503
    listed = offered(app, alice)
    assert listed["epoch"] == "restored"
    body = json.loads(gzip.decompress(fetch(alice, SANLI).data))
    assert body["epoch"] == "restored"


def test_each_view_has_its_own_file_and_nobody_gets_anothers(
    app: Flask, alice: Phone, charlie: Phone, town: Phone
) -> None:
    register(alice)
    grid = Phone(alice.client, a_device(alice.client, "grid_worker"))
    mine, his = offered(app, alice)["snapshots"][0], offered(app, grid)["snapshots"][0]
    assert mine["sha256"] != his["sha256"]
    stolen = fetch(grid, SANLI, Range="bytes=0-", **{"If-Range": f'"{mine["sha256"]}"'})
    assert (stolen.status_code, stolen.headers["ETag"]) == (200, f'"{his["sha256"]}"')
    offered(app, town)
    for area in (TOWN, SANLI, COUNTY, "..", "370321110217-team"):
        assert fetch(charlie, area).status_code == 404

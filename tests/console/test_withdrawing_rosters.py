"""A whole import is taken back and restored, household by household, records untouched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from server import clock
from server.jobs.models import Job
from server.jobs.queue import run
from server.registers.models import HouseholdRow
from server.roster import withdraw
from server.roster.models import RosterImport
from tests.console.desk import Desk, text_of
from tests.console.test_roster import TOWN_ROSTER, upload
from tests.forms.instances import visit_xml
from tests.making import YIJIA, looking
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds
from tests.roster.making_rosters import HEADER, a_row, a_wife, workbook


@pytest.fixture(autouse=True)
def rebuilt(app: Flask) -> Iterator[None]:
    yield
    assert_rebuilds(app)


def do_jobs(app: Flask, *kinds: str) -> None:
    with looking(app) as session:
        waiting = [
            job.id for job in session.query(Job).filter_by(state="queued") if job.kind in kinds
        ]
    with app.app_context():
        for job_id in waiting:
            run(job_id)


def an_import(app: Flask, desk: Desk) -> str:
    there = upload(desk, TOWN_ROSTER.read_bytes()).headers["Location"]
    desk.post(f"{there}/import")
    do_jobs(app, "roster-import")
    with looking(app) as session:
        return session.query(RosterImport).order_by(RosterImport.created_at.desc()).first().id  # type: ignore[union-attr]


def households(app: Flask) -> set[str]:
    with looking(app) as session:
        return {row.household_id for row in session.query(HouseholdRow)}


def decide(app: Flask, desk: Desk, address: str, word: str) -> None:
    desk.page(address)
    answer = desk.post(address, decision=word, reason="导错了表")
    assert answer.status_code == 302
    do_jobs(app, "roster-withdraw")
    assert "完成" in text_of(desk.page(answer.location))


def test_an_import_is_withdrawn_but_for_what_was_recorded_since(
    app: Flask, desk: Desk, alice: Phone
) -> None:
    address = f"/console/roster/imports/{an_import(app, desk)}/withdraw"
    before = households(app)
    alice.pull()
    mine = next(name for kind, name in alice.rows if kind == "households")
    alice.send("visit", lambda i: visit_xml(mine, instance_id=i))
    words = text_of(desk.page(address))
    assert f"{len(before) - 1} 户会从名单里消失" in words
    assert "1 户留着不动" in words
    decide(app, desk, address, "withdraw")
    assert households(app) == {mine}
    alice.pull()
    assert {name for kind, name in alice.rows if kind == "households"} == {mine}
    decide(app, desk, address, "restore")
    assert households(app) == before


def test_a_household_that_is_visited_while_an_import_is_withdrawn_stays(
    app: Flask, desk: Desk, alice: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/console/roster/imports/{an_import(app, desk)}/withdraw"
    before = len(households(app))
    alice.pull()
    mine = next(name for kind, name in alice.rows if kind == "households")
    plan = withdraw._todo

    def plan_and_visit(*args: Any) -> Sequence[str]:
        planned = plan(*args)
        monkeypatch.setattr(withdraw, "_todo", plan)
        alice.send("visit", lambda i: visit_xml(mine, instance_id=i))
        return planned

    monkeypatch.setattr(withdraw, "_todo", plan_and_visit)
    decide(app, desk, address, "withdraw")
    assert households(app) == {mine}
    with looking(app) as session:
        told = session.query(Job).filter_by(kind="roster-withdraw").one().result["message"]
    assert told == f"已撤回 {before - 1} 户。1 户这期间有变，没动。"


def brought(app: Flask, desk: Desk, *rows: Sequence[Any]) -> str:
    """Import these rows; where the import is withdrawn."""
    there = upload(desk, workbook(HEADER, *rows)).headers["Location"]
    shown = desk.post(f"{there}/import").headers["Location"]
    do_jobs(app, "roster-import")
    return f"{shown}/withdraw"


def test_a_household_that_was_there_before_stays_when_a_person_is_withdrawn(
    app: Flask, desk: Desk
) -> None:
    brought(app, desk, a_row())
    before = households(app)
    address = brought(app, desk, a_row(), a_wife())
    words = text_of(desk.page(address))
    assert "0 户会从名单里消失 1 户回到导入以前 0 户留着不动" in words
    decide(app, desk, address, "withdraw")
    assert households(app) == before
    with looking(app) as session:
        assert session.query(HouseholdRow).one().family_size == 1
    assert text_of(desk.page("/console/roster/")).count("已撤回 1 户") == 1


def test_importing_the_same_file_again_restores_it_also_when_the_clock_was_set_back(
    app: Flask, desk: Desk, alice: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/console/roster/imports/{an_import(app, desk)}/withdraw"
    before = households(app)
    decide(app, desk, address, "withdraw")
    assert households(app) == set()
    right = clock.now
    monkeypatch.setattr(clock, "now", lambda: right() - timedelta(hours=1))
    an_import(app, desk)
    assert households(app) == before
    alice.pull()
    assert len([name for kind, name in alice.rows if kind == "households"]) > 0


def test_withdrawing_needs_a_reason_and_the_village(app: Flask, desk: Desk) -> None:
    address = f"/console/roster/imports/{an_import(app, desk)}/withdraw"
    desk.page(address)
    assert desk.post(address, decision="withdraw", reason=" ").status_code == 422
    assert desk.post(address, decision="other", reason="x").status_code == 422
    elsewhere = Desk(app, "town_reviewer", YIJIA)
    assert elsewhere.get(address).status_code == 404
    assert elsewhere.post(address, decision="withdraw", reason="x").status_code == 404

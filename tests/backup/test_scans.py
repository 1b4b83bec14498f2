"""Scanned pages survive a disaster: those that were filed, and those that still wait."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from server import clock
from server.attachments import store
from server.config import Settings
from server.household_file.content.gather import gather
from server.household_file.returned import batch as batches
from server.household_file.returned import queries
from server.household_file.returned.batch import Target
from server.jobs.queue import run
from tests.backup.conftest import Disaster, back_up, bring_back
from tests.household_file.recording import Office
from tests.household_file.scanning import a_page, as_pdf, scanned
from tests.making import looking, writing


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


def read(office: Office, target: Target | None, text: str) -> str:
    with office.app.app_context():
        batch_id = batches.new_id()
        page = scanned(a_page(text=text), dpi=100)
        batches.put_down([io.BytesIO(as_pdf([page]))], batch_id)
    with writing(office.app) as session:
        job = batches.begin(
            session, office.reviewer, batch_id, ["一页.pdf"], date(2026, 3, 5), target
        )
    with office.app.app_context():
        run(job)
    return batch_id


def test_what_was_scanned_after_the_backup_comes_back_from_the_journal(
    office: Office, settings: Settings, tmp_path: Path, disaster: Disaster
) -> None:
    household, registration = office.register("张㛃", identify_year="2014")
    office.decide(registration)
    before = read(office, Target(household, "3", "居民身份证"), "备份以前")
    kept = back_up(office.app, tmp_path / "backups")
    after = read(office, Target(household, "3", "残疾人证"), "备份以后")
    waits = read(office, None, "还没有指定")
    with looking(office.app) as session:
        scans = gather(session, household, clock.today()).scans
        numbers = queries.numbers(session, [before, after, waits])
    assert len(scans) == 2
    disaster()

    done = bring_back(office.app, kept, settings.journal)

    assert not done.replayed.failed
    assert not done.replayed.otherwise
    with looking(office.app) as session:
        assert gather(session, household, clock.today()).scans == scans
        assert queries.numbers(session, [before, after, waits]) == numbers
        pages = [
            page
            for one in (before, after, waits)
            for page in queries.pages(session, one, ("filed", "waiting"))
        ]
    assert [page.state for page in pages] == ["filed", "filed", "waiting"]
    assert all(store.path_of(settings.files, page.sha256).is_file() for page in pages)

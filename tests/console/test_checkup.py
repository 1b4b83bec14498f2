"""档案体检 at the desk: the list, its way out, one household, what somebody explained."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from openpyxl import load_workbook

from server import job_kinds
from server.accounts.models import AuditEvent
from server.console import checkup
from server.jobs.models import Job
from server.jobs.queue import run
from tests.console.desk import Desk, hidden, text_of
from tests.console.test_scans import batch_of, hand_in
from tests.household_file.recording import Office
from tests.household_file.scanning import a_page
from tests.making import COUNTY, SANLI, TOWN, YIJIA, looking

assert job_kinds


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office.app)


@pytest.fixture
def visited(office: Office) -> str:
    """A household whose only visit nobody signed and nobody reviewed."""
    household, registration = office.register("张㛃", "王䶮")
    office.decide(registration)
    office.visit(household, account_text="麦子浇了两遍水")
    return household


def look(desk: Desk, village: str = SANLI) -> None:
    """Have the desk look at a village, and do it."""
    desk.page("/console/checkup/")
    assert desk.post("/console/checkup/", village=village).status_code == 302
    with looking(desk.app) as session:
        waiting = session.query(Job).filter_by(kind="checkup", state="queued").one().id
    with desk.app.app_context():
        run(waiting)


def test_a_village_is_looked_at_and_each_finding_leads_to_its_cause(
    desk: Desk, visited: str
) -> None:
    before = desk.page("/console/checkup/")
    assert "这 1 户还没查过" in before
    assert "点“查一遍”" in before
    look(desk)
    page = desk.page("/console/checkup/", village=SANLI)
    assert "1 户查到" in text_of(page)
    assert "受访人没有签名" in page
    assert re.search(r'href="/console/review/[0-9a-f-]{36}"[^>]*>李明远[^<]*还没有审核', page)
    assert f'href="/console/households/{visited}/checkup"' in page
    only = desk.page("/console/checkup/", village=SANLI, kind="unsigned")
    assert "受访人没有签名" in only
    assert "还没有审核" not in only
    assert "印好后在纸上签字盖章" in desk.page("/console/checkup/", state="hand")


def test_how_far_it_is_and_what_came_since_is_told(
    app: Flask, desk: Desk, office: Office, visited: str
) -> None:
    desk.page("/console/checkup/")
    desk.post("/console/checkup/", village=TOWN)
    desk.post("/console/checkup/", village=TOWN)
    with looking(app) as session:
        (job,) = session.query(Job).filter_by(kind="checkup").all()
    assert "正在体检" in text_of(desk.page("/console/checkup/"))
    with app.app_context():
        run(job.id)
    assert "every 1s" not in desk.page(f"/console/checkup/progress/{job.id}")
    office.visit(visited)
    assert "之后 1 户有新记录" in text_of(desk.page("/console/checkup/"))


def test_the_list_is_taken_along_for_a_purpose(desk: Desk, visited: str) -> None:
    look(desk)
    assert desk.post("/console/checkup/export").status_code == 422
    answer = desk.post("/console/checkup/export?kind=unsigned", purpose="发给村里改")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    head, *rows = sheet.iter_rows(values_only=True)
    assert head[0] == "户主"
    assert [row[0] for row in rows] == ["张㛃"]
    assert "没有签名" in str(rows[0])


def test_before_printing_the_order_says_how_much_is_open(
    desk: Desk, visited: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = "/console/checkup/before-printing"
    assert text_of(desk.page(there, village="")).strip() == ""
    assert "先查一遍" in desk.page(there, village=SANLI)
    look(desk)
    said = text_of(desk.page(there, village=SANLI))
    assert re.search(r"体检： 1 户有 \d+ 项", said)
    assert "还没查过" in text_of(desk.page(there, village=TOWN)) or "1 户有" in said
    assert desk.page(there, village=SANLI, type="closed").strip() == ""
    monkeypatch.setattr(checkup, "MOST", 0)
    assert "户数多" in text_of(desk.page(there, village=TOWN))
    assert "console/checkup/before-printing" in desk.page("/console/print/")


def test_scanned_pages_that_nobody_placed_are_told_of(desk: Desk, visited: str) -> None:
    there = "/console/checkup/before-printing"
    assert "扫描件" not in desk.page(there, village=SANLI)
    hand_in(desk, batch_of(a_page()))
    assert "还有 1 页扫描件不知道是哪户的" in text_of(desk.page(there, village=SANLI))


def test_a_finding_is_explained_and_comes_back_when_its_facts_change(
    desk: Desk, office: Office, visited: str
) -> None:
    there = f"/console/households/{visited}/checkup"
    page = desk.page(there)
    key = hidden(page[page.index("缺签名") :], "key")
    assert desk.post(there, key=key, reason=" ").status_code == 422
    desk.post(there, key=key, reason="户主手伤了，村里有书面说明")
    page = text_of(desk.page(there))
    assert "说明过的 1 项" in page
    assert "户主手伤了" in page
    look(desk)
    assert "受访人没有签名" not in desk.page("/console/checkup/")
    assert "受访人没有签名" in desk.page("/console/checkup/", state="explained")
    desk.page(there)
    desk.post(there, key=key, act="back")
    assert "说明过的" not in text_of(desk.page(there)).replace("说明过的，", "")
    with looking(desk.app) as session:
        trail = session.query(AuditEvent).filter(AuditEvent.action.like("checkup.%")).all()
    assert [one.action for one in trail] == ["checkup.explained", "checkup.reopened"]
    assert trail[0].reason == "户主手伤了，村里有书面说明"
    desk.post(there, key="unsigned:gone", reason="已经补签")
    assert "这一条已经没有了" in desk.page(there)


def test_who_may_not_print_or_has_other_villages_sees_nothing(
    desk: Desk, office: Office, visited: str
) -> None:
    look(desk)
    there = f"/console/households/{visited}/checkup"
    elsewhere = Desk(office.app, "town_reviewer", YIJIA)
    assert elsewhere.get(there).status_code == 404
    assert elsewhere.post("/console/checkup/", village=SANLI).status_code == 404
    assert "张㛃" not in elsewhere.page("/console/checkup/", village=SANLI)
    with looking(office.app) as session:
        job = session.query(Job).filter_by(kind="checkup").one().id
    assert elsewhere.get(f"/console/checkup/progress/{job}").status_code == 404
    inspector = Desk(office.app, "inspector", COUNTY)
    for path in ("/console/checkup/", there, "/console/checkup/before-printing"):
        assert inspector.get(path).status_code == 403

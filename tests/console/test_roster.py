"""A roster through the desk: upload, correct columns, look, import, fetch the reasons."""

from __future__ import annotations

import io

from flask import Flask
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from server.config import ROOT
from server.jobs.models import Job
from server.jobs.queue import run
from server.registers.models import HouseholdRow
from server.roster.models import RosterImport, RosterMapping
from tests.console.desk import Desk, text_of
from tests.making import SANLI, looking

DIRTY = ROOT / "server" / "samples" / "roster_dirty.xlsx"
TOWN_ROSTER = ROOT / "server" / "samples" / "roster_town.xlsx"


def upload(desk: Desk, content: bytes, name: str = "花名册.xlsx") -> TestResponse:
    desk.page("/console/roster/")
    return desk.post("/console/roster/", file=(io.BytesIO(content), name))


def run_jobs(app: Flask) -> None:
    with looking(app) as session:
        waiting = [job.id for job in session.query(Job).filter_by(kind="roster-import")]
    with app.app_context():
        for job_id in waiting:
            run(job_id)


def test_a_dirty_roster_is_explained_before_it_is_imported(app: Flask, desk: Desk) -> None:
    answer = upload(desk, DIRTY.read_bytes())
    assert answer.status_code == 302
    page = desk.page(answer.headers["Location"])
    words = text_of(page)
    assert "不能导入" in words
    assert "校验位不对" in words
    assert "379999195203151016" not in page
    with looking(app) as session:
        assert session.query(HouseholdRow).count() == 0


def test_the_reasons_come_back_as_a_workbook_that_runs_nothing(desk: Desk) -> None:
    there = upload(desk, DIRTY.read_bytes()).headers["Location"]
    report = desk.get(f"{there}/report.xlsx?refused=1")
    assert report.status_code == 200
    sheet = load_workbook(io.BytesIO(report.data)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert sheet.max_row > 10
    assert not [cell.value for cell in cells if cell.data_type == "f"]


def test_importing_queues_a_job_and_shows_its_progress(app: Flask, desk: Desk) -> None:
    there = upload(desk, TOWN_ROSTER.read_bytes()).headers["Location"]
    words = text_of(desk.page(there))
    assert "不归您管" in words, "villages that this instance does not have are refused"
    shown = desk.post(f"{there}/import").headers["Location"]
    assert "正在排队" in desk.page(shown)
    run_jobs(app)
    done = desk.page(f"{shown}/progress")
    assert "新增" in text_of(done)
    assert "every 1s" not in done
    with looking(app) as session:
        rows = session.query(HouseholdRow).filter_by(area=SANLI).count()
        assert rows > 20
        assert session.query(RosterImport).one().state == "done"
    again = desk.page(there)
    assert f"没变化 {rows}" not in again
    assert "新增 0，变化 0" in text_of(again)


def test_a_corrected_column_is_remembered(app: Flask, desk: Desk) -> None:
    there = upload(desk, TOWN_ROSTER.read_bytes()).headers["Location"]
    changed = desk.post(there, label=["帮扶责任人", "与户主关系"], key=["", ""])
    assert changed.status_code == 302
    page = text_of(desk.page(there))
    assert "还不能导入：没有找到 与户主关系" in page
    refused = desk.post(f"{there}/import")
    assert refused.status_code == 422
    desk.post(there, label=["帮扶责任人"], key=[""])
    desk.post(f"{there}/import")
    with looking(app) as session:
        (kept,) = session.query(RosterMapping).all()
        assert kept.mapping["帮扶责任人"] == ""


def test_what_is_no_workbook_is_refused_with_advice(desk: Desk) -> None:
    for content in (b"", b"PK\x03\x04 broken", b"<html>not a workbook</html>"):
        answer = upload(desk, content)
        if answer.status_code == 302:
            answer = desk.get(answer.headers["Location"])
        assert answer.status_code == 422
        assert "表格" in answer.get_data(as_text=True)


def test_knowing_a_files_hash_shows_nobody_elses_file(app: Flask, desk: Desk) -> None:
    there = upload(desk, DIRTY.read_bytes()).headers["Location"]
    other = Desk(app)
    for path in (there, f"{there}/report.xlsx"):
        assert other.get(path).status_code == 404
    assert other.post(f"{there}/import").status_code == 404
    assert desk.get("/console/roster/..%2f..%2fetc").status_code == 404

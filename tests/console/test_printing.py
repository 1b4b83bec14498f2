"""Printing from the desk: a village or chosen households, with progress and a file."""

from __future__ import annotations

import io

import pikepdf
import pytest
from flask import Flask

from server import job_kinds
from server.accounts.models import AuditEvent
from server.jobs.queue import run
from tests.console.desk import Desk, text_of
from tests.making import COUNTY, SANLI, TOWN, YIJIA, looking
from tests.phone import Phone

assert job_kinds


def started(app: Flask, desk: Desk, **fields: object) -> str:
    """Queue a print and do it; the address of its page."""
    answer = desk.post("/console/print/", **fields)
    assert answer.status_code == 302
    there = answer.headers["Location"]
    assert "等待" in text_of(desk.page(there))
    with app.app_context():
        run(there.rpartition("/")[2])
    return there


@pytest.mark.parametrize("what", ["village", "household"])
def test_a_print_is_made_and_fetched(app: Flask, desk: Desk, household: str, what: str) -> None:
    chosen = {"village": SANLI} if what == "village" else {"household": [household]}
    there = started(app, desk, purpose="迎接检查", **chosen)
    done = desk.page(f"{there}/progress")
    assert "every 1s" not in done
    assert "下载 PDF" in text_of(done)
    with desk.get(f"{there}/file") as file:
        assert file.mimetype == "application/pdf"
        content = file.data
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) > 2
    with looking(app) as session:
        (kept,) = session.query(AuditEvent).filter_by(action="household_file.printed").all()
        assert kept.reason == "迎接检查"
    assert "第 1 版" in text_of(desk.page(f"/console/households/{household}"))
    assert "付印单" not in done
    assert desk.get(f"{there}/slip").status_code == 404


def test_somebody_elses_print_is_not_found(app: Flask, desk: Desk, household: str) -> None:
    there = desk.post("/console/print/", village=SANLI).headers["Location"]
    for other in (Desk(app, "town_reviewer", YIJIA), Desk(app, "inspector", COUNTY)):
        for path in (there, f"{there}/progress", f"{there}/file"):
            assert other.get(path).status_code in (403, 404)


def test_printing_nothing_says_so(desk: Desk, alice: Phone) -> None:
    desk.post("/console/print/")
    assert "请先选一个村" in desk.page("/console/print/")
    desk.post("/console/print/", village=YIJIA)
    assert "还没有农户" in desk.page("/console/print/")


def test_a_print_is_paused_resumed_and_cancelled(app: Flask, desk: Desk, household: str) -> None:
    assert household
    there = desk.post("/console/print/", village=SANLI).headers["Location"]
    desk.post(there, act="pause")
    assert "已暂停" in text_of(desk.page(there))
    desk.post(there, act="resume")
    with app.app_context():
        run(there.rpartition("/")[2])
    assert "下载 PDF" in text_of(desk.page(there))
    other = desk.post("/console/print/", village=SANLI).headers["Location"]
    desk.post(other, act="cancel")
    assert "已取消" in text_of(desk.page(other))


def test_how_it_is_bound_is_chosen(app: Flask, desk: Desk, household: str) -> None:
    assert household
    there = started(
        app, desk, village=SANLI, sheet="manual", given="one", per_batch="30", grey="1", first="1"
    )
    page = text_of(desk.page(there))
    assert "下载 ZIP" in page
    assert "完成" in page
    with desk.get(f"{there}/file") as file:
        assert file.mimetype == "application/zip"


def test_a_whole_town_is_printed_and_only_what_changed(
    app: Flask, desk: Desk, household: str
) -> None:
    assert household
    first = started(app, desk, village=TOWN)
    assert "1 / 1" in text_of(desk.page(first))
    again = started(app, desk, village=TOWN, changed="1")
    assert "都没有变化" in text_of(desk.page(again))
    other = desk.post("/console/print/", village="999999")
    assert other.status_code == 404
    desk.post("/console/print/", village=TOWN, type="nothing_of_the_kind")
    assert "没有这个类型的户" in desk.page("/console/print/")


@pytest.mark.parametrize(
    ("since", "until", "shown"),
    [
        ("2026-06-30", "2026-01-01", ("2026-01-01", "2026-06-30")),
        ("2026-01-01", "", ("", "")),
        ("2026-01-01", "2026-13-01", ("", "")),
    ],
)
def test_records_of_chosen_days_are_asked_for_with_both_days(
    app: Flask, desk: Desk, household: str, since: str, until: str, shown: tuple[str, str]
) -> None:
    there = desk.post("/console/print/", village=SANLI, since=since, until=until).headers[
        "Location"
    ]
    page = desk.page(there)
    for name, day in zip(("since", "until"), shown, strict=True):
        assert f'id="{name}" name="{name}" value="{day}"' in page

"""手机导出文件 at the desk: upload, progress, result; a doubtful phone is asked about."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from server import clock
from server.accounts import queries as accounts
from server.jobs.models import Job
from server.jobs.queue import run
from server.submissions.models import ReviewState, Submission
from tests.carry.test_importing import doubtful, key_of
from tests.carry.writing import carried
from tests.console.desk import Desk, text_of
from tests.forms.instances import new_id, register_xml, visit_xml
from tests.making import COUNTY, looking, writing
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds
from tests.sync.test_role_has_ended import end_role


def a_file(alice: Phone) -> bytes:
    name = new_id()
    one = alice.submission("household_register", register_xml(new_id(), instance_id=name), name)
    return carried(alice.device, key_of(alice), [one])


def upload(desk: Desk, content: bytes) -> TestResponse:
    desk.page("/console/carry/")
    return desk.post("/console/carry/", file=(io.BytesIO(content), "李明远.yihu"))


def run_jobs(app: Flask) -> None:
    with looking(app) as session:
        waiting = [job.id for job in session.query(Job).filter_by(kind="carry-import")]
    with app.app_context():
        for job_id in waiting:
            run(job_id)


def test_a_file_is_uploaded_imported_and_told(app: Flask, alice: Phone, desk: Desk) -> None:
    answer = upload(desk, a_file(alice))
    assert answer.status_code == 302
    shown = answer.headers["Location"]
    assert "正在排队" in desk.page(shown)
    run_jobs(app)
    words = text_of(desk.page(shown))
    assert "记录：收下 1 条" in words
    assert "李明远" in words
    assert "every 1s" not in desk.page(f"{shown}/progress")
    with looking(app) as session:
        assert session.query(Submission).count() == 1
    assert "收下 1 条" in text_of(desk.page("/console/carry/"))


def test_a_revoked_phone_is_asked_about_and_its_records_wait(
    app: Flask, alice: Phone, desk: Desk
) -> None:
    content = a_file(alice)
    with writing(app) as session:
        accounts.revoke(session, alice.device.id, clock.now())
    shown = upload(desk, content).headers["Location"]
    run_jobs(app)
    words = text_of(desk.page(shown))
    assert "这部手机已经停用" in words
    assert "认可，收下待核对" in words
    with looking(app) as session:
        assert session.query(Submission).count() == 0
    taken = desk.post(f"{shown}/accept").headers["Location"]
    run_jobs(app)
    assert "收下，待核对 1 条" in text_of(desk.page(taken))
    with looking(app) as session:
        assert session.query(Submission).one().quarantined
    assert desk.post(f"{taken}/accept").headers["Location"] == taken, "nothing left to agree to"


@pytest.mark.parametrize(
    "how", ["revoked", "disabled", "unknown", "borrowed", "ended", "of another server"]
)
@pytest.mark.parametrize("role", ["town_reviewer", "sysadmin"])
def test_the_township_settles_what_a_doubtful_phone_wrote(
    app: Flask, alice: Phone, desk: Desk, how: str, role: str
) -> None:
    key = key_of(alice)
    home = new_id()
    names = [new_id(), new_id()]
    known = alice.submission(
        "household_register", register_xml(home, instance_id=names[0]), names[0]
    )
    alice.push(known)
    names[0] = new_id()
    bodies = [alice.submission("visit", visit_xml(home, instance_id=name), name) for name in names]
    if how == "ended":
        end_role(app, alice.device.person_id)
    device = doubtful(app, alice, "revoked" if how == "ended" else how)
    content = carried(device, key, bodies)
    importer = desk if role == "town_reviewer" else Desk(app, role, COUNTY)
    shown = upload(importer, content).headers["Location"]
    run_jobs(app)
    importer.post(f"{shown}/accept")
    run_jobs(app)
    listed = desk.page("/console/checks/")
    assert all(name in listed for name in names)
    words = text_of(desk.page(f"/console/checks/quarantine/{names[0]}"))
    assert "请和本人核对后再并入" in words
    assert "见到户主" in words, "what it says is there to be looked at"
    desk.post(f"/console/checks/quarantine/{names[0]}", decision="admit")
    assert "见到户主" in text_of(desk.page(f"/console/review/{names[0]}"))
    desk.post(f"/console/checks/quarantine/{names[1]}", decision="close", reason="本人说不是他记的")
    assert "没有要核对的" in desk.page("/console/checks/")
    with looking(app) as session:
        assert session.get_one(ReviewState, names[0]).state == "received"
        assert session.get_one(Submission, names[1]).quarantined
    assert_rebuilds(app)


def test_what_is_no_carry_file_is_refused_in_words(app: Flask, alice: Phone, desk: Desk) -> None:
    refused = upload(desk, b"PK\x03\x04 a workbook")
    assert refused.status_code == 422
    assert "不是一户的手机导出文件" in refused.get_data(as_text=True)
    broken = upload(desk, b"YIHU1\n{}\n").headers["Location"]
    run_jobs(app)
    assert "打不开" in text_of(desk.page(broken))


def test_without_the_forgery_token_nothing_is_taken(app: Flask, alice: Phone, desk: Desk) -> None:
    desk.page("/console/carry/")
    desk.token = "forged"
    content = io.BytesIO(a_file(alice))
    app.config["WTF_CSRF_ENABLED"] = True
    assert desk.post("/console/carry/", file=(content, "x.yihu")).status_code == 400


def test_the_sysadmin_may_import_and_sees_no_household(app: Flask, alice: Phone) -> None:
    admin = Desk(app, "sysadmin", COUNTY)
    shown = upload(admin, a_file(alice)).headers["Location"]
    run_jobs(app)
    page = admin.page(shown)
    assert "收下" in page
    assert "陈广田" not in page


def test_an_inspector_may_not_and_a_colleague_sees_only_his_own(
    app: Flask, alice: Phone, desk: Desk
) -> None:
    shown = upload(desk, a_file(alice)).headers["Location"]
    assert Desk(app, "inspector").get("/console/carry/").status_code == 403
    assert Desk(app).get(shown).status_code == 404


def test_the_page_says_that_no_backup_was_made(desk: Desk) -> None:
    words = text_of(desk.page("/console/carry/"))
    assert "还没有做过备份" in words
    assert "同一块盘" in words

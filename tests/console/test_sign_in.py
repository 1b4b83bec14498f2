"""Signing in at the desk: wrong passwords, lock-out, the way back, sessions that end."""

from __future__ import annotations

from flask import Flask

from server import clock
from server.accounts import passwords
from server.accounts.models import AuditEvent, Person
from tests.console.desk import Desk
from tests.making import COUNTY, PASSWORD, SANLI, a_person, looking, username_of, writing
from tests.phone import Phone


def test_a_page_asks_to_sign_in_and_leads_back(app: Flask, alice: Phone) -> None:
    desk = Desk(app)
    desk.get("/console/sign-in")
    desk.post("/console/sign-out")
    asked = desk.get("/console/households/?village=" + SANLI)
    assert asked.status_code == 302
    back = asked.headers["Location"]
    assert back.startswith("/console/sign-in?next=")
    page = desk.page(back)
    assert "请先登录" in page
    there = f"/console/households/?village={SANLI}"
    assert desk.sign_in(next=there).headers["Location"] == there


def test_a_session_that_ran_out_says_so(app: Flask, alice: Phone) -> None:
    desk = Desk(app)
    desk.client.delete_cookie("session")
    page = desk.page(desk.get("/console/households/").headers["Location"])
    assert "离开时间久了" in page


def test_nobody_is_led_out_of_the_desk(app: Flask, alice: Phone) -> None:
    desk = Desk(app)
    for evil in ("https://evil.example/", "//evil.example/", "/console/\\evil", "/api/v1/"):
        desk.get("/console/sign-out")
        desk.post("/console/sign-out")
        assert desk.sign_in(next=evil).headers["Location"] == "/console/"


def test_wrong_passwords_count_down_and_lock(app: Flask, alice: Phone) -> None:
    desk = Desk(app)
    desk.post("/console/sign-out")
    first = desk.sign_in("wrong wrong")
    assert first.status_code == 401
    assert "还可以试 4 次" in first.get_data(as_text=True)
    for _ in range(3):
        desk.sign_in("wrong wrong")
    locked = desk.sign_in("wrong wrong")
    assert locked.status_code == 429
    assert "先锁住了" in locked.get_data(as_text=True)
    assert desk.sign_in(PASSWORD).status_code == 429


def test_an_account_for_phones_is_told_where_it_works(app: Flask, alice: Phone) -> None:
    desk = Desk(app)
    desk.post("/console/sign-out")
    desk.person_id = a_person(app, "first_secretary", SANLI)
    answer = desk.sign_in()
    assert answer.status_code == 403
    assert "在手机上用的" in answer.get_data(as_text=True)


def test_a_form_without_its_token_is_refused_in_chinese(app: Flask, alice: Phone) -> None:
    desk = Desk(app)
    desk.token = "forged"
    answer = desk.post("/console/print/", village=SANLI)
    assert answer.status_code == 400
    assert "请刷新页面再点一次" in answer.get_data(as_text=True)


def test_a_form_sent_after_the_session_ran_out_leads_to_sign_in(app: Flask, alice: Phone) -> None:
    desk = Desk(app)
    desk.client.delete_cookie("session")
    answer = desk.client.post(
        "/console/print/", headers={"Referer": "http://localhost/console/print/"}
    )
    assert answer.headers["Location"] == "/console/sign-in?next=/console/print/"


def test_a_disabled_person_and_an_old_password_end_open_sessions(app: Flask, alice: Phone) -> None:
    stopped, renewed = Desk(app), Desk(app)
    assert stopped.get("/console/households/").status_code == 200
    with writing(app) as session:
        session.get_one(Person, stopped.person_id).disabled_at = clock.now()
        session.get_one(Person, renewed.person_id).password_hash = passwords.hashed("another one")
    assert stopped.get("/console/households/").status_code == 302
    assert renewed.get("/console/households/").status_code == 302


def test_signing_in_is_in_the_audit_trail(app: Flask, alice: Phone) -> None:
    desk = Desk(app)
    with looking(app) as session:
        actions = [(e.person_id, e.action) for e in session.query(AuditEvent)]
    assert (desk.person_id, "desk.sign_in") in actions
    assert username_of(app, desk.person_id)
    trail = Desk(app, "county_admin", COUNTY).page("/console/audit/")
    assert '<td class="clip">赵国强</td>' in trail
    assert '<td class="clip">李明远的红米 12C</td>' in trail
    assert desk.person_id not in trail.partition("<tbody>")[2]

"""Every kind of check can be finished by a clerk, and every decision has a way back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import clock
from server.followup.models import Task
from server.registers.models import Entity
from server.registers.values import disputed, text
from server.submissions.models import ReviewState, Submission
from tests.console.desk import Desk, hidden, text_of
from tests.console.test_checks import outside
from tests.console.test_disputes import change, fields
from tests.forms.instances import new_id, nobody_home_xml, register_xml, visit_xml
from tests.making import a_device, looking
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds


@pytest.fixture(autouse=True)
def rebuilt(app: Flask) -> Iterator[None]:
    yield
    assert_rebuilds(app)


@pytest.fixture
def dora(alice: Phone) -> Phone:
    phone = Phone(alice.client, a_device(alice.client, "team_member"))
    phone.pull()
    return phone


def task(app: Flask, kind: str, subject: str) -> str:
    with looking(app) as session:
        return session.get_one(Task, (kind, subject)).state


def decision(desk: Desk, path: str) -> str:
    """The address of the newest decision that a page leads to."""
    found = re.search(r'href="(/console/decisions/[0-9a-f-]{36})"', desk.page(path))
    assert found, path
    return found[1]


def turn(desk: Desk, address: str, word: str) -> None:
    seen = hidden(desk.page(address), "seen")
    answer = desk.post(address, decision=word, seen=seen, reason="弄错了")
    assert answer.status_code == 302, text_of(answer.get_data(as_text=True))


def test_a_settlement_is_withdrawn_and_restored(
    app: Flask, desk: Desk, alice: Phone, dora: Phone, household: str
) -> None:
    dora.pull()
    change(alice, household, phone="13911110000")
    change(dora, household, phone="13922220000")
    form = fields(desk.page(f"/console/disputes/{household}"))
    (choice,) = [name for name in form if name.startswith("value:")]
    (heads,) = [name for name in form if name.startswith("heads:")]
    answers = {choice: '"13922220000"', heads: form[heads][0], "reason": "电话问了本人"}
    desk.post(f"/console/disputes/{household}", **answers)
    address = decision(desk, "/console/disputes/")
    assert "核定" in text_of(desk.page(address))
    turn(desk, address, "withdraw")
    with looking(app) as session:
        assert set(disputed(session.get_one(Entity, household).live)) == {"phone"}
    turn(desk, address, "restore")
    with looking(app) as session:
        live = session.get_one(Entity, household).live
    assert (text(live, "phone"), disputed(live)) == ("13922220000", {})
    history = desk.page(f"/console/households/{household}", tab="history")
    assert address in history


def test_a_phone_with_a_wrong_clock_is_told_to_the_reviewer_and_its_dispute_explained(
    app: Flask, desk: Desk, alice: Phone, dora: Phone, household: str
) -> None:
    dora.pull()
    change(alice, household, farmland_mu="5")
    ahead = clock.now() + timedelta(days=3)
    one = new_id()
    filled = register_xml(household, known=True, members=[], instance_id=one, farmland_mu="7")
    body = {
        "device": dora.device.id,
        "sent_at": ahead.isoformat(),
        "submissions": [
            dora.submission(
                "household_register",
                filled,
                one,
                shown=dora.shown(household),
                recorded_at=ahead.isoformat(),
            )
        ],
    }
    answer = dora.client.post("/api/v1/sync/push", json=body, headers=dora.device.headers)
    assert answer.get_json()["outcomes"][0]["outcome"] == "stored"
    assert "手机时间比服务器快 3 天" in text_of(desk.page(f"/console/review/{one}"))
    queue = text_of(desk.page("/console/review/"))
    assert "手机时间不准" in queue[200:1500], queue[200:900]
    words = text_of(desk.page(f"/console/disputes/{household}"))
    assert "手机时间比服务器快 3 天" in words
    assert "日期靠不住" in words
    assert "改动 0 项" not in words
    assert desk.post("/console/review/plain").status_code == 302
    with looking(app) as session:
        assert session.get_one(ReviewState, one).state == "received"


def test_a_visit_entered_later_is_told_so(desk: Desk, alice: Phone, household: str) -> None:
    long_ago = (clock.today() - timedelta(days=20)).isoformat()
    one, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i, event_date=long_ago))
    assert "补录：过了 20 天才记的" in text_of(desk.page(f"/console/review/{one}"))


def test_the_second_content_is_taken_in_and_rejecting_it_brings_the_first_back(
    app: Flask, desk: Desk, alice: Phone, household: str
) -> None:
    one, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    other = visit_xml(household, instance_id=one, food_ok="no")
    alice.push(alice.submission("visit", other, one))
    path = f"/console/checks/mismatch/{one}"
    assert "不愁吃 是 否" in text_of(desk.page(path))
    taken = desk.post(path, decision="second")
    assert taken.status_code == 302, text_of(taken.get_data(as_text=True))[100:700]
    with looking(app) as session:
        assert text(session.get_one(Entity, household).live, "food_ok") == "no"
        second = session.query(Submission).filter_by(deprecated_id=one).one().instance_id
        assert session.get_one(ReviewState, second).state == "edited"
    assert task(app, "mismatch", one) == "done"
    late = Desk(app)
    late.page(path)
    assert late.post(path, decision="second").status_code == 409
    page = desk.page(f"/console/review/{second}")
    desk.post(
        f"/console/review/{second}",
        decision="reject",
        text="还是先到的对",
        question="",
        seen=hidden(page, "seen"),
    )
    with looking(app) as session:
        assert text(session.get_one(Entity, household).live, "food_ok") == "yes"


@pytest.mark.parametrize("kind", ["mismatch", "quarantine"])
def test_what_was_left_as_it_is_can_be_taken_up_again(
    app: Flask, client: FlaskClient, desk: Desk, alice: Phone, household: str, kind: str
) -> None:
    if kind == "quarantine":
        one = outside(client, household)
    else:
        one, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i))
        other = visit_xml(household, instance_id=one, food_ok="no")
        alice.push(alice.submission("visit", other, one))
    path = f"/console/checks/{kind}/{one}"
    desk.page(path)
    assert desk.post(path, decision="close", reason="问过了").status_code == 302
    assert task(app, kind, one) == "done"
    address = decision(desk, path)
    turn(desk, address, "withdraw")
    assert task(app, kind, one) == "open"
    turn(desk, address, "restore")
    assert task(app, kind, one) == "done"


def test_of_two_corrections_one_is_chosen_and_the_choice_undone(
    app: Flask, desk: Desk, alice: Phone, household: str
) -> None:
    one, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    rivals = [
        alice.send(
            "visit",
            lambda i, t=told: visit_xml(
                household, instance_id=i, account_text=t, deprecated_id=one
            ),
            deprecated_id=one,
        )[0]
        for told in ("改一", "改二")
    ]
    path = f"/console/checks/fork/{one}"
    page = desk.page(path)
    assert "改一" in text_of(page)
    assert "改二" in text_of(page)
    seen = {f"seen:{rival}": hidden(page, f"seen:{rival}") for rival in rivals}
    nothing = desk.post(path, decision="choose", **seen)
    assert nothing.status_code == 422
    looked = desk.post(path, decision="close", reason="看过了")
    assert "请选一份以它为准" in text_of(looked.get_data(as_text=True))
    assert task(app, "fork", one) == "open"
    chosen = desk.post(path, decision="choose", kept=rivals[0], reason="问过了", **seen)
    assert chosen.status_code == 302, text_of(chosen.get_data(as_text=True))
    assert task(app, "fork", one) == "done"
    with looking(app) as session:
        assert session.get_one(ReviewState, rivals[1]).state == "rejected"
    desk.page(f"/console/review/{rivals[1]}")
    desk.post(f"/console/review/{rivals[1]}/undo")
    assert task(app, "fork", one) == "open"


def test_three_absences_are_closed_with_a_reason_until_a_fourth(
    app: Flask, desk: Desk, alice: Phone, household: str
) -> None:
    def absent(day: str) -> None:
        alice.send("visit", lambda i: nobody_home_xml(household, instance_id=i, event_date=day))

    for day in ("2026-11-16", "2026-11-17", "2026-11-18"):
        absent(day)
    path = f"/console/checks/absent/{household}"
    assert "连着 3 次没在家" in text_of(desk.page(path))
    desk.post(path, decision="close", reason="在县城住院")
    assert task(app, "absent", household) == "done"
    absent("2026-11-19")
    assert task(app, "absent", household) == "open"


def test_a_colleagues_decision_is_taken_back_with_a_reason(
    app: Flask, desk: Desk, alice: Phone, household: str
) -> None:
    one, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    page = desk.page(f"/console/review/{one}")
    desk.post(f"/console/review/{one}", decision="approve", seen=hidden(page, "seen"))
    other = Desk(app)
    assert "为什么撤销" in other.page(f"/console/review/{one}")
    assert other.post(f"/console/review/{one}/undo", reason=" ").status_code == 422
    with looking(app) as session:
        assert session.get_one(ReviewState, one).state == "approved"
    assert other.post(f"/console/review/{one}/undo", reason="金额不对").status_code == 302
    with looking(app) as session:
        assert session.get_one(ReviewState, one).state == "received"
    again = other.post(f"/console/review/{one}/undo", reason="金额不对")
    assert again.status_code == 409

"""The review queue: its order, conditions and pages, and deciding about a record."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from server.submissions.models import ReviewState
from tests.console.desk import Desk, hidden, listed, text_of
from tests.forms.instances import (
    compiled,
    instance_xml,
    member,
    new_id,
    register_xml,
    visit_xml,
)
from tests.forms.test_monitoring import event
from tests.making import looking
from tests.phone import Phone

HOUSING = "/data/g_check/housing_ok"


def visit(alice: Phone, household: str, **answers: str) -> str:
    instance_id, outcome = alice.send(
        "visit",
        lambda i: visit_xml(household, instance_id=i, **answers),
        shown=alice.shown(household),
    )
    assert outcome == "stored"
    return instance_id


def state_of(app: Flask, instance_id: str) -> ReviewState:
    with looking(app) as session:
        return session.get_one(ReviewState, instance_id)


def decide(desk: Desk, instance_id: str, decision: str, **fields: object) -> int:
    page = desk.page(f"/console/review/{instance_id}")
    answer = desk.post(
        f"/console/review/{instance_id}", decision=decision, seen=hidden(page, "seen"), **fields
    )
    return answer.status_code


def test_urgent_comes_first_and_tabs_narrow(desk: Desk, alice: Phone, household: str) -> None:
    urgent = visit(alice, household, housing_ok="dangerous", check_note="屋顶塌了")
    plain = visit(alice, household, event_date="2026-11-21")
    page = desk.page("/console/review/")
    assert listed(page)[:2] == [urgent, plain]
    assert "紧急" in text_of(page)
    assert listed(desk.page("/console/review/?tab=urgent")) == [urgent]
    assert urgent not in listed(desk.page("/console/review/?tab=plain"))
    assert listed(desk.page("/console/review/?order=newest"))[:2] == [plain, urgent]


def test_conditions_narrow_and_stay_in_the_addresses(
    desk: Desk, alice: Phone, household: str
) -> None:
    one = visit(alice, household)
    page = desk.page("/console/review/?form=visit")
    assert listed(page) == [one]
    assert f"/console/review/{one}?form=visit" in page
    nobody = desk.page("/console/review/?by=nobody")
    assert "没有符合条件的记录" in nobody


def test_the_queue_is_paged(
    desk: Desk, alice: Phone, household: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.console.review.PAGE", 3)
    sent = [visit(alice, household, event_date=f"2026-11-0{n}") for n in range(1, 6)]
    first = desk.page("/console/review/?form=visit&order=oldest")
    assert listed(first) == sent[:3]
    assert "第 1 页，共 2 页" in text_of(first)
    second = desk.page("/console/review/?form=visit&order=oldest&page=2")
    assert listed(second) == sent[3:]
    assert "第 4 条，共 5 条" in text_of(second)


def test_what_changed_stands_beside_what_was(desk: Desk, alice: Phone, household: str) -> None:
    visit(alice, household)
    alice.pull()
    second = visit(
        alice, household, housing_ok="needs_assessment", check_note="西屋漏雨", water_ok="ok"
    )
    page = desk.page(f"/console/review/{second}")
    assert "<del>安全</del>" in page
    assert "<ins>需鉴定</ins>" in page
    assert "西屋漏雨" in page


def test_approving_opens_the_next_and_can_be_taken_back(
    app: Flask, desk: Desk, alice: Phone, household: str
) -> None:
    first = visit(alice, household)
    visit(alice, household, event_date="2026-11-21")
    assert decide(desk, first, "approve") == 302
    assert state_of(app, first).state == "approved"
    page = desk.page("/console/review/")
    assert "撤销刚才的" in page
    desk.post(f"/console/review/{first}/undo")
    assert state_of(app, first).state == "received"
    assert first not in listed(desk.page("/console/review/?tab=done"))


def test_a_return_needs_words_and_names_its_question(
    app: Flask, desk: Desk, alice: Phone, household: str
) -> None:
    one = visit(alice, household)
    assert decide(desk, one, "return") == 422
    assert state_of(app, one).state == "received"
    assert decide(desk, one, "return", question=HOUSING, text="写明是哪间屋") == 302
    assert state_of(app, one).state == "hasIssues"
    alice.pull()
    (remark,) = alice.rows[("review", one)]["remarks"]
    assert (remark["question"], remark["text"]) == (HOUSING, "写明是哪间屋")
    assert "写明是哪间屋" in desk.page(f"/console/records/{one}")


def test_words_are_kept_when_a_decision_is_refused(
    app: Flask, desk: Desk, alice: Phone, household: str
) -> None:
    one = visit(alice, household)
    page = desk.page(f"/console/review/{one}")
    seen = hidden(page, "seen")
    assert decide(Desk(app), one, "approve") == 302
    late = desk.post(
        f"/console/review/{one}", decision="return", seen=seen, question=HOUSING, text="再看看"
    )
    assert late.status_code == 409
    assert "赵国强已经审过这一条了" in late.get_data(as_text=True)
    assert state_of(app, one).state == "approved"


def test_records_without_a_hint_are_approved_together(
    app: Flask, desk: Desk, alice: Phone, household: str
) -> None:
    plain = [visit(alice, household, event_date=f"2026-11-0{n}") for n in (1, 2)]
    urgent = visit(alice, household, housing_ok="dangerous", check_note="屋顶塌了")
    page = desk.page("/console/review/?form=visit")
    offered = re.findall(r'name="seen" value="([^" ]+ [^"]+)"', page)
    assert {line.split()[0] for line in offered} == set(plain)
    assert decide(Desk(app), plain[0], "reject", question="", text="没去过") == 302
    desk.post("/console/review/plain", seen=offered)
    assert state_of(app, plain[0]).state == "rejected"
    assert state_of(app, plain[1]).state == "approved"
    assert state_of(app, urgent).state == "received"
    assert "另有 1 条没有通过" in desk.page("/console/review/")


def test_hostile_names_are_shown_and_never_run(desk: Desk, alice: Phone) -> None:
    evil = "<script>alert(1)</script>"
    household = new_id()
    one, _ = alice.send(
        "household_register",
        lambda i: register_xml(
            household, instance_id=i, members=[member(name=evil)], address_detail='"><img src=x>'
        ),
    )
    for path in (f"review/{one}", f"households/{household}", "households/", "review/"):
        page = desk.page(f"/console/{path}")
        assert evil not in page
        assert "<img src=x>" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_id_numbers_are_masked_everywhere(desk: Desk, alice: Phone, household: str) -> None:
    note = visit(alice, household, account_text="身份证 379999195203151016 已看过")
    for path in (f"households/{household}?tab=members", f"review/{note}", "review/"):
        page = desk.page(f"/console/{path}")
        assert "379999195203151016" not in page
    assert "379999********1016" in desk.page(f"/console/households/{household}")
    assert "379999********1016" in desk.page(f"/console/review/{note}")


def test_an_empty_queue_says_so(desk: Desk) -> None:
    assert "都审完了" in desk.page("/console/review/")


def test_a_step_of_a_case_is_not_said_to_move_to_another_household(
    desk: Desk, alice: Phone, household: str
) -> None:
    said = event("clue", "2026-11-20", hh_uuid=household, case_id=new_id(), case_known="")
    form = compiled("monitoring").definition
    clue, _ = alice.send("monitoring", lambda i: instance_xml(form, said, instance_id=i))
    page = text_of(desk.page(f"/console/review/{clue}"))
    assert "风险线索" in page
    assert "所在户" not in page

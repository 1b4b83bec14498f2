"""Problems told in a visit: open on every phone until somebody has seen that they are solved."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from server import clock
from server.followup import visited
from server.forms import publish
from server.forms.compile import compile_form
from server.submissions.models import ReviewState
from tests.forms.instances import FORMS, Answers, instance_xml, new_id, register_xml, visit_xml
from tests.making import LONG_AGO, looking, writing
from tests.phone import Phone

EARLIER = FORMS.parent / "tests/forms/earlier/visit_2026112201.md"


def register(phone: Phone) -> str:
    household = new_id()
    phone.send("household_register", lambda name: register_xml(household, instance_id=name))
    phone.pull()
    return household


def told(household: str, problem: str, **answers: str) -> dict[str, str]:
    """A problem as a visit tells it."""
    return {
        "problem_id": problem,
        "entry_kind": "problem",
        "problem_type": "house_leak",
        "problem_desc": "西屋漏雨",
        "problem_urgency": "normal",
        "problem_found_on": clock.today().isoformat(),
        "problem_household": household,
    } | answers


def solved(problem: str, result: str = "solved") -> dict[str, str]:
    today = clock.today().isoformat()
    said = {"problem_result": result, "problem_result_on": today}
    return {"problem_id": problem, "problem_known": "1"} | said


def visit(phone: Phone, household: str, *problems: Mapping[str, str], **answers: str) -> str:
    shown = phone.shown(household, *(row["problem_id"] for row in problems))
    said = {"event_date": clock.today().isoformat()} | answers
    instance, outcome = phone.send(
        "visit",
        lambda name: visit_xml(
            household,
            instance_id=name,
            problems=problems,
            **said,
        ),
        shown=shown,
    )
    assert outcome == "stored"
    return instance


def row(phone: Phone, kind: str, name: str) -> dict[str, Any]:
    phone.pull()
    return phone.rows[(kind, name)]


def tasks(phone: Phone) -> list[str]:
    phone.pull()
    return [
        one["title"]
        for (kind, _), one in phone.rows.items()
        if kind == "task" and one["task"] == "problem" and one["state"] == "open"
    ]


def test_a_problem_is_open_on_every_phone_until_one_has_seen_that_it_is_solved(
    alice: Phone, dora: Phone
) -> None:
    household, problem = register(alice), new_id()
    visit(alice, household, told(household, problem))
    assert row(dora, "problems", problem)["derived"]["state"] == "open"
    assert row(dora, "households", household)["derived"]["problems_open"] == 1
    assert tasks(dora) == ["西屋漏雨（村级办）"]
    visit(dora, household, solved(problem, "not_yet"))
    dora.pull()
    assert row(alice, "problems", problem)["derived"]["state"] == "open"
    visit(dora, household, solved(problem))
    seen = row(alice, "problems", problem)
    assert seen["derived"] == {"state": "solved"}
    assert seen["units"]["description"][0] == "西屋漏雨"
    assert seen["units"]["what"][0]["problem_type"] == "house_leak"
    assert "problems_open" not in row(alice, "households", household)["derived"]
    assert tasks(alice) == []


def test_a_doubted_risk_opens_one_clue_however_many_say_so(alice: Phone, dora: Phone) -> None:
    household, clue = register(alice), new_id()
    dora.pull()
    for phone in (
        alice,
        dora,
    ):  # neither has seen the other's record; both name the next case alike
        said = {"next_case": clue, "case_id": clue, "case_new": new_id()}
        case = {"case_household": household, "clue_source": "visit"}
        date = {"clue_date": clock.today().isoformat()}
        visit(phone, household, risk_clue="unsure", risk_types="illness", **said, **case, **date)
    dora.pull()
    assert [name for kind, name in dora.rows if kind == "cases"] == [clue]


def test_no_clue_is_opened_where_a_case_runs_or_nothing_is_feared(alice: Phone) -> None:
    household = register(alice)
    visit(alice, household)
    alice.pull()
    assert not [name for kind, name in alice.rows if kind == "cases"]


def test_an_uneventful_visit_is_taken_in_the_quick_way(
    alice: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    household = register(alice)
    visit(alice, household)
    alice.pull()
    quiet: list[set[str]] = []
    usual = visited.visited

    def watched(*given: Any) -> set[str]:
        quiet.append(usual(*given))
        return quiet[-1]

    monkeypatch.setattr("server.intake.at_once.visited", watched)
    visit(alice, household)
    assert quiet == [{household}]


def test_what_is_said_in_the_line_of_a_visit(app: Flask, alice: Phone) -> None:
    household, first, second = register(alice), new_id(), new_id()
    need = {"entry_kind": "need", "problem_type": "", "need_type": "health"}
    told_both = visit(alice, household, told(household, first), told(household, second, **need))
    closed = visit(alice, household, solved(first), solved(second, "not_yet"))
    with looking(app) as session:
        lines = [session.get_one(ReviewState, one).line for one in (told_both, closed)]
    assert lines == ["见到户主 · 发现 1 个问题 · 1 项诉求", "见到户主 · 解决 1 件"]


def test_a_draft_of_the_earlier_version_is_still_taken_in(app: Flask, alice: Phone) -> None:
    with writing(app) as session:
        publish.publish(session, Path(EARLIER), now=clock.now(), valid_from=LONG_AGO)
    household, name = register(alice), new_id()
    earlier = compile_form(EARLIER).definition
    answers: Answers = {
        "hh_uuid": household,
        "event_date": clock.today().isoformat(),
        "visit_type": "monthly",
        "visit_result": "met_person",
        "problems": [{"problem_type": "other", "problem_desc": "路灯不亮"}],
        "needs": [{"need_type": "health", "need_desc": "想办慢特病证"}],
    }
    xml = instance_xml(earlier, answers, instance_id=name)
    answer = alice.push(alice.submission("visit", xml, name, form_version=earlier.version))
    assert answer["outcomes"][0]["outcome"] == "stored"
    with looking(app) as session:
        assert session.get_one(ReviewState, name).line == "见到户主 · 发现 1 个问题 · 1 项诉求"

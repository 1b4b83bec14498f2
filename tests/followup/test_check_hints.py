"""What a step of a case and an exit check are held against: two people, the line, the category."""

from __future__ import annotations

from decimal import Decimal

import pytest

from server.followup.check_hints import Held, case_hints, exit_hints, role_hint
from server.policy.lines import own_line

HELD = Held(Decimal(8800), {"monitored_unstable": False, "monitored_edge": True})
VERIFY = {
    "case_step": "verify",
    "visit_result": "met_person",
    "co_recorders": "王芳",
    "monitoring_line": "8800.00",
    "category_proposed": "monitored_edge",
}


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, []),
        ({"co_recorders": ""}, ["要两个人"]),
        ({"co_recorders": "", "visit_result": "absent"}, []),
        ({"co_recorders": "", "case_step": "follow"}, []),
        ({"case_step": "clear", "co_recorders": ""}, ["要两个人"]),
        ({"monitoring_line": "7000"}, ["表里按"]),
        ({"monitoring_line": ""}, ["表里按"]),
        ({"category_proposed": "monitored_unstable"}, ["建议的类别"]),
        ({"category_proposed": "monitored_sudden"}, []),
    ],
)
def test_a_step_is_looked_at(facts: dict[str, str], words: list[str]) -> None:
    found = list(case_hints(VERIFY | facts, HELD))
    assert len(found) == len(words)
    assert all(one.startswith(word) for one, word in zip(found, words, strict=True))


def test_where_the_county_has_no_line_nothing_is_compared() -> None:
    assert list(case_hints(VERIFY | {"monitoring_line": ""}, Held(None, {}))) == []


def test_an_exit_check_is_looked_at() -> None:
    said = {"visit_result": "met_family", "line_amount": "8000"}
    assert len(list(exit_hints(said, HELD))) == 2
    assert list(exit_hints(said | {"visit_result": "refused"}, HELD)) == []
    leaving = said | {"check_kind": "exit", "co_recorders": "王芳"}
    assert list(exit_hints(leaving, HELD)) == [], "it is compared with the other line"
    fine = {"visit_result": "met_family", "line_amount": "8800", "co_recorders": "王芳"}
    assert list(exit_hints(fine, HELD)) == []


def test_who_records_as_somebody_else_is_told_of() -> None:
    words = {"helper": "帮扶责任人", "first_secretary": "第一书记"}
    assert list(role_hint("helper", {"first_secretary"}, words)) == [
        "填的身份是帮扶责任人，当天登记的是第一书记"
    ]
    assert list(role_hint("helper", {"helper", "first_secretary"}, words)) == []
    assert list(role_hint("", {"helper"}, words)) == []
    assert list(role_hint("helper", set(), words)) == []


@pytest.mark.parametrize(
    ("town", "category", "line"),
    [
        ("370321110", "monitored_edge", None),
        ("370321110", "monitored_sudden", Decimal(13200)),
        ("370321107", "monitored_sudden", Decimal("14000.5")),
        ("370321110", "", None),
    ],
)
def test_a_kind_may_have_a_line_of_its_own(town: str, category: str, line: Decimal | None) -> None:
    policy: dict[str, object] = {
        "line.monitoring": 8800,
        "line.monitored_sudden": 13200,
        "line.monitored_sudden@370321107": 14000.5,
    }
    assert own_line(policy, town, category) == line

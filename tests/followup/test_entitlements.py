"""可能未享受: rules of policy over facts and recorded benefits; silent once had or checked."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

import pytest

from server.followup.parts.entitlements import part
from server.policy.rules import read_rule, rule_of, say_rule
from server.policy.values import SEED
from server.registers.models import Entity
from tests.followup.known import entity, known, person

SEEDED: dict[str, Any] = {
    key: {name: said for name, said in values[-1]["value"].items() if name != "since"}
    for key, values in tomllib.loads(SEED.read_text("utf-8")).items()
    if key.startswith("rule.")
}


def found(
    *people: Entity,
    today: str = "2026-11-22",
    of: tuple[Entity, ...] = (),
    household_type: str = "ordinary",
    welfare: str = "",
) -> set[str]:
    """The rules that fit somebody of a household."""
    home = {"household_type": household_type, "welfare": welfare}
    day = date.fromisoformat(today)
    said = part(known(*people, policy=SEEDED, today=day, of=of, events=(), **home))
    return {one.subject.partition(":")[0] for one in said.needed}


@pytest.mark.parametrize(
    ("born", "today", "codes"),
    [
        ("1946-11-22", "2026-11-21", set()),
        ("1946-11-22", "2026-11-22", {"old_age"}),
        ("1944-02-29", "2024-02-29", {"old_age"}),
        ("", "2026-11-22", set()),
    ],
)
def test_an_age_counts_from_the_birthday(born: str, today: str, codes: set[str]) -> None:
    assert found(person(birth_date=born), today=today) == codes


def test_the_household_is_looked_at_again_on_the_birthday() -> None:
    one = part(known(person(birth_date="1946-12-24"), policy=SEEDED, household_type="ordinary"))
    assert one.next_turn(date(2026, 11, 22)) == date(2026, 12, 24)


def test_what_is_recorded_as_had_is_not_asked_for() -> None:
    zhao = person("p1", birth_date="1940-01-01")
    had = entity("measures", measure_item="old_age", person="p1", status="done")
    others = entity("measures", measure_item="old_age", person="p2", status="done")
    over = entity(
        "measures", measure_item="old_age", person="p1", status="done", end_date="2026-01-01"
    )
    planned = entity("measures", measure_item="old_age", person="p1", status="planned")
    assert found(zhao, of=(had,)) == set()
    for one in (others, over, planned):
        assert found(zhao, of=(one,)) == {"old_age"}


@pytest.mark.parametrize(
    ("facts", "home", "codes"),
    [
        ({"disability_level": "2"}, {}, {"disabled_care"}),
        ({"disability_level": "3"}, {}, set()),
        ({"disability_level": "3"}, {"welfare": "dibao relocated"}, {"disabled_living"}),
        ({"student_status": "7"}, {"household_type": "out_policy"}, {"yulu"}),
        ({"student_status": "9"}, {"household_type": "out_policy"}, set()),
        (
            {"student_status": "7", "member_status": "removed"},
            {"household_type": "out_policy"},
            set(),
        ),
    ],
)
def test_seeded_rules_fit_whom_they_are_for(
    facts: dict[str, str], home: dict[str, str], codes: set[str]
) -> None:
    one = person(birth_date="1990-01-01", **facts)
    type_, welfare = home.get("household_type", "ordinary"), home.get("welfare", "")
    assert found(one, household_type=type_, welfare=welfare) == codes


def told(since: str, born: str, today: str = "2026-11-22") -> tuple[bool, date | None]:
    """Whether a rule for those of eighty says something, and when it is looked at again."""
    value = {**SEEDED["rule.old_age"], "since": since}
    day = date.fromisoformat(today)
    one = part(known(person(birth_date=born), policy={"rule.old_age": value}, today=day))
    return bool(one.needed), one.next_turn(day)


def test_a_rule_counts_who_comes_to_its_age_from_its_day_on() -> None:
    assert told("2026-01-01", "1945-12-31")[0] is False
    assert told("2026-01-01", "1946-01-01")[0] is True
    assert told("2026-12-01", "1946-12-05") == (False, date(2026, 12, 1))
    assert told("2026-12-01", "1946-12-05", "2026-12-05")[0] is True


def test_a_rule_without_an_age_counts_from_its_day_on() -> None:
    value = {**SEEDED["rule.disabled_care"], "since": "2026-11-23"}
    for today, said in (("2026-11-22", 0), ("2026-11-23", 1)):
        day = date.fromisoformat(today)
        policy: dict[str, object] = {"rule.disabled_care": value}
        assert len(part(known(person(disability_level="1"), policy=policy, today=day)).needed) == (
            said
        )


def test_a_county_switches_a_rule_off() -> None:
    off = read_rule(" 停用\n")
    assert say_rule(off) == "停用"
    assert rule_of(off) is None
    policy: dict[str, object] = {"rule.old_age": off}
    assert part(known(person(birth_date="1940-01-01"), policy=policy)).needed == []


def test_an_examination_that_was_done_is_not_asked_for() -> None:
    old = person("p1", birth_date="1952-03-15")
    case = entity("health_cases", person="p1", hb6_status="done")
    assert found(old, household_type="out_policy") == {"exam65"}
    assert found(old, household_type="out_policy", of=(case,)) == set()


def test_what_tells_of_illness_says_so_that_views_can_leave_it_out() -> None:
    one = part(known(person(disability_level="1"), policy=SEEDED, household_type="ordinary"))
    (task,) = one.needed
    assert task.title == "赵桂兰：重度残疾人护理补贴"
    assert task.detail == {"rule": "disabled_care", "class": "health"}


def test_a_rule_is_written_in_words_and_read_back() -> None:
    typed = (
        "名称 养老保险代缴\n对象 户\n条件 户的救助类别 是 dibao\n"
        "已享受 在享受的措施 是 pension_aid\n起算 2026-01-01"
    )
    value = read_rule(typed)
    assert say_rule(value) == typed
    rule = rule_of(value)
    assert rule
    policy = {"rule.pension": value}
    said = part(known(policy=policy, welfare="dibao"))
    assert [one.title for one in said.needed] == ["这户：养老保险代缴"]
    assert part(known(policy=policy, welfare="relocated")).needed == []


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("名称 甲\n对象 人", "至少一行"),
        ("名称 甲\n对象 村\n条件 年龄 满 60", "“人”或者“户”"),
        ("名称 甲\n对象 人\n条件 身高 满 60", "看不懂"),
        ("名称 甲\n对象 人\n条件 年龄", "看不懂"),
        ("名称 甲\n对象 人\n条件 年龄 满 六十", "写一个数"),
        ("名称 甲\n对象 户\n条件 年龄 满 60", "对象是户"),
        ("随便写写", "看不懂"),
        ("名称 甲\n对象 人\n条件 年龄 满 60\n起算 明年", "写一天"),
        ("名称 甲\n对象 人\n条件 年龄 满 60\n起算 2026-01-01\n起算 2027-01-01", "只写一行"),
    ],
)
def test_what_is_no_rule_is_refused_in_words(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_rule(typed)


@pytest.mark.parametrize("comparison", [["at_least", "99999"], ["is", "八十"], ["below", "9999"]])
def test_an_age_that_nobody_reaches_or_that_is_no_number_holds_nothing_up(
    comparison: list[str],
) -> None:
    rule = {"title": "试", "about": "person", "when": [["age", *comparison]], "unless": []}
    zhao = person("p1", birth_date="1940-02-29")
    said = part(known(zhao, policy={"rule.odd": rule}, household_type="ordinary"))
    assert [one.kind for one in said.needed] == (["unclaimed"] if "below" in comparison else [])


def test_an_age_in_words_is_refused() -> None:
    with pytest.raises(ValueError, match="写一个数"):
        read_rule("名称 试\n对象 人\n条件 年龄 是 80 八十")

"""What of a household's register cannot all be true: a table, and the tasks that follow."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from server.followup.contradictions import Home, Person, contradictions, out_of_school
from server.followup.parts.register import part
from server.registers.models import Entity
from tests.followup.known import TODAY, entity, known, person

HEAD = {"person_name": "陈广田", "relation": "02", "birth_date": "1960-05-01"}
WIFE = {"person_name": "赵桂兰", "relation": "10", "birth_date": "1962-05-01"}


def odd(
    *people: dict[str, str], monitored: bool = False, home: dict[str, str] | None = None
) -> list[str]:
    """The rules that say something, of a household of ordinary people unless said otherwise."""
    some = [Person(f"p{n}", facts) for n, facts in enumerate(people)]
    found = Home({"household_type": "ordinary"} | (home or {}), some, monitored)
    return [one.rule for one in contradictions(found, TODAY, 25)]


def son(**facts: str) -> dict[str, str]:
    return {"person_name": "陈小军", "relation": "20", "birth_date": "1985-05-01", **facts}


@pytest.mark.parametrize(
    ("people", "home", "rules"),
    [
        ([HEAD, WIFE, son()], {}, []),
        ([], {}, []),
        ([WIFE], {}, ["head"]),
        ([HEAD, HEAD], {}, ["heads"]),
        ([HEAD], {"head": "p0"}, []),
        ([WIFE, son()], {"head": "p0"}, ["relations"]),
        ([HEAD, WIFE], {"head": "p1"}, ["relations"]),
        ([HEAD, WIFE, {"relation": "12"}], {}, ["spouses"]),
        ([HEAD, {"relation": "52", "birth_date": "1946-05-01"}], {}, []),
        ([HEAD, {"relation": "52", "birth_date": "1946-05-02"}], {}, ["parent"]),
        ([HEAD, {"relation": "52", "birth_date": ""}], {}, []),
        ([HEAD, {"relation": "58", "birth_date": "1959-05-02"}], {}, []),
        ([HEAD, son(birth_date="1974-05-01")], {}, []),
        ([HEAD, son(birth_date="1974-04-30")], {}, ["child"]),
        ([HEAD | {"dibao_member": "yes"}], {}, ["dibao_member"]),
        ([HEAD | {"dibao_member": "yes"}], {"welfare": "dibao relocated"}, []),
        ([HEAD | {"dibao_member": "no"}, WIFE], {"welfare": "dibao"}, []),
        ([HEAD | {"dibao_member": "no"}], {"welfare": "dibao"}, ["dibao_member"]),
        ([HEAD | {"tekun_member": "yes"}], {"welfare": "tekun_central"}, []),
        ([HEAD | {"tekun_member": "yes"}], {"welfare": "dibao_edge"}, ["tekun_member"]),
        ([HEAD], {"household_type": "monitored_edge"}, ["helper"]),
        ([HEAD], {"household_type": "out_policy", "helper_name": "韩庆祥"}, []),
        ([HEAD, WIFE], {"welfare": "relocated", "house_area": "50"}, []),
        ([HEAD, WIFE], {"welfare": "relocated", "house_area": "50.5"}, ["area"]),
        ([HEAD], {"house_area": "500"}, []),
    ],
)
def test_what_does_not_fit_together(
    people: list[dict[str, str]], home: dict[str, str], rules: list[str]
) -> None:
    assert odd(*people, home=home) == rules


def test_a_case_that_runs_is_of_a_monitored_household() -> None:
    assert odd(HEAD, monitored=True, home={"household_type": "risk_cleared"}) == ["case"]
    monitored = {"household_type": "monitored_edge", "helper_name": "韩庆祥"}
    assert odd(HEAD, monitored=True, home=monitored) == []


@pytest.mark.parametrize(
    ("status", "born", "fits"),
    [
        ("2", "2019-11-22", True),
        ("2", "2005-11-22", False),
        ("1", "2012-01-01", False),
        ("9", "2014-01-01", False),
        ("9", "2006-01-01", True),
        ("0", "1950-01-01", True),
        ("12", "2000-01-01", True),
    ],
)
def test_schooling_fits_the_age(status: str, born: str, fits: bool) -> None:
    pupil = {"person_name": "陈小军", "relation": "41", "birth_date": born}
    assert odd(HEAD, pupil | {"student_status": status}) == ([] if fits else ["student"])


@pytest.mark.parametrize(
    ("born", "is_out"),
    [
        ("2020-11-22", True),
        ("2020-11-23", False),
        ("2010-11-23", True),
        ("2010-11-22", False),
        ("", False),
    ],
)
def test_who_has_to_be_at_school(born: str, is_out: bool) -> None:
    child = Person("c", {"birth_date": born, "student_status": "0"})
    assert bool(list(out_of_school([child], TODAY))) == is_out


def child(**facts: str) -> Entity:
    usual = {"person_name": "陈小雨", "relation": "30", "birth_date": "2014-11-20"}
    return person("c", **(usual | facts))


def head() -> Entity:
    return person("h", person_name="陈广田", relation="02", birth_date="1960-05-01")


def tasks(
    *people: Entity,
    today: date = TODAY,
    household_type: str = "ordinary",
) -> list[tuple[str, str]]:
    found = part(known(*people, today=today, household_type=household_type))
    return [(one.kind, one.subject.partition(":")[0]) for one in found.needed]


def test_a_child_out_of_school_is_a_task_until_it_is_in_school_or_too_old() -> None:
    out = child(student_status="0", dropout_reason="厌学")
    assert tasks(head(), out) == [("dropout", "c")]
    assert tasks(head(), child(student_status="2")) == []
    assert tasks(head(), child(student_status="0", member_status="removed")) == []
    assert tasks(head(), out, today=date(2030, 11, 20)) == []
    turns = part(known(head(), out, today=TODAY)).turns
    assert date(2027, 11, 20) in turns


def test_each_contradiction_has_one_task_of_its_own_whatever_the_order() -> None:
    second = person("w2", person_name="李花", relation="12")
    wife = person("w", person_name="赵桂兰", relation="10")
    some = [head(), wife, second, child(birth_date="1970-01-01")]
    found = tasks(*some)
    assert found == tasks(*reversed(some))
    assert found == [("register_odd", "spouses"), ("register_odd", "child")]


def test_policy_says_how_large_a_relocated_house_may_be() -> None:
    facts = {"welfare": "relocated", "house_area": "60", "household_type": "ordinary"}
    for most, tasks_of_it in ((30, 0), (25, 1)):
        policy: dict[str, object] = {"house.relocated_area": most}
        found = part(known(head(), person("w"), policy=policy, **facts))  # type: ignore[arg-type]
        assert len(found.needed) == tasks_of_it


def test_a_household_that_is_gone_is_not_asked_about() -> None:
    assert tasks(child(student_status="0"), household_type="moved_away") == []


def test_an_admitted_case_contradicts_a_household_that_is_not_monitored() -> None:
    case = entity("cases", "k")
    said = {"decision": "admitted", "category": "monitored_edge", "decided_on": "2026-11-01"}
    case.approved = {"heads": ["s"], "units": {"decision": [said, [0]]}}
    found = part(known(head(), of=[case], household_type="ordinary"))
    assert [one.detail["rule"] for one in found.needed] == ["case"]
    case.approved = {
        "heads": ["s"],
        "units": {"decision": [said | {"decision": "cleared"}, [0]]},
    }
    assert part(known(head(), of=[case], household_type="risk_cleared")).needed == []


def test_birthdays_lie_ahead() -> None:
    found = part(known(head(), child(student_status="2"), today=TODAY)).turns
    assert min(found) > TODAY
    assert min(found) <= TODAY + timedelta(days=366)


@pytest.mark.parametrize("born", ["9999-12-31", "0001-01-01"])
def test_a_birthday_that_cannot_be_holds_nothing_up(born: str) -> None:
    facts = {"relation": "20", "birth_date": born, "student_status": "2"}
    child = person("p1", **facts)
    head = person("p2", relation="02", birth_date=born)
    assert part(known(child, head, household_type="ordinary")).needed

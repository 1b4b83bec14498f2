"""The housing assessment: how its grade comes about, who may give one, what is never blocked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import combinations, product

import pytest

from server.forms.check import check
from server.forms.closures import Cell, Function, Known, Row, Scope, compile_expression
from server.forms.extract import extract
from server.forms.xpath import Context
from server.forms.xpath_values import Moment, text_of
from tests.forms.instances import compiled, instance_xml, our_dictionary

TODAY = date(2026, 11, 22)
FORM = compiled("housing_assessment").definition
PARTS = ("foundation", "wall", "wood_member", "wood_truss", "concrete", "slab", "roof")
CODES = {part: [code for code, _ in FORM.lists[f"grade_{part}"]] for part in PARTS}
#: A house in which every part is looked at.
EVERY_PART = {"structure": "other", "roof_structure": "other", "extra_parts": "wood_member"}

Answers = dict[str, str]


def assessment(**answers: str) -> Answers:
    """A house of brick and wood that somebody who may grade it looked at, all its parts b."""
    usual = {
        "house_id": "6f8dfe0a-1111-4111-8111-000000000001",
        "house_first": "yes",
        "purpose": "assess",
        "policy_photo": "optional",
        "policy_signature": "optional",
        "policy_position": "optional",
        "recorded_mode": "onsite",
        "recorder_name": "周建国",
        "recorder_role": "assessor",
        "event_date": "2026-11-20",
        "met_who": "11111111-1111-4111-8111-111111111111",
        "visit_result": "met_person",
        "occupied": "yes",
        "year_built": "1987",
        "storeys": "1",
        "house_area": "68",
        "structure": "zhuanmu",
        "roof_structure": "tuo",
        "roof_form": "double",
        "site_danger": "safe",
        "assess_kind": "preliminary",
        "prevention": "partial",
        "action": "maintain",
        "hh_uuid": "6f8dfe0a-1111-4111-8111-000000000002",
        "known_household_type": "ordinary",
    }
    parts = {f"c_{part}": "b" for part in ("foundation", "wall", "wood_member", "roof")}
    return {name: value for name, value in (usual | parts | answers).items() if value}


def found_in(answers: Answers) -> list[tuple[str, str, str]]:
    """(question, kind, expected) of all that the server finds."""
    found = check(instance_xml(FORM, answers), FORM, filled_on=TODAY)
    return [(one.path.rsplit("/", 1)[1], one.kind, one.expected or "") for one in found]


def calculated(answers: Answers) -> Answers:
    """What the server computes where the phone sent nothing."""
    return {name: expected for name, kind, expected in found_in(answers) if kind == "calculation"}


def complaints(answers: Answers) -> list[tuple[str, str]]:
    """What is wrong with the answers of a person."""
    return [(name, kind) for name, kind, _ in found_in(answers) if kind != "calculation"]


def saved(answers: Answers, register: str) -> Mapping[str, str]:
    """What reaches a register, with calculations as the phone would send them."""
    said = extract(instance_xml(FORM, answers | calculated(answers)), FORM, our_dictionary())
    found = next(one for one in said.entities if one.register == register)
    return {name: value for name, value in found.properties.items() if value}


def by_rule(grades: tuple[str, ...]) -> str:
    """The rule of the domain: the worst part that there is."""
    return max((grade for grade in grades if grade != "n"), default="").upper()


def graded(grades: tuple[str, ...]) -> str:
    answers = {f"c_{part}": grade for part, grade in zip(PARTS, grades, strict=True)}
    return calculated(assessment(**EVERY_PART, **answers))["grade_calc"]


@pytest.mark.parametrize(("one", "other"), list(combinations(range(len(PARTS)), 2)))
def test_the_grade_follows_the_worst_of_any_two_parts(one: int, other: int) -> None:
    for first, second in product(CODES[PARTS[one]], CODES[PARTS[other]]):
        grades = ["a"] * len(PARTS)
        grades[one], grades[other] = first, second
        assert graded(tuple(grades)) == by_rule(tuple(grades)), grades


def test_the_grade_follows_the_worst_part_in_every_combination() -> None:
    row = Row(cells={path: Cell() for path in FORM.by_path})
    here = Scope(row, Moment(0, ""), Moment(0, ""))
    parts, grade = (formula(name) for name in ("parts", "grade_calc"))
    cells = [row.cells[path_of(f"c_{part}")] for part in PARTS]
    checked = 0
    for grades in product(*(CODES[part] for part in PARTS)):
        for cell, code in zip(cells, grades, strict=True):
            cell.text = code
        row.cells[path_of("parts")].text = text_of(parts(here))
        assert text_of(grade(here)) == by_rule(grades), grades
        checked += 1
    assert checked == 4**3 * 5**4


def path_of(name: str) -> str:
    return next(question.path for question in FORM.questions if question.name == name)


def formula(name: str) -> Function:
    """A calculation of the form, as the server computes it."""
    question = FORM.by_path[path_of(name)]
    known = Known({path: {} for path in FORM.by_path}, frozenset(FORM.repeats))
    return compile_expression(question.calculation, Context(question.path, FORM.repeats), known)


def test_an_ordinary_assessment_is_complete() -> None:
    assert complaints(assessment()) == []
    assert calculated(assessment())["grade"] == "B"


def test_each_part_says_in_words_what_its_grades_look_like() -> None:
    for part in PARTS:
        words = dict(FORM.lists[f"grade_{part}"])
        assert [words[code][:3] for code in "abcd"] == ["a级：", "b级：", "c级：", "d级："]
        assert len({words[code] for code in "abcd"}) == 4
    for part in ("foundation", "wall", "roof"):
        assert "n" not in CODES[part], "these every house has"


def test_a_dangerous_site_is_d_at_once_and_no_part_is_asked() -> None:
    parts = dict.fromkeys((f"c_{part}" for part in PARTS), "")
    answers = assessment(site_danger="danger", action="relocate", evacuated="no",
                         household_agrees="yes", prevention="", **parts)  # fmt: skip
    assert complaints(answers) == []
    assert calculated(answers)["grade_calc"] == calculated(answers)["grade"] == "D"
    assert ("c_wall", "relevant") in complaints(answers | {"c_wall": "d"})


def test_parts_that_the_house_cannot_have_are_not_asked_unless_it_has_them() -> None:
    assert ("c_concrete", "relevant") in complaints(assessment(c_concrete="a"))
    assert ("c_wood_truss", "relevant") in complaints(assessment(c_wood_truss="a"))
    assert ("c_wood_truss", "required") in complaints(assessment(roof_structure="truss"))
    assert ("c_slab", "required") in complaints(assessment(storeys="2"))
    assert ("c_concrete", "required") in complaints(assessment(extra_parts="concrete"))


def test_a_d_may_become_a_c_with_a_reason_and_nothing_better() -> None:
    dangerous = assessment(c_wall="d", action="strengthen", evacuated="no", household_agrees="yes")
    reason = "只有东山墙下部一处，其余完好，可以局部加固"
    assert calculated(dangerous | {"grade_other": "C", "grade_reason": reason})["grade"] == "C"
    assert complaints(dangerous | {"grade_other": "C", "grade_reason": reason}) == []
    assert ("grade_reason", "required") in complaints(dangerous | {"grade_other": "C"})
    short = dangerous | {"grade_other": "C", "grade_reason": "看着还行"}
    assert ("grade_reason", "constraint") in complaints(short)
    for better in "AB":
        answers = dangerous | {"grade_other": better, "grade_reason": reason}
        assert ("grade_other", "constraint") in complaints(answers)


def test_a_better_house_may_be_called_worse_with_a_reason() -> None:
    answers = assessment(
        grade_other="C",
        grade_reason="整座房往东倾斜，门窗都关不上了",
        action="strengthen",
        evacuated="no",
        household_agrees="pending",
    )
    assert complaints(answers) == []
    assert calculated(answers)["grade"] == "C"
    assert calculated(answers)["grade_calc"] == "B"


def test_three_storeys_are_recorded_and_go_to_professionals() -> None:
    parts = dict.fromkeys((f"c_{part}" for part in PARTS), "")
    answers = assessment(storeys="3", prevention="", action="", **parts)
    assert complaints(answers) == []
    assert calculated(answers)["professional"] == "yes"
    assert calculated(answers).get("grade", "") == ""
    assert saved(answers, "households")["housing_ok"] == "needs_assessment"
    report = {"assess_kind": "formal", "report_grade": "C", "assessor_2": "李工",
              "assessor_org": "县房屋安全鉴定站", "action": "strengthen", "evacuated": "no",
              "household_agrees": "yes"}  # fmt: skip
    assert complaints(answers | report) == []
    assert saved(answers | report, "houses")["house_grade"] == "C"


@pytest.mark.parametrize("role", ["first_secretary", "team_member", "grid_worker"])
def test_who_may_not_grade_gives_a_clue_and_no_grade(role: str) -> None:
    worse = {"c_wall": "c", "action": "strengthen", "evacuated": "no", "household_agrees": "yes"}
    answers = assessment(recorder_role=role, assess_kind="", **worse)
    assert complaints(answers) == []
    assert calculated(answers)["grade"] == "C"
    assert calculated(answers)["counts"] == "no"
    units = {"house_grade", "grade_calc", "assess_type", "assessed_on", "action", "site_danger"}
    assert units.isdisjoint(saved(answers, "houses"))
    assert {"house_grade", "security_path"}.isdisjoint(saved(answers, "households"))
    assert saved(answers, "households")["housing_ok"] == "needs_assessment"
    assert saved(answers, "houses")["structure"] == "zhuanmu"


def test_who_may_grade_writes_the_house_and_the_household() -> None:
    house, home = saved(assessment(), "houses"), saved(assessment(), "households")
    assert (house["house_grade"], house["assessed_on"]) == ("B", "2026-11-20")
    assert (house["household"], house["is_main_dwelling"]) == (assessment()["hh_uuid"], "yes")
    assert (home["house_grade"], home["security_path"], home["housing_ok"]) == (
        *("B", "appraised_safe", "ok"),
    )


def test_another_house_says_nothing_of_where_the_household_lives() -> None:
    other = assessment(house_first="no", house_name="老宅", lives_mainly="no", c_wall="d",
                       action="rebuild", evacuated="yes", evacuated_to="镇上儿子家",
                       guarantee="relatives", household_agrees="yes")  # fmt: skip
    assert complaints(other) == []
    assert saved(other, "houses")["house_grade"] == "D"
    assert saved(other, "households") == {}


def test_moved_out_of_a_dangerous_house_counts_as_safe_elsewhere() -> None:
    answers = assessment(c_wall="d", action="guarantee", evacuated="yes",
                         evacuated_to="村幸福院", guarantee="happiness_yard",
                         household_agrees="no")  # fmt: skip
    home = saved(answers, "households")
    assert (home["security_path"], home["guarantee_way"]) == ("guaranteed_safe", "happiness_yard")
    assert home["house_grade"] == "D"


@pytest.mark.parametrize(
    "said",
    [
        {"met_who": "absent", "visit_result": "absent", "absent_reason": "unknown"},
        {"met_who": "refused", "visit_result": "refused"},
        {"met_who": "phone", "visit_result": "phone"},
    ],
)
def test_nobody_there_or_unwilling_is_an_answer(said: Answers) -> None:
    keep = {"house_id", "house_first", "purpose", "policy_photo", "policy_signature", "hh_uuid",
            "policy_position", "recorded_mode", "recorder_name", "recorder_role",
            "event_date"}  # fmt: skip
    head = {name: value for name, value in assessment().items() if name in keep}
    assert complaints(head | said | {"look": "none"}) == []
    assert saved(head | said | {"look": "none"}, "households") == {}


def test_a_locked_house_seen_from_outside_is_a_clue() -> None:
    answers = assessment(met_who="absent", visit_result="absent", absent_reason="work",
                         look="outside", c_wall="d", action="rebuild", evacuated="no")  # fmt: skip
    assert complaints(answers) == []
    assert calculated(answers)["grade"] == "D"
    assert calculated(answers)["counts"] == "no"
    assert "house_grade" not in saved(answers, "houses")


def test_photos_are_required_only_where_policy_says_so() -> None:
    assert complaints(assessment(c_wall="c", action="strengthen", evacuated="no",
                                 household_agrees="yes")) == []  # fmt: skip
    required = assessment(policy_photo="required", c_wall="c", action="strengthen",
                          evacuated="no", household_agrees="yes")  # fmt: skip
    assert {("photo_front", "required"), ("defects_ok", "required")} <= set(complaints(required))


@pytest.mark.parametrize(
    ("grade", "action", "fine"),
    [("c", "none", False), ("c", "maintain", True), ("d", "maintain", False), ("d", "none", False),
     ("d", "rebuild", True), ("b", "none", True)],
)  # fmt: skip
def test_what_is_advised_fits_the_grade(grade: str, action: str, fine: bool) -> None:
    more = {} if grade == "b" else {"evacuated": "no", "household_agrees": "yes"}
    found = complaints(assessment(c_wall=grade, action=action, **more))
    assert (("action", "constraint") not in found) is fine


def test_a_photo_of_the_renovation_is_a_short_record_of_its_own() -> None:
    answers = {name: value for name, value in assessment().items() if not name.startswith("c_")}
    keep = {"house_id", "hh_uuid", "house_first", "policy_photo", "recorded_mode", "recorder_name",
            "recorder_role", "event_date"}  # fmt: skip
    short = {name: answers[name] for name in keep} | {"purpose": "photos", "stage": "after"}
    assert complaints(short | {"moved_in": "yes", "stage_photo": "1.jpg"}) == []
    assert ("moved_in", "required") in complaints(short)


def test_nothing_is_asked_that_is_known() -> None:
    names = {question.name for question in FORM.questions if question.is_asked}
    assert names.isdisjoint({"house_no", "target_type", "assessor_name", "household_id",
                             "recorder_id", "informant_name", "house_grade"})  # fmt: skip


@pytest.mark.parametrize(
    ("household_type", "welfare", "target"),
    [("out_policy", "dibao", "registered"), ("ordinary", "dibao disabled_household", "dibao"),
     ("ordinary", "tekun_scattered", "tekun_scattered"), ("monitored_edge", "", "at_risk"),
     ("ordinary", "", "not_target")],
)  # fmt: skip
def test_the_kind_of_household_follows_from_the_register(
    household_type: str, welfare: str, target: str
) -> None:
    answers = assessment(known_household_type=household_type, known_welfare=welfare)
    assert calculated(answers)["target_type"] == target

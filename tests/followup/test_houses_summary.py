"""What a housing record says in one line, and when somebody must act today."""

from __future__ import annotations

import pytest

from server.forms.instance import read_instance
from server.intake.summaries import summarise
from server.intake.summaries.filled import Summary
from tests.forms.instances import instance_xml
from tests.forms.test_housing_assessment import FORM, Answers, assessment, calculated

DANGEROUS = {"c_wall": "d", "action": "rebuild", "evacuated": "no", "household_agrees": "yes"}
REASON = "只有东山墙下部一处，其余完好，可以局部加固"


def said(answers: Answers) -> Summary:
    filled = answers | calculated(answers)
    return summarise(read_instance(instance_xml(FORM, filled)).root, FORM)


@pytest.mark.parametrize(
    ("answers", "line"),
    [
        ({}, "鉴定 B 级 · 日常维护"),
        ({"recorder_role": "grid_worker"}, "初评 B 级 · 日常维护"),
        (DANGEROUS, "鉴定 D 级 · 承重墙 · 住着人 · 拆除重建"),
        (DANGEROUS | {"occupied": "no"}, "鉴定 D 级 · 承重墙 · 拆除重建"),
        (
            DANGEROUS | {"grade_other": "C", "grade_reason": REASON, "action": "strengthen"},
            "鉴定 C 级 · 按构件算是 D 级，改过 · 住着人 · 修缮加固",
        ),
        ({"storeys": "3", "action": ""}, "三层及以上，请专业鉴定"),
        (
            {"visit_result": "absent", "absent_reason": "work", "look": "none"},
            "没在家 · 务工 · 没看成房",
        ),
        ({"visit_result": "refused", "look": "none"}, "不愿受访 · 没看成房"),
        (
            {"purpose": "photos", "stage": "after", "moved_in": "yes"},
            "改造照片 · 改造后 · 已搬进去住",
        ),
    ],
)
def test_a_record_is_told_in_one_line(answers: Answers, line: str) -> None:
    assert said(assessment(**answers)).line == line


@pytest.mark.parametrize(
    ("more", "urgent"),
    [
        ({}, True),
        ({"occupied": "no"}, False),
        ({"evacuated": "yes"}, False),
        ({"c_wall": "c"}, False),
    ],
)
def test_living_in_a_house_of_grade_d_is_looked_at_the_same_day(
    more: Answers, *, urgent: bool
) -> None:
    assert said(assessment(**(DANGEROUS | more))).urgent is urgent


def test_the_facts_name_the_grade_of_each_part() -> None:
    facts = said(assessment(**DANGEROUS)).facts
    assert facts["kind"] == "assessment"
    assert facts["parts"] == {
        "c_foundation": "b", "c_wall": "d", "c_wood_member": "b", "c_roof": "b",
    }  # fmt: skip
    assert (facts["grade"], facts["counts"], facts["target_type"]) == ("D", "yes", "not_target")


@pytest.mark.parametrize(
    ("answers", "notable"),
    [
        ({}, True),
        ({"recorder_role": "grid_worker"}, False),
        ({"recorder_role": "grid_worker", **DANGEROUS}, True),
        ({"recorder_role": "grid_worker", "storeys": "3", "action": ""}, True),
        ({"visit_result": "refused", "look": "none"}, False),
    ],
)
def test_a_grade_is_never_approved_in_passing(answers: Answers, *, notable: bool) -> None:
    assert said(assessment(**answers)).facts["notable"] is notable

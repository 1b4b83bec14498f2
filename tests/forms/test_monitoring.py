"""The monitoring form: each step asks only its own few questions, and what is so can be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from server.forms.check import check
from server.forms.extract import extract
from server.forms.instance import read_instance
from server.intake.summaries import summarise
from tests.forms.instances import compiled, instance_xml, our_dictionary

TODAY = date(2026, 11, 22)
FORM = compiled("monitoring").definition
CASE = "6f8dfe0a-1111-4111-8111-000000000001"
HOME = "6f8dfe0a-1111-4111-8111-000000000002"
MOST_QUESTIONS = 20

Answers = dict[str, str | Sequence[Mapping[str, str]]]

MET = {"met_who": "11111111-1111-4111-8111-111111111111", "visit_result": "met_person"}
WELL = {"v_edu": "na", "v_medical": "ok", "v_housing": "ok", "v_water": "ok"}
STEPS: Mapping[str, Mapping[str, str]] = {
    "clue": {
        "clue_risks": "illness",
        "clue_desc": "老伴查出肺癌，自费花了 6 万",
        "case_known": "",
        "clue_source": "patrol",
        "clue_date": "2026-11-01",
        "clue_urgency": "normal",
    },
    "verify": {
        **MET,
        **WELL,
        "rigid_total": "62000",
        "hardship": "治病借了钱",
        "self_capacity": "partial",
        "verify_conclusion": "admit",
        "category_proposed": "monitored_sudden",
        "risk_main": "illness",
        "conclude_reason": "自付支出太大",
    },
    "apply": {**MET, "apply_way": "paper", "authorized": "yes"},
    "appraise": {"attendees": "21", "votes_for": "19"},
    "notice_posted": {},
    "notice_ended": {"objection": "no"},
    "plan": {},
    "follow": {**MET, "risk_trend": "less", "follow_note": "药费报销了一部分"},
    "clear": {
        **MET,
        **WELL,
        "clear_reason": "helped",
        "stable_months": "8",
        "risk_gone": "yes",
        "no_new_risk": "yes",
        "clear_note": "病情稳定，儿子有了公益岗位",
    },
    "supplement": {"supplement_note": "补了诊断书"},
}


def event(step: str, on: str = "2026-11-20", **answers: object) -> Answers:
    """A step of a case as the phone fills it, calculations included."""
    usual: dict[str, object] = {
        "hh_uuid": HOME,
        "case_id": CASE,
        "case_known": "1",
        "case_phase": "clear" if step == "clear" else "admit",
        "case_step": step,
        "monitoring_line": "8800",
        "last_per_capita": "6118.11",
        "labour_count": "1",
        "policy_photo": "optional",
        "policy_signature": "optional",
        "policy_position": "optional",
        "recorded_mode": "onsite",
        "recorder_name": "李明远",
        "recorder_role": "first_secretary",
        "event_date": on,
    }
    said = {k: v for k, v in {**usual, **STEPS[step], **answers}.items() if v != ""}
    return {**said, **calculated(said)}  # type: ignore[dict-item]


def calculated(answers: Mapping[str, object]) -> dict[str, str]:
    """What the server computes outside repeats where the phone sent nothing."""
    found = check(instance_xml(FORM, answers), FORM, filled_on=TODAY)  # type: ignore[arg-type]
    return {
        one.path.rsplit("/", 1)[1]: one.expected or ""
        for one in found
        if one.kind == "calculation" and "[" not in one.path
    }


def complaints(answers: Answers) -> list[tuple[str, str]]:
    found = check(instance_xml(FORM, answers), FORM, filled_on=TODAY)
    return [(one.path.rsplit("/", 1)[1], one.kind) for one in found]


def saved(answers: Answers, register: str) -> dict[str, str]:
    said = extract(instance_xml(FORM, answers), FORM, our_dictionary())
    found = next(one for one in said.entities if one.register == register)
    return {name: value for name, value in found.properties.items() if value}


def line(answers: Answers) -> str:
    return summarise(read_instance(instance_xml(FORM, answers)).root, FORM).line


@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_complete_with_its_own_answers(step: str) -> None:
    assert complaints(event(step)) == []


@pytest.mark.parametrize("step", STEPS)
def test_no_step_asks_more_than_twenty_questions(step: str) -> None:
    """Every question without an answer is required, or not asked: so what is asked is counted."""
    shown = [
        question.name
        for question in FORM.questions
        if question.is_asked and question.appearance != "hidden" and question.repeat is None
    ]
    irrelevant = {
        name for name in shown if (name, "relevant") in complaints(event(step) | {name: "1"})
    }
    assert len(set(shown) - irrelevant) <= MOST_QUESTIONS, sorted(set(shown) - irrelevant)


@pytest.mark.parametrize("step", ["verify", "apply", "follow", "clear"])
@pytest.mark.parametrize("result", ["absent", "refused"])
def test_nobody_home_and_refusal_are_recorded_and_nothing_else_is_asked(
    step: str, result: str
) -> None:
    blank = dict.fromkeys(STEPS[step], "")
    reason = "field" if result == "absent" else ""
    said = event(step, **(blank | {"met_who": result, "visit_result": result}),
                 absent_reason=reason)  # fmt: skip
    assert complaints(said) == []


def test_refusing_to_authorise_is_an_answer() -> None:
    assert complaints(event("apply", authorized="no")) == []
    assert line(event("apply", authorized="no")) == "申请和授权 · 书面 · 不同意授权"


def test_a_clearing_without_its_conditions_is_recorded_as_it_is() -> None:
    said = event("clear", stable_months="2", risk_gone="no", no_new_risk="no", labour_count="0")
    assert complaints(said) == []
    assert saved(said, "cases")["has_labour"] == "no"


def test_a_notice_that_ends_early_and_an_open_objection_are_recorded() -> None:
    early = {"notice_until": "2026-11-25", "objection_settled": "no"}
    said = event("notice_ended", objection="yes", objection_result="说他家有车", **early)
    assert complaints(said) == []
    assert line(said) == "公示结束 · 有异议"


def test_only_a_sudden_hardship_is_above_the_line() -> None:
    above = {"last_per_capita": "9000"}
    edge = event("verify", category_proposed="monitored_edge", **above)
    assert ("category_proposed", "constraint") in complaints(edge)
    assert complaints(event("verify", **above)) == []
    assert complaints(event("verify", category_proposed="monitored_edge")) == []
    unknown = event("verify", category_proposed="monitored_edge", monitoring_line="",
                    last_per_capita="")  # fmt: skip
    assert complaints(unknown) == []


def test_a_clue_makes_a_case_and_a_step_only_proposes() -> None:
    clue = event("clue")
    (made,) = [
        one
        for one in extract(instance_xml(FORM, clue), FORM, our_dictionary()).entities
        if one.register == "cases"
    ]
    assert made.create
    assert saved(clue, "cases") == {
        "household": HOME,
        "has_labour": "yes",
        **{name: STEPS["clue"][name] for name in STEPS["clue"] if name != "case_known"},
    }
    proposed = saved(event("verify"), "cases")
    assert proposed["category_proposed"] == "monitored_sudden"
    assert not {"decision", "category", "decided_on"} & set(proposed)
    assert "household_type" not in saved(event("verify"), "households")


def test_what_was_seen_counts_for_the_household() -> None:
    assert saved(event("verify", v_water="problem"), "households") == {
        "edu_ok": "na",
        "medical_ok": "ok",
        "housing_ok": "ok",
        "water_ok": "problem",
    }
    assert saved(event("clue"), "households") == {"risk_clue": "yes"}


def test_the_kind_of_a_measure_follows_from_what_it_is() -> None:
    new = {"measure_item": "public_post", "measure_risk": "illness", "measure_status": "planned",
           "measure_start": "2026-11-20", "measure_owner": "村委会",
           "measure_id": "6f8dfe0a-1111-4111-8111-000000000009"}  # fmt: skip
    said = event("plan", measures=[new])
    found = check(instance_xml(FORM, said), FORM, filled_on=TODAY)
    told = {one.path.rsplit("/", 1)[1]: one.expected for one in found}
    assert told["measure_group"] == "employment"
    assert told["measure_case"] == CASE
    assert told["measure_home"] == HOME


def test_every_measure_has_a_kind() -> None:
    groups = set(dict(our_dictionary().lists["measure_group"]))
    for item, _ in FORM.lists["measure_item"]:
        said = event("plan", measures=[{"measure_item": item}])
        found = check(instance_xml(FORM, said), FORM, filled_on=TODAY)
        (group,) = [one.expected for one in found if one.path.endswith("measure_group")]
        assert group in groups, item
        assert (group == "other") == (item == "other"), item


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("clue", "风险线索 · 因病 · 老伴查出肺癌，自费花了 6 万"),
        ("verify", "入户核实 · 建议纳入 · 突发严重困难户"),
        ("appraise", "民主评议 · 到会 21 人，同意 19 人"),
        ("clear", "风险消除核实 · 帮扶后消除 · 病情稳定，儿子有了公益岗位"),
    ],
)
def test_a_record_says_in_one_line_what_it_is(step: str, said: str) -> None:
    assert line(event(step)) == said


def test_steps_of_the_way_out_say_so() -> None:
    assert line(event("notice_posted", case_phase="clear")) == "风险消除：公示张贴"

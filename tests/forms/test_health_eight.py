"""The eight ones as a form: one item at a time, no typing forced, nothing asked that is known."""

from __future__ import annotations

from datetime import date

import pytest

from server.forms.check import check
from server.forms.extract import extract
from server.forms.instance import read_instance
from server.intake.summaries import summarise
from tests.forms.instances import compiled, instance_xml, new_id, our_dictionary

DAY = date(2026, 11, 20)
FORM = compiled("health_eight").definition
PERSON, CASE, HOUSEHOLD = new_id(), new_id(), new_id()


def health_xml(*, instance_id: str | None = None, **answers: str) -> str:
    """A case that begins, of somebody of 74, with nothing said yet of the eight."""
    usual = {
        "hh_uuid": HOUSEHOLD,
        "person_id": PERSON,
        "person_age": "74",
        "exam_age": "65",
        "policy_photo": "optional",
        "policy_signature": "optional",
        "recorded_mode": "onsite",
        "recorder_role": "village_committee",
        "event_date": "2026-11-20",
        "case_id": CASE,
        "case_household": HOUSEHOLD,
        "case_person": PERSON,
        "illness_class": "chronic",
    }
    said = usual | answers
    of = [said.get(f"hb{n}_status", "") for n in range(1, 9)]
    done, na = of.count("done"), of.count("na")
    counted = {
        "hb6_done": "1" if said.get("hb6_status") == "done" else "0",
        "hb_done": str(done),
        "hb_na": str(na),
        "hb_complete": "yes" if done + na == 8 else "no",
        **_signed(said),
    }
    filled = {name: value for name, value in (counted | said).items() if value != ""}
    return instance_xml(FORM, filled, instance_id=instance_id)


def _signed(said: dict[str, str]) -> dict[str, str]:
    known = {"sign_status": said.get("known_sign_status", "")}
    status = said.get("hb2_status", "")
    if status == "done":
        return {"sign_status": "signed", "sign_date": said.get("hb2_on", "")}
    if status:
        refused = said.get("hb2_reason") == "本人不愿意"
        return {"sign_status": "refused" if refused else "unsigned"}
    return known


def findings(**answers: str) -> list[tuple[str, str]]:
    found = check(health_xml(**answers), FORM, filled_on=DAY)
    return [(one.path.rsplit("/", 1)[1], one.kind) for one in found]


def test_one_of_the_eight_is_a_record_by_itself() -> None:
    assert findings(hb3_status="done", hb3_on="2026-11-20") == []
    assert findings() == []


@pytest.mark.parametrize("status", ["not_done", "na"])
def test_what_was_not_done_has_a_reason_that_is_picked(status: str) -> None:
    assert findings(hb7_status=status) == [("hb7_reason", "required")]
    assert findings(hb7_status=status, hb7_reason="病情平稳，不需要") == []
    assert findings(hb7_status=status, hb7_reason="没空") == [("hb7_reason", "choice")]


def test_the_day_is_known_and_not_ahead() -> None:
    assert findings(hb1_status="done") == [("hb1_on", "required")]
    assert findings(hb1_status="done", hb1_on="2026-11-21") == [("hb1_on", "constraint")]


def test_what_was_done_before_is_not_asked_again() -> None:
    assert findings(hb1_status="done", known_hb1_status="done") == []
    assert findings(hb7_status="na", known_hb7_status="na") == []


def test_the_old_say_what_was_examined_and_the_young_need_not() -> None:
    done = {"hb6_status": "done", "hb6_on": "2026-11-20"}
    assert findings(**done) == [("exam_items", "required")]
    assert findings(**done, exam_items="blood ecg") == []
    assert findings(**done, person_age="40") == []
    assert findings(**done, person_age="") == []
    assert findings(**done, exam_age="80") == []


def test_photos_are_asked_for_by_policy_and_only_of_what_is_new() -> None:
    done = {"hb4_status": "done", "hb4_on": "2026-11-20"}
    assert findings(**done, policy_photo="required") == [("hb4_photo", "required")]
    assert findings(**done, policy_photo="required", known_hb4_on="2026-11-20") == []


def test_nobody_has_to_sign_unless_policy_says_so() -> None:
    met = {"visit_result": "met_person", "met_who": PERSON, "informant_relation": "02"}
    assert findings(**met) == []
    assert findings(**met, policy_signature="required") == [("sign_way", "required")]
    assert findings(**met, policy_signature="required", sign_way="declined") == []


def test_what_is_paid_oneself_is_exact_to_the_fen() -> None:
    fees = {
        "treatment_state": "treating",
        "total_fee": "1000.1",
        "insurance_paid": "600.07",
        "relief_paid": "100.02",
    }
    assert findings(**fees, self_paid="300.01") == []
    assert findings(**fees, self_paid="300.02") == [("self_paid", "calculation")]
    too_much = fees | {"relief_paid": "400.04"}
    assert ("relief_paid", "constraint") in findings(**too_much, self_paid="-0.01")


def test_a_death_is_not_recorded_here() -> None:
    assert "died" not in dict(FORM.lists["treatment_state"])
    assert findings(treatment_state="died") == [("treatment_state", "choice")]


def test_the_family_doctor_is_not_asked_for_twice() -> None:
    signed = {"hb2_status": "done", "hb2_on": "2026-03-08"}
    assert findings(**signed) == []
    (_, case) = said(**signed)
    assert (case["sign_status"], case["sign_date"]) == ("signed", "2026-03-08")
    (_, case) = said(hb2_status="not_done", hb2_reason="本人不愿意")
    assert case["sign_status"] == "refused"
    assert FORM.by_path["/data/g_case/g_hb2/sign_status"].type == "calculate"


def said(**answers: str) -> list[dict[str, str]]:
    found = extract(health_xml(**answers), FORM, our_dictionary()).entities
    assert [one.register for one in found] == ["households", "persons", "health_cases"]
    return [dict(one.properties) for one in found[1:]]


def test_the_case_names_its_person_and_household() -> None:
    person, case = said(chronic_disease="diabetes", hb1_status="done", hb1_on="2026-11-20")
    assert person["chronic_disease"] == "diabetes"
    assert (case["household"], case["person"]) == (HOUSEHOLD, PERSON)
    assert (case["hb1_status"], case["hb1_on"]) == ("done", "2026-11-20")


def test_nothing_is_asked_that_the_register_knows() -> None:
    asked = {question.name for question in FORM.questions if question.is_asked}
    assert asked.isdisjoint(
        {"person_id", "person_age", "household_id", "recorder_id", "informant_name", "sign_status"}
    )
    required = {question.name for question in FORM.questions if question.required}
    assert {name for name in required if name.startswith("hb")} == set()


def line(**answers: str) -> str:
    return summarise(read_instance(health_xml(**answers)).root, FORM).line


def test_the_line_of_a_record_says_what_was_done_and_names_no_illness() -> None:
    known = {"hb1_status": "done", "hb1_on": "2026-03-08"}
    known |= {f"known_{name}": value for name, value in known.items()}
    new = {"hb3_status": "done", "hb3_on": "2026-11-20"}
    assert line(**known, **new) == "健康“八个一” · 落实第 3 项 · 共落实 2 项"
    more = {"hb4_status": "done", "hb5_status": "not_done"}
    assert line(**known, **new, **more) == "健康“八个一” · 新落实 2 项 · 共落实 3 项 · 1 项未落实"
    assert line(**known) == "健康“八个一” · 共落实 1 项"
    facts = summarise(read_instance(health_xml(**new)).root, FORM).facts
    assert facts == {"kind": "health", "visit_result": "", "line": line(**new)}

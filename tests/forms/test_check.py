"""The server's check: usual instances pass, every kind of fault is found, nothing breaks it."""

from __future__ import annotations

from datetime import date
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.forms.check import Finding, check
from tests.forms.instances import (
    CHILD_ID,
    HEAD_ID,
    WIFE_ID,
    compiled,
    instance_xml,
    known_member,
    member,
    new_id,
    nobody_home_xml,
    register_xml,
    visit_xml,
)

TODAY = date(2026, 11, 20)
SOMEONE = "11111111-1111-4111-8111-111111111111"


def visit_findings(xml: str, *, filled_on: date = TODAY) -> list[tuple[str, str]]:
    found = check(xml, compiled("visit").definition, filled_on=filled_on)
    return [(finding.path.rsplit("/", 1)[1], finding.kind) for finding in found]


def register_findings(xml: str) -> list[Finding]:
    return list(check(xml, compiled("household_register").definition, filled_on=TODAY))


def kinds(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.path, finding.kind) for finding in findings]


def test_an_uneventful_visit_has_nothing_wrong() -> None:
    assert visit_findings(visit_xml(new_id())) == []


def test_nobody_home_needs_nothing_but_the_reason() -> None:
    assert visit_findings(nobody_home_xml(new_id(), "unknown")) == []
    assert visit_findings(nobody_home_xml(new_id(), "")) == [("absent_reason", "required")]


def test_a_visit_with_everything_in_it_has_nothing_wrong() -> None:
    household, baby, child, clue = new_id(), new_id(), new_id(), new_id()
    xml = visit_xml(
        household,
        known_head=SOMEONE,
        co_recorders="刘敏",
        income_change="down",
        income_down_reason="illness wage",
        expense_shock="yes",
        expense_kind="medical",
        expense_amount="1800.5",
        member_changed="yes",
        member_changes=[
            {
                "change_kind": "birth",
                "change_new": baby,
                "change_id": baby,
                "change_date": "2026-11-02",
                "newcomer_name": "未取名",
                "newcomer_sex": "female",
                "newcomer_relation": "42",
                "change_status": "in",
                "change_reason": "birth",
                "newcomer_birth_date": "2026-11-02",
                "newcomer_household": household,
                "left": "0",
                "head_left": "0",
            },
            {
                "change_kind": "death",
                "change_who": SOMEONE,
                "change_new": child,
                "change_id": SOMEONE,
                "change_date": "2026-11-10",
                "change_status": "removed",
                "change_reason": "death",
                "left": "1",
                "head_left": "1",
            },
        ],
        household_end="still",
        new_head=child,
        head=child,
        problems=[
            {
                "problem_id": new_id(),
                "problem_known": "1",
                "known_description": "慢病用药没办",
                "problem_result": "solved",
                "problem_result_on": "2026-11-20",
            },
            {
                "problem_id": new_id(),
                "entry_kind": "problem",
                "problem_type": "subsidy_unpaid",
                "problem_desc": "低保 9 月的没到账，看过存折。",
                "problem_urgency": "urgent",
                "phoned_duty": "yes",
                "problem_found_on": "2026-11-20",
                "problem_household": household,
            },
            {
                "problem_id": new_id(),
                "entry_kind": "need",
                "need_type": "health",
                "problem_desc": "想问药费怎么报",
                "problem_urgency": "normal",
                "problem_found_on": "2026-11-20",
                "problem_household": household,
            },
        ],
        risk_clue="unsure",
        case_new=clue,
        case_id=clue,
        case_household=household,
        clue_source="visit",
        clue_date="2026-11-20",
        sign_way="fingerprint",
        sign_witness="王小明",
    )
    assert visit_findings(xml) == []


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ({"event_date": "2026-11-21"}, ("event_date", "constraint")),
        ({"event_date": "2013-12-31"}, ("event_date", "constraint")),
        ({"event_date": "20/11/2026"}, ("event_date", "type")),
        ({"food_ok": ""}, ("food_ok", "required")),
        ({"food_ok": "perhaps"}, ("food_ok", "choice")),
        ({"expense_amount": "20"}, ("expense_amount", "relevant")),
        (
            {"expense_shock": "yes", "expense_kind": "medical", "expense_amount": "-1"},
            ("expense_amount", "constraint"),
        ),
        (
            {"expense_shock": "yes", "expense_kind": "medical", "expense_amount": "许多"},
            ("expense_amount", "type"),
        ),
        ({"risk_clue": "yes"}, ("risk_types", "required")),
        ({"risk_clue": "yes", "risk_types": "illness moon"}, ("risk_types", "choice")),
        ({"household_type": "closed"}, ("household_type", "calculation")),
        ({"policy_signature": "required"}, ("sign_way", "required")),
        ({"location": "200 10"}, ("location", "type")),
    ],
)
def test_each_fault_is_found(answers: dict[str, str], fault: tuple[str, str]) -> None:
    assert fault in visit_findings(visit_xml(new_id(), **answers))


def test_today_is_the_day_on_which_the_form_was_filled() -> None:
    xml = visit_xml(new_id(), event_date="2026-11-20")
    assert visit_findings(xml, filled_on=date(2026, 11, 20)) == []
    assert visit_findings(xml, filled_on=date(2026, 11, 19)) == [("event_date", "constraint")]


def test_a_photo_that_did_not_come_is_named() -> None:
    xml = visit_xml(new_id(), photos=[{"photo": "1.jpg"}, {"photo": "2.jpg"}])
    found = check(xml, compiled("visit").definition, filled_on=TODAY, attachments=["1.jpg"])
    assert kinds(list(found)) == [("/data/photos[2]/photo", "attachment")]


def test_an_answer_that_the_form_does_not_have_is_named() -> None:
    xml = visit_xml(new_id()).replace("<hh_uuid>", "<secret>1</secret><hh_uuid>")
    assert visit_findings(xml) == [("secret", "unknown")]


def test_a_form_of_another_version_is_named() -> None:
    version = compiled("visit").definition.version
    xml = visit_xml(new_id()).replace(f'version="{version}"', 'version="1"')
    assert [kind for _, kind in visit_findings(xml)] == ["form"]


def test_a_new_household_with_two_members_has_nothing_wrong() -> None:
    assert register_findings(register_xml()) == []


def test_correcting_one_members_phone_has_nothing_wrong() -> None:
    head = known_member(SOMEONE, head=True, member_phone="13900000001")
    assert register_findings(register_xml(known=True, head=SOMEONE, members=[head])) == []


@pytest.mark.parametrize("number", [HEAD_ID, WIFE_ID, CHILD_ID, "11010519491231002X"])
def test_good_id_numbers_pass(number: str) -> None:
    xml = register_xml(members=[member(number, education="2", **child_answers(number))])
    assert register_findings(xml) == []


def child_answers(number: str) -> dict[str, str]:
    if number != CHILD_ID:
        return {}
    adult = dict.fromkeys(("work", "pension_insured"), "")
    school = {"student_status": "9", "school_name": "桓台二中", "labour": "none"}
    return {**adult, **school, "work": "none", "pension_insured": "no"}


@pytest.mark.parametrize(
    "number",
    [
        "379999195203151017",  # check character
        "379999195203151061",  # two digits swapped
        "37999919520315101",  # one short
        "379999195213151016",  # month 13
        "440524188001010014",  # the published sample: its year is before 1900
        "11010519491231002x",  # small x
        "37999920270101000X",  # born after the visit
    ],
)
def test_bad_id_numbers_are_found_in_their_row(number: str) -> None:
    xml = register_xml(members=[member(), member(number, relation="10")])
    assert ("/data/members[2]/g_id/id_number", "constraint") in kinds(register_findings(xml))


def test_a_household_needs_exactly_one_head() -> None:
    two = register_xml(members=[member(), member(WIFE_ID)], head="")
    none = register_xml(members=[member(relation="10")])
    nobody = register_xml(members=[])
    for xml in (two, none, nobody):
        assert ("/data/g_head/new_head", "required") in kinds(register_findings(xml))


def test_when_the_head_died_the_form_asks_who_follows() -> None:
    wife = new_id()
    gone = known_member(SOMEONE, head=True) | {
        "id_action": "",
        "member_change": "death",
        "change_on": "2026-11-01",
        "member_status": "removed",
        "change_reason": "death",
        "change_date": "2026-11-01",
        "in_count": "0",
        "head_id": "",
        "heads_named": "0",
        "known_head_in": "0",
    }
    rest = known_member(wife)
    asked = register_xml(known=True, head=SOMEONE, members=[gone, rest])
    assert kinds(register_findings(asked)) == [("/data/g_head/new_head", "required")]
    answers = {"known_head": SOMEONE, "head_found": "0", "new_head": wife}
    answered = register_xml(known=True, head=wife, members=[gone, rest], **answers)
    assert register_findings(answered) == []
    last = {"household_end": "closed", "household_type": "closed"}
    ended = register_xml(known=True, head=SOMEONE, members=[gone], **last)
    assert register_findings(ended) == []


def test_the_servers_arithmetic_is_said_beside_the_phones() -> None:
    found = register_findings(register_xml(members=[member(age="30")]))
    assert [(f.path, f.kind, f.expected) for f in found] == [
        ("/data/members[1]/age", "calculation", "74")
    ]


def test_odd_rows_and_texts_are_findings_and_no_failure() -> None:
    odd = member(age="NaN", birth_date="gestern", work_months="∞", health_status="💥 x")
    findings = register_findings(register_xml(members=[odd], phone="'\"]]>&<", identify_year="9e9"))
    assert {finding.kind for finding in findings} >= {"calculation", "choice", "type", "constraint"}
    assert all(finding.message for finding in findings)


ODD = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=30)
REGISTER_NAMES = [q.name for q in compiled("household_register").definition.questions]


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.sampled_from(REGISTER_NAMES), ODD, max_size=40),
    st.dictionaries(st.sampled_from(REGISTER_NAMES), ODD, max_size=40),
)
def test_whatever_stands_in_an_instance_the_check_comes_to_an_end(
    answers: dict[str, str], row: dict[str, str]
) -> None:
    definition = compiled("household_register").definition
    xml = instance_xml(definition, {**answers, "members": [row, member()]})
    findings = check(xml, definition, filled_on=TODAY)
    assert all(finding.path.startswith("/data") for finding in findings)


def test_a_visit_is_checked_in_less_than_four_milliseconds() -> None:
    xml, definition = visit_xml(new_id()), compiled("visit").definition
    taken = []
    for _ in range(30):
        begun = process_time()
        check(xml, definition, filled_on=TODAY)
        taken.append(process_time() - begun)
    assert min(taken) < 0.004

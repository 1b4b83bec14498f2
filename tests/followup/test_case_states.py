"""The states of a monitoring case: a table, and that no order of arrival has an influence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.followup.case_states import (
    CLEAR,
    MONITORED,
    OVER,
    Case,
    Clocks,
    Decided,
    Standing,
    Step,
    offered,
    standing,
)

BEGAN = date(2026, 10, 1)
CLOCKS = Clocks()
MET = {"visit_result": "met_person"}
INCOME = {"last_per_capita": "6000", "monitoring_line": "8800"}
CLEARED = {
    "visit_result": "met_person",
    "stable_months": "6",
    "risk_gone": "yes",
    "no_new_risk": "yes",
    "v_edu": "na",
    "v_medical": "ok",
    "v_housing": "ok",
    "v_water": "ok",
    "last_per_capita": "12000",
    "monitoring_line": "8800",
}


def step(name: str, day: int = 1, phase: str = "admit", **facts: str) -> Step:
    """A step taken so many days after the clue."""
    on = BEGAN + timedelta(days=day)
    return Step(f"{phase}-{name}-{day}", on, name, phase, facts)


VERIFIED = step("verify", 1, **MET, **INCOME, verify_conclusion="admit")
APPLIED = step("apply", 2, **MET, authorized="yes")
APPRAISED = step("appraise", 3, attendees="21", votes_for="19")
POSTED = step("notice_posted", 3)
ENDED = step("notice_ended", 7, objection="no")
ADMISSION = (VERIFIED, APPLIED, APPRAISED, POSTED, ENDED)
PLAN = step("plan", 14)
PROPOSED = step("clear", 200, CLEAR, **CLEARED)
CLEARING = (
    PROPOSED,
    step("appraise", 201, CLEAR, attendees="20", votes_for="20"),
    step("notice_posted", 202, CLEAR),
    step("notice_ended", 208, CLEAR, objection="no"),
)
HELPED = {"risks": ("illness",), "measures": (("illness", "employment"),)}
ADMITTED = Decided("admitted", BEGAN + timedelta(days=12), "monitored_edge")


def case(*steps: Step, decided: Decided | None = None, **more: object) -> Case:
    return replace(Case(BEGAN, steps, decided, **HELPED), **more)  # type: ignore[arg-type]


def stands(*steps: Step, decided: Decided | None = None, **more: object) -> Standing:
    return standing(case(*steps, decided=decided, **more), CLOCKS)


def upon(decision: str, *steps: Step, category: str = "", day: int = 9) -> Decided:
    """A decision that knew these records."""
    names = frozenset(one.instance_id for one in steps)
    return Decided(decision, BEGAN + timedelta(days=day), category, names)


TABLE = [
    ("a clue", (), None, "clue", "verify"),
    ("nobody home", (step("verify", visit_result="absent"),), None, "verifying", "verify"),
    ("refused", (step("verify", visit_result="refused"),), None, "verifying", "verify"),
    (
        "not to be admitted",
        (step("verify", 1, **MET, verify_conclusion="not_admit"),),
        None,
        *("verifying", "town"),
    ),
    ("verified", ADMISSION[:1], None, "applying", "apply"),
    ("applied", ADMISSION[:2], None, "applying", "appraise"),
    ("appraised", ADMISSION[:3], None, "appraised", "notice_posted"),
    ("posted", ADMISSION[:4], None, "notice", "notice_ended"),
    ("ended", ADMISSION, None, "town_review", "town"),
    ("the county's turn", ADMISSION, upon("town_agreed", *ADMISSION), "county_approval", "county"),
    ("sent back", ADMISSION, upon("sent_back", *ADMISSION), "notice_ended", "supplement"),
    ("answered", ADMISSION, upon("sent_back", *ADMISSION[:4]), "town_review", "town"),
    ("watched", ADMISSION[:1], upon("watch", VERIFIED), "watching", ""),
    ("watched and back", ADMISSION[:1], upon("watch"), "applying", "apply"),
    ("not admitted", ADMISSION, upon("not_admitted"), "not_admitted", ""),
    ("admitted", ADMISSION, ADMITTED, "admitted", "plan"),
    ("helped", (*ADMISSION, PLAN), ADMITTED, "helping", "follow"),
    ("clearing", (*ADMISSION, PLAN, *CLEARING[:1]), ADMITTED, "clearing", "appraise"),
    *(
        (f"clearing {state}", (*ADMISSION, PLAN, *CLEARING[:n]), ADMITTED, state, following)
        for n, state, following in (
            (2, "clearing_appraised", "notice_posted"),
            (3, "clearing_notice", "notice_ended"),
            (4, "clearing_town", "town"),
        )
    ),
    (
        "the county clears",
        (PLAN, *CLEARING),
        upon("clear_town_agreed", category="monitored_edge"),
        *("clearing_town", "county"),
    ),
    (
        "clearing sent back",
        (PLAN, *CLEARING),
        upon("sent_back", PLAN, *CLEARING, category="monitored_edge"),
        *("clearing_notice", "supplement"),
    ),
    ("cleared", CLEARING, upon("cleared", category="monitored_edge"), "cleared", ""),
    ("closed", ADMISSION, upon("closed"), "closed", ""),
]


@pytest.mark.parametrize(("steps", "decided", "state", "following"), [row[1:] for row in TABLE],
                         ids=[row[0] for row in TABLE])  # fmt: skip
def test_each_state_follows_from_steps_and_decision(
    steps: tuple[Step, ...], decided: Decided | None, state: str, following: str
) -> None:
    found = stands(*steps, decided=decided)
    assert (found.state, found.next) == (state, following)


EVERY = (*ADMISSION, PLAN, *CLEARING, step("follow", 40, **MET), step("supplement", 10))
DECISIONS = st.none() | st.builds(
    Decided,
    st.sampled_from(
        ["not_admitted", "watch", "town_agreed", "admitted", "sent_back", "cleared", "closed"]
    ),
    st.dates(BEGAN, BEGAN + timedelta(days=300)),
    st.sampled_from(["", "monitored_edge"]),
    st.frozensets(st.sampled_from([one.instance_id for one in EVERY])),
)


@given(st.lists(st.sampled_from(EVERY), max_size=14), st.integers(0, 99), DECISIONS, st.booleans())
def test_neither_order_nor_repetition_has_an_influence(
    steps: list[Step], chance: int, decided: Decided | None, labour: bool
) -> None:
    one = stands(*steps, decided=decided, labour=labour)
    again = [*steps, *steps]
    Random(chance).shuffle(again)
    assert stands(*again, decided=decided, labour=labour) == one


@given(st.lists(st.sampled_from(EVERY)), DECISIONS)
def test_without_labour_nobody_is_offered_to_clear(
    steps: list[Step], decided: Decided | None
) -> None:
    found = stands(*steps, decided=decided, labour=False)
    decisions = {one for _, one in offered(found, labour=False, clocks=CLOCKS)}
    assert decisions.isdisjoint({"clear_town_agreed", "cleared"})
    assert not found.state.startswith("clearing")


def test_without_labour_a_case_goes_on_and_says_why_unless_policy_changes() -> None:
    steps = (PLAN, *CLEARING)
    found = stands(*steps, decided=ADMITTED, labour=False)
    assert found.state == "helping"
    assert "labour" in found.missing
    other = Clocks(no_labour_stays=False)
    assert standing(case(*steps, decided=ADMITTED, labour=False), other).state == "clearing_town"


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({"stable_months": "5"}, "stable_months"),
        ({"risk_gone": "no"}, "risk_gone"),
        ({"no_new_risk": "no"}, "no_new_risk"),
        ({"last_per_capita": ""}, "income_account"),
        ({"monitoring_line": ""}, "line"),
        ({"last_per_capita": "8800"}, "income"),
        ({"v_water": "problem"}, "v_water"),
        ({"v_housing": "needs_assessment"}, "v_housing"),
        ({"visit_result": "absent"}, "absent"),
    ],
)
def test_what_is_missing_for_clearing_is_recorded_and_shown(
    facts: dict[str, str], missing: str
) -> None:
    found = stands(PLAN, step("clear", 200, CLEAR, **(CLEARED | facts)), decided=ADMITTED)
    assert found.state == "helping"
    assert found.missing == (missing,)


def test_the_county_clears_only_what_was_checked_unless_policy_lets_it() -> None:
    steps = (PLAN, *CLEARING)
    agreed = upon("clear_town_agreed", category="monitored_edge")

    def may(found: Standing) -> bool:
        return ("county", "cleared") in offered(found, labour=True, clocks=CLOCKS)

    for n in range(1, len(CLEARING) + 1):
        assert stands(PLAN, *CLEARING[:n], decided=ADMITTED).missing == ("exit_check",)
    unchecked = stands(*steps, decided=agreed)
    assert unchecked.missing == ("exit_check",)
    assert not may(unchecked)
    checked = stands(*steps, decided=agreed, checked=True)
    assert checked.missing == ()
    assert may(checked)
    lax = standing(case(*steps, decided=agreed), Clocks(checked_before_clearing=False))
    assert may(lax)


def test_a_category_that_does_not_suit_what_the_household_was_is_a_doubt() -> None:
    verified = step(
        "verify", 1, **MET, **INCOME, verify_conclusion="admit", category_proposed="monitored_edge"
    )
    steps = (verified, *ADMISSION[1:])
    assert stands(*steps, suits={"monitored_edge": False}).missing == ("category",)
    assert stands(*steps, suits={"monitored_edge": True}).missing == ()
    assert stands(*steps).missing == ()


def test_refusing_authorisation_is_recorded_and_holds_the_case() -> None:
    found = stands(VERIFIED, step("apply", 2, **MET, authorized="no"))
    assert (found.state, found.next, found.missing) == ("applying", "apply", ("authorised",))


def test_a_notice_hangs_as_long_as_policy_says() -> None:
    short = step("notice_ended", 6, objection="no")
    found = stands(*ADMISSION[:4], short)
    assert (found.state, found.missing) == ("notice", ("notice_days",))
    assert found.notice_until == BEGAN + timedelta(days=7)
    assert standing(case(*ADMISSION[:4], short), Clocks(notice_days=4)).state == "town_review"
    assert standing(case(*ADMISSION), Clocks(notice_days=7)).state == "notice"


def test_an_objection_is_settled_first() -> None:
    open_one = step("notice_ended", 7, objection="yes", objection_settled="no")
    assert stands(*ADMISSION[:4], open_one).missing == ("objection",)
    settled = step("notice_ended", 8, objection="yes", objection_settled="yes")
    assert stands(*ADMISSION[:4], open_one, settled).state == "town_review"


def test_who_decides_is_told_of_doubts_that_hold_nothing_up() -> None:
    against = step("appraise", 3, attendees="21", votes_for="10")
    unknown = step("verify", 1, **MET, verify_conclusion="admit")
    found = stands(unknown, APPLIED, against, POSTED, ENDED)
    assert (found.next, found.missing) == ("town", ("income_account", "line", "votes"))


def test_clocks_run_from_the_clue_the_decision_and_the_last_visit() -> None:
    assert stands(VERIFIED).deadline == BEGAN + timedelta(days=15)
    slow = Clocks(admission_days=20, plan_days=5, follow_days=40)
    assert standing(case(VERIFIED), slow).deadline == BEGAN + timedelta(days=20)
    admitted = case(*ADMISSION, decided=ADMITTED)
    assert standing(admitted, CLOCKS).deadline == ADMITTED.on + timedelta(days=10)
    assert standing(admitted, CLOCKS).follow_due == ADMITTED.on + timedelta(days=35)
    visited = replace(admitted, visits=(BEGAN + timedelta(days=30),))
    assert standing(visited, CLOCKS).follow_due == BEGAN + timedelta(days=65)
    assert standing(visited, slow).deadline == ADMITTED.on + timedelta(days=5)


def test_every_risk_needs_a_measure_and_who_can_work_something_to_earn() -> None:
    risks = ("illness", "schooling")
    found = stands(*ADMISSION, decided=ADMITTED, risks=risks, measures=(("illness", "health"),))
    assert found.missing == ("risk_schooling", "development")
    nobody = stands(*ADMISSION, decided=ADMITTED, risks=(), measures=(), labour=False)
    assert nobody.missing == ()


def test_a_household_that_left_has_no_case_that_runs() -> None:
    assert stands(*ADMISSION, decided=ADMITTED, gone=True).state == "closed"


@pytest.mark.parametrize(
    ("steps", "decided", "expected"),
    [
        (ADMISSION, None, {"town": "town_agreed sent_back watch not_admitted closed",
                           "county": "closed"}),
        (ADMISSION, upon("town_agreed", *ADMISSION),
         {"county": "admitted sent_back watch not_admitted closed", "town": "closed"}),
        ((PLAN, *CLEARING), ADMITTED, {"town": "clear_town_agreed sent_back closed",
                                       "county": "closed"}),
        ((PLAN, *CLEARING), upon("clear_town_agreed", category="monitored_edge"),
         {"county": "cleared sent_back closed", "town": "closed"}),
        ((PLAN,), ADMITTED, {"town": "closed", "county": "closed"}),
        ((), upon("closed"), {}),
    ],
)  # fmt: skip
def test_each_level_decides_in_its_turn(
    steps: tuple[Step, ...], decided: Decided | None, expected: dict[str, str]
) -> None:
    found = stands(*steps, decided=decided, checked=True)
    by_level: dict[str, list[str]] = {}
    for level, decision in offered(found, labour=True, clocks=CLOCKS):
        by_level.setdefault(level, []).append(decision)
    assert {level: " ".join(some) for level, some in by_level.items()} == expected


def test_states_are_named_in_words() -> None:
    from server.console.say import words

    table = {row[3] for row in TABLE}
    assert table == set(words()["case_state"])
    assert table > MONITORED
    assert table > OVER

"""Rules 4 and 5: disputes, who closes them, and what opens them again."""

import pytest

from server.merge import Rule, Statement, resolve_unit

from .histories import LATEST, REVIEW, heads_of, known, saw, says

LI = says("li", "139", on="2026-11-10")
WANG = says("wang", "137", on="2026-11-10")
DECISION = says("zhao", "139", shown=saw("137", "li", "wang"), on="2026-11-15", settles=True)


def test_a_settlement_closes_what_the_reviewer_saw() -> None:
    told = [LI, WANG, DECISION]
    state = resolve_unit(told, known(told), REVIEW)
    assert (state.value, heads_of(state), state.disputed) == ("139", {"zhao"}, False)


@pytest.mark.parametrize("rule", [REVIEW, LATEST])
@pytest.mark.parametrize("day", ["2026-11-09", "2026-11-12", "2026-11-20"])
def test_a_later_contradicting_arrival_opens_the_dispute_again(rule: Rule, day: str) -> None:
    told = [LI, WANG, DECISION, says("chen", "135", on=day)]
    state = resolve_unit(told, known(told), rule)
    assert state.disputed
    assert heads_of(state) == {"zhao", "chen"}


def test_a_later_arrival_that_agrees_leaves_it_settled() -> None:
    told = [LI, WANG, DECISION, says("chen", "139", on="2026-11-12")]
    state = resolve_unit(told, known(told), REVIEW)
    assert (state.value, state.disputed) == ("139", False)


def test_withdrawing_the_settlement_opens_the_dispute_again() -> None:
    told = [LI, WANG, DECISION]
    state = resolve_unit(told, known(told, rejected=["zhao"]), REVIEW)
    assert state.disputed
    assert heads_of(state) == {"li", "wang"}


@pytest.mark.parametrize("rule", [REVIEW, LATEST])
def test_a_visit_upon_the_settled_value_replaces_it(rule: Rule) -> None:
    told = [LI, WANG, DECISION, says("li-2", "135", shown=saw("139", "zhao"), on="2026-11-14")]
    state = resolve_unit(told, known(told), rule)
    assert (state.value, heads_of(state), state.disputed) == ("135", {"li-2"}, False)


@pytest.mark.parametrize("value", ["135", "139"])
def test_under_review_only_the_office_closes_a_dispute(value: str) -> None:
    upon_both = says("li-2", value, shown=saw("137", "li", "wang"), on="2026-11-16", confirmed=True)
    told: list[Statement] = [LI, WANG, upon_both]
    state = resolve_unit(told, known(told), REVIEW)
    assert state.disputed
    assert heads_of(state) == {"li", "wang", "li-2"}


def test_what_a_cadre_wrote_in_a_dispute_he_may_write_anew() -> None:
    upon_both = says("li-2", "135", shown=saw("137", "li", "wang"))
    upon_his_own = says("li-3", "134", shown=saw("135", "li-2"))
    told = [LI, WANG, upon_both, upon_his_own]
    assert heads_of(resolve_unit(told, known(told), REVIEW)) == {"li", "wang", "li-3"}


def test_a_settlement_may_decide_that_there_is_no_value() -> None:
    nothing = says("zhao", "", shown=saw("137", "li", "wang"), settles=True)
    told = [LI, WANG, nothing]
    state = resolve_unit(told, known(told), REVIEW)
    assert (state.value, heads_of(state), state.disputed) == ("", {"zhao"}, False)


def test_a_settlement_closes_all_that_one_submission_said_of_joined_people() -> None:
    told = [
        says("visit", "1", entity="p1"),
        says("visit", "2", entity="p2"),
        says("join", "2", shown=saw("2", "visit"), entity="p1", settles=True),
    ]
    state = resolve_unit(told, known(told), REVIEW)
    assert (state.value, heads_of(state)) == ("2", {"join"})


def test_an_edit_of_one_joined_person_does_not_replace_the_other_unseen() -> None:
    told = [
        says("visit", "1", entity="p1"),
        says("visit", "2", entity="p2"),
        says("li", "3", shown=saw("1", "visit"), entity="p1"),
    ]
    state = resolve_unit(told, known(told), REVIEW)
    assert state.disputed
    assert [h.value for h in state.heads] == ["2", "3"]


def test_a_record_upon_the_joined_person_replaces_what_was_said_of_the_other() -> None:
    told = [says("wang", "2", entity="p2"), says("li", "3", shown=saw("2", "wang"), entity="p1")]
    assert heads_of(resolve_unit(told, known(told), REVIEW)) == {"li"}

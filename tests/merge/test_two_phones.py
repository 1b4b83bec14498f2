"""Rules 2 to 4 in the field: who had seen what decides, not who came first."""

from server.merge import resolve_unit

from .histories import LATEST, REVIEW, heads_of, known, saw, says

ROSTER = says("roster", "138", shown=None, on="2026-11-01")
SEEN = saw("138", "roster")


def test_two_phones_change_different_facts_and_both_hold() -> None:
    phone = [ROSTER, says("li", "139", shown=SEEN), says("wang", "138", shown=SEEN)]
    water = [
        says("roster", "no", shown=None, unit="water"),
        says("li", "no", shown=saw("no", "roster"), unit="water"),
        says("wang", "yes", shown=saw("no", "roster"), unit="water"),
    ]
    assert resolve_unit(phone, known(phone), REVIEW).value == "139"
    assert resolve_unit(water, known(water), REVIEW).value == "yes"


def test_two_phones_change_the_same_fact_differently_and_both_values_are_kept() -> None:
    told = [ROSTER, says("li", "139", shown=SEEN), says("wang", "137", shown=SEEN)]
    state = resolve_unit(told, known(told), REVIEW)
    assert state.disputed
    assert state.value == "137", "the greatest (event date, instance id) is shown, marked"
    assert [(h.submission, h.value) for h in state.heads] == [("wang", "137"), ("li", "139")]


def test_two_phones_say_the_same_and_nothing_is_disputed() -> None:
    told = [ROSTER, says("li", "139", shown=SEEN), says("wang", "139", shown=SEEN)]
    state = resolve_unit(told, known(told), REVIEW)
    assert (state.value, state.disputed) == ("139", False)
    assert heads_of(state) == {"li", "wang"}


def test_an_edit_upon_what_was_shown_replaces_it() -> None:
    told = [
        ROSTER,
        says("li", "139", shown=SEEN),
        says("wang", "137", shown=saw("139", "li")),
    ]
    state = resolve_unit(told, known(told), REVIEW)
    assert (state.value, heads_of(state), state.disputed) == ("137", {"wang"}, False)


def test_a_phones_own_unsent_answer_counts_as_seen_before_it_arrives() -> None:
    second = says("li-2", "137", shown=saw("139", "li-1"))
    assert resolve_unit([ROSTER, second], known([ROSTER, second]), REVIEW).disputed
    told = [ROSTER, second, says("li-1", "139", shown=SEEN)]
    state = resolve_unit(told, known(told), REVIEW)
    assert (state.value, state.disputed) == ("137", False)


def test_a_withdrawn_edit_is_still_a_step_to_what_it_replaced() -> None:
    told = [ROSTER, says("li", "139", shown=SEEN), says("wang", "137", shown=saw("139", "li"))]
    state = resolve_unit(told, known(told, rejected=["li"]), REVIEW)
    assert (state.value, heads_of(state), state.disputed) == ("137", {"wang"}, False)


def test_withdrawing_the_newest_edit_brings_back_the_one_before() -> None:
    told = [ROSTER, says("li", "139", shown=SEEN), says("wang", "137", shown=saw("139", "li"))]
    assert resolve_unit(told, known(told, rejected=["wang"]), REVIEW).value == "139"
    assert resolve_unit(told, known(told, rejected=["wang", "li"]), REVIEW).value == "138"


def test_two_records_that_claim_to_have_seen_each_other_replace_neither() -> None:
    ring = [
        ROSTER,
        says("li", "139", shown=saw("137", "wang", "roster")),
        says("wang", "137", shown=saw("139", "li")),
    ]
    state = resolve_unit(ring, known(ring), LATEST)
    assert state.disputed
    assert heads_of(state) == {"li", "wang"}, "and what stands before the ring is replaced"


def test_a_record_upon_a_ring_replaces_all_of_it() -> None:
    ring = [
        says("li", "139", shown=saw("137", "wang")),
        says("wang", "137", shown=saw("139", "li")),
        says("zhao", "135", shown=saw("139", "li"), settles=True),
    ]
    assert heads_of(resolve_unit(ring, known(ring), REVIEW)) == {"zhao"}


def test_an_untouched_record_leads_on_from_one_to_the_next() -> None:
    untouched = says("roster-2", "138", shown=SEEN)
    third = says("roster-3", "136", shown=saw("138", "roster-2"))
    told = [ROSTER, untouched, third]
    assert heads_of(resolve_unit(told, known(told), REVIEW)) == {"roster-3"}


def test_the_same_roster_twice_changes_nothing_and_does_not_undo_a_cadre() -> None:
    cadre = says("li", "139", shown=SEEN, on="2026-11-05")
    again = says("roster-2", "138", shown=SEEN, on="2026-11-15")
    told = [ROSTER, cadre, again]
    state = resolve_unit(told, known(told), LATEST)
    assert (state.value, heads_of(state)) == ("139", {"li"})

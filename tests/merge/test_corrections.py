"""Rule 6: a correction stands in its original's place."""

import pytest

from server.merge import Version, forked_chains, resolve_unit

from .histories import LATEST, REVIEW, heads_of, known, saw, says

ROSTER = says("roster", "138", shown=None, on="2026-11-01")
ORIGINAL = says("visit", "139", shown=saw("138", "roster"))
CORRECTED = {"visit-2": "visit"}


def test_a_correction_replaces_its_original_and_what_that_had_seen() -> None:
    told = [ROSTER, ORIGINAL, says("visit-2", "137", shown=None)]
    state = resolve_unit(told, known(told, corrects=CORRECTED), REVIEW)
    assert (state.value, heads_of(state), state.disputed) == ("137", {"visit-2"}, False)


def test_of_a_chain_the_last_version_not_rejected_counts() -> None:
    told = [ROSTER, ORIGINAL, says("visit-2", "137"), says("visit-3", "136")]
    corrects = {"visit-2": "visit", "visit-3": "visit-2"}
    versions = known(told, corrects=corrects, rejected=["visit-3"])
    assert resolve_unit(told, versions, REVIEW).value == "137"
    versions = known(told, corrects=corrects, rejected=["visit-2"])
    assert resolve_unit(told, versions, REVIEW).value == "136"


def test_over_an_approved_version_only_an_approved_correction_counts() -> None:
    told = [ROSTER, ORIGINAL, says("visit-2", "137")]
    waiting = known(told, corrects=CORRECTED, approved=["visit"])
    assert heads_of(resolve_unit(told, waiting, REVIEW)) == {"visit"}
    approved = known(told, corrects=CORRECTED, approved=["visit", "visit-2"])
    assert heads_of(resolve_unit(told, approved, REVIEW)) == {"visit-2"}


def test_what_others_built_upon_still_holds_if_the_correction_left_it_alone() -> None:
    upon = says("wang", "135", shown=saw("139", "visit"))
    told = [ROSTER, ORIGINAL, says("visit-2", "139"), upon]
    state = resolve_unit(told, known(told, corrects=CORRECTED), REVIEW)
    assert (state.value, heads_of(state), state.disputed) == ("135", {"wang"}, False)


def test_a_corrected_answer_is_disputed_with_what_others_built_upon_the_earlier_one() -> None:
    upon = says("wang", "135", shown=saw("139", "visit"))
    told = [ROSTER, ORIGINAL, says("visit-2", "136"), upon]
    state = resolve_unit(told, known(told, corrects=CORRECTED), REVIEW)
    assert state.disputed
    assert heads_of(state) == {"visit-2", "wang"}, "the roster stays replaced by both"


def test_under_latest_the_newer_observation_holds_against_a_corrected_older_one() -> None:
    upon = says("wang", "135", shown=saw("139", "visit"), on="2026-11-22")
    told = [ROSTER, ORIGINAL, says("visit-2", "136"), upon]
    state = resolve_unit(told, known(told, corrects=CORRECTED), LATEST)
    assert (state.value, state.disputed) == ("135", False)
    assert heads_of(state) == {"visit-2", "wang"}


def test_who_saw_the_correction_replaces_it_but_not_a_later_different_one() -> None:
    upon = says("wang", "135", shown=saw("137", "visit-2"))
    told = [ROSTER, ORIGINAL, says("visit-2", "137"), upon]
    assert heads_of(resolve_unit(told, known(told, corrects=CORRECTED), REVIEW)) == {"wang"}
    told.append(says("visit-3", "136"))
    versions = known(told, corrects=CORRECTED | {"visit-3": "visit-2"})
    assert heads_of(resolve_unit(told, versions, REVIEW)) == {"visit-3", "wang"}


def test_a_correction_that_takes_the_change_back_returns_to_what_was_shown() -> None:
    told = [ROSTER, ORIGINAL, says("visit-2", "138")]
    state = resolve_unit(told, known(told, corrects=CORRECTED), REVIEW)
    assert (state.value, heads_of(state)) == ("138", {"visit-2"})


def test_taking_back_a_change_that_others_built_upon_is_a_dispute() -> None:
    upon = says("wang", "135", shown=saw("139", "visit"))
    told = [ROSTER, ORIGINAL, says("visit-2", "138"), upon]
    state = resolve_unit(told, known(told, corrects=CORRECTED), REVIEW)
    assert state.disputed
    assert heads_of(state) == {"visit-2", "wang"}


def test_a_correction_that_blanks_the_answer_writes_nothing_any_more() -> None:
    told = [ROSTER, ORIGINAL, says("visit-2", "")]
    assert heads_of(resolve_unit(told, known(told, corrects=CORRECTED), REVIEW)) == {"roster"}


def test_a_correction_without_the_question_writes_nothing_any_more_but_is_a_step() -> None:
    told = [ROSTER, ORIGINAL]
    assert heads_of(resolve_unit(told, known(told, corrects=CORRECTED), REVIEW)) == {"roster"}
    told.append(says("wang", "135", shown=saw("139", "visit")))
    assert heads_of(resolve_unit(told, known(told, corrects=CORRECTED), REVIEW)) == {"wang"}


def test_correcting_another_answer_keeps_a_confirmation() -> None:
    confirmed = says("visit", "138", shown=saw("138", "roster"), confirmed=True)
    told = [ROSTER, confirmed, says("visit-2", "138", shown=saw("138", "roster"))]
    assert heads_of(resolve_unit(told, known(told, corrects=CORRECTED), LATEST)) == {"visit-2"}


def test_a_correction_that_leaves_a_settled_value_alone_still_writes_it() -> None:
    settled = says("visit", "138", shown=saw("138", "roster"), settles=True)
    told = [ROSTER, settled, says("visit-2", "138")]
    assert heads_of(resolve_unit(told, known(told, corrects=CORRECTED), REVIEW)) == {"visit-2"}


def test_a_question_that_reappears_prefilled_is_not_an_answer_by_hand() -> None:
    hidden = says("visit", "", shown=saw("138", "roster"))
    told = [ROSTER, hidden, says("visit-2", "138")]
    assert heads_of(resolve_unit(told, known(told, corrects=CORRECTED), LATEST)) == {"roster"}


def test_a_correction_that_arrives_before_its_original_takes_its_place_in_the_end() -> None:
    correction = says("visit-2", "137", shown=saw("138", "roster"))
    upon = says("wang", "135", shown=saw("139", "visit"))
    early = [ROSTER, correction, upon]
    assert resolve_unit(early, known(early, corrects=CORRECTED), REVIEW).disputed
    told = [*early, says("visit", "137", shown=saw("138", "roster"))]
    assert heads_of(resolve_unit(told, known(told, corrects=CORRECTED), REVIEW)) == {"wang"}


def test_withdrawing_every_version_withdraws_the_record() -> None:
    told = [ROSTER, ORIGINAL, says("visit-2", "137")]
    versions = known(told, corrects=CORRECTED, rejected=["visit", "visit-2"])
    assert heads_of(resolve_unit(told, versions, REVIEW)) == {"roster"}


FORK = {"a": "visit", "b": "visit"}


@pytest.mark.parametrize(("by_office", "counts"), [([], "b"), (["a"], "a"), (["a", "b"], "b")])
def test_of_two_corrections_of_one_version_the_offices_counts(
    by_office: list[str], counts: str
) -> None:
    told = [ORIGINAL, says("a", "1"), says("b", "2")]
    versions = known(told, corrects=FORK, by_office=by_office)
    assert heads_of(resolve_unit(told, versions, REVIEW)) == {counts}


def test_two_corrections_of_one_version_are_told_until_one_is_withdrawn() -> None:
    told = [ORIGINAL, says("a", "1"), says("b", "2")]
    assert forked_chains(known(told, corrects=FORK)) == {"visit": ("a", "b")}
    assert forked_chains(known(told, corrects=FORK, rejected=["a"])) == {}
    further = known(told, corrects=FORK | {"a-2": "a"}, rejected=["a"])
    assert forked_chains(further) == {"visit": ("a", "b")}


def test_the_approved_one_of_two_corrections_counts() -> None:
    told = [ORIGINAL, says("a", "1"), says("b", "2")]
    versions = known(told, corrects=FORK, approved=["a"])
    assert heads_of(resolve_unit(told, versions, REVIEW)) == {"a"}


def test_versions_that_replace_each_other_in_a_ring_still_end() -> None:
    told = [says("a", "1"), says("b", "2"), says("c", "3")]
    ring = {
        "a": Version("a", "c", "pending"),
        "b": Version("b", "a", "pending"),
        "c": Version("c", "b", "pending"),
    }
    assert heads_of(resolve_unit(told, ring, REVIEW)) == {"c"}
    assert heads_of(resolve_unit(told, dict(reversed(ring.items())), REVIEW)) == {"c"}

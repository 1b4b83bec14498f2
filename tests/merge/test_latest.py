"""Rule 4, `latest`: dated observations."""

from server.merge import resolve_unit

from .histories import LATEST, heads_of, known, saw, says

ROSTER = says("roster", "yes", shown=None, on="2026-11-01")
SEEN = saw("yes", "roster")


def test_of_two_observations_the_newer_day_holds_and_the_older_is_kept() -> None:
    told = [
        ROSTER,
        says("li", "no", shown=SEEN, on="2026-11-10"),
        says("wang", "partly", shown=SEEN, on="2026-11-09"),
    ]
    state = resolve_unit(told, known(told), LATEST)
    assert (state.value, state.disputed) == ("no", False)
    assert [h.submission for h in state.heads] == ["li", "wang"]
    assert resolve_unit(told, known(told, rejected=["li"]), LATEST).value == "partly"


def test_two_observations_of_one_day_that_differ_are_disputed() -> None:
    told = [
        ROSTER,
        says("li", "no", shown=SEEN, on="2026-11-10"),
        says("wang", "partly", shown=SEEN, on="2026-11-10"),
    ]
    state = resolve_unit(told, known(told), LATEST)
    assert state.disputed
    assert state.value == "partly"


def test_an_older_tie_below_the_newest_day_does_not_matter() -> None:
    told = [
        says("li", "no", on="2026-11-10"),
        says("wang", "partly", on="2026-11-10"),
        says("zhao", "yes", on="2026-11-11"),
    ]
    state = resolve_unit(told, known(told), LATEST)
    assert (state.value, state.disputed) == ("yes", False)


def test_a_visit_entered_late_does_not_replace_the_newer_one_that_its_author_saw() -> None:
    newer = says("li", "no", shown=SEEN, on="2026-11-10")
    entered_late = says("wang", "partly", shown=saw("no", "li"), on="2026-11-08")
    told = [ROSTER, newer, entered_late]
    state = resolve_unit(told, known(told), LATEST)
    assert (state.value, heads_of(state), state.disputed) == ("no", {"li", "wang"}, False)


def test_all_unchanged_is_an_observation_dated_that_day() -> None:
    confirmed = says("li", "yes", shown=SEEN, on="2026-11-12", confirmed=True)
    told = [ROSTER, says("wang", "no", shown=SEEN, on="2026-11-11"), confirmed]
    state = resolve_unit(told, known(told), LATEST)
    assert (state.value, state.disputed) == ("yes", False)


def test_a_newer_observation_that_saw_both_closes_a_tie() -> None:
    told = [
        says("li", "no", on="2026-11-10"),
        says("wang", "partly", on="2026-11-10"),
        says("li-2", "no", shown=saw("partly", "li", "wang"), on="2026-11-10"),
    ]
    state = resolve_unit(told, known(told), LATEST)
    assert (state.value, heads_of(state), state.disputed) == ("no", {"li-2"}, False)


def test_a_doubtful_date_never_wins_by_being_new() -> None:
    told = [
        says("li", "no", on="2026-11-10"),
        says("wang", "partly", on="2031-01-01", doubtful_date=True),
    ]
    state = resolve_unit(told, known(told), LATEST)
    assert state.disputed
    assert heads_of(state) == {"li", "wang"}


def test_a_doubtful_date_that_agrees_with_the_newest_disputes_nothing() -> None:
    told = [
        says("li", "no", on="2026-11-10"),
        says("zhao", "yes", on="2026-11-09"),
        says("wang", "no", on="1970-01-01", doubtful_date=True),
    ]
    state = resolve_unit(told, known(told), LATEST)
    assert (state.value, state.disputed) == ("no", False)


def test_with_a_doubtful_date_only_what_was_seen_counts() -> None:
    doubtful = says("wang", "no", shown=SEEN, on="1970-01-01", doubtful_date=True)
    upon_it = says("li", "partly", shown=saw("no", "wang"), on="2026-11-10")
    assert heads_of(resolve_unit([ROSTER, doubtful], known([ROSTER, doubtful]), LATEST)) == {"wang"}
    told = [ROSTER, doubtful, upon_it]
    assert heads_of(resolve_unit(told, known(told), LATEST)) == {"li"}


def test_a_dispute_over_a_doubtful_date_is_for_the_office() -> None:
    told = [
        says("li", "no", on="2026-11-10"),
        says("wang", "partly", on="2031-01-01", doubtful_date=True),
        says("li-2", "yes", shown=saw("partly", "li", "wang"), on="2026-11-12"),
    ]
    assert resolve_unit(told, known(told), LATEST).disputed
    settled = says(
        "zhao", "no", shown=saw("partly", "li", "wang", "li-2"), on="2026-11-13", settles=True
    )
    state = resolve_unit([*told, settled], known([*told, settled]), LATEST)
    assert (state.value, heads_of(state)) == ("no", {"zhao"})


def test_a_record_of_doubtful_date_does_not_close_a_tie() -> None:
    told = [
        says("li", "no", on="2026-11-10"),
        says("wang", "partly", on="2026-11-10"),
        says("li-2", "no", shown=saw("partly", "li", "wang"), on="2031-01-01", doubtful_date=True),
    ]
    state = resolve_unit(told, known(told), LATEST)
    assert state.disputed
    assert heads_of(state) == {"li", "wang", "li-2"}

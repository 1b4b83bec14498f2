"""Rules 3 and 9 and the two readings: what waits for approval, and what rests on it."""

from server.merge import Head, Rule, resolve_unit, unapproved_grounds

from .histories import LATEST, REVIEW, heads_of, known, saw, says

HEAD_CHANGE = Rule("review", applies="approved")
ROSTER = says("roster", "陈国柱", shown=None, unit="head", on="2026-11-01")
PROPOSED = says("li", "陈建军", shown=saw("陈国柱", "roster"), unit="head")


def test_a_change_of_head_waits_for_approval() -> None:
    told = [ROSTER, PROPOSED]
    waiting = known(told, approved=["roster"])
    assert resolve_unit(told, waiting, HEAD_CHANGE).value == "陈国柱"
    approved = known(told, approved=["roster", "li"])
    state = resolve_unit(told, approved, HEAD_CHANGE)
    assert (state.value, heads_of(state)) == ("陈建军", {"li"})


def test_two_proposals_approved_unseen_are_disputed() -> None:
    told = [ROSTER, PROPOSED, says("wang", "陈小红", shown=saw("陈国柱", "roster"), unit="head")]
    versions = known(told, approved=["roster", "li", "wang"])
    assert heads_of(resolve_unit(told, versions, HEAD_CHANGE)) == {"li", "wang"}


def test_a_correction_of_an_approved_change_waits_too() -> None:
    told = [ROSTER, PROPOSED, says("li-2", "陈建国", unit="head")]
    versions = known(told, approved=["roster", "li"], corrects={"li-2": "li"})
    assert resolve_unit(told, versions, HEAD_CHANGE).value == "陈建军"


def test_archives_print_approved_values_while_phones_show_the_newest() -> None:
    told = [
        says("roster", "138", shown=None, on="2026-11-01"),
        says("li", "139", shown=saw("138", "roster")),
    ]
    versions = known(told, approved=["roster"])
    assert resolve_unit(told, versions, LATEST, "live").value == "139"
    assert resolve_unit(told, versions, LATEST, "approved").value == "138"


def test_an_approved_record_replaces_what_stands_before_an_unapproved_one() -> None:
    told = [
        says("roster", "138", shown=None, on="2026-11-01"),
        says("li", "139", shown=saw("138", "roster")),
        says("wang", "137", shown=saw("139", "li")),
    ]
    state = resolve_unit(told, known(told, approved=["roster", "wang"]), REVIEW, "approved")
    assert (state.value, heads_of(state)) == ("137", {"wang"})


def test_an_unapproved_dispute_is_not_in_the_archive() -> None:
    told = [says("li", "139"), says("wang", "137")]
    versions = known(told, approved=["li"])
    assert resolve_unit(told, versions, REVIEW).disputed
    assert not resolve_unit(told, versions, REVIEW, "approved").disputed


def test_approving_a_record_tells_of_the_unapproved_value_it_rests_on() -> None:
    told = [
        says("roster", "138", shown=None, on="2026-11-01"),
        says("li", "139", shown=saw("138", "roster")),
        says("wang", "139", shown=saw("139", "li")),
    ]
    waiting = known(told, approved=["roster"])
    assert unapproved_grounds("wang", told, waiting) == (Head("li", "139", "2026-11-20"),)
    assert unapproved_grounds("li", told, waiting) == ()
    assert unapproved_grounds("wang", told, known(told, approved=["roster", "li"])) == ()


def test_a_record_rests_on_nothing_unapproved_if_an_approved_correction_says_the_same() -> None:
    told = [
        says("li", "139"),
        says("li-2", "139"),
        says("wang", "139", shown=saw("139", "li")),
    ]
    versions = known(told, corrects={"li-2": "li"}, approved=["li-2"])
    assert unapproved_grounds("wang", told, versions) == ()
    told[1] = says("li-2", "138")
    assert unapproved_grounds("wang", told, versions) == (Head("li", "139", "2026-11-20"),)


def test_a_record_rests_on_what_an_approved_correction_no_longer_says() -> None:
    told = [says("li", "139"), says("wang", "139", shown=saw("139", "li"))]
    versions = known(told, corrects={"li-2": "li"}, approved=["li-2"])
    assert unapproved_grounds("wang", told, versions) == (Head("li", "139", "2026-11-20"),)

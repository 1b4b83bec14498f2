"""Rule 1: which answers write a unit."""

import pytest

from server.merge import Value, is_write, resolve_unit

from .histories import BLANK, LATEST, heads_of, known, saw, says

OLD = saw("13900008468", "roster")


def test_an_untouched_prefilled_answer_writes_nothing() -> None:
    assert not is_write(says("visit", "13900008468", shown=OLD))


def test_a_changed_answer_writes() -> None:
    assert is_write(says("visit", "13900001111", shown=OLD))


def test_all_unchanged_tapped_writes_what_was_shown() -> None:
    assert is_write(says("visit", "13900008468", shown=OLD, confirmed=True))


def test_an_answer_to_a_masked_question_writes() -> None:
    assert is_write(says("visit", "13900008468", shown=None))


@pytest.mark.parametrize("shown", [OLD, BLANK, None])
@pytest.mark.parametrize("confirmed", [True, False])
def test_a_blank_answer_never_writes(shown: None, confirmed: bool) -> None:
    assert not is_write(says("visit", "", shown=shown, confirmed=confirmed))


def test_a_settlement_writes_what_was_shown_and_also_a_blank() -> None:
    assert is_write(says("decision", "13900008468", shown=OLD, settles=True))
    assert is_write(says("decision", "", shown=OLD, settles=True))


@pytest.mark.parametrize(
    ("value", "writes"),
    [
        ((("bank", "农信"), ("account", "")), True),
        ((("account", ""), ("bank", "")), False),
        ((), False),
    ],
)
def test_a_unit_of_several_properties_is_blank_only_as_a_whole(value: Value, writes: bool) -> None:
    assert is_write(says("visit", value, unit="bank", shown=None)) is writes


def test_a_written_unit_carries_its_blanks() -> None:
    before = says("roster", (("account", "6217"), ("bank", "农信")), unit="bank")
    moved = says(
        "visit", (("account", ""), ("bank", "农行")), unit="bank", shown=saw(before.value, "roster")
    )
    state = resolve_unit([before, moved], known([before, moved]), LATEST)
    assert state.value == (("account", ""), ("bank", "农行"))


def test_a_property_added_to_the_unit_later_makes_no_difference() -> None:
    shown = saw((("lat", "36.9"), ("lon", "118.1")), "roster")
    same = says("visit", (("lat", "36.9"), ("lon", "118.1"), ("accuracy", "")), shown=shown)
    assert not is_write(same)


def test_a_unit_that_nobody_wrote_has_no_value() -> None:
    untouched = says("visit", "", shown=BLANK)
    state = resolve_unit([untouched], known([untouched]), LATEST)
    assert (state.value, state.heads, state.disputed) == (None, (), False)


def test_an_unticked_choice_that_nobody_showed_ticked_writes_nothing() -> None:
    assert not is_write(says("visit", "0", unit="welfare/dibao", shown=None), choice=True)
    assert not is_write(says("visit", "0", unit="welfare/dibao", shown=BLANK), choice=True)
    assert is_write(says("visit", "0", unit="welfare/dibao", shown=saw("1", "r")), choice=True)


def test_one_unit_at_a_time() -> None:
    both = [says("visit", "1", unit="phone"), says("visit", "2", unit="head")]
    with pytest.raises(ValueError, match="One unit at a time"):
        resolve_unit(both, known(both), LATEST)


def test_a_submission_without_its_version_is_refused_not_ignored() -> None:
    with pytest.raises(KeyError):
        resolve_unit([says("visit", "1")], {}, LATEST)


def test_two_words_of_one_submission_on_joined_entities_are_both_kept() -> None:
    listed_twice = [says("visit", "1", entity="p1"), says("visit", "2", entity="p2")]
    state = resolve_unit(listed_twice, known(listed_twice), LATEST)
    assert state.disputed
    assert [head.value for head in state.heads] == ["2", "1"]
    assert heads_of(state) == {"visit"}

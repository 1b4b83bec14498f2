"""Rule 4, `set`: choices join; then the whole is checked."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from server.merge import Rule, SetState, Shown, Statement, UnitState, resolve_property_set

from .histories import BLANK, heads_of, known, saw, says

WELFARE = Rule("set", exclusive=frozenset({"none"}), maximum=3)
CHOICES = ("none", "dibao", "wubao", "pension", "subsidy")


def answer(
    submission: str,
    ticked: str,
    shown: str | None = "",
    *heads: str,
    on: str = "2026-11-20",
    settles: bool = False,
    confirmed: bool = True,
) -> list[Statement]:
    """A whole answer: the choices ticked, upon those that were shown ticked."""

    def seen(choice: str) -> Shown | None:
        if shown is None:
            return None
        before = choice in shown.split() or settles
        return saw("1" if choice in shown.split() else "0", *(heads if before else ()))

    return [
        says(
            submission,
            "1" if choice in ticked.split() else "0",
            unit=f"welfare/{choice}",
            shown=seen(choice),
            on=on,
            settles=settles,
            confirmed=confirmed,
        )
        for choice in CHOICES
    ]


def resolve(*answers: list[Statement], rejected: tuple[str, ...] = ()) -> SetState:
    told = [statement for answer in answers for statement in answer]
    return resolve_property_set(told, known(told, rejected=rejected), WELFARE)


ROSTER = answer("roster", "dibao pension", None)


def test_additions_and_removals_of_two_phones_join() -> None:
    state = resolve(
        ROSTER,
        answer("li", "dibao pension subsidy", "dibao pension", "roster"),
        answer("wang", "pension", "dibao pension", "roster"),
    )
    assert state.ticked == {"pension", "subsidy"}
    assert not state.disputed
    assert heads_of(state.choices["welfare/dibao"]) == {"wang"}


def test_two_phones_that_were_shown_nothing_add_up() -> None:
    state = resolve(answer("li", "dibao", None), answer("wang", "pension", None))
    assert state.ticked == {"dibao", "pension"}
    assert not state.disputed


def test_a_blank_answer_takes_nothing_away() -> None:
    state = resolve(ROSTER, answer("li", "", "dibao pension", "roster"))
    assert state.ticked == {"dibao", "pension"}


def test_taking_everything_away_is_a_choice() -> None:
    state = resolve(ROSTER, answer("li", "none", "dibao pension", "roster"))
    assert state.ticked == {"none"}
    assert not state.disputed


def test_an_exclusive_choice_beside_others_disputes_the_whole_set() -> None:
    state = resolve(
        ROSTER,
        answer("li", "none", "dibao pension", "roster", on="2026-11-21"),
        answer("wang", "dibao pension subsidy", "dibao pension", "roster"),
    )
    assert state.breached
    assert state.joined == {"none", "subsidy"}
    assert state.ticked == {"none"}, "the newest answer as a whole is shown, marked"
    assert state.choices["welfare/wubao"] == UnitState(None, (), False)
    spoken = [unit for unit in state.choices.values() if unit.heads]
    assert len(spoken) == 4
    assert all(unit.disputed for unit in spoken)
    assert heads_of(state.choices["welfare/subsidy"]) == {"wang"}


def test_too_many_choices_after_joining_dispute_the_whole_set() -> None:
    state = resolve(
        ROSTER,
        answer("li", "dibao pension subsidy", "dibao pension", "roster"),
        answer("wang", "dibao pension wubao", "dibao pension", "roster"),
    )
    assert state.breached
    assert state.joined == {"dibao", "pension", "subsidy", "wubao"}
    assert state.ticked == {"dibao", "pension", "wubao"}


def test_withdrawing_one_answer_heals_a_breach() -> None:
    li = answer("li", "none", "dibao pension", "roster")
    wang = answer("wang", "dibao pension subsidy", "dibao pension", "roster")
    assert resolve(ROSTER, li, wang, rejected=("li",)).ticked == {"dibao", "pension", "subsidy"}


def test_a_settlement_closes_a_breach_and_a_contradicting_arrival_opens_its_choice() -> None:
    li = answer("li", "none", "dibao pension", "roster")
    wang = answer("wang", "dibao pension subsidy", "dibao pension", "roster")
    decision = answer("zhao", "pension", "none", "roster", "li", "wang", settles=True)
    settled = resolve(ROSTER, li, wang, decision)
    assert settled.ticked == {"pension"}
    assert not settled.disputed
    late = answer("chen", "dibao pension wubao", "dibao pension", "roster")
    again = resolve(ROSTER, li, wang, decision, late)
    assert again.choices["welfare/wubao"].disputed
    assert not again.choices["welfare/pension"].disputed


def test_one_choice_that_two_contradict_is_disputed_alone() -> None:
    added = answer("li", "dibao", "")
    removed = answer("wang", "pension", "pension dibao", "roster")
    state = resolve(ROSTER, added, removed)
    assert state.choices["welfare/dibao"].disputed
    assert not state.choices["welfare/pension"].disputed
    assert not state.breached


def test_a_settlement_may_leave_nothing_ticked() -> None:
    decision = answer("zhao", "", "dibao pension", "roster", settles=True)
    state = resolve(ROSTER, decision)
    assert {unit.value for unit in state.choices.values()} == {"0"}
    assert heads_of(state.choices["welfare/dibao"]) == {"zhao"}


@given(
    st.sets(st.sampled_from(CHOICES[1:])),
    st.lists(st.sampled_from(CHOICES[1:]), unique=True, max_size=4),
    st.randoms(use_true_random=False),
)
def test_whatever_choices_phones_add_and_remove_all_of_it_joins(
    before: set[str], toggled: list[str], random: Random
) -> None:
    """Each phone toggles another choice, and keeps one that nobody touches."""
    first = answer("roster", " ".join({*before, "kept"}), None)
    edits = [
        answer(f"phone-{n}", " ".join({"kept", *before} ^ {choice}), " ".join(before), "roster")
        for n, choice in enumerate(toggled)
    ]
    answers = [first, *edits]
    kept = [says(a[0].submission, "1", unit="welfare/kept", shown=BLANK) for a in answers]
    told = [statement for each in answers for statement in each] + kept
    shuffled = random.sample(told, len(told))
    state = resolve_property_set(shuffled, known(told), Rule("set"))
    assert state.ticked == ({"kept", *before} ^ set(toggled))
    assert not state.disputed

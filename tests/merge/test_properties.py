"""What holds for every history, however it came about."""

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from server.merge import Rule, comparable, is_blank, resolve_unit

from .histories import (
    DATES,
    LATEST,
    REVIEW,
    RULES,
    Field,
    History,
    field_work,
    heads_of,
    histories,
    known,
    saw,
    says,
)
from .plain_reading import heads_by_the_book

RANDOMS = st.randoms(use_true_random=False)


@given(histories(), RULES, RANDOMS)
def test_order_batches_and_duplicates_have_no_influence(
    history: History, rule: Rule, random: Random
) -> None:
    statements = random.sample(history.statements, len(history.statements))
    versions = dict(random.sample(list(history.versions.items()), len(history.versions)))
    again = [replace(s) for s in statements[: random.randint(0, 3)]]
    assert resolve_unit(statements + again, versions, rule) == history.resolve(rule)


@settings(max_examples=250)
@given(histories(corrections=False), RULES)
def test_the_heads_are_those_that_the_rules_name_word_by_word(history: History, rule: Rule) -> None:
    assert heads_of(history.resolve(rule)) == heads_by_the_book(history, rule)


@given(histories(), RULES)
def test_what_is_shown_is_a_heads_value_and_a_dispute_has_several(
    history: History, rule: Rule
) -> None:
    state = history.resolve(rule)
    values = {comparable(head.value) for head in state.heads}
    assert (state.value is None) == (not state.heads)
    assert state.value is None or comparable(state.value) in values
    assert not state.disputed or len(values) > 1
    if state.disputed:
        newest = max(state.heads, key=lambda head: (head.event_date, head.submission))
        assert state.value == newest.value


@given(histories())
def test_under_review_several_values_are_always_a_dispute(history: History) -> None:
    state = history.resolve(REVIEW)
    assert state.disputed == (len({comparable(head.value) for head in state.heads}) > 1)


@given(histories(corrections=False), RULES)
def test_as_long_as_anything_is_in_force_something_holds(history: History, rule: Rule) -> None:
    assert bool(history.resolve(rule).heads) == any(
        resolve_unit([statement], history.versions, rule).heads for statement in history.statements
    )


@given(histories(), RULES)
def test_a_withdrawn_submission_is_never_a_head(history: History, rule: Rule) -> None:
    rejected = {v.submission for v in history.versions.values() if v.standing == "rejected"}
    assert rejected.isdisjoint(heads_of(history.resolve(rule)))


@given(histories(), RULES)
def test_withdrawing_what_nobody_saw_is_as_if_it_had_never_been_made(
    history: History, rule: Rule
) -> None:
    seen = {head for s in history.statements if s.shown for head in s.shown.heads}
    corrected = {v.replaces for v in history.versions.values()}
    corrections = {v.submission for v in history.versions.values() if v.replaces}
    for leaf in set(history.versions) - seen - corrected - corrections:
        rejected = replace(history.versions[leaf], standing="rejected")
        withdrawn = replace(history, versions=history.versions | {leaf: rejected})
        never = History(
            tuple(s for s in history.statements if s.submission != leaf),
            {each: v for each, v in history.versions.items() if each != leaf},
        )
        assert withdrawn.resolve(rule) == never.resolve(rule)


@given(histories(), RULES)
def test_the_approved_reading_knows_pending_records_only_as_steps(
    history: History, rule: Rule
) -> None:
    versions = {
        each: v if v.standing == "approved" else replace(v, standing="rejected")
        for each, v in history.versions.items()
    }
    assert history.resolve(rule, "approved") == replace(history, versions=versions).resolve(rule)


@given(histories())
def test_what_applies_on_approval_reads_the_same_live_and_approved(history: History) -> None:
    rule = Rule("review", applies="approved")
    assert history.resolve(rule) == history.resolve(rule, "approved")


@given(histories(), RULES)
def test_with_everything_approved_both_readings_agree(history: History, rule: Rule) -> None:
    versions = {each: replace(v, standing="approved") for each, v in history.versions.items()}
    approved = replace(history, versions=versions)
    assert approved.resolve(rule) == approved.resolve(rule, "approved")


@given(histories(), RULES)
def test_a_settlement_that_saw_everything_closes_everything(history: History, rule: Rule) -> None:
    everything = saw("", *history.versions)
    decision = says("zz", "settled", shown=everything, on="2026-11-01", settles=True)
    versions = history.versions | known([decision], approved=["zz"])
    state = resolve_unit([*history.statements, decision], versions, rule)
    assert (state.value, heads_of(state), state.disputed) == ("settled", {"zz"}, False)


@given(histories(), st.sampled_from([LATEST, REVIEW]), st.sampled_from(DATES))
def test_an_arrival_that_contradicts_a_settlement_opens_it_whatever_its_date(
    history: History, rule: Rule, day: str
) -> None:
    decision = says("zz", "settled", shown=saw("", *history.versions), settles=True)
    late = says("late", "otherwise", on=day)
    versions = history.versions | known([decision, late])
    state = resolve_unit([*history.statements, decision, late], versions, rule)
    assert state.disputed
    assert heads_of(state) == {"zz", "late"}


@given(histories(), RULES, st.data())
def test_a_correction_that_changes_nothing_changes_nothing(
    history: History, rule: Rule, data: st.DataObject
) -> None:
    if not history.statements:
        return
    original = data.draw(st.sampled_from(history.statements))
    version = history.versions[original.submission]
    if any(v.replaces == version.submission for v in history.versions.values()):
        return
    renamed = f"{version.submission}'"
    correction = replace(original, submission=renamed, shown=None, confirmed=False)
    versions = history.versions | {
        renamed: replace(version, submission=renamed, replaces=version.submission)
    }
    before, after = (
        history.resolve(rule),
        resolve_unit([*history.statements, correction], versions, rule),
    )
    assert (after.value, after.disputed) == (before.value, before.disputed)
    assert {head.rstrip("'") for head in heads_of(after)} == heads_of(before)


@given(field_work(REVIEW))
def test_in_the_field_nothing_is_replaced_unseen(field: Field) -> None:
    heads = heads_of(field.history.resolve(REVIEW))
    for statement in field.history.statements:
        replaced_by = {head for head in heads if statement.submission in field.held[head]}
        assert statement.submission in heads or replaced_by


@given(field_work(REVIEW))
def test_in_the_field_all_that_was_seen_is_replaced_unless_it_was_disputed(field: Field) -> None:
    if not field.dispute_shown:
        seen_by_others = set().union(*field.held.values())
        assert heads_of(field.history.resolve(REVIEW)) == field.held.keys() - seen_by_others


@given(st.sampled_from([LATEST, REVIEW]).flatmap(lambda r: st.tuples(st.just(r), field_work(r))))
def test_an_uncontested_edit_is_taken_whole(told: tuple[Rule, Field]) -> None:
    rule, field = told
    state = field.history.resolve(rule)
    edit = says("edit", "new", shown=saw(state.value or "", *heads_of(state)), on="2026-11-21")
    statements = [*field.history.statements, edit]
    after = resolve_unit(statements, known(statements), rule)
    if rule.kind == "review" and state.disputed:
        assert after.disputed, "only the office settles"
    else:
        assert (after.value, heads_of(after), after.disputed) == ("new", {"edit"}, False)


@given(field_work(LATEST))
def test_under_latest_the_newest_observation_is_what_holds(field: Field) -> None:
    state = field.history.resolve(LATEST)
    newest = max(statement.event_date for statement in field.history.statements)
    assert any(head.event_date == newest for head in state.heads)
    assert state.disputed or state.value in {
        head.value for head in state.heads if head.event_date == newest
    }


@given(histories(), RULES)
def test_a_blank_never_comes_to_hold_but_by_settlement(history: History, rule: Rule) -> None:
    settled = {s.submission for s in history.statements if s.settles}
    for head in history.resolve(rule).heads:
        assert not is_blank(head.value) or head.submission in settled

"""A multiple choice: every choice merges by itself, then the joined set is checked (rule 4)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from server.merge.resolve import resolve_unit
from server.merge.statements import Head, Reading, Rule, Statement, UnitState, Version
from server.merge.values import TICKED, UNTICKED


@dataclass(frozen=True, slots=True)
class SetState:
    """A multiple choice after merging.

    choices: the state of each unit `property/choice` that anybody spoke of.
    breached: the joined set holds an exclusive choice beside others, or too many; then every choice
      with heads is disputed and shows what the newest head's submission answered as a whole.
    joined: the names of the choices ticked after joining, breach or not.
    """

    choices: Mapping[str, UnitState]
    breached: bool
    joined: frozenset[str]

    @property
    def ticked(self) -> frozenset[str]:
        """The names of the choices to show as ticked."""
        return _ticked(self.choices)

    @property
    def disputed(self) -> bool:
        return any(state.disputed for state in self.choices.values())


def resolve_property_set(
    statements: Collection[Statement],
    versions: Mapping[str, Version],
    rule: Rule,
    reading: Reading = "live",
) -> SetState:
    """What holds for a property of rule `set`.

    statements: on all its units `property/choice` together; a submission that answered the question
      has one on every choice that it ticked or was shown ticked. One that ticked none left the
      question blank, and a blank takes nothing away: that has an explicit choice (rule 1).
    Otherwise as `resolve_unit`.
    """
    by_choice = _by_choice(statements)
    choices = {
        unit: resolve_unit(words, versions, rule, reading)
        for unit, words in sorted(by_choice.items())
    }
    joined = _ticked(choices)
    if not _breaches(joined, rule):
        return SetState(choices=choices, breached=False, joined=joined)
    newest = max((h for s in choices.values() for h in s.heads), key=_by_date).submission
    shown = {unit: _as_answered(state, newest, by_choice[unit]) for unit, state in choices.items()}
    return SetState(choices=shown, breached=True, joined=joined)


def _by_choice(statements: Iterable[Statement]) -> dict[str, list[Statement]]:
    statements = list(statements)
    answered = {(s.submission, s.entity) for s in statements if s.value == TICKED or s.settles}
    by_choice: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        blank = (statement.submission, statement.entity) not in answered
        by_choice[statement.unit].append(replace(statement, value="") if blank else statement)
    return by_choice


def _ticked(choices: Mapping[str, UnitState]) -> frozenset[str]:
    return frozenset(
        unit.partition("/")[2] for unit, state in choices.items() if state.value == TICKED
    )


def _breaches(ticked: frozenset[str], rule: Rule) -> bool:
    too_many = rule.maximum is not None and len(ticked) > rule.maximum
    return too_many or (len(ticked) > 1 and not rule.exclusive.isdisjoint(ticked))


def _as_answered(state: UnitState, submission: str, words: Iterable[Statement]) -> UnitState:
    if not state.heads:
        return state
    ticks = any(word.submission == submission and word.value == TICKED for word in words)
    return replace(state, value=TICKED if ticks else UNTICKED, disputed=True)


def _by_date(head: Head) -> tuple[str, str]:
    return (head.event_date, head.submission)

"""From an entity's writes to its two readings, by way of merge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, Protocol

from server.forms.dictionary import Dictionary
from server.merge import (
    Rule,
    Shown,
    Statement,
    UnitState,
    Value,
    Version,
    resolve_property_set,
    resolve_unit,
)
from server.submissions.models import Write

Reading = Literal["live", "approved"]

#: The unit that says that a submission creates the entity; not a property of any register.
CREATED = "@created"
_CREATION = Rule(kind="latest")


def versions(standings: Sequence[tuple[str, str | None, str, str]]) -> dict[str, Version]:
    """Merge's view of submissions: (instance id, replaced id, review state, source).

    What the office made itself, a roster included, has nobody to review it: it is approved unless
    it was rejected.
    """
    return {
        instance_id: Version(
            submission=instance_id,
            replaces=replaced,
            standing=_standing(state, source),
            office=source in OFFICE,
        )
        for instance_id, replaced, state, source in standings
    }


OFFICE = ("office", "roster")


def _standing(state: str, source: str) -> Literal["approved", "rejected", "pending"]:
    if state == "rejected":
        return "rejected"
    return "approved" if state == "approved" or source in OFFICE else "pending"


def read(
    writes: Collection[Write],
    known: Mapping[str, Version],
    register: str,
    dictionary: Dictionary,
    reading: Reading,
) -> tuple[bool, dict[str, object]]:
    """Whether the entity exists in a reading, and its state there (see models.Entity)."""
    by_unit: dict[str, list[Statement]] = defaultdict(list)
    for write in writes:
        if write.instance_id in known:
            by_unit[write.unit].append(statement_of(write))
    created = by_unit.pop(CREATED, [])
    exists = bool(resolve_unit(created, known, _CREATION, reading).heads)
    at_once = _at_once(created, known) if reading == "live" else known
    states = _states(by_unit, known, at_once, register, dictionary, reading)
    return exists, _compact(states)


def _at_once(created: Collection[Statement], known: Mapping[str, Version]) -> dict[str, Version]:
    """Versions for units that apply on approval only: what creates an entity applies at once.

    Otherwise a newly registered household would have no head and no village until its review.
    """
    creators = {statement.submission for statement in created}
    return {
        name: replace(version, standing="approved")
        if name in creators and version.standing == "pending"
        else version
        for name, version in known.items()
    }


def _states(
    by_unit: Mapping[str, list[Statement]],
    known: Mapping[str, Version],
    at_once: Mapping[str, Version],
    register: str,
    dictionary: Dictionary,
    reading: Reading,
) -> dict[str, UnitState]:
    states: dict[str, UnitState] = {}
    sets: dict[str, list[Statement]] = defaultdict(list)
    for unit, statements in by_unit.items():
        rule = rule_of(dictionary, register, unit)
        if rule.kind == "set":
            sets[unit.partition("/")[0]] += statements
        else:
            standing = at_once if rule.applies == "approved" else known
            states[unit] = resolve_unit(statements, standing, rule, reading)
    for name, statements in sets.items():
        rule = rule_of(dictionary, register, name)
        states |= dict(resolve_property_set(statements, known, rule, reading).choices)
    return states


def rule_of(dictionary: Dictionary, register: str, unit: str) -> Rule:
    """How the writes of a unit merge; `review` for a unit that the dictionary no longer has."""
    found = dictionary.registers.get(register)
    declared = found.units.get(unit.partition("/")[0]) if found else None
    if not declared:
        return Rule(kind="review")
    return Rule(
        kind=declared[0].rule,
        applies=declared[0].applies,
        exclusive=frozenset(declared[0].exclusive),
        maximum=declared[0].maximum,
    )


class Word(Protocol):
    """One row of the writes table, stored or about to be."""

    instance_id: Any
    entity_id: Any
    unit: Any
    value: Any
    event_date: Any
    shown: Any
    confirmed: Any
    settles: Any
    doubtful_date: Any


def statement_of(write: Word) -> Statement:
    """A write as merge reads it."""
    shown = None
    if write.shown is not None:
        value, heads = write.shown
        shown = Shown(value=merge_value(value), heads=frozenset(map(str, heads)))
    return Statement(
        submission=write.instance_id,
        unit=write.unit,
        value=merge_value(write.value),
        event_date=write.event_date.isoformat(),
        shown=shown,
        confirmed=write.confirmed,
        settles=write.settles,
        doubtful_date=write.doubtful_date,
        entity=write.entity_id,
    )


def merge_value(value: object) -> Value:
    """A JSON value as merge compares it."""
    if isinstance(value, dict):
        return tuple(sorted((str(key), str(text)) for key, text in value.items()))
    return "" if value is None else str(value)


def json_value(value: Value | None) -> object:
    """A merged value as JSON keeps it."""
    return dict(value) if isinstance(value, tuple) else value or ""


def _compact(states: Mapping[str, UnitState]) -> dict[str, object]:
    heads: dict[str, int] = {}
    units: dict[str, object] = {}
    disputed: dict[str, object] = {}
    for unit, state in sorted(states.items()):
        if not state.heads:
            continue
        indexes = [heads.setdefault(head.submission, len(heads)) for head in state.heads]
        units[unit] = [json_value(state.value), indexes]
        if state.disputed:
            disputed[unit] = [
                {"value": json_value(head.value), "head": index, "on": head.event_date}
                for head, index in zip(state.heads, indexes, strict=True)
            ]
    return {"heads": list(heads), "units": units, "disputed": disputed}

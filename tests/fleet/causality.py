"""Nothing is replaced unseen: the merge's result held against what each author was shown.

Read off design §4 independently of `server/merge`: it asks of every value that counts and is not
shown whether somebody replaced it who had seen it, or whether a newer observation holds, or whether
it is marked as disputed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select

from server.forms.dictionary import Dictionary
from server.forms.queries import dictionary_in_force
from server.registers.models import Entity
from server.submissions.models import ReviewState, Submission, Write
from tests.fleet.truth import Broken
from tests.making import looking

OFFICE = ("office", "roster")
CREATED = "@created"


@dataclass(frozen=True)
class Facts:
    """What is stored: submissions that were merged, how each stands, what each said."""

    submissions: Mapping[str, Submission]
    states: Mapping[str, str]
    writes: Sequence[Write]
    entities: Mapping[str, Entity]
    dictionary: Dictionary

    def standing(self, one: str) -> str:
        """approved, pending or rejected."""
        state = self.states.get(one, "received")
        office = self.submissions[one].source in OFFICE
        if state == "rejected":
            return state
        return "approved" if office or state == "approved" else "pending"

    def chain(self, one: str) -> str:
        """The original of a record, by the corrections that were sent."""
        seen = set()
        while (found := self.submissions.get(one)) and found.deprecated_id and one not in seen:
            seen.add(one)
            one = found.deprecated_id
        return one

    def path(self, one: str) -> list[str]:
        """The versions up to this one, the original first."""
        path = [one]
        while (found := self.submissions.get(path[-1])) and found.deprecated_id:
            path.append(found.deprecated_id)
        return path[::-1]


@dataclass
class Word:
    """What one record says now of a unit: its last version that counts."""

    chain: str
    entity: str
    path: list[Write]
    versions: dict[str, Write]
    counts: bool

    @property
    def last(self) -> Write:
        return self.path[-1]

    @property
    def dated(self) -> bool:
        return not (self.last.doubtful_date or self.last.settles)


def nothing_was_replaced_unseen(app: Flask) -> None:
    """Raise Broken with the first value that vanished without anybody having seen it."""
    facts = _facts(app)
    spoken: dict[tuple[str, str], list[Write]] = defaultdict(list)
    for write in facts.writes:
        whole = facts.entities[write.entity_id].component
        spoken[whole, write.unit].append(write)
    for (whole, unit), said in sorted(spoken.items()):
        entity = facts.entities[whole]
        if unit != CREATED and entity.known and not _forked(said, facts):
            _judge(entity, unit, said, facts, _creators(whole, spoken))


def _facts(app: Flask) -> Facts:
    with looking(app) as session:
        merged = session.scalars(select(Submission).where(Submission.quarantined.is_(None)))
        states = session.execute(select(ReviewState.instance_id, ReviewState.state))
        return Facts(
            submissions={one.instance_id: one for one in merged},
            states={row[0]: row[1] for row in states},
            writes=session.scalars(select(Write)).all(),
            entities={one.id: one for one in session.scalars(select(Entity))},
            dictionary=dictionary_in_force(session),
        )


def _creators(whole: str, spoken: Mapping[tuple[str, str], list[Write]]) -> set[str]:
    return {write.instance_id for write in spoken.get((whole, CREATED), ())}


def _forked(said: Sequence[Write], facts: Facts) -> bool:
    """Whether a record has two corrections of one version: which counts is not judged here."""
    chains = {facts.chain(write.instance_id) for write in said}
    replaced = [
        one.deprecated_id
        for name, one in facts.submissions.items()
        if one.deprecated_id and facts.chain(name) in chains
    ]
    return len(replaced) > len(set(replaced))


def _judge(
    entity: Entity, unit: str, said: Sequence[Write], facts: Facts, creators: set[str]
) -> None:
    name = unit.partition("/")[0]
    declared = facts.dictionary.registers[entity.register].units[name][0]
    approved_only = declared.applies == "approved"
    words = _words(said, facts, approved_only, creators, of_set="/" in unit)
    live: Any = entity.live
    value, indexes = live["units"].get(unit, [None, []])
    heads = {live["heads"][index] for index in indexes}
    disputed = unit in live["disputed"]
    for word in (one for one in words if one.counts):
        if any(_replaced(by, word, words, facts) for by in words if by.counts):
            continue
        if word.last.instance_id not in heads:
            raise Broken(f"{unit} of {entity.id}: {word.last.instance_id} replaced unseen")
        if not disputed and not _equal(word.last.value, value):
            newer = [
                other
                for other in words
                if other.last.instance_id in heads and _equal(other.last.value, value)
            ]
            if declared.rule != "latest" or not any(_newer(one, word) for one in newer):
                raise Broken(f"{unit} of {entity.id}: {word.last.instance_id} silently passed over")


def _words(
    said: Sequence[Write], facts: Facts, approved_only: bool, creators: set[str], *, of_set: bool
) -> list[Word]:
    records: dict[tuple[str, str], dict[str, Write]] = defaultdict(dict)
    for write in said:
        records[facts.chain(write.instance_id), write.entity_id][write.instance_id] = write
    words = []
    for (chain, entity), versions in sorted(records.items()):
        members = [one for one in facts.submissions if facts.chain(one) == chain]
        standing = {one: facts.standing(one) for one in members}
        if approved_only:
            standing |= {
                o: "approved" for o in members if o in creators and standing[o] == "pending"
            }
        approved = [one for one in members if standing[one] == "approved"]
        pending = [one for one in members if standing[one] == "pending" and not approved_only]
        eligible = approved or pending
        counted = max(eligible, key=lambda one: len(facts.path(one)), default=None)
        of = counted or max(members, key=lambda one: len(facts.path(one)))
        path = [versions[step] for step in facts.path(of) if step in versions]
        path = path or sorted(versions.values(), key=lambda w: len(facts.path(w.instance_id)))
        counts = counted in versions and _writes(path, of_set)
        words.append(Word(chain, entity, path, versions, counts))
    return words


def _writes(path: Sequence[Write], of_set: bool) -> bool:
    last, shown = path[-1], path[0].shown
    if last.settles:
        return True
    before = None if shown is None else shown[0]
    if of_set and last.value == "0" and before in (None, "", "0"):
        return False
    if _blank(last.value):
        return False
    if before is None or not _equal(last.value, before):
        return True
    if of_set:
        return any(one.settles and one.value == last.value for one in path)
    return any(
        one.confirmed or one.settles or not (_blank(one.value) or _equal(one.value, last.value))
        for one in path
    )


def _replaced(by: Word, word: Word, words: Sequence[Word], facts: Facts) -> bool:
    """Whether somebody on the way from `by` saw what `word` says now, and may replace it."""
    if by is word or (by.dated and word.dated and _newer(word, by) and _is_latest(word, facts)):
        return False
    seen, ahead = [], [by]
    while ahead:
        step = ahead.pop()
        if step not in seen:
            seen.append(step)
            ahead += [other for other in words if _saw(step, other, facts)]
    return any(_saw_as_it_is(step, word, facts) for step in seen if step is not word)


def _is_latest(word: Word, facts: Facts) -> bool:
    found = facts.dictionary.registers[word.last.register].units
    return found[word.last.unit.partition("/")[0]][0].rule == "latest"


def _saw(step: Word, other: Word, facts: Facts) -> bool:
    return bool(_versions_seen(step, other, facts)) and step.chain != other.chain


def _saw_as_it_is(step: Word, word: Word, facts: Facts) -> bool:
    return step.chain != word.chain and any(
        version in word.versions and _equal(word.versions[version].value, word.last.value)
        for version in _versions_seen(step, word, facts)
    )


def _versions_seen(step: Word, other: Word, facts: Facts) -> list[str]:
    shown = step.path[0].shown
    heads = shown[1] if shown else []
    assert isinstance(heads, list)
    return [head for head in heads if facts.chain(head) == other.chain]


def _newer(one: Word, other: Word) -> bool:
    return one.dated and other.dated and one.last.event_date > other.last.event_date


def _equal(one: object, other: object) -> bool:
    return _plain(one) == _plain(other)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: text for name, text in value.items() if text} or ""
    return value or ""


def _blank(value: object) -> bool:
    return _plain(value) == ""

"""Computing every register and review state anew from the submissions alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy.orm import Session

from server import clock
from server.followup import queries as followup
from server.followup.derive import derive
from server.followup.watch import KINDS
from server.intake import corrections
from server.intake.batch import Batch, begin
from server.intake.decisions import apply_decision
from server.intake.examine import Examined, examine
from server.intake.extract import extract_writes, stored_as_incoming
from server.intake.joining import Acts, follow, is_act
from server.intake.merge_in import open_review
from server.registers import queries as registers
from server.registers.apply import apply, gather
from server.registers.models import Entity
from server.registers.reading import CREATED
from server.submissions import queries as submissions
from server.submissions.models import Submission

#: Entities and submissions that are held in memory at once.
PART = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """Something stored that is not what follows from the submissions; None where it is missing."""

    what: str
    id: str
    stored: object
    rebuilt: object


def rebuild(session: Session, now: datetime) -> list[Difference]:
    """Compute all anew within the caller's transaction, and say what had been otherwise.

    What is set aside stays so, and where a record was placed is kept. To only look, roll the
    transaction back.
    """
    before = _state(session)
    batch = begin(session, now)
    registers.clear(session)
    followup.clear_verdicts(session)
    submissions.clear_computed(session)
    session.expunge_all()
    _read_all(session, batch)
    _compute_all(session, batch)
    session.flush()
    session.expunge_all()
    after = _state(session)
    return [
        Difference(what, name, before[what].get(name), after[what].get(name))
        for what in before
        for name in sorted(before[what].keys() | after[what].keys())
        if before[what].get(name) != after[what].get(name)
    ]


def _state(session: Session) -> dict[str, dict[str, object]]:
    return {
        **registers.state(session),
        **submissions.computed_state(session),
        "verdicts": dict.fromkeys(followup.verdicts_given(session), "given"),
        "tasks": dict.fromkeys(followup.open_subjects(session, KINDS), "open"),
    }


def _read_all(session: Session, batch: Batch) -> None:
    """Writes, review states, joins and decisions, in the order of arrival."""
    decisions: list[str] = []
    acts: Acts = []
    corrected: set[str] = set()
    for stored in submissions.all_merged(session, PART):
        examined = _read(session, batch, stored)
        if examined.decision:
            decisions.append(stored.instance_id)
        elif examined.act and is_act(examined.act):
            acts.append((stored.instance_id, examined.act))
        if stored.deprecated_id:
            corrected.add(stored.root_id)
    session.flush()
    for instance_id in decisions:
        found = submissions.submission(session, instance_id)
        if found is not None:
            one = stored_as_incoming(found)
            decision = examine(session, one, batch.dictionary).decision
            if decision:
                apply_decision(session, one, decision)
    follow(session, acts)
    for root in sorted(corrected):
        corrections.follow(session, batch, root)


def _read(session: Session, batch: Batch, stored: Submission) -> Examined:
    one = stored_as_incoming(stored)
    examined = examine(session, one, batch.dictionary)
    extract_writes(session, one, examined, stored.root_id, batch)
    if examined.reviewable:
        open_review(session, one, examined)
    return examined


def _compute_all(session: Session, batch: Batch) -> None:
    named = submissions.every_entity(session)
    since = submissions.first_created(session, CREATED)
    for register in ("households", *sorted({name for name, _ in named} - {"households"})):
        for part in _parts([pair for pair in named if pair[0] == register]):
            entities = registers.lock(session, part)
            _compute(session, batch, entities.values(), since)
    for _, household_id in sorted(pair for pair in named if pair[0] == "households"):
        derive(session, household_id, batch.at)


def _compute(
    session: Session, batch: Batch, entities: Iterable[Entity], since: dict[str, datetime]
) -> None:
    found = list(entities)
    sources = gather(session, [entity.id for entity in found])
    for entity in found:
        apply(session, entity, sources, batch.dictionary)
        if entity.register == "households" and entity.known:
            whole = sources.components[entity.id]
            first = min(since[one] for one in whole if one in since)
            entity.derived = {"known_since": clock.local(first).date().isoformat()}
    session.flush()


def _parts(named: Sequence[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    rest = iter(sorted(named))
    while part := list(islice(rest, PART)):
        yield part

"""Computing every register and review state anew from the submissions alone, part by part.

Each part is a transaction of its own, so that the server goes on meanwhile and memory stays small.
What is set aside stays so, and where a record was placed is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from server.changes import queries as changes
from server.changes.queries import Changed
from server.config import current
from server.intake.batch import Batch, begin
from server.intake.rebuilding.queries import Stored
from server.intake.rebuilding.steps import Step, steps
from server.registers.reading import OFFICE
from server.submissions import queries as submissions

__all__ = ["Difference", "Part", "Step", "next_part", "redo", "steps"]

#: Entities, submissions or households that are looked at in one transaction.
PART = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """Something stored that is not what follows from the submissions; None where it is missing."""

    what: str
    id: str
    stored: object
    rebuilt: object


@dataclass(frozen=True, slots=True)
class Part:
    """A short piece of the work: so many names of one step."""

    step: Step
    names: tuple[str, ...]


def next_part(session: Session, step: Step, after: str = "") -> Part | None:
    """The part of a step that follows a name; None at its end."""
    names = step.after(session, after, PART)
    return Part(step, tuple(names)) if names else None


def redo(session: Session, part: Part, now: datetime) -> list[Difference]:
    """Compute one part anew within the caller's transaction, and say what had been otherwise.

    What changed is numbered for the phones, as the last statement. To only look, roll back.
    """
    before = part.step.stored(session, part.names)
    session.expunge_all()
    batch = begin(session, now)
    part.step.compute(session, batch, part.names)
    session.flush()
    session.expunge_all()
    after = part.step.stored(session, part.names)
    found = [*_differences(before, after), *_tasks(batch)]
    if found:
        batch.changed += [one for each in found for one in _changed(session, each)]
        changes.append(session, current().county, batch.changed)
    return found


def _differences(before: Stored, after: Stored) -> Iterator[Difference]:
    for what in before:
        for name in sorted(before[what].keys() | after[what].keys()):
            stored, rebuilt = before[what].get(name), after[what].get(name)
            if stored != rebuilt:
                yield Difference(what, name, stored, rebuilt)


def _tasks(batch: Batch) -> Iterator[Difference]:
    """Tasks that were open or closed otherwise: deriving tells only of what it changed."""
    for one in batch.changed:
        if one.kind == "task":
            yield Difference("tasks", one.id, None, "gone" if one.gone else one.area)


def _changed(session: Session, found: Difference) -> Iterator[Changed]:
    """What the phones have to be told of a difference."""
    if found.what == "entities":
        old, new = found.stored, found.rebuilt
        if isinstance(old, dict) and (not isinstance(new, dict) or old["area"] != new["area"]):
            yield Changed(old["register"], found.id, old["area"], gone=True)
        if isinstance(new, dict):
            yield Changed(new["register"], found.id, new["area"])
    elif found.what in ("review_states", "remarks"):
        name = found.id if found.what == "review_states" else found.id.split()[1]
        one = submissions.submission(session, name)
        if one is not None and one.source not in OFFICE:
            yield Changed("review", name, one.area)

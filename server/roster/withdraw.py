"""Taking back a whole import, and restoring it: one decision per household, as a job."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.orm import Session

from server import clock
from server.database import reading, transaction
from server.intake.decisions import after_earlier
from server.intake.office import Decision, OfficeContent, office_submission
from server.intake.receive import receive
from server.jobs import enqueue, handles
from server.problems import NotFound
from server.roster import queries
from server.roster.models import RosterImport
from server.submissions import queries as submissions

JOB = "roster-withdraw"
#: Households a transaction.
CHUNK = 50
Word = Literal["withdraw", "restore"]
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Household:
    """One household of an import, as withdrawing it would leave it."""

    instance_id: str
    household_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What withdrawing an import would do.

    gone: households that only this import registered. back: households that get back what they
    had before, without the people it added. kept: households where it registered the household or
    people of whom somebody recorded since; they stay, for their records would lose their subject.
    withdrawn: taken back already.
    """

    gone: tuple[Household, ...]
    back: tuple[Household, ...]
    kept: tuple[Household, ...]
    withdrawn: tuple[Household, ...]


def effect(session: Session, row: RosterImport, part: Collection[str] | None = None) -> Effect:
    """What withdrawing an import would do to each of its households, as things stand.

    part: the submissions of it to look at; None for all.
    """
    found = queries.imported(session, row.submissions if part is None else part)
    created = queries.created_by(session, [one.instance_id for one in found])
    used = queries.used_beside(session, created, row.submissions)
    groups: dict[str, list[Household]] = {"gone": [], "back": [], "kept": [], "withdrawn": []}
    for one in found:
        mine = created.get(one.instance_id, {})
        kind = "gone" if "households" in mine.values() else "back"
        if one.withdrawn:
            kind = "withdrawn"
        elif used.intersection(mine):
            kind = "kept"
        groups[kind].append(Household(one.instance_id, one.household_id, one.head_name))
    return Effect(**{kind: tuple(some) for kind, some in groups.items()})


def start(
    session: Session, row: RosterImport, word: Word, reason: str, person_id: str | None
) -> str:
    """Queue the withdrawal or the restoring of an import; wake the job after the commit."""
    verb = "撤回" if word == "withdraw" else "恢复"
    return enqueue(
        session,
        JOB,
        {"import_id": row.id, "word": word, "reason": reason, "person_id": person_id},
        title=f"{verb}花名册 {row.filename}"[:120],
        created_by=person_id,
    )


@handles(JOB)
def run_queued(params: Mapping[str, Any], progress: Progress) -> dict[str, object]:
    """The job: decide about the import's households; what is decided already is left.

    Each part is looked at anew while the import is locked: somebody may have recorded meanwhile.
    """
    word: Word = params["word"]
    with reading() as session:
        row = queries.roster_import(session, str(params["import_id"]))
        if row is None:
            raise NotFound
        todo = _todo(session, row, word)
    verb = "撤回" if word == "withdraw" else "恢复"
    decided = 0
    for start_at in range(0, len(todo), CHUNK):
        part = todo[start_at : start_at + CHUNK]
        with transaction() as session:
            still = set(_todo(session, queries.lock_import(session, row.id), word, part))
            names = [name for name in part if name in still]
            decided += _decide(session, row.id, names, word, params)
        done = min(start_at + CHUNK, len(todo))
        progress(done, len(todo), f"已{verb} {decided} 户，共 {len(todo)} 户")
    left = f"{len(todo) - decided} 户这期间有变，没动。" if decided < len(todo) else ""
    return {"message": f"已{verb} {decided} 户。{left}", "import_id": row.id}


def _todo(
    session: Session, row: RosterImport, word: Word, part: Collection[str] | None = None
) -> Sequence[str]:
    """What is to be decided about as things stand, of an import or of a part of it."""
    found = effect(session, row, part)
    if word == "withdraw":
        return [one.instance_id for one in (*found.gone, *found.back)]
    withdrawn = [one.instance_id for one in found.withdrawn]
    return sorted(queries.withdrawn_by(session, withdrawn, _source(row.id)))


def _decide(
    session: Session, import_id: str, part: Collection[str], word: Word, params: Mapping[str, Any]
) -> int:
    """Decide about some households; returns for how many it was stored."""
    now = clock.now()
    incoming = [
        office_submission(
            OfficeContent(
                "review",
                clock.local(now).date(),
                decision=Decision(
                    name,
                    "reject" if word == "withdraw" else "undo",
                    ((None, str(params["reason"])),),
                ),
                source=_source(import_id),
            ),
            person_id=params["person_id"],
            now=now,
        )
        for name in part
    ]
    at = after_earlier(session, "office-review", submissions.homes_of(session, part), now)
    outcomes = receive(session, incoming, None, at).outcomes
    return sum(outcome.fate == "stored" for outcome in outcomes)


def _source(import_id: str) -> str:
    """How a decision says that it was taken about the import as a whole."""
    return f"import {import_id}"

"""Taking in a filled form of another client, by the same door as a phone's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from server import jobs
from server.accounts.actor import Actor
from server.changes.queries import numbered_last
from server.forms import queries as forms
from server.forms.extract import extract
from server.forms.instance import BadInstance
from server.intake.receive import Outcome, receive
from server.openrosa import queries
from server.openrosa.parts import Files, Filled, recorded_at
from server.openrosa.shown import Based, based
from server.openrosa.waiting import take_in_waiting
from server.submissions import queries as submissions
from server.submissions.incoming import Incoming

#: A submission that names more files than this is nobody's.
NOTHING = Based({}, frozenset(), (), waits=False)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a request. missing: names of files that have not come yet."""

    outcome: Outcome
    missing: tuple[str, ...]
    job: str | None


def take_in(
    session: Session,
    filled: Filled,
    files: Files,
    actor: Actor,
    now: datetime,
    sent_at: datetime | None,
) -> TakenIn:
    """Store and merge a filled form with its files, within the caller's transaction.

    Sending it again, with other files of it, is usual: then only the files are new.
    """
    instance = filled.instance
    entities = _spoken_of(session, filled)
    queries.lock_edits(session, entities)
    found = _based(session, filled)
    one = Incoming(
        instance_id=instance.instance_id,
        form_id=instance.form_id[:60],
        form_version=instance.version[:40],
        xml=filled.xml,
        recorded_at=recorded_at(instance, sent_at, now),
        person_id=actor.person_id,
        source="openrosa",
        shown=found.shown,
        confirmed=found.confirmed,
        attachments=files.kept,
        deprecated_id=instance.deprecated_id,
        clock_error_s=round((sent_at - now).total_seconds()) if sent_at else 0,
        waits=found.waits,
    )
    taken: list[str] = []
    job = None
    with numbered_last(session):
        outcome = receive(session, [one], actor, now).outcomes[0]
        if outcome.fate in {"stored", "quarantined"}:
            _keep_steps(session, one.instance_id, found)
            later = queries.steps_after(session, one.instance_id, entities)
            taken = take_in_waiting(session, later, now)
    if outcome.fate == "already_stored" and _is_theirs(session, one.instance_id, actor):
        _name_files(session, one.instance_id, files)
    if outcome.fate in {"stored", "already_stored"}:
        taken.insert(0, one.instance_id)
    if taken:
        job = jobs.enqueue(session, "check", {"instance_ids": taken}, created_by=actor.person_id)
    return TakenIn(outcome, _missing(session, filled), job)


def _based(session: Session, filled: Filled) -> Based:
    instance = filled.instance
    definition = forms.definition_of(session, instance.form_id, instance.version)
    if definition is None:
        return NOTHING
    try:
        return based(session, filled.xml, definition, forms.dictionary_in_force(session))
    except BadInstance:
        return NOTHING  # the door sets it aside with the reason


def _keep_steps(session: Session, instance_id: str, found: Based) -> None:
    queries.keep_steps(
        session,
        [
            {
                "instance_id": instance_id,
                "entity_id": step.entity_id,
                "branch_id": step.branch,
                "trunk_version": step.trunk,
                "base_version": step.base,
            }
            for step in found.steps
        ],
    )


def _spoken_of(session: Session, filled: Filled) -> set[str]:
    instance = filled.instance
    definition = forms.definition_of(session, instance.form_id, instance.version)
    if definition is None:
        return set()
    try:
        return {entity.entity_id for entity in extract(filled.xml, definition).entities}
    except BadInstance:
        return set()


def _is_theirs(session: Session, instance_id: str, actor: Actor) -> bool:
    """Nobody adds a picture to another's record."""
    found = submissions.submission(session, instance_id)
    return found is not None and found.person_id == actor.person_id


def _name_files(session: Session, instance_id: str, files: Files) -> None:
    """Name files that came later; another content under a taken name is kept beside the first."""
    taken = queries.names_of_files(session, instance_id)
    fresh = []
    for file in files.kept:
        held = taken.get(file.name)
        if held is None:
            fresh.append(file)
        elif held != file.sha256:
            fresh.append(type(file)(**{**asdict(file), "name": _beside(file.name, file.sha256)}))
    queries.add_files(session, instance_id, fresh)


def _beside(name: str, sha256: str) -> str:
    stem, dot, kind = name.rpartition(".")
    return f"{(stem or kind)[:100]}~{sha256[:8]}{dot if stem else ''}{kind[:8] if stem else ''}"


def _missing(session: Session, filled: Filled) -> tuple[str, ...]:
    instance = filled.instance
    definition = forms.definition_of(session, instance.form_id, instance.version)
    if definition is None:
        return ()
    try:
        mentioned = extract(filled.xml, definition).attachments
    except BadInstance:
        return ()
    held: Mapping[str, str] = queries.names_of_files(session, instance.instance_id)
    return tuple(name for name in mentioned if name not in held)

"""Taking in again what was set aside, once the reason is gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from server import clock, jobs
from server.accounts.actor import Actor
from server.accounts.actor import actor as actor_of
from server.changes import queries as changes
from server.changes.queries import Changed
from server.config import current
from server.database import is_fatal, is_passing
from server.intake.batch import Batch, begin
from server.intake.examine import UNPROVEN, Examined, examine
from server.intake.extract import stored_as_incoming
from server.intake.merge_in import merge_in, touching
from server.intake.place import find_place
from server.intake.receive import ATTEMPTS, Outcome
from server.intake.tell import tell, untell
from server.journal import entries as journal
from server.registers.reading import OFFICE
from server.submissions import queries as submissions
from server.submissions.incoming import Incoming
from server.submissions.models import Submission


def published(session: Session, versions: Sequence[tuple[str, str]], now: datetime) -> str | None:
    """Tell phones of form versions that came into force, and take in what waited for them.

    versions: (form id, version). Call it in the transaction that publishes, last. Returns the job
    that checks what was taken in, to be woken after the commit.
    """
    county = current().county
    with changes.numbered_last(session):
        ids = [
            one.instance_id
            for form_id, version in versions
            for one in submissions.quarantined_of(session, form_id, version)
            if readmit(session, one.instance_id, now).fate == "stored"
        ]
        job = jobs.enqueue(session, "check", {"instance_ids": ids}) if ids else None
        told = [Changed("form", form_id, county) for form_id, _ in versions]
        changes.append(session, county, told)
    return job


def readmit(
    session: Session, instance_id: str, now: datetime, vouching: Actor | None = None
) -> Outcome:
    """Try again to merge one submission that was set aside.

    vouching: somebody of the office who answers for it and whose areas bound it; without, the
    author's present areas do. Returns `stored`, or `quarantined` with the present reason.
    """
    found = submissions.submission(session, instance_id)
    if found is None or found.quarantined is None:
        return Outcome(instance_id, "already_stored")
    if found.quarantined == UNPROVEN.text and vouching is None:
        return Outcome(instance_id, "quarantined", found.quarantined)
    batch = begin(session, now, vouching or _author(session, found, now))
    batch.vouched = vouching is not None
    outcome = _again(session, batch, found)
    journal.readmitted(
        session,
        instance_id,
        shown=found.shown,
        confirmed=found.confirmed,
        vouching=vouching.person_id if vouching else None,
        at=now,
    )
    changes.append(session, current().county, batch.changed)
    return outcome


def _author(session: Session, found: Submission, now: datetime) -> Actor | None:
    if found.source in OFFICE or found.person_id is None:
        return None
    return actor_of(session, found.person_id, clock.local(now).date())


def _again(session: Session, batch: Batch, found: Submission) -> Outcome:
    one = stored_as_incoming(found)
    examined = examine(session, one, batch.dictionary)
    batch.hold(session, touching(session, [examined], [one]))
    batch.awaited = submissions.awaited(session, [one.instance_id])
    for _ in range(ATTEMPTS - 1):
        try:
            with session.begin_nested():
                return _merge(session, batch, found, one, examined, patient=True)
        except SQLAlchemyError as error:
            if is_fatal(error) or not is_passing(error):
                raise
            batch.changed.clear()
            batch.looked.clear()
    return _merge(session, batch, found, one, examined, patient=False)


def _merge(
    session: Session,
    batch: Batch,
    found: Submission,
    one: Incoming,
    examined: Examined,
    *,
    patient: bool,
) -> Outcome:
    session.refresh(found)
    before = found.quarantined
    if before is None:  # somebody else has taken it in meanwhile
        return Outcome(found.instance_id, "already_stored")
    place = find_place(session, examined, batch)
    reason = examined.quarantine or place.quarantine
    if reason is None:
        found.quarantined, found.event_date = None, examined.event_date
        found.area, found.household_id = place.area, place.household_id
        session.flush()
        reason = merge_in(session, one, examined, found.root_id, found.area, batch, patient=patient)
    if reason is None:
        untell(session, batch, "quarantine", found.instance_id)
        return Outcome(found.instance_id, "stored")
    found.quarantined = reason.text
    session.flush()
    if reason.text != before:  # who looked at it and left it so is not asked again
        tell(session, batch, "quarantine", found.instance_id, found.area, reason.text)
    return Outcome(found.instance_id, "quarantined", reason.text)

"""Edits that came before the one that they were made upon: taken in once that is here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from server import clock, jobs
from server.changes.queries import numbered_last
from server.database import reading, transaction
from server.forms import queries as forms
from server.intake.examine import WAITS
from server.intake.readmit import readmit
from server.openrosa import queries
from server.openrosa.shown import Based, based
from server.submissions import queries as submissions
from server.submissions.models import Submission


def take_in_waiting(session: Session, names: Iterable[str], now: datetime) -> list[str]:
    """Take in those of some submissions that wait no longer, in that order; returns their ids."""
    taken = []
    for name in names:
        later = submissions.submission(session, name)
        found = _base_of(session, later)
        if later is None or found is None:
            continue
        later.shown, later.confirmed = found.shown, sorted(found.confirmed)
        session.flush()
        if readmit(session, name, now).fate == "stored":
            taken.append(name)
    return taken


@jobs.regularly
def look_for_waiting() -> None:
    """Take in what waited for an edit that was itself set aside when it came."""
    with reading() as session:
        ready = [
            name
            for name in queries.waiting(session, WAITS.text)
            if _base_of(session, submissions.submission(session, name))
        ]
    if not ready:
        return
    with transaction() as session:
        with numbered_last(session):
            taken = take_in_waiting(session, ready, clock.now())
        job = jobs.enqueue(session, "check", {"instance_ids": taken}) if taken else None
    if job:
        jobs.wake(job)


def _base_of(session: Session, later: Submission | None) -> Based | None:
    """What a submission that waited was shown; None while it has to wait, or waits for nothing."""
    if later is None or later.quarantined != WAITS.text:
        return None
    definition = forms.definition_of(session, later.form_id, later.form_version)
    if definition is None:
        return None
    found = based(session, later.xml, definition, forms.dictionary_in_force(session))
    return None if found.waits else found

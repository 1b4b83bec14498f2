"""Closing a task by having looked, itself a submission, and opening it again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from server.intake.batch import Batch
from server.intake.examine import Examined
from server.intake.office import is_office, parse
from server.intake.tell import reopen, untell
from server.submissions import queries as submissions
from server.submissions.incoming import Incoming


def follow(session: Session, batch: Batch, one: Incoming, examined: Examined) -> None:
    """Close the task that a submission says was looked at; open it when that is withdrawn."""
    if examined.act and examined.act.check:
        kind, subject = examined.act.check
        untell(session, batch, kind, subject, by=one.person_id)
    elif examined.decision:
        decided = submissions.submission(session, examined.decision.instance_id)
        if decided is None or not is_office(decided.form_id):
            return
        check = parse(decided.xml).check
        if check and examined.decision.decision == "reject":
            reopen(session, batch, *check)
        elif check:
            untell(session, batch, *check, by=decided.person_id)

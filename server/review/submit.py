"""Handing in what the office decided, as a submission like any other."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from server import clock
from server.accounts.actor import Actor
from server.intake.decisions import after_earlier
from server.intake.office import Decision, OfficeContent, office_submission
from server.intake.receive import receive
from server.problems import DecisionRefused
from server.submissions import queries as submissions
from server.submissions.incoming import Incoming


def submit(session: Session, actor: Actor, one: Incoming, now: datetime) -> None:
    """Take in an office submission. Raises DecisionRefused when it could not be merged.

    What a person at the desk does either holds or is refused, so nothing of it is set aside.
    """
    (outcome,) = receive(session, [one], actor, now).outcomes
    if outcome.fate not in ("stored", "already_stored"):
        raise DecisionRefused(outcome.detail)


def submit_decision(session: Session, actor: Actor, decision: Decision, now: datetime) -> None:
    """Hand in a decision about one record, which is locked. Raises as `submit`."""
    content = OfficeContent("review", clock.local(now).date(), decision=decision)
    one = office_submission(content, person_id=actor.person_id, now=now)
    homes = submissions.homes_of(session, [decision.instance_id])
    submit(session, actor, one, after_earlier(session, one.form_id, homes, now))

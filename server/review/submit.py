"""Handing in what the office decided, as a submission like any other."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.intake.receive import receive
from server.problems import DecisionRefused
from server.submissions.incoming import Incoming


def submit(session: Session, actor: Actor, one: Incoming, now: datetime) -> None:
    """Take in an office submission. Raises DecisionRefused when it could not be merged.

    What a person at the desk does either holds or is refused, so nothing of it is set aside.
    """
    (outcome,) = receive(session, [one], actor, now).outcomes
    if outcome.fate not in ("stored", "already_stored"):
        raise DecisionRefused(outcome.detail)

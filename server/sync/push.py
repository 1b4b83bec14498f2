"""Taking in what a phone sends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from server import jobs
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.intake.receive import Received, receive
from server.submissions.incoming import Incoming
from server.sync.malformed import Malformed
from server.sync.schemas import Push, Pushed


def clock_error(push: Push, now: datetime) -> int:
    """How many seconds the phone's clock is ahead of the server's (negative: behind)."""
    return round((push.sent_at - now).total_seconds())


def take_in(
    session: Session, push: Push, actor: Actor, now: datetime
) -> tuple[Received, str | None]:
    """Store and merge a push within the caller's transaction.

    Returns the fates and the id of the checking job, to be woken after the commit.
    """
    error = clock_error(push, now)
    if actor.device_id:
        accounts.seen(session, actor.device_id, now, error)
    job = None
    ids: list[str] = [one.instance_id for one in push.submissions]
    if ids:
        job = jobs.enqueue(session, "check", {"instance_ids": ids}, created_by=actor.person_id)
    received = receive(
        session, [_incoming(one, actor, push, now) for one in push.submissions], actor, now
    )
    return received, job


def _incoming(one: Pushed | Malformed, actor: Actor, push: Push, now: datetime) -> Incoming:
    if isinstance(one, Malformed):
        return Incoming(
            instance_id=one.instance_id,
            form_id=one.form_id,
            form_version="",
            xml=one.text,
            recorded_at=now,
            person_id=actor.person_id,
            device_id=actor.device_id,
            malformed=True,
        )
    return Incoming(
        instance_id=one.instance_id,
        form_id=one.form_id,
        form_version=one.form_version,
        xml=one.xml,
        recorded_at=one.recorded_at,
        person_id=actor.person_id,
        device_id=actor.device_id,
        shown=one.shown,
        confirmed=frozenset(one.confirmed),
        attachments=tuple(one.attachments),
        deprecated_id=one.deprecated_id,
        clock_error_s=clock_error(push, now),
    )

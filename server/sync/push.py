"""Taking in what a phone sends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.intake.look import Looked
from server.intake.receive import Received, receive
from server.submissions.incoming import Incoming
from server.sync.malformed import Malformed
from server.sync.schemas import Push, Pushed


def clock_error(push: Push, now: datetime) -> int:
    """How many seconds the phone's clock is ahead of the server's (negative: behind)."""
    return round((push.sent_at - now).total_seconds())


def incoming_of(push: Push, actor: Actor, now: datetime) -> list[Incoming]:
    """The submissions of a push as its sender says them."""
    return [_incoming(one, actor, push, now) for one in push.submissions]


def take_in(
    session: Session,
    push: Push,
    incoming: Sequence[Incoming],
    looked: Looked,
    actor: Actor,
    now: datetime,
) -> Received:
    """Store and merge a push within the caller's transaction.

    looked: what was read of it before the transaction began, because that needs no lock.
    """
    if actor.device_id:
        accounts.seen(session, actor.device_id, now, clock_error(push, now))
    return receive(session, incoming, actor, now, looked)


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

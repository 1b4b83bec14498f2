"""Reading what a phone sends."""

from __future__ import annotations

from datetime import datetime

from server.accounts.actor import Actor
from server.submissions.incoming import Incoming
from server.sync.malformed import Malformed
from server.sync.schemas import Push, Pushed


def clock_error(push: Push, now: datetime) -> int:
    """How many seconds the phone's clock is ahead of the server's (negative: behind)."""
    return round((push.sent_at - now).total_seconds())


def incoming_of(push: Push, actor: Actor, now: datetime) -> list[Incoming]:
    """The submissions of a push as its sender says them."""
    return [_incoming(one, actor, push, now) for one in push.submissions]


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

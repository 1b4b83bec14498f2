"""Phones: giving one a token, finding the device of a token."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from server import clock
from server.accounts import queries
from server.accounts.models import Device
from server.policy.values import in_force

A_DAY = timedelta(days=1)


def enrol(session: Session, person_id: str, name: str, now: datetime) -> tuple[Device, str]:
    """Register a phone and return it with its token, which is shown only this once."""
    token = secrets.token_urlsafe(32)
    device = Device(
        id=str(uuid.uuid4()),
        person_id=person_id,
        name=name.strip()[:60] or "手机",
        token_hash=_hash(token),
        created_at=now,
        last_seen_at=now,
    )
    session.add(device)
    return device, token


def by_token(session: Session, token: str, now: datetime) -> Device | None:
    """The device of a token; None when unknown, revoked, expired, or its person is disabled."""
    device = queries.device_in_use(session, _hash(token))
    return None if device is None or _expired(session, device, now) else device


def ever_of_token(session: Session, token: str) -> Device | None:
    """The device that a token was once given to, whatever became of it since."""
    return queries.device_by_hash(session, _hash(token))


def is_to_be_noted(device: Device, now: datetime) -> bool:
    """Whether it is time to note again that a device was heard of; once a day is enough."""
    return now - device.last_seen_at > A_DAY


def _expired(session: Session, device: Device, now: datetime) -> bool:
    """A phone that was silent for longer than policy allows has to sign in again."""
    if not is_to_be_noted(device, now):
        return False
    days = in_force(session, clock.local(now).date()).get("device.idle_days")
    return isinstance(days, int) and now - device.last_seen_at > timedelta(days=days)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

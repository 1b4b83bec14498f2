"""Taking submissions in: store, extract writes, apply, derive, feed."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from server import jobs
from server.accounts.actor import Actor
from server.changes import queries as changes
from server.config import current
from server.database import is_fatal, is_passing
from server.intake import at_once
from server.intake.at_once import Plain, Read
from server.intake.batch import Batch, begin
from server.intake.examine import Examined, examine
from server.intake.look import Looked, look, look_again
from server.intake.merge_in import merge_in, touching
from server.intake.place import find_place
from server.intake.tell import tell
from server.journal import entries as journal
from server.submissions import queries as submissions
from server.submissions.incoming import Incoming

log = logging.getLogger(__name__)

#: How often one submission is tried when other transactions come in between.
ATTEMPTS = 3

Fate = Literal["stored", "already_stored", "mismatch", "quarantined", "retry"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one submission; `detail` says it in Chinese where it is not plain."""

    instance_id: str
    fate: Fate
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What one person sent.

    actor: whose areas bound what the submissions may touch; None for the office's own commands,
    which are bound by their caller. looked: what was read of the submissions before the
    transaction began.
    """

    incoming: Sequence[Incoming]
    actor: Actor | None
    looked: Looked | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """The fates of a batch, the feed number that contains it, and what was stored.

    job: to be woken after the commit; it checks what was not checked at once.
    """

    outcomes: tuple[Outcome, ...]
    number: int
    stored: tuple[str, ...]
    job: str | None = None


def receive(
    session: Session,
    incoming: Sequence[Incoming],
    actor: Actor | None,
    now: datetime,
    looked: Looked | None = None,
) -> Received:
    """Take in what one person sent; the rest as `receive_all`."""
    return receive_all(session, [Sent(incoming, actor, looked)], now)


def receive_all(session: Session, sent: Sequence[Sent], now: datetime) -> Received:
    """Take in what some people sent within the caller's transaction, in that order.

    One bad submission never holds back its neighbours: each has a savepoint. What changed is
    numbered once, as the last statement before the commit.
    Raises what the database says when nothing more can be stored (see `database.is_fatal`).
    """
    batch = begin(session, now)
    said = [plain for some in sent for plain in _examined(session, some, batch)]
    incoming = [one for one, _, _ in said]
    batch.hold(session, touching(session, [examined for _, examined, _ in said], incoming))
    ids = [one.instance_id for one in incoming]  # looked for once nobody else can store them
    known = submissions.content_hashes(session, ids)
    batch.awaited = submissions.awaited(session, ids)
    read = [
        Read(one, None if one.instance_id in known else examined, actor)
        for one, examined, actor in said
    ]
    taken = at_once.take(session, batch, read)
    outcomes = tuple(
        _stored(each.one.instance_id, taken) or _one(session, each, batch) for each in read
    )
    journal.append(
        session,
        [
            (each.one, outcome.fate, each.actor.person_id if each.actor else None)
            for each, outcome in zip(read, outcomes, strict=True)
            if outcome.fate not in ("already_stored", "retry")
        ],
        received_at=now,
    )
    job = _check_later(session, batch, read)
    number = changes.append(session, current().county, batch.changed)
    return Received(outcomes, number, tuple(batch.stored), job)


def _examined(session: Session, sent: Sent, batch: Batch) -> Iterable[Plain]:
    """What was read before the transaction, or now where it was not or holds no more."""
    looked = sent.looked
    if looked is None or looked.dictionary is not batch.dictionary:
        looked = look(session, sent.incoming, batch.dictionary)
    else:
        looked = look_again(session, sent.incoming, looked)
    for one, examined in zip(sent.incoming, looked.examined, strict=True):
        yield one, examined, sent.actor


def _check_later(session: Session, batch: Batch, read: Sequence[Read]) -> str | None:
    """Leave to a worker what was stored and is not checked yet."""
    filled = {each.one.instance_id for each in read if each.examined and each.examined.reviewable}
    ids = [name for name in batch.stored if name in filled and name not in batch.checked]
    author = next((each.actor.person_id for each in read if each.actor), None)
    return jobs.enqueue(session, "check", {"instance_ids": ids}, created_by=author) if ids else None


def _stored(instance_id: str, taken: set[str]) -> Outcome | None:
    """The outcome of the first submission under an id that was taken in with others."""
    if instance_id not in taken:
        return None
    taken.remove(instance_id)
    return Outcome(instance_id, "stored")


def _one(session: Session, read: Read, batch: Batch) -> Outcome:
    one, examined, batch.actor = read.one, read.examined, read.actor
    kept = len(batch.changed), len(batch.stored)
    for left in reversed(range(ATTEMPTS)):
        try:
            with session.begin_nested():
                return _take(session, one, examined, batch, patient=left > 0)
        except SQLAlchemyError as error:
            del batch.changed[kept[0] :], batch.stored[kept[1] :]
            batch.looked.clear()
            if is_fatal(error):
                raise
            if not left or not is_passing(error):
                log.exception("submission not stored", extra={"instance_id": one.instance_id})
                break
        examined = None  # perhaps the same came over another connection a moment ago: look again
    return Outcome(one.instance_id, "retry", "服务器没存下来，会自动再传。")


def _take(
    session: Session, one: Incoming, examined: Examined | None, batch: Batch, *, patient: bool
) -> Outcome:
    if examined is None or one.instance_id in batch.stored:
        known = submissions.content_hashes(session, [one.instance_id]).get(one.instance_id)
        if known is not None:
            return _again(session, one, known, batch)
    examined = examined or examine(session, one, batch.dictionary)
    place = find_place(session, examined, batch)
    reason = examined.quarantine or place.quarantine
    root = submissions.root_of(session, one.deprecated_id) if one.deprecated_id else one.instance_id
    row = submissions.row_of(
        one,
        received_at=batch.at.now,
        root_id=root,
        event_date=examined.event_date,
        household_id=place.household_id,
        area=place.area,
        quarantined=reason.text if reason else None,
    )
    submissions.store_all(session, [row], [(one.instance_id, file) for file in one.attachments])
    batch.stored.append(one.instance_id)
    reason = reason or merge_in(session, one, examined, root, place.area, batch, patient=patient)
    if reason is None:
        return Outcome(one.instance_id, "stored")
    tell(session, batch, "quarantine", one.instance_id, place.area, reason.text)
    return Outcome(one.instance_id, "quarantined", reason.text)


def _again(session: Session, one: Incoming, known: str, batch: Batch) -> Outcome:
    if known == one.content_hash:
        return Outcome(one.instance_id, "already_stored")
    if not submissions.mismatch_known(session, one.instance_id, one.content_hash):
        submissions.store_mismatch(session, one, batch.at.now)
        area = submissions.area_of(session, one.instance_id)
        tell(session, batch, "mismatch", one.instance_id, area)
    return Outcome(
        one.instance_id, "mismatch", "同一条记录传来了两种内容，两份都留着，镇里会核实。"
    )

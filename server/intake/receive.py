"""Taking submissions in: store, extract writes, apply, derive, feed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from server import clock
from server.accounts.actor import Actor
from server.changes import queries as changes
from server.changes.queries import Changed
from server.config import current
from server.followup.derive import Moment
from server.forms.dictionary import Dictionary
from server.forms.queries import dictionary_in_force
from server.intake.apply import apply_all
from server.intake.decisions import apply_decision
from server.intake.examine import Examined, Quarantine, examine
from server.intake.extract import extract_writes
from server.intake.place import find_place
from server.policy.values import in_force
from server.registers import queries as registers
from server.submissions import queries as submissions
from server.submissions.incoming import Incoming
from server.submissions.models import ReviewState

log = logging.getLogger(__name__)

Fate = Literal["stored", "already_stored", "mismatch", "quarantined", "retry"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one submission; `detail` says it in Chinese where it is not plain."""

    instance_id: str
    fate: Fate
    detail: str | None = None


@dataclass(slots=True)
class Batch:
    """What the submissions of one transaction have touched so far."""

    dictionary: Dictionary
    at: Moment
    changed: list[Changed] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Received:
    """The fates of a batch, the feed number that contains it, and what must be checked."""

    outcomes: tuple[Outcome, ...]
    number: int
    stored: tuple[str, ...]


def receive(
    session: Session, incoming: Sequence[Incoming], actor: Actor | None, now: datetime
) -> Received:
    """Take in a batch within the caller's transaction.

    actor: whose areas bound what the submissions may touch; None for the office's own commands,
    which are bound by their caller. One bad submission never holds back its neighbours: each has
    a savepoint. What changed is numbered once, as the last statement before the commit.
    """
    batch = begin(session, now)
    outcomes = tuple(_one(session, one, actor, batch) for one in incoming)
    number = changes.append(session, current().county, batch.changed)
    return Received(outcomes, number, tuple(batch.stored))


def begin(session: Session, now: datetime) -> Batch:
    """What holds for every submission of a transaction."""
    today = clock.local(now).date()
    return Batch(
        dictionary=dictionary_in_force(session),
        at=Moment(now=now, today=today, policy=in_force(session, today)),
    )


def _one(session: Session, one: Incoming, actor: Actor | None, batch: Batch) -> Outcome:
    kept = len(batch.changed), len(batch.stored)
    try:
        with session.begin_nested():
            return _take(session, one, actor, batch)
    except SQLAlchemyError:
        log.exception("submission not stored", extra={"instance_id": one.instance_id})
        del batch.changed[kept[0] :], batch.stored[kept[1] :]
        return Outcome(one.instance_id, "retry", "服务器没存下来，会自动再传。")


def _take(session: Session, one: Incoming, actor: Actor | None, batch: Batch) -> Outcome:
    known = submissions.content_hashes(session, [one.instance_id]).get(one.instance_id)
    if known is not None:
        return _again(session, one, known, batch)
    examined = examine(session, one, batch.dictionary)
    place = find_place(session, one, examined, actor)
    reason = examined.quarantine or place.quarantine
    root = one.instance_id
    if one.deprecated_id:
        root = submissions.root_of(session, one.deprecated_id)
    submissions.store(
        session,
        one,
        received_at=batch.at.now,
        root_id=root,
        event_date=examined.event_date,
        household_id=place.household_id,
        area=place.area,
        quarantined=reason.text if reason else None,
    )
    batch.stored.append(one.instance_id)
    if reason:
        return _set_aside(session, one, reason, place.area, batch)
    try:
        with session.begin_nested():
            _merge_in(session, one, examined, root, batch)
    except Exception:  # whatever fails here, what was recorded stays stored
        log.exception("merge failed", extra={"instance_id": one.instance_id})
        reason = Quarantine("merge-failed", "服务器没能把这条并进户档，已通知管理员，记录不会丢。")
        submissions.quarantine(session, one.instance_id, reason.text)
        return _set_aside(session, one, reason, place.area, batch)
    return Outcome(one.instance_id, "stored")


def _again(session: Session, one: Incoming, known: str, batch: Batch) -> Outcome:
    if known == one.content_hash:
        return Outcome(one.instance_id, "already_stored")
    if not submissions.mismatch_known(session, one.instance_id, one.content_hash):
        submissions.store_mismatch(session, one, batch.at.now)
        found = submissions.submission(session, one.instance_id)
        batch.changed += _tell(session, "mismatch", one, found.area if found else "", batch)
    return Outcome(
        one.instance_id, "mismatch", "同一条记录传来了两种内容，两份都留着，镇里会核实。"
    )


def _set_aside(
    session: Session, one: Incoming, reason: Quarantine, area: str, batch: Batch
) -> Outcome:
    batch.changed += _tell(session, "quarantine", one, area, batch, reason.text)
    return Outcome(one.instance_id, "quarantined", reason.text)


def _tell(
    session: Session, kind: str, one: Incoming, area: str, batch: Batch, why: str = ""
) -> list[Changed]:
    from server.followup.models import Task
    from server.followup.queries import save_task

    title = "同一条记录传来了两种内容" if kind == "mismatch" else f"有一条记录没有并进户档：{why}"
    save_task(
        session,
        Task(
            kind=kind,
            subject=one.instance_id,
            area=area or current().county,
            household_id=None,
            title=title,
            detail={"person_id": one.person_id, "form_id": one.form_id},
            state="open",
            opened_at=batch.at.now,
        ),
    )
    return [Changed("task", f"{kind}:{one.instance_id}", area or current().county)]


def _merge_in(session: Session, one: Incoming, examined: Examined, root: str, batch: Batch) -> None:
    decision = examined.decision
    touched = {(said.register, said.entity_id) for said in examined.said}
    if one.deprecated_id:
        versions = [version.instance_id for version in submissions.chain(session, root)]
        touched |= submissions.entities_written(session, versions)
    if decision:
        touched |= submissions.entities_written(session, [decision.instance_id])
    locked = registers.lock(session, touched)
    adopted = submissions.adopt_chain(session, one.instance_id, root)
    extract_writes(session, one, examined, root, batch.dictionary)
    for version in adopted:
        _extract_again(session, version, batch)
    if examined.join:
        from server.registers.models import Join

        session.add(
            Join(instance_id=one.instance_id, first=examined.join[0], second=examined.join[1])
        )
    if one.source == "phone" or examined.reviewable:
        _open_review(session, one, examined, batch)
    if decision:
        batch.changed += apply_decision(session, one, decision, batch.at)
    batch.changed += apply_all(session, locked, batch.dictionary, batch.at)


def _extract_again(session: Session, instance_id: str, batch: Batch) -> None:
    """A correction that came before its original is read anew with the original's `shown`."""
    from server.intake.extract import stored_as_incoming

    found = submissions.submission(session, instance_id)
    if found is not None and found.quarantined is None:
        one = stored_as_incoming(found)
        extract_writes(
            session, one, examine(session, one, batch.dictionary), found.root_id, batch.dictionary
        )


def _open_review(session: Session, one: Incoming, examined: Examined, batch: Batch) -> None:
    submissions.add_state(
        session,
        ReviewState(
            instance_id=one.instance_id,
            state="edited" if one.deprecated_id else "received",
            step=0,
            urgent=examined.urgent,
            line=examined.line,
            summary=examined.summary,
        ),
    )
    if one.deprecated_id:
        submissions.set_superseded(session, one.deprecated_id, one.instance_id)
    found = submissions.submission(session, one.instance_id)
    area = found.area if found else ""
    batch.changed += [
        Changed("review", instance_id, area)
        for instance_id in filter(None, [one.instance_id, one.deprecated_id])
    ]

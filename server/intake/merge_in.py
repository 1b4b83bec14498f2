"""Merging one stored submission into the registers, with all that hangs on it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from server.changes.queries import Changed
from server.database import is_fatal, is_passing
from server.intake import closing, corrections, joining
from server.intake.apply import apply_all
from server.intake.arrival import Touched, set_aside
from server.intake.batch import Batch
from server.intake.decisions import apply_decision
from server.intake.examine import Examined, Quarantine, examine
from server.intake.extract import extract_writes, stored_as_incoming
from server.intake.joining import Acts
from server.intake.place import named
from server.submissions import queries as submissions
from server.submissions.incoming import Incoming
from server.submissions.models import ReviewState, Submission

log = logging.getLogger(__name__)

FAILED = Quarantine("merge-failed", "服务器没能把这条并进户档，已通知管理员，记录不会丢。")


def touching(
    session: Session, examined: Iterable[Examined], incoming: Iterable[Incoming]
) -> set[str]:
    """The ids of the entities that a batch may touch, to be locked before anything else."""
    examined = list(examined)
    ids = {name for one in examined for name in named(one)}
    acts = [act for one in examined for act in joining.acts_of(session, "", one)]
    ids |= joining.wholes_of(session, acts) if acts else set()
    about = {one.decision.instance_id for one in examined if one.decision}
    chains = {one.deprecated_id for one in incoming if one.deprecated_id}
    about |= submissions.in_chains(session, chains) if chains else set()
    written = submissions.entities_written(session, about) if about else set()
    return ids | {entity_id for _, entity_id in written}


def merge_in(
    session: Session,
    one: Incoming,
    examined: Examined,
    root: str,
    area: str,
    batch: Batch,
    *,
    patient: bool = False,
) -> Quarantine | None:
    """Merge a stored submission; returns why it was set aside instead, if it was.

    root: the first version of its record. area: the village where it was placed.
    Whatever fails here, what was recorded stays stored, and its neighbours are untouched.
    patient: the caller will try again, so raise what passes (see `database.is_passing`).
    """
    kept = len(batch.changed)
    try:
        with session.begin_nested():
            reason = _refused(session, one, batch)
            if reason is None:
                _merge(session, one, examined, root, area, batch)
    except Exception as error:
        if isinstance(error, SQLAlchemyError) and (
            is_fatal(error) or (patient and is_passing(error))
        ):
            raise
        log.exception("merge failed", extra={"instance_id": one.instance_id})
        del batch.changed[kept:]
        reason = FAILED
    if reason:
        found = submissions.submission(session, one.instance_id)
        if found is not None:
            submissions.quarantine(session, found, reason.text)
    return reason


def _refused(session: Session, one: Incoming, batch: Batch) -> Quarantine | None:
    if not one.deprecated_id or batch.vouched:
        return None
    correction = submissions.submission(session, one.instance_id)
    if correction is None:
        return None
    return corrections.judge(
        session,
        correction,
        submissions.submission(session, one.deprecated_id),
        submissions.submission(session, correction.root_id),
        batch.at.today,
    )


def _merge(
    session: Session, one: Incoming, examined: Examined, root: str, area: str, batch: Batch
) -> None:
    touched: Touched = {(said.register, said.entity_id) for said in examined.said}
    if examined.decision:
        touched |= submissions.entities_written(session, [examined.decision.instance_id])
    acts = joining.acts_of(session, one.instance_id, examined)
    touched |= _beside(session, acts, batch)
    adopted: Sequence[Submission] = ()
    if one.instance_id in batch.awaited:
        adopted = submissions.adopt_chain(session, one.instance_id, root)
    if one.deprecated_id:
        batch.awaited.add(root)
    touched |= _chain_writes(session, one, root, adopted)
    locked = batch.lock(session, touched)
    extract_writes(session, one, examined, root, batch)
    _reread(session, one, adopted, batch)
    if examined.reviewable:
        open_review(session, one, examined)
        batch.changed.append(Changed("review", one.instance_id, area))
    if examined.decision:
        batch.changed += apply_decision(session, one, examined.decision)
        corrections.follow(session, batch, examined.decision.instance_id)
    if acts:
        joining.follow(session, acts)
        joining.remember_since(session, locked.values())
    closing.follow(session, batch, one, examined)
    if one.deprecated_id or adopted:
        corrections.follow(session, batch, one.instance_id)
    wholes = {(e.register, e.component) for e in locked.values() if e.component != e.id}
    apply_all(session, batch, locked | batch.lock(session, wholes))


def _chain_writes(
    session: Session, one: Incoming, root: str, adopted: Iterable[Submission]
) -> Touched:
    """What the other versions of a record write to."""
    versions = {version.instance_id for version in adopted}
    if one.deprecated_id:
        versions |= {version.instance_id for version in submissions.chain(session, root)}
    return submissions.entities_written(session, versions) if versions else set()


def _reread(session: Session, one: Incoming, adopted: Iterable[Submission], batch: Batch) -> None:
    """Corrections that came before their original are judged and read anew, with its `shown`."""
    adopted = list(adopted)
    arrived = submissions.submission(session, one.instance_id) if adopted else None
    if arrived is None:
        return
    refused = corrections.refused_by_arrival(session, arrived, adopted, batch.at.today)
    for correction, reason in refused:
        set_aside(session, batch, correction, reason.text)
    for correction in adopted:
        if correction.quarantined is None:
            said = stored_as_incoming(correction)
            read = examine(session, said, batch.dictionary)
            extract_writes(session, said, read, correction.root_id, batch)


def _beside(session: Session, acts: Acts, batch: Batch) -> Touched:
    """All that was joined so far with what is joined, told apart or parted now."""
    if not acts:
        return set()
    whole = batch.entities(session, joining.wholes_of(session, acts))
    return {(entity.register, entity.id) for entity in whole.values()}


def open_review(session: Session, one: Incoming, examined: Examined) -> None:
    """Put a filled form up for review."""
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

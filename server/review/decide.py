"""Approving, returning, rejecting a record, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.changes.queries import numbered_last
from server.intake.office import Decision
from server.problems import DecisionRefused, NotFound, RightMissing, StateMovedOn
from server.registers import queries as registers
from server.registers.chains import is_rival
from server.registers.reading import OFFICE, versions
from server.review import queries
from server.review.number import give_number
from server.review.queue import seen_of
from server.review.submit import submit_decision
from server.submissions import queries as submissions
from server.submissions.models import ReviewState, Submission

Word = Literal["approve", "approve_with_note", "return", "reject"]
Remarks = Sequence[tuple[str | None, str]]


def decide(
    session: Session,
    actor: Actor,
    instance_id: str,
    decision: Word,
    remarks: Remarks,
    seen_state: str,
    now: datetime,
) -> None:
    """Decide about one record, as a submission of the office in the actor's name.

    remarks: (question path or None, text); a return needs at least one, a rejection a reason.
    seen_state: `seen_of` what the reviewer saw. Raises StateMovedOn when it has moved on,
    DecisionRefused when the decision cannot be taken, RightMissing on one's own record.
    """
    submission, state = _record(session, actor, instance_id)
    said = [(question, text.strip()) for question, text in remarks if text.strip()]
    if seen_of(state) != seen_state:
        raise _moved_on(session, actor, state)
    if state.superseded_by and not (decision == "reject" and _is_rival(session, state)):
        raise StateMovedOn("这条已经有改过的新版本，请看新的那条。")
    if state.step and state.decided_by == actor.person_id:
        raise RightMissing("上一步是您审的，这一步要请别人审核。")
    if submission.person_id == actor.person_id:
        raise RightMissing("自己记的要请别人审核。")
    if state.state in ("approved", "rejected"):
        raise DecisionRefused("这条已经审过了；要改，先撤销原来的决定。")
    if decision in ("return", "reject", "approve_with_note") and not said:
        raise DecisionRefused("请写一句说明，记录人才知道怎么改。")
    with numbered_last(session):
        submit_decision(session, actor, Decision(instance_id, decision, tuple(said)), now)
        if state.state == "approved":
            give_number(session, actor, instance_id, now)
    accounts.audit(session, now, actor.person_id, f"review.{decision}", instance_id)


def undo(session: Session, actor: Actor, instance_id: str, now: datetime, reason: str = "") -> None:
    """Take back the last decision about a record; a colleague's with a reason.

    Raises DecisionRefused without one, RightMissing on one's own record.
    """
    submission, state = _record(session, actor, instance_id)
    if state.decided_by is None:
        raise StateMovedOn("这条现在没有可以撤销的决定。")
    if submission.person_id == actor.person_id:
        raise RightMissing("自己记的要请别人审核。")
    if state.decided_by != actor.person_id and not reason.strip():
        raise DecisionRefused("撤销别人的决定要写原因。")
    if state.superseded_by:
        raise StateMovedOn("记录人已经改好重新交上来了，不能再撤销。")
    submit_decision(session, actor, Decision(instance_id, "undo"), now)
    accounts.audit(session, now, actor.person_id, "review.undo", instance_id, reason=reason.strip())


def _moved_on(session: Session, actor: Actor, state: ReviewState) -> StateMovedOn:
    """What to say to somebody who looked while a colleague decided, or while more arrived."""
    if state.state in queries.WAITING or state.decided_by in (None, actor.person_id):
        return StateMovedOn()
    name = accounts.names(session, {state.decided_by}).get(state.decided_by, "别人")
    return StateMovedOn(f"您看的时候，{name}已经审过这一条了，结果在上面。")


def _record(session: Session, actor: Actor, instance_id: str) -> tuple[Submission, ReviewState]:
    """The record and its state, locked: entities before states, as intake does it."""
    written = submissions.entities_written(session, [instance_id])
    registers.lock_existing(session, {entity_id for _, entity_id in written})
    found = submissions.submission(session, instance_id)
    state = submissions.lock_state(session, instance_id)
    if found is None or state is None or found.area not in actor.villages:
        raise NotFound
    if found.source in OFFICE:
        raise NotFound
    return found, state


def _is_rival(session: Session, state: ReviewState) -> bool:
    """Whether somebody else's correction of the same version stands in a record's place."""
    chain = versions(submissions.standings(session, [state.instance_id]))
    return is_rival(chain, state.instance_id, state.superseded_by or "")

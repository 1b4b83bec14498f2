"""What review decisions, themselves submissions, make of the state of the record they are about."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from server.changes.queries import Changed
from server.forms.queries import definition_of
from server.intake.office import Decision, parse
from server.registers.reading import OFFICE
from server.submissions import queries as submissions
from server.submissions.incoming import Incoming
from server.submissions.models import Remark, ReviewState, Submission


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with the submission that carries it."""

    by: Submission
    decision: Decision


def apply_decision(session: Session, one: Incoming, decision: Decision) -> list[Changed]:
    """Move the decided record to the state that all decisions about it come to."""
    found = submissions.submission(session, decision.instance_id)
    if found is None:
        return []
    come_to(session, found, submissions.of_form(session, "office-review", found.household_id))
    return [] if found.source in OFFICE else [Changed("review", decision.instance_id, found.area)]


def after_earlier(
    session: Session, form_id: str, household_ids: Collection[str | None], now: datetime
) -> datetime:
    """When an act of the office about some households is to count as received.

    Acts of one form count in their order, so it is later than all earlier ones, also when the
    server's clock was set back in between.
    """
    newest = submissions.newest_received(session, form_id, household_ids)
    return max(now, newest + timedelta(microseconds=1)) if newest else now


def come_to(session: Session, found: Submission, carried: Iterable[Submission]) -> None:
    """Give a record the state and the remarks that all decisions about it come to.

    carried: the office's decisions in the order in which they were taken, about other records too.
    What the office made needs no review; it has a state only while it is withdrawn.
    """
    office = found.source in OFFICE
    state = submissions.state(session, found.instance_id)
    if state is None and not office:
        return
    standing = standing_about(found, carried)
    if standing or not office:
        _set(session, found, state or _unreviewed(session, found), standing)
    elif state is not None:
        submissions.drop_state(session, found.instance_id)
    _remark(session, found, standing)
    session.flush()


def standing_about(found: Submission, carried: Iterable[Submission]) -> list[Decided]:
    """The decisions about a record that were not taken back: an undo takes back the last one."""
    standing: list[Decided] = []
    for by in carried:
        decision = parse(by.xml).decision
        if decision is None or decision.instance_id != found.instance_id:
            continue
        one = Decided(by, decision)
        if decision.decision != "undo":
            standing.append(one)
        elif standing:
            standing.pop()
    return standing


def _remark(session: Session, found: Submission, standing: Iterable[Decided]) -> None:
    """The remarks of the decisions that stand, and no others."""
    kept = {one.by.instance_id: one for one in standing}
    made = {remark.decision_id for remark in submissions.remarks_of(session, [found.instance_id])}
    for gone in sorted(made - kept.keys()):
        submissions.drop_remarks(session, gone)
    submissions.add_remarks(
        session,
        [
            Remark(
                instance_id=found.instance_id,
                decision_id=name,
                question=question,
                text=text,
                person_id=one.by.person_id,
                at=one.by.recorded_at,
            )
            for name, one in kept.items()
            if name not in made
            for question, text in one.decision.remarks
        ],
    )


def _unreviewed(session: Session, found: Submission) -> ReviewState:
    """A state for what the office made itself, which has one only while it is withdrawn."""
    row = ReviewState(instance_id=found.instance_id, state="received", step=0)
    submissions.add_state(session, row)
    return row


def _set(
    session: Session, found: Submission, state: ReviewState, standing: Iterable[Decided]
) -> None:
    definition = definition_of(session, found.form_id, found.form_version)
    steps = definition.review_steps if definition else ()
    state.state, state.step = ("edited" if found.deprecated_id else "received"), 0
    state.decided_by = state.decided_at = state.decision_id = None
    for one in standing:
        _advance(state, one.decision.decision, steps)
        state.decided_by, state.decided_at = one.by.person_id, one.by.recorded_at
        state.decision_id = one.by.instance_id


def _advance(state: ReviewState, decision: str, steps: tuple[str, ...]) -> None:
    """Approved means approved at the form's last review step."""
    if decision == "return":
        state.state, state.step = "hasIssues", 0
    elif decision == "reject":
        state.state = "rejected"
    else:
        state.step += 1
        if state.step >= max(1, len(steps)):
            state.state = "approved"

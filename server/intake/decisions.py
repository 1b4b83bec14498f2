"""What a review decision, itself a submission, does to the state of the record it is about."""

from __future__ import annotations

from sqlalchemy.orm import Session

from server.changes.queries import Changed
from server.followup.derive import Moment
from server.forms.queries import definition_of
from server.intake.office import Decision, parse
from server.submissions import queries as submissions
from server.submissions.incoming import Incoming
from server.submissions.models import Remark, ReviewState


def apply_decision(
    session: Session, one: Incoming, decision: Decision, at: Moment
) -> list[Changed]:
    """Move the decided record to its new state and keep the remarks with it."""
    found = submissions.submission(session, decision.instance_id)
    state = submissions.state(session, decision.instance_id)
    if found is None or state is None:
        return []
    if decision.decision == "undo":
        _undo(session, state)
    else:
        definition = definition_of(session, found.form_id, found.form_version)
        _advance(state, decision.decision, definition.review_steps if definition else ())
        state.decided_by, state.decided_at = one.person_id, one.recorded_at
        state.decision_id = one.instance_id
    submissions.add_remarks(
        session,
        [
            Remark(
                instance_id=decision.instance_id,
                decision_id=one.instance_id,
                question=question,
                text=text,
                person_id=one.person_id,
                at=one.recorded_at,
            )
            for question, text in decision.remarks
        ],
    )
    session.flush()
    return [Changed("review", decision.instance_id, found.area)]


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


def _undo(session: Session, state: ReviewState) -> None:
    """Back to what it was before the last decision, whose remarks are withdrawn."""
    found = submissions.submission(session, state.instance_id)
    last = submissions.submission(session, state.decision_id) if state.decision_id else None
    if last is not None:
        submissions.drop_remarks(session, last.instance_id)
        decided = parse(last.xml).decision
        if decided is not None and decided.decision.startswith("approve"):
            state.step = max(0, state.step - 1)
    state.state = "edited" if found is not None and found.deprecated_id else "received"
    state.decided_by = state.decided_at = state.decision_id = None

"""What review decisions, themselves submissions, make of the state of the record they are about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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
    """Move the decided record to the state that all decisions about it come to.

    What the office made needs no review; it has a state only while it is withdrawn.
    """
    found = submissions.submission(session, decision.instance_id)
    if found is None:
        return []
    office = found.source in OFFICE
    state = submissions.state(session, decision.instance_id)
    if state is None and not office:
        return []
    standing, withdrawn = _standing(_decisions(session, found))
    for gone in withdrawn:
        submissions.drop_remarks(session, gone.by.instance_id)
    if office and not standing:
        submissions.drop_state(session, found.instance_id)
    else:
        _set(session, found, state or _unreviewed(session, found), standing)
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
    return [] if office else [Changed("review", decision.instance_id, found.area)]


def _unreviewed(session: Session, found: Submission) -> ReviewState:
    """A state for what the office made itself, which has one only while it is withdrawn."""
    row = ReviewState(instance_id=found.instance_id, state="received", step=0)
    submissions.add_state(session, row)
    return row


def _decisions(session: Session, found: Submission) -> list[Decided]:
    """All decisions about a record, in the order in which they were taken."""
    carried = submissions.of_form(session, "office-review", found.household_id)
    every = [Decided(by, said) for by in carried if (said := parse(by.xml).decision)]
    return [one for one in every if one.decision.instance_id == found.instance_id]


def _standing(decisions: Iterable[Decided]) -> tuple[list[Decided], list[Decided]]:
    """Those that stand, and those that were taken back: an undo takes back the last one."""
    standing: list[Decided] = []
    withdrawn: list[Decided] = []
    for one in decisions:
        if one.decision.decision != "undo":
            standing.append(one)
        elif standing:
            withdrawn.append(standing.pop())
    return standing, withdrawn


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

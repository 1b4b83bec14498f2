"""What was once written of a group of properties: who helped, what was decided."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from server.household_file.content.papers import queries
from server.household_file.content.papers.known import Step
from server.household_file.content.states import state_at
from server.submissions.models import ReviewState, Submission, Write


def steps_of(
    session: Session,
    entity_ids: Collection[str],
    unit: str,
    before: datetime,
    named: Callable[[Submission], str],
) -> Sequence[Step]:
    """Every value that a unit of some entities had, oldest first; what was rejected is not told.

    Of corrections only the last counts; saying the same again is no new step.
    """
    if not entity_ids:
        return ()
    chains: dict[tuple[str, str], tuple[Write, Submission, ReviewState | None]] = {}
    for write, submission, state in queries.writes_of_unit(session, entity_ids, unit, before):
        if state_at(state, before) != "rejected":
            chains[(write.entity_id, submission.root_id)] = (write, submission, state)
    found: list[Step] = []
    for write, submission, state in chains.values():
        value = write.value if isinstance(write.value, dict) else {unit: write.value}
        said = {name: str(text) for name, text in value.items()}
        earlier = next((one for one in reversed(found) if one.of == write.entity_id), None)
        if any(said.values()) and (earlier is None or earlier.said != said):
            found.append(
                Step(
                    of=write.entity_id,
                    on=write.event_date.isoformat(),
                    by=named(submission),
                    said=said,
                    reviewed=state_at(state, before) == "approved",
                )
            )
    return found

"""The SQL of documents."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.submissions.models import ReviewState, Submission, Write


def writes_of_unit(
    session: Session, entity_ids: Collection[str], unit: str, received_before: datetime
) -> Sequence[tuple[Write, Submission, ReviewState | None]]:
    """What was ever written of one unit of some entities, in the order of its days."""
    rows = session.execute(
        select(Write, Submission, ReviewState)
        .join(Submission, Submission.instance_id == Write.instance_id)
        .outerjoin(ReviewState, ReviewState.instance_id == Write.instance_id)
        .where(
            Write.entity_id.in_(entity_ids),
            Write.unit == unit,
            Submission.quarantined.is_(None),
            Submission.received_at < received_before,
        )
        .order_by(Write.event_date, Submission.received_at, Write.instance_id)
    )
    return [(row[0], row[1], row[2]) for row in rows]

"""What follows from households, computed anew because a day began or policy changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from server import clock, jobs
from server.changes import queries as changes
from server.changes.queries import Changed
from server.config import current
from server.database import reading, transaction
from server.followup import queries as followup
from server.followup.derive import derive
from server.intake.batch import begin
from server.jobs.queue import Progress
from server.policy.keys import key_of

KIND = "derived-again"
AT_ONCE = 50


def moved_by(session: Session, key: str) -> Collection[str]:
    """The households of which something may follow otherwise when a value of a key changes."""
    spec = key_of(key.partition("@")[0])
    moves = spec.moves if spec else ""
    if moves == "visits":
        of_type = key.removeprefix("interval.")
        every = key in ("interval.away_meeting", "interval.first_visit")
        return followup.households(session, "" if every else of_type)
    if moves in ("cases", "problems"):
        return followup.households_with(session, moves)
    return followup.households(session) if moves else ()


def order(session: Session, keys: Collection[str], today: date) -> str | None:
    """Have computed anew what turned until today and what some keys move; returns the job."""
    moving = sorted(key for key in keys if moved_by(session, key))
    if not moving and not followup.turning(session, today):
        return None
    params: dict[str, object] = {"keys": moving, "until": today.isoformat()}
    return jobs.enqueue(session, KIND, params, title="重新计算到期和期限")


@jobs.handles(KIND)
def compute(params: Mapping[str, Any], progress: Progress) -> dict[str, object]:
    """The job: some households at a time, each in a transaction of its own."""
    with reading() as session:
        found = set(followup.turning(session, date.fromisoformat(params["until"])))
        for key in params["keys"]:
            found |= set(moved_by(session, key))
    homes, moved = sorted(found), 0
    for done in range(0, len(homes), AT_ONCE):
        moved += _some(homes[done : done + AT_ONCE])
        progress(min(done + AT_ONCE, len(homes)), len(homes), "正在重新计算到期和期限")
    return {"message": f"重新计算了 {len(found)} 户，其中 {moved} 户有变化", "moved": moved}


def _some(ids: Collection[str]) -> int:
    moved = 0
    with transaction() as session:
        batch = begin(session, clock.now())
        batch.hold(session, ids)
        for home in filter(None, map(batch.locked.get, ids)):
            before = dict(home.derived)
            batch.changed += derive(session, home.id, batch.at)
            if home.derived != before:
                moved += 1
                batch.changed.append(Changed("households", home.id, home.area))
        session.flush()
        changes.append(session, current().county, batch.changed)
    return moved

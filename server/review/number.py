"""Giving a household its number, when the office has approved its registration."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from server import clock
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.intake.office import OfficeContent, OfficeEntity, office_submission
from server.registers import queries as registers
from server.registers import values
from server.registers.reading import CREATED
from server.review.submit import submit
from server.submissions import queries as submissions

#: Digits of the serial after the twelve of the village.
SERIAL = 5


def give_number(session: Session, actor: Actor, instance_id: str, now: datetime) -> None:
    """Number the households that an approved record registered, unless they have a number.

    The next serial of the village, also after numbers that no household has any more: a number
    on an archive is never given twice.
    """
    created = {
        write.entity_id
        for write in submissions.writes_of_submission(session, instance_id)
        if write.unit == CREATED and write.register == "households"
    }
    for household_id in sorted(created):
        home = registers.lock_known(session, household_id)
        if home is None or values.text(home.live, "household_no") or not home.area:
            continue
        said = OfficeEntity("households", household_id, {"household_no": _next(session, home.area)})
        content = OfficeContent("number", clock.local(now).date(), entities=(said,))
        submit(session, actor, office_submission(content, person_id=actor.person_id, now=now), now)


def _next(session: Session, village: str) -> str:
    accounts.lock_area(session, village)
    highest = submissions.greatest(session, "household_no", village)
    serial = highest[len(village) :] if highest else "0"
    return f"{village}{int(serial) + 1:0{SERIAL}d}"

"""The verbs of policy: a value is entered from a day on; a wrong entry is withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from server.policy import queries, vocabulary
from server.policy.keys import key_of
from server.policy.models import PolicyValue
from server.policy.values import in_force, named
from server.problems import NotFound, RequestInvalid

FIRST = date(2014, 1, 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody enters: a value of a key from a day on, in an area, with its source."""

    key: str
    area: str
    value: object
    valid_from: date
    source: str
    reason: str


def check(entry: Entry) -> None:
    """Refuse what cannot be entered, in words."""
    spec = key_of(entry.key)
    if spec is None or (entry.area and not spec.by_area):
        raise NotFound("没有这一项政策。")
    if entry.valid_from < FIRST:
        raise RequestInvalid("开始的日子太早了，请核对。")
    if not entry.source or not entry.reason:
        raise RequestInvalid("请写依据的文件和原因，以后好查。")


def enter(session: Session, entry: Entry, person_id: str, now: datetime) -> PolicyValue:
    """Keep a value beside all that was entered before."""
    check(entry)
    row = PolicyValue(
        key=entry.key,
        area=entry.area,
        valid_from=entry.valid_from,
        entry=queries.newest_entry(session, entry.key, entry.area, entry.valid_from) + 1,
        value=entry.value,
        source=entry.source[:300],
        reason=entry.reason[:300],
        entered_by=person_id,
        entered_at=now,
    )
    session.add(row)
    session.flush()
    vocabulary.forget(session)
    return row


def withdraw(
    session: Session, row: PolicyValue, reason: str, person_id: str, now: datetime
) -> None:
    """Let an entry count no more; it stays in the history, with the reason."""
    if row.withdrawn_at is not None:
        raise RequestInvalid("这一条已经撤回了。")
    if not reason:
        raise RequestInvalid("请写为什么撤回。")
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = now, person_id, reason[:300]
    session.flush()
    vocabulary.forget(session)


def holds(session: Session, key: str, area: str, day: date) -> object:
    """What holds of a key in an area on a day: the area's own value, or else the county's."""
    values = in_force(session, day)
    return values.get(named(key, area), values.get(key))

"""What was corrected after it had been printed: which papers carry the old value, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from server.accounts import queries as accounts
from server.accounts.actor import actor
from server.accounts.models import AuditEvent
from server.household_file.models import PrintedFile
from server.household_file.printed import queries
from server.household_file.printed.compare import Difference
from server.submissions.models import Write

#: What the desk's exports are called; others are called by their action.
EXPORTS = {
    "households.exported": "农户表",
    "houses.exported": "住房台账",
    "unclaimed.exported": "可能未享受名单",
    "problems.exported": "问题诉求表",
    "members.exported": "家庭成员表",
    "cases.exported": "监测户表",
    "incomes.exported": "收入核算表",
    "left_behind.exported": "留守联系表",
    "measures.exported": "帮扶措施表",
    "exit_checks.exported": "退出核查表",
}


@dataclass(frozen=True, slots=True)
class Correction:
    """One record that was replaced or withdrawn after its content had been printed.

    taken_back: withdrawn (作废) instead of replaced.
    """

    household_id: str
    record: str
    replaced: str
    at: datetime
    by: str
    taken_back: bool


@dataclass(frozen=True, slots=True)
class Carrier:
    """A paper or a table that went out with the old value."""

    name: str
    at: datetime
    by: str


def corrections(
    session: Session, villages: Collection[str], household_id: str = ""
) -> list[Correction]:
    """What was corrected after printing, of some villages or of one household, newest first."""
    found = queries.replaced(session, villages, household_id)
    names = accounts.names(session, {row.by for row in found if row.by})
    versions = queries.versions_of(session, {row.household_id for row in found})
    return [
        Correction(
            row.household_id,
            row.record,
            row.replaced,
            row.at,
            names.get(row.by or "", ""),
            row.taken_back,
        )
        for row in found
        if carried_by(row.replaced, row.at, versions.get(row.household_id, ()))
    ]


def carried_by(replaced: str, at: datetime, versions: Sequence[PrintedFile]) -> list[PrintedFile]:
    """The versions that were printed with a record before it was corrected."""
    return [one for one in versions if replaced in one.used and one.made_at < at]


def of_version(found: Collection[Correction], version: PrintedFile) -> list[Correction]:
    """Those corrections that concern a version."""
    return [one for one in found if carried_by(one.replaced, one.at, [version])]


def corrected_lines(
    session: Session, lines: Sequence[Difference], found: Collection[Correction]
) -> list[Difference]:
    """Those differences that follow from corrections, not from what happened since."""
    records = {one.record for one in found}
    written = queries.writes_of(session, {one.replaced for one in found} | records)
    units = {(write.entity_id, name) for write in written for name in _names(write)}
    return [line for line in lines if line.key in units or line.key[0] in records]


def _names(write: Write) -> list[str]:
    """The properties that a write is about."""
    if isinstance(write.value, dict):
        return list(write.value)
    return [write.unit.partition("/")[0]]


def carriers(
    session: Session, found: Collection[Correction], versions: Sequence[PrintedFile], village: str
) -> list[Carrier]:
    """Everything that went out with a value before it was corrected, oldest first."""
    papers = [
        Carrier(f"一户一档第 {one.version} 版", one.made_at, "")
        for one in versions
        if any(carried_by(correction.replaced, correction.at, [one]) for correction in found)
    ]
    if not papers:
        return []
    until = max(one.at for one in found)
    since = min(one.received_at for one in queries.records(session, {c.replaced for c in found}))
    trail = queries.exports(session, since, until)
    names = accounts.names(session, {event.person_id for event in trail if event.person_id})
    tables = [
        Carrier(
            EXPORTS.get(event.action, "导出的表"), event.at, names.get(event.person_id or "", "")
        )
        for event in trail
        if _may_carry(session, event, village)
    ]
    return sorted([*papers, *tables], key=lambda one: one.at)


def _may_carry(session: Session, event: AuditEvent, village: str) -> bool:
    """Whether a table may hold households of a village: by what was asked, and whose it was."""
    asked = event.detail.get("asked")
    if isinstance(asked, dict) and asked.get("village", village) not in ("", village):
        return False
    if event.person_id is None:
        return False
    return village in actor(session, event.person_id, event.at.date()).villages

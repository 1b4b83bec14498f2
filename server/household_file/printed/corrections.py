"""What was corrected after it had been printed: which papers carry the old value, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from server import clock
from server.accounts import queries as accounts
from server.accounts.actor import actor
from server.accounts.models import AuditEvent
from server.household_file import words
from server.household_file.models import PrintedFile
from server.household_file.printed import export_queries, queries
from server.household_file.printed.compare import Difference
from server.household_file.printed.documents import SHORT, record_of
from server.household_file.printed.exported import tables_with
from server.household_file.sheets import queries as sheets
from server.household_file.sheets.models import IssuedSheet
from server.submissions.models import Write

Printed = TypeVar("Printed", PrintedFile, IssuedSheet)

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
    "checkup.exported": "档案体检",
}
#: So many lines of a table are named one by one.
MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class Correction:
    """One record that was replaced or withdrawn after its content had gone out.

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
    """A paper or a table that went out with the old value.

    may: that it carries the value is not known, only that it could.
    """

    name: str
    at: datetime
    by: str
    purpose: str = ""
    may: bool = False


def corrections(
    session: Session, villages: Collection[str], household_id: str = ""
) -> list[Correction]:
    """What was corrected after it had gone out on paper or in a table, newest first.

    Of some villages or of one household.
    """
    found = queries.replaced(session, villages, household_id)
    tables = tables_with(session, {row.replaced for row in found})
    names = accounts.names(session, {row.by for row in found if row.by})
    versions = queries.versions_of(session, {row.household_id for row in found})
    issued = sheets.carrying(session, {row.household_id for row in found})
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
        if row.replaced in tables
        or bool(carried_by(row.replaced, row.at, versions.get(row.household_id, ())))
        or bool(carried_by(row.replaced, row.at, issued[row.household_id]))
    ]


def carried_by(replaced: str, at: datetime, versions: Sequence[Printed]) -> list[Printed]:
    """The versions of a file, or of sheets, with a record that was corrected afterwards."""
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
    documents = {one[:SHORT] for one in records | _told_of(written)}
    return [
        line
        for line in lines
        if line.key in units or line.key[0] in records or record_of(line.key[1]) in documents
    ]


def _told_of(written: Collection[Write]) -> set[str]:
    """The case, house or person that records are about, whose document is named after it."""
    people = {write.value for write in written if write.unit == "person"}
    return {write.entity_id for write in written} | {one for one in people if isinstance(one, str)}


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
    issued = sheets.carrying(session, {one.household_id for one in found})
    papers += [
        Carrier(sheet_named(one), one.made_at, "")
        for one in dict.fromkeys(one for some in issued.values() for one in some)
        if any(carried_by(correction.replaced, correction.at, [one]) for correction in found)
    ]
    return sorted([*papers, *_tables(session, found, village)], key=lambda one: one.at)


def sheet_named(sheet: IssuedSheet) -> str:
    """A sheet by its title, number and version."""
    return f"{sheet.title}（{sheet.number} 第 {sheet.version} 版）"


def sheets_with(session: Session, found: Collection[Correction]) -> dict[str, list[IssuedSheet]]:
    """Corrected record -> the sheets that were issued with its old value, oldest first."""
    issued = sheets.carrying(session, {one.household_id for one in found})
    return {
        one.replaced: carried_by(one.replaced, one.at, issued[one.household_id]) for one in found
    }


def tables_named(session: Session, found: Collection[Correction]) -> dict[str, list[str]]:
    """Corrected record -> the tables with its old value, each with its lines, day and purpose."""
    carried = tables_with(session, {one.replaced for one in found})
    return {
        one.replaced: [
            f"{_called(table.event)}{_in_lines(table.lines)}"
            f"（{words.long_date(clock.local(table.event.at).date().isoformat())}导出，"
            f"用途：{table.event.reason}）"
            for table in carried.get(one.replaced, ())
        ]
        for one in found
    }


def _tables(session: Session, found: Collection[Correction], village: str) -> list[Carrier]:
    """The tables with the old value, each once with all its lines."""
    lines: dict[int, set[int]] = {}
    events: dict[int, AuditEvent] = {}
    for tables in tables_with(session, {one.replaced for one in found}).values():
        for table in tables:
            events[table.event.id] = table.event
            lines.setdefault(table.event.id, set()).update(table.lines)
    may = _unknown(session, found, village)
    trail = [*events.values(), *may]
    names = accounts.names(session, {event.person_id for event in trail if event.person_id})
    return [
        Carrier(
            _called(event) + _in_lines(sorted(lines.get(event.id, ()))),
            event.at,
            names.get(event.person_id or "", ""),
            event.reason,
            may=event.id not in lines,
        )
        for event in trail
    ]


def _called(event: AuditEvent) -> str:
    return EXPORTS.get(event.action, "导出的表")


def _in_lines(lines: Sequence[int]) -> str:
    if not lines:
        return ""
    said = "、".join(map(str, lines[:MOST_LINES]))
    return f"第 {said} 行" + (f"等 {len(lines)} 行" if len(lines) > MOST_LINES else "")


def _unknown(session: Session, found: Collection[Correction], village: str) -> list[AuditEvent]:
    """Tables of a time when it was not kept yet what they held, that could hold the old value."""
    records = queries.records(session, {one.replaced for one in found})
    if not records:
        return []
    until = max(one.at for one in found)
    since = min(one.received_at for one in records)
    trail = export_queries.unknown_exports(session, since, until)
    return [event for event in trail if _may_carry(session, event, village)]


def _may_carry(session: Session, event: AuditEvent, village: str) -> bool:
    """Whether a table may hold households of a village: by what was asked, and whose it was."""
    asked = event.detail.get("asked")
    if isinstance(asked, dict) and asked.get("village", village) not in ("", village):
        return False
    if event.person_id is None:
        return False
    return village in actor(session, event.person_id, event.at.date()).villages

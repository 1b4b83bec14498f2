"""Which rows the journal keeps besides submissions, and how a row is written."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Update, event, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session

#: What cannot be computed from submissions; also files that are named later than their submission.
#: Left out on purpose: registers, feed, review states, open tasks, snapshots and findings
#: (computed), jobs, uploads and forms before they are published (work under way), how many drafts
#: phones said they have, and printed files (their PDF lies in the backup;
#: printing again gives the same facts).
KEPT = frozenset(
    {
        "areas",
        "people",
        "role_assignments",
        "household_helpers",
        "devices",
        "policy_values",
        "form_versions",
        "dictionary_versions",
        "roster_mappings",
        "roster_imports",
        "audit_events",
        "submission_attachments",
        "scan_batches",
        "scanned_pages",
        "checkup_explained",
        "entity_versions",
        "entity_steps",
    }
)


def watch(session: Session, noted: list[Any]) -> None:
    """Collect what a session makes or changes of the kept rows.

    Watching the session, not each verb, is what makes the journal complete: a new way to change a
    role cannot forget it; what may be forgotten goes by the connection.
    noted: fills, in order, with objects and with entries of bulk inserts.
    """

    @event.listens_for(session, "after_flush")
    def flushed(_session: Session, _context: object) -> None:
        for one in (*session.new, *session.dirty):
            if one.__tablename__ in KEPT:
                noted.append(one)
        for one in session.deleted:
            if one.__tablename__ in KEPT:
                raise AssertionError(f"{one.__tablename__}: rows of the journal are not deleted")

    @event.listens_for(session, "do_orm_execute")
    def executed(state: ORMExecuteState) -> None:
        if not state.is_select:
            noted.extend(_executed(session, state))


def _executed(session: Session, state: ORMExecuteState) -> Sequence[Any]:
    """What a statement over many rows makes, as entries, or is about to change, as objects."""
    mapper, statement = state.bind_mapper, state.statement
    if mapper is None or mapper.local_table.name not in KEPT:  # type: ignore[attr-defined]
        return ()
    if isinstance(statement, Update):
        found = select(mapper.class_)
        if statement.whereclause is not None:
            found = found.where(statement.whereclause)
        return session.scalars(found).all()
    given = state.parameters
    if not state.is_insert or given is None:
        raise AssertionError(f"{mapper.local_table.name}: rows of the journal are kept")  # type: ignore[attr-defined]
    rows = [given] if isinstance(given, Mapping) else given
    return [_entry(mapper.local_table.name, row) for row in rows]  # type: ignore[attr-defined]


def entry_of(session: Session, one: Any) -> dict[str, Any] | None:
    """The entry of a row as it is at the time of writing; None when it was rolled back."""
    if one not in session:
        return None
    table = inspect(one).mapper.local_table
    row = {column.key: getattr(one, column.key) for column in table.columns}
    return _entry(table.name, row)


def _entry(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {"k": "row", "table": name, "row": {key: _plain(row[key]) for key in sorted(row)}}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value

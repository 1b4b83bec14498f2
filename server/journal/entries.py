"""What is noted of the submissions of a transaction, before its changes are numbered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from server.journal.keeping import note, write

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def append(
    session: Session,
    stored: Iterable[tuple[DataclassInstance, str, str | None]],
    *,
    received_at: datetime,
) -> None:
    """Write what a transaction has stored to the journal and see it on the disk.

    stored: submissions (`submissions.incoming.Incoming`) with their fates (`stored`, `mismatch`,
    `quarantined`; what was known or could not be stored is left out) and whose areas bounded them.
    Called once a transaction, right before the changes are numbered, so that nobody's
    numbering waits for this disk.
    Raises StorageFull, JournalAway: then nothing of the transaction may be committed.
    """
    at = received_at.isoformat()
    for one, fate, actor in stored:
        note(session, _entry(one, fate, actor, at))
    write(session)


def readmitted(
    session: Session,
    instance_id: str,
    *,
    shown: Mapping[str, object],
    confirmed: Iterable[str],
    vouching: str | None,
    at: datetime,
) -> None:
    """Note that a submission that was set aside was taken in again.

    shown, confirmed: as they count now; of another client's edit that waited for an earlier one
    they are worked out only when that arrives.
    """
    note(
        session,
        {
            "k": "readmit",
            "instance_id": instance_id,
            "shown": shown,
            "confirmed": sorted(confirmed),
            "by": vouching,
            "at": at.isoformat(),
        },
    )
    write(session)


def _entry(one: DataclassInstance, fate: str, actor: str | None, at: str) -> dict[str, Any]:
    """Every field of the submission, so that a new one cannot be forgotten."""
    said = {field.name: _plain(getattr(one, field.name)) for field in fields(one)}
    return {"k": "submission", "fate": fate, "received_at": at, "actor": actor, "said": said}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [asdict(part) if is_dataclass(part) else part for part in value]  # type: ignore[arg-type]
    return value

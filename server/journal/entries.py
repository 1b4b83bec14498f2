"""What is noted of the submissions of a transaction, before its changes are numbered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from server.journal.keeping import note, write


class Named(Protocol):
    """A file that a submission names."""

    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def media_type(self) -> str: ...


class Sent(Protocol):
    """A submission on its way in (`submissions.incoming.Incoming`)."""

    @property
    def instance_id(self) -> str: ...
    @property
    def form_id(self) -> str: ...
    @property
    def form_version(self) -> str: ...
    @property
    def xml(self) -> str: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def person_id(self) -> str | None: ...
    @property
    def device_id(self) -> str | None: ...
    @property
    def source(self) -> str: ...
    @property
    def shown(self) -> Mapping[str, object]: ...
    @property
    def confirmed(self) -> Collection[str]: ...
    @property
    def attachments(self) -> Collection[Named]: ...
    @property
    def deprecated_id(self) -> str | None: ...
    @property
    def clock_error_s(self) -> int: ...
    @property
    def malformed(self) -> bool: ...


def append(
    session: Session,
    stored: Iterable[tuple[Sent, str]],
    *,
    actor: str | None,
    received_at: datetime,
) -> None:
    """Write what a transaction has stored to the journal and see it on the disk.

    stored: submissions with their fates (`stored`, `mismatch`, `quarantined`; what was known or
    could not be stored is left out). actor: whose areas bounded them. Called once a transaction,
    right before the changes are numbered, so that nobody's numbering waits for this disk.
    Raises StorageFull, JournalAway: then nothing of the transaction may be committed.
    """
    at = received_at.isoformat()
    for one, fate in stored:
        note(session, _entry(one, fate, actor, at))
    write(session)


def readmitted(session: Session, instance_id: str, *, vouching: str | None, at: datetime) -> None:
    """Note that a submission that was set aside was taken in again."""
    note(
        session,
        {"k": "readmit", "instance_id": instance_id, "by": vouching, "at": at.isoformat()},
    )
    write(session)


def _entry(one: Sent, fate: str, actor: str | None, at: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "k": "submission",
        "fate": fate,
        "received_at": at,
        "actor": actor,
        "person": one.person_id,
        "device": one.device_id,
        "source": one.source,
        "clock_error_s": one.clock_error_s,
        "instance_id": one.instance_id,
        "form_id": one.form_id,
        "form_version": one.form_version,
        "xml": one.xml,
        "recorded_at": one.recorded_at.isoformat(),
        "shown": one.shown,
        "confirmed": sorted(one.confirmed),
        "attachments": [[f.name, f.sha256, f.size, f.media_type] for f in one.attachments],
        "deprecated_id": one.deprecated_id,
    }
    if one.malformed:
        entry["malformed"] = True
    return entry

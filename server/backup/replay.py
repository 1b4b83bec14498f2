"""Taking back from the journal what a backup lacks, through the same door as at first."""

from __future__ import annotations

import base64
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Date, DateTime, LargeBinary, Table
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from server import clock
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.accounts.actor import actor as actor_of
from server.backup import queries
from server.backup.photos import take_back
from server.database import Model, is_storage_full, reading, transaction
from server.intake.readmit import readmit
from server.intake.receive import receive
from server.journal import segments
from server.journal.keeping import replaying
from server.journal.lines import Entry
from server.journal.queries import marked
from server.problems import JournalAway, StorageFull
from server.submissions import queries as submissions
from server.submissions.incoming import Incoming, NamedFile

log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]

#: What fails for every group alike: the restore ends there and is done again.
AWAY = (StorageFull, JournalAway, OperationalError, InterfaceError)


@dataclass(slots=True)
class Replayed:
    """What came back from the journal.

    fates: submissions by what became of them. otherwise: those that fared otherwise than at first.
    failed: groups that could not be taken in at all; they stay in the journal.
    """

    groups: int = 0
    fates: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    files: int = 0
    otherwise: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def replay(folder: Path, since: str, progress: Progress) -> Replayed:
    """Take in every group of a journal that is whole, not void, and not in the database.

    since: the segment to begin with. In the order of writing, each in a transaction of its own and
    marked there, so that a replay that was broken off goes on where it stopped. Needs the
    application's context. Raises StorageFull, JournalAway, and what says that the database is away.
    """
    done = Replayed()
    wanted = _wanted(folder, since)
    for name, found in _groups(folder, since, wanted):
        wanted.discard(name)
        try:
            _group(name, found, folder, done)
        except AWAY:
            raise
        except Exception as error:  # the next groups must not be lost with this one
            if is_storage_full(error):
                raise
            log.exception("group of the journal not taken in", extra={"group": name})
            done.failed.append(name)
        done.groups += 1
        progress(done.groups, done.groups + len(wanted), "日志")
    return done


def _wanted(folder: Path, since: str) -> set[str]:
    """The names of the groups to take in."""
    sizes: dict[str, int] = {}
    places: defaultdict[str, set[int]] = defaultdict(set)
    void: set[str] = set()
    for entry in segments.entries(folder, since):
        if entry["k"] == "void":
            void |= set(entry["of"])
        elif entry["k"] != "settled":
            sizes[entry["t"]] = entry["n"]
            places[entry["t"]].add(entry["i"])
    whole = {name for name, size in sizes.items() if len(places[name]) == size}
    with reading() as session:
        return whole - void - marked(session, whole)


def _groups(folder: Path, since: str, wanted: Set[str]) -> Iterator[tuple[str, list[Entry]]]:
    """Groups with all their entries, each once: one tried again may lie there twice."""
    parts: defaultdict[str, dict[int, Entry]] = defaultdict(dict)
    for entry in segments.entries(folder, since):
        name = entry["t"]
        if name in wanted:
            part = parts[name]
            part[entry["i"]] = entry
            if len(part) == entry["n"]:
                del parts[name]
                yield name, [part[at] for at in sorted(part)]


def _group(name: str, entries: Sequence[Entry], folder: Path, done: Replayed) -> None:
    for entry in entries:
        if entry["k"] == "file":
            done.files += take_back(entry, folder)
    with transaction() as session:
        replaying(session, (name,))
        _take_in(session, entries, done)


def _take_in(session: Session, entries: Sequence[Entry], done: Replayed) -> None:
    for kind, part in _parts(entries):
        if kind == "row":
            for entry in part:
                _row(session, entry["table"], entry["row"])
                done.rows += 1
        elif kind == "submission":
            _submissions(session, part, done)
        elif kind == "readmit":
            for entry in part:
                _readmit(session, entry)


def _parts(entries: Sequence[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    """Entries that belong together, in order: what came in with one call goes in with one."""

    def together(entry: Entry) -> tuple[str, object, object]:
        return entry["k"], entry.get("actor"), entry.get("received_at")

    for (kind, _, _), part in groupby(entries, key=together):
        yield kind, list(part)


def _submissions(session: Session, part: Sequence[Entry], done: Replayed) -> None:
    at = datetime.fromisoformat(part[0]["received_at"])
    incoming = [incoming_of(entry["said"]) for entry in part]
    heard = {one.device_id: one.clock_error_s for one in incoming if one.device_id}
    accounts.seen(session, heard, at)
    received = receive(session, incoming, _actor(session, part[0]["actor"], at), at)
    for entry, outcome in zip(part, received.outcomes, strict=True):
        done.fates[outcome.fate] += 1
        if outcome.fate != entry["fate"]:
            done.otherwise.append(outcome.instance_id)


def _readmit(session: Session, entry: Entry) -> None:
    at = datetime.fromisoformat(entry["at"])
    found = submissions.submission(session, entry["instance_id"])
    if found is not None:
        found.shown, found.confirmed = dict(entry["shown"]), list(entry["confirmed"])
        session.flush()
    readmit(session, entry["instance_id"], at, _actor(session, entry["by"], at))


def _actor(session: Session, person_id: str | None, at: datetime) -> Actor | None:
    """Whose areas bounded it, as they were on that day."""
    return actor_of(session, person_id, clock.local(at).date()) if person_id else None


def incoming_of(said: Mapping[str, Any]) -> Incoming:
    """A submission as its sender said it, from the journal."""
    return Incoming(
        **{
            **said,
            "recorded_at": datetime.fromisoformat(said["recorded_at"]),
            "confirmed": frozenset(said["confirmed"]),
            "attachments": tuple(NamedFile(**file) for file in said["attachments"]),
        }
    )


def _row(session: Session, name: str, row: Mapping[str, Any]) -> None:
    table = Model.metadata.tables.get(name)
    if table is None:
        return
    values = dict(_typed(table, row.items()))
    if name == "audit_events":
        values.pop("id")  # a line of a trail, never changed; its number says nothing
    queries.put(session, table, values)


def _typed(table: Table, said: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Values as the columns need them; columns that a newer schema has no more are left out."""
    for key, value in said:
        if key not in table.columns:
            continue
        kind = getattr(table.columns[key].type, "impl", table.columns[key].type)
        if value is None:
            yield key, None
        elif isinstance(kind, DateTime):
            yield key, datetime.fromisoformat(value)
        elif isinstance(kind, Date):
            yield key, date.fromisoformat(value)
        elif isinstance(kind, LargeBinary):
            yield key, base64.b64decode(value)
        else:
            yield key, value

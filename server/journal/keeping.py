"""The transaction's side of the journal: what is noted is on its disk before the commit."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from server import clock
from server.config import current
from server.journal import queries, segments
from server.journal.lines import Entry, encode
from server.journal.rows import entry_of, watch

log = logging.getLogger(__name__)

_KEY = "yihu_journal"


@dataclass(slots=True)
class _Notes:
    """What a transaction has for the journal.

    pending: entries, and rows whose state at the time of writing counts, in the order of noting.
    written: the names of the groups that are in the journal already. replayed: the groups that it
    takes back from the journal, which are not written again.
    """

    pending: list[Any] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    replayed: tuple[str, ...] = ()


@contextmanager
def kept(session: Session) -> Iterator[None]:
    """One transaction of a session, in which everything noted is in the journal before the commit.

    Should the commit fail after that, the group of entries is made void, so that it can never
    become real in a restored database: somebody was told that it did not happen.
    """
    notes = session.info[_KEY] = _Notes()
    watch(session, notes.pending)
    try:
        with session.begin():
            yield
            write(session)
    except BaseException:
        if notes.written:
            _void(session, notes.written)
        raise


def note(session: Session, entry: Entry) -> None:
    """Have an entry written with the transaction."""
    _notes(session).pending.append(entry)


def write(session: Session) -> None:
    """Write what was noted so far as one group: one write, one fsync, and its mark.

    Raises StorageFull, JournalAway.
    """
    session.flush()
    notes = _notes(session)
    entries = _entries(session, notes.pending)
    notes.pending.clear()
    if not entries or notes.replayed:
        return
    name, now = uuid.uuid4().hex, clock.now()
    queries.mark(session, name, now)
    notes.written.append(name)
    settings = current()
    segments.write(settings.journal, settings.instance, group(name, entries))


def _entries(session: Session, pending: list[Any]) -> list[Entry]:
    """What is to be written; a row that changed several times is written once, at its first."""
    seen: set[int] = set()
    entries: list[Entry] = []
    for one in pending:
        if isinstance(one, dict):
            entries.append(one)
        elif id(one) not in seen:
            seen.add(id(one))
            entry = entry_of(session, one)
            entries += [entry] if entry else []
    return entries


def group(name: str, entries: Sequence[Entry]) -> bytes:
    """The lines of a group; it counts only when all of them are there."""
    return b"".join(
        encode({"t": name, "i": at, "n": len(entries), **entry}) for at, entry in enumerate(entries)
    )


def replaying(session: Session, names: tuple[str, ...]) -> None:
    """Mark the groups that this transaction takes back from the journal; it writes none itself."""
    _notes(session).replayed = names
    for name in names:
        queries.mark(session, name, clock.now())


def _notes(session: Session) -> _Notes:
    found: _Notes = session.info[_KEY]
    return found


def _void(session: Session, names: list[str]) -> None:
    """Say in the journal that groups never happened, unless the database contains them after all.

    The connection may have broken after the commit. Where that cannot be found out now, `settle`
    does so before the next start.
    """
    try:
        bind = session.get_bind()
        engine = bind if isinstance(bind, Engine) else bind.engine
        with engine.execution_options(yihu_writing=True).connect() as connection:
            never = [n for n in names if queries.never_came(connection, n, clock.now())]
            connection.rollback()
        void(never)
    except Exception:  # the first failure is what the caller must learn of
        log.exception("journal not settled", extra={"groups": names})


def void(names: list[str]) -> None:
    """Say in the journal that groups never happened."""
    if names:
        settings = current()
        lines = group(uuid.uuid4().hex, [{"k": "void", "of": names}])
        segments.write(settings.journal, settings.instance, lines)

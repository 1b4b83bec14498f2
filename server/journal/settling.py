"""Making the journal say what the database knows, after a process was killed between the two."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Collection

from sqlalchemy import Engine, inspect

from server import clock
from server.config import current
from server.journal import queries, segments
from server.journal.keeping import group
from server.journal.lines import Entry

log = logging.getLogger(__name__)

#: More transactions than can have been under way at once when a machine died.
MOST = 64


def settle(engine: Engine, *, abandon: bool = False, spare: Collection[str] = ()) -> bool:
    """Make void what the database does not have of the journal's newest groups.

    Called before a process begins its work, so that nobody acts on a state without them while they
    might still come true. abandon: give up any number of groups, after a restore without them.
    spare: groups that a restore could not take in; they stay for the next one, also later.
    Returns whether the journal agrees with the database now; it does not when far too much is
    missing there: somebody has put an old database back by hand.
    """
    settings = current()
    try:
        open_groups = _unsettled()
    except OSError:
        return False
    if not open_groups:
        return True
    if not inspect(engine).has_table(queries.NAME):
        return False
    with engine.execution_options(yihu_writing=True).connect() as connection:
        missing = open_groups - queries.marked(connection, open_groups) - set(spare)
        if len(missing) > MOST and not abandon:
            log.error("the journal has what the database lacks", extra={"groups": len(missing)})
            return False
        void = [name for name in missing if queries.never_came(connection, name, clock.now())]
        connection.rollback()
    entries: list[Entry] = [{"k": "settled"}]
    if void:
        entries.insert(0, {"k": "void", "of": sorted(void)})
    segments.write(settings.journal, settings.instance, group(uuid.uuid4().hex, entries))
    return True


def _unsettled() -> set[str]:
    """The groups after the last time that the journal was settled, but for those made void."""
    names: set[str] = set()
    void: set[str] = set()
    for path in reversed(segments.segments(current().journal)):
        settled = False
        here: set[str] = set()
        for entry in segments.entries_of(path):
            if entry["k"] == "settled":
                settled, here = True, set()
            elif entry["k"] == "void":
                void |= set(entry["of"])
            else:
                here.add(entry["t"])
        names |= here
        if settled:
            break
    return names - void

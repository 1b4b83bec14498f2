"""Which records the lines of a table came from that the desk gave out, kept beside the audit trail.

Of each line it is kept which properties it says of which entity, and by which record each of them
held. So it can be told later, of a record that was corrected, in which line of which table its old
value went out, without keeping the table.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy.orm import Session

from server.accounts.models import AuditEvent
from server.household_file.printed import export_queries, queries
from server.household_file.printed.models import ExportedRows
from server.registers import values
from server.submissions.models import Write

#: So many bytes stand for a record in the summary of a table.
SHORT = 8
#: Entity -> record -> the properties that the line says by it, parted by blanks.
Line = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that went out with values of a record; lines: which, counted from 1."""

    event: AuditEvent
    lines: tuple[int, ...]


def keep(
    session: Session, event: AuditEvent, rows: Sequence[Sequence[str]], says: Collection[str]
) -> None:
    """Keep what the lines of an exported table came from.

    rows: of each line the entities that it tells of, its own first. says: what the columns say, as
    `register.property`; of the line's own entity `property`; of the head of its household
    `head.property`; of everybody in it `family.unit`.
    """
    named = _by_register(says)
    known = _Known(session, {one for row in rows for one in row}, named)
    lines = [known.line(row) for row in rows]
    records = sorted({_short(head) for line in lines for told in line.values() for head in told})
    content = json.dumps(lines, separators=(",", ":")).encode()
    session.flush()
    session.add(
        ExportedRows(
            event_id=event.id, records=b"".join(records), content=zlib.compress(content, 6)
        )
    )


def tables_with(session: Session, replaced: Collection[str]) -> dict[str, list[Table]]:
    """Replaced or withdrawn record -> the tables that say something which it alone had said."""
    if not replaced:
        return {}
    since = min((one.received_at for one in queries.records(session, replaced)), default=None)
    short = {_short(one): one for one in replaced}
    wrong: dict[str, set[tuple[str, str]]] = {}
    found: dict[str, list[Table]] = {}
    for event, records in export_queries.exported_since(session, since) if since else ():
        carried = {short[one] for one in _shorts(records) if one in short}
        if not carried:
            continue
        lines = _lines(session, event)
        for record in carried:
            if record not in wrong:
                wrong[record] = _put_right(session, record)
            places = tuple(_places(lines, record, wrong[record]))
            if places:
                found.setdefault(record, []).append(Table(event, places))
    return found


class _Known:
    """The entities that lines tell of, read at once."""

    def __init__(
        self, session: Session, ids: Collection[str], named: Mapping[str, frozenset[str]]
    ) -> None:
        self.named = named
        self.states = export_queries.live_of(session, ids)
        self.family: dict[str, list[str]] = {}
        self.heads = {
            one: str(values.units(state)["head"][0])
            for one, (register, state) in self.states.items()
            if register == "households" and "head" in values.units(state)
        }
        homes = [one for one, (register, _) in self.states.items() if register == "households"]
        if "family" in named:
            for person, home, state in export_queries.persons_of(session, homes, named["family"]):
                self.states[person] = ("persons", state)
                self.family.setdefault(home, []).append(person)
        if "head" in named:
            self.states |= export_queries.live_of(session, set(self.heads.values()))

    def line(self, row: Sequence[str]) -> Line:
        """What one line says, by the record that it holds by."""
        said: dict[str, set[str]] = {}
        for entity, register in self._told(row):
            if names := self.named.get(register):
                said.setdefault(entity, set()).update(names)
        return {
            entity: _sources(self.states[entity][1], names)
            for entity, names in said.items()
            if entity in self.states
        }

    def _told(self, row: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Each entity of a line, with what the names of its properties begin with."""
        if row:
            yield row[0], ""
        for one in row:
            register, _ = self.states.get(one, ("", {}))
            yield one, register
            if register == "households":
                yield self.heads.get(one, ""), "head"
                yield from ((person, "family") for person in self.family.get(one, ()))


def _by_register(says: Iterable[str]) -> dict[str, frozenset[str]]:
    named: dict[str, set[str]] = {}
    for one in says:
        register, _, name = one.rpartition(".")
        named.setdefault(register, set()).add(name)
    return {register: frozenset(names) for register, names in named.items()}


def _sources(state: values.State, names: Collection[str]) -> dict[str, str]:
    heads = values.heads(state)
    found: dict[str, set[str]] = {}
    for unit, (value, places) in values.units(state).items():
        said = value if isinstance(value, dict) else (unit.partition("/")[0],)
        if wanted := [name for name in said if name in names]:
            for place in places:
                found.setdefault(heads[place], set()).update(wanted)
    return {head: " ".join(sorted(said)) for head, said in found.items()}


def _lines(session: Session, event: AuditEvent) -> Sequence[Line]:
    lines: list[Line] = json.loads(
        zlib.decompress(export_queries.exported_content(session, event.id))
    )
    return lines


def _places(
    lines: Sequence[Line], record: str, wrong: Collection[tuple[str, str]]
) -> Iterator[int]:
    for number, line in enumerate(lines, 1):
        if any(
            (entity, name) in wrong
            for entity, told in line.items()
            for name in told.get(record, "").split()
        ):
            yield number


def _put_right(session: Session, record: str) -> set[tuple[str, str]]:
    """Entity and property of what a record said and what replaced it does not say any more.

    All that it said where nothing replaced it.
    """
    before = _said(queries.writes_of(session, [record]))
    instead = export_queries.replacements(session, record)
    after = _said(queries.writes_of(session, instead)) if instead else {}
    wrong = {place for place, said in before.items() if after.get(place) != said}
    now = export_queries.components(session, {entity for entity, _ in wrong})
    return wrong | {(now.get(entity, entity), name) for entity, name in wrong}


def _said(writes: Iterable[Write]) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Entity and property -> what was written of it; a set by its choices."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for write in writes:
        unit, value = write.unit, write.value
        several = value if isinstance(value, dict) else {unit.partition("/")[0]: value}
        for name, said in several.items():
            found.setdefault((write.entity_id, name), set()).add((unit, str(said)))
    return found


def _short(record: str) -> bytes:
    return blake2b(record.encode(), digest_size=SHORT).digest()


def _shorts(records: bytes) -> Iterator[bytes]:
    return (records[at : at + SHORT] for at in range(0, len(records), SHORT))

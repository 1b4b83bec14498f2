"""The lists that forms look things up in: entities as their reader may see them, and small ones.

An entity's `__version` stands for the state that the list showed. It is kept beside the number
(`EntityVersion`), so that a submission which names it as its `baseVersion` can be merged by what
its author was shown. The number is the second in which the state was first listed, or one more
than what the entity had or clients counted up to by their own edits; so a client takes the newer
state over its own, and a server restored from a backup never gives a number a second meaning.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from server import clock
from server.accounts.actor import Actor
from server.database import reading, transaction
from server.forms import queries as forms
from server.forms.dictionary import Dictionary
from server.openrosa import queries
from server.openrosa.fills import HOUSEHOLDS, MOMENT, PERSONS, VILLAGES, of_the_moment
from server.policy.values import in_force
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity, HouseholdRow
from server.registers.reach import by_present_names
from server.registers.visibility import for_phone, phone_sight

ENTITY_LISTS = (HOUSEHOLDS, PERSONS)
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
#: Nobody edits an entity more often than this before he is heard of again.
FARTHEST_COUNT = 100_000
State = dict[str, Any]


def list_of(actor: Actor, name: str) -> bytes | None:
    """A list as CSV, for one person; None where there is no such list.

    Versions that are new are kept before the list is given out.
    """
    if name in ENTITY_LISTS:
        return _entities(actor, name)
    if name == VILLAGES:
        villages = [p for p in actor.places if p.code in actor.villages]
        return _csv(["name", "label"], ((place.code, place.name) for place in villages))
    if name == MOMENT:
        with reading() as session:
            today = clock.today()
            names = [row.form_id for row in forms.in_force(session, today)]
            answers = of_the_moment(actor, in_force(session, today), names)
        return _csv(["name", "label"], sorted(answers.items()))
    return None


def _entities(actor: Actor, register: str) -> bytes:
    with reading() as session:
        dictionary = forms.dictionary_in_force(session)
        rows = {row.household_id: row for row in _rows(session, actor)}
        found = [
            entity
            for entity in registers.known_in(session, register, actor.villages)
            if (entity.id if register == HOUSEHOLDS else entity.household_id) in rows
        ]
        states = {e.id: shown_state(e, actor.view, dictionary) for e in found}
        given = _given(session, actor.view, states)
    if states.keys() - given.keys():
        with transaction() as session:
            queries.lock_versions(session)
            given = _give(session, actor.view, states)
    shown = [
        prop.name
        for prop in dictionary.registers[register].properties.values()
        if phone_sight(actor.view, prop) == "full"
    ]
    return _csv(
        ["name", "label", "__version", *shown],
        ((e.id, _label(e, rows), str(given[e.id]), *_cells(states[e.id], shown)) for e in found),
    )


def gone(session: Session, actor: Actor, register: str, ids: list[str]) -> dict[str, bool]:
    """Which of some entities the caller has no more: unknown, or not of his villages or homes."""
    found = registers.entities(session, ids)
    homes = registers.homes(session, ids)
    actor = by_present_names(session, actor)
    return {
        one: one not in found
        or found[one].register != register
        or not found[one].known
        or not actor.reaches(found[one].area, homes[one])
        for one in ids
    }


def shown_state(entity: Entity, view: str, dictionary: Dictionary) -> State:
    """What a list shows of an entity to a view: the live state, as phones of that view get it."""
    seen = for_phone(entity.live, entity.register, view, dictionary)
    units: dict[str, Any] = dict(seen["units"])  # type: ignore[call-overload]
    if "household" in units and entity.household_id:
        units["household"] = [entity.household_id, units["household"][1]]
    for unit in list(units):
        name, _, choice = unit.partition("/")
        if choice:
            units[name] = ["", []]  # choices that are not listed were shown unticked
    return {"heads": seen["heads"], "units": units}


def _rows(session: Session, actor: Actor) -> Iterable[HouseholdRow]:
    actor = by_present_names(session, actor)
    rows = registers.household_rows(session, actor.villages)
    return [row for row in rows if actor.reaches(row.area, row.household_id)]


def _given(session: Session, view: str, states: Mapping[str, State]) -> dict[str, int]:
    """The versions of those states that were listed so before."""
    newest = queries.newest(session, view, states.keys())
    return {
        entity_id: one.version
        for entity_id, one in newest.items()
        if one.version is not None and one.sha256 == _hash(states[entity_id])
    }


def _give(session: Session, view: str, states: Mapping[str, State]) -> dict[str, int]:
    now = clock.now()
    given, rows = _given(session, view, states), []
    new = states.keys() - given.keys()
    newest = queries.newest(session, view, new)
    seconds = max(1, int((now - BEGINNING).total_seconds()))
    counted = queries.counted_up(session, new, below=seconds + FARTHEST_COUNT)
    for entity_id in sorted(new):
        before = newest.get(entity_id)
        given[entity_id] = max(
            seconds, before.of_all + 1 if before else 0, counted.get(entity_id, 0) + 1
        )
        state = states[entity_id]
        rows.append(
            {
                "entity_id": entity_id,
                "version": given[entity_id],
                "view": view,
                "sha256": _hash(state),
                "state": state,
                "made_at": now,
            }
        )
    queries.add_versions(session, rows)
    return given


def _hash(state: State) -> str:
    text = json.dumps(state, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _label(entity: Entity, rows: Mapping[str, HouseholdRow]) -> str:
    if entity.register == PERSONS:
        return values.text(entity.live, "person_name") or "（没有姓名）"
    row = rows[entity.id]
    said = "，".join(filter(None, (row.head_name, row.address)))
    return said or row.household_no or "（没有地址）"


def _cells(state: State, shown: Iterable[str]) -> list[str]:
    facts = values.properties(state)
    return [facts.get(name, "") for name in shown]


def _csv(header: list[str], rows: Iterable[Iterable[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()

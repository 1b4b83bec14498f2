"""From what a submission says to the writes it makes (design §4, rule 1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from server.forms.dictionary import Dictionary, Property
from server.registers.reading import CREATED


@dataclass(frozen=True, slots=True)
class Said:
    """What a submission says of one entity: every bound property, blanks included."""

    register: str
    entity_id: str
    create: bool
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What holds for all writes of one submission."""

    instance_id: str
    event_date: date
    shown: Mapping[str, object]
    confirmed: frozenset[str]
    settles: bool = False
    doubtful_date: bool = False


Row = dict[str, object]
#: The properties that merge as one.
Unit = tuple[Property, ...]


def write_rows(
    said: Iterable[Said], circumstances: Circumstances, dictionary: Dictionary
) -> list[Row]:
    """The rows of the writes table that a submission makes.

    Whether a row writes is decided in merge (rule 1). An answer that was left as it was shown is
    kept all the same: who saw this submission saw through it what it was shown. Only a blank
    where nothing was shown says nothing at all.
    """
    rows: list[Row] = []
    for entity in _each_once(said):
        register = dictionary.registers.get(entity.register)
        if register is None:
            continue
        if entity.create:
            rows.append(_row(entity, CREATED, "1", None, circumstances, confirmed=False))
        known = (register.properties.get(name) for name in entity.properties)
        bound = {prop.unit for prop in known if prop}
        for name, unit in register.units.items():
            if name in bound:
                answers = _set if unit[0].rule == "set" else _plain
                rows += answers(entity, unit, circumstances)
    return rows


def _each_once(said: Iterable[Said]) -> Iterable[Said]:
    """Every entity once: of two that are meanwhile one, what was said first holds."""
    found: dict[str, Said] = {}
    for one in said:
        first = found.get(one.entity_id)
        if first is not None:
            properties = {**one.properties, **first.properties}
            one = replace(first, create=first.create or one.create, properties=properties)
        found[one.entity_id] = one
    return found.values()


def _plain(entity: Said, unit: Unit, at: Circumstances) -> list[Row]:
    name = unit[0].unit
    shown = _shown(at.shown, entity.entity_id, name)
    value = _value(entity, unit, shown)
    blank = not any(value.values()) if isinstance(value, dict) else not value
    confirmed = _confirmed(at, entity.entity_id, unit)
    if blank and shown is None and not at.settles:
        return []
    return [_row(entity, name, value, shown, at, confirmed=confirmed)]


def _value(entity: Said, unit: Unit, shown: Sequence[object] | None) -> object:
    if len(unit) == 1:
        return entity.properties.get(unit[0].name, "")
    known = shown[0] if shown is not None and isinstance(shown[0], dict) else {}
    return {
        prop.name: entity.properties.get(prop.name, str(known.get(prop.name, ""))) for prop in unit
    }


def _set(entity: Said, unit: Unit, at: Circumstances) -> list[Row]:
    """One write a choice: ticked ones that were not shown ticked, and the other way round."""
    prop = unit[0].name
    answered = set(entity.properties.get(prop, "").split())
    confirmed = _confirmed(at, entity.entity_id, unit)
    base = _shown(at.shown, entity.entity_id, prop)
    if not answered and not at.settles:
        return []
    choices = _shown_choices(at.shown, entity.entity_id, prop)
    if not at.settles:  # a settlement speaks only of the choices that were in dispute
        choices |= answered
    rows = []
    for choice in sorted(choices):
        name = f"{prop}/{choice}"
        value = "1" if choice in answered else "0"
        shown = _shown(at.shown, entity.entity_id, name)
        if shown is None and base is not None:
            shown = ["0", []]
        rows.append(_row(entity, name, value, shown, at, confirmed=confirmed))
    return rows


def _shown_choices(shown: Mapping[str, object], entity_id: str, name: str) -> set[str]:
    values = _values(shown, entity_id)
    return {unit.partition("/")[2] for unit in values if unit.startswith(name + "/")}


def _values(shown: Mapping[str, object], entity_id: str) -> Mapping[str, Sequence[object]]:
    entry = shown.get(entity_id)
    values = entry.get("values") if isinstance(entry, dict) else None
    return values if isinstance(values, dict) else {}


def _shown(shown: Mapping[str, object], entity_id: str, unit: str) -> list[object] | None:
    """[value, [submission ids]] of a unit, or None when it was not shown."""
    found = _values(shown, entity_id).get(unit)
    if found is None:
        return None
    entry = shown[entity_id]
    heads = entry.get("heads", []) if isinstance(entry, dict) else []
    indexes = found[1] if isinstance(found[1], list) else []
    return [found[0], [heads[i] for i in indexes if 0 <= i < len(heads)]]


def _confirmed(at: Circumstances, entity_id: str, unit: Unit) -> bool:
    names = {unit[0].unit, *(prop.name for prop in unit)}
    return any(f"{entity_id}/{name}" in at.confirmed for name in names)


def _row(
    entity: Said,
    unit: str,
    value: object,
    shown: list[object] | None,
    at: Circumstances,
    *,
    confirmed: bool,
) -> Row:
    return {
        "instance_id": at.instance_id,
        "entity_id": entity.entity_id,
        "unit": unit,
        "register": entity.register,
        "value": value,
        "event_date": at.event_date,
        "shown": shown,
        "confirmed": confirmed,
        "settles": at.settles,
        "doubtful_date": at.doubtful_date,
    }

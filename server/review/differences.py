"""What a record changes: each unit's value as its author saw it, beside what he wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.forms.dictionary import Property
from server.merge import is_blank
from server.registers import values as held
from server.registers.models import Entity
from server.registers.reading import CREATED, merge_value
from server.review.naming import title_of
from server.review.wording import UNSAID, Wording
from server.submissions.models import Write


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a value; `mark` is "old" (struck through), "new" (underlined) or ""."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the comparison.

    since: what somebody else made of it after the author looked, in words; "" when nothing.
    disputed: the office has to settle this one. note: what the masks hide.
    """

    label: str
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]
    on_approval: bool = False
    disputed: bool = False
    since: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class EntityDifferences:
    """What a record changes of one household, person, house, case and so on."""

    entity_id: str
    register: str
    title: str
    created: bool
    rows: tuple[Difference, ...]
    confirmed: int


def differences(
    wording: Wording,
    writes: Sequence[Write],
    shown: Mapping[str, Any],
    entities: Mapping[str, Entity],
) -> list[EntityDifferences]:
    """The differences of one submission, the household first.

    writes: all of the submission. shown: as the submission carries it, by entity.
    entities: the present rows of the entities that it writes to.
    """
    grouped: dict[tuple[str, str], list[Write]] = {}
    created = {write.entity_id for write in writes if write.unit == CREATED}
    for write in writes:
        group = grouped.setdefault((write.register, write.entity_id), [])
        home = write.unit == "household" and write.entity_id in created
        left_blank = is_blank(merge_value(write.value)) and not write.settles
        if write.unit != CREATED and not home and not left_blank:
            group.append(write)
    keys = sorted(grouped, key=lambda key: (key[0] != "households", key))
    return [
        _of_entity(
            wording,
            key,
            grouped[key],
            shown.get(key[1]) or {},
            entities.get(key[1]),
            key[1] in created and not shown.get(key[1]),
        )
        for key in keys
    ]


def previous_ids(writes: Iterable[Write]) -> set[str]:
    """The submissions from which the author's view of the changed units came."""
    return {
        str(head)
        for write in writes
        if write.shown and len(write.shown) > 1 and write.shown[0] != write.value
        for head in _list(write.shown[1])
    }


def _of_entity(
    wording: Wording,
    key: tuple[str, str],
    writes: Sequence[Write],
    shown: Mapping[str, Any],
    entity: Entity | None,
    created: bool,
) -> EntityDifferences:
    register, entity_id = key
    rows: list[Difference] = []
    confirmed = 0
    for prop, group in _by_set(wording, register, writes):
        if prop is not None:
            line = _set_line(wording, prop, group, shown, entity)
            confirmed += line is None
            rows += [line] if line else []
            continue
        write = group[0]
        lines = _unit_lines(wording, write, entity)
        confirmed += write.confirmed and not lines
        rows += lines
    return EntityDifferences(
        entity_id=entity_id,
        register=register,
        title=title_of(wording, register, entity, writes),
        created=created,
        rows=tuple(rows),
        confirmed=confirmed,
    )


def live_value(entity: Entity | None, unit: str) -> object:
    """The value of a unit that holds now; None when nothing is known."""
    found = held.units(entity.live).get(unit) if entity is not None else None
    return found[0] if found else None


def _by_set(
    wording: Wording, register: str, writes: Sequence[Write]
) -> list[tuple[Property | None, list[Write]]]:
    """Writes one by one in the dictionary's order, those of one multiple choice together."""
    order = {found.unit: n for n, found in enumerate(wording.properties(register))}
    groups: dict[str, tuple[Property | None, list[Write]]] = {}
    for write in writes:
        found = wording.of_unit(register, write.unit)[0]
        if "/" in write.unit and found.rule == "set":
            groups.setdefault(found.name, (found, []))[1].append(write)
        else:
            groups[write.unit] = (None, [write])
    last = len(order)
    return [groups[name] for name in sorted(groups, key=lambda name: (order.get(name, last), name))]


def _unit_lines(wording: Wording, write: Write, entity: Entity | None) -> list[Difference]:
    before = write.shown[0] if write.shown else None
    if write.shown and before == write.value:
        return []
    if write.unit == "household" and write.register != "persons":
        return []
    found = wording.of_unit(write.register, write.unit)
    if not isinstance(write.value, Mapping):
        return [_line(wording, found[0], before, write.value, write, entity)]
    old = before if isinstance(before, Mapping) else {}
    return [
        _line(wording, prop, old.get(prop.name), write.value.get(prop.name), write, entity)
        for prop in found
        if prop.name not in UNSAID
        and (old.get(prop.name) or "") != (write.value.get(prop.name) or "")
    ]


def _line(
    wording: Wording,
    prop: Property,
    before: object,
    value: object,
    write: Write,
    entity: Entity | None,
) -> Difference:
    old, new = wording.say(prop, before), wording.say(prop, value)
    return Difference(
        label=prop.label,
        old=(Piece(old, "old"),) if old else (),
        new=(Piece(new or "清除", "new"),) if new or old else (),
        on_approval=prop.applies == "approved",
        disputed=_disputed(entity, write.unit),
        since=_since(wording, write, entity),
        note="被遮住的几位不同" if old and old == new else "",
    )


def _set_line(
    wording: Wording,
    prop: Property,
    writes: Sequence[Write],
    shown: Mapping[str, Any],
    entity: Entity | None,
) -> Difference | None:
    """One line for a multiple choice: what stayed, what went, what came."""
    values = shown.get("values", {})
    before = {
        unit.split("/", 1)[1]
        for unit, known in values.items()
        if unit.startswith(prop.name + "/") and known and known[0] == "1"
    }
    said = {write.unit.split("/", 1)[1]: write.value == "1" for write in writes}
    came = {code for code, ticked in said.items() if ticked} - before
    went = {code for code, ticked in said.items() if not ticked} & before
    if not came and not went:
        return None
    order = [*wording.choices(prop), *sorted(said)]
    return Difference(
        label=prop.label,
        old=tuple(_pieces(wording, prop, order, before, went, "old")),
        new=tuple(_pieces(wording, prop, order, (before - went) | came, came, "new"))
        or (Piece("无", "new"),),
        on_approval=prop.applies == "approved",
        disputed=any(_disputed(entity, write.unit) for write in writes)
        or _disputed(entity, prop.name),
    )


def _pieces(
    wording: Wording,
    prop: Property,
    order: Sequence[str],
    codes: set[str],
    marked: set[str],
    mark: str,
) -> list[Piece]:
    chosen = [code for code in dict.fromkeys([*order, *sorted(codes)]) if code in codes]
    return [Piece(wording.say(prop, code), mark if code in marked else "") for code in chosen]


def _disputed(entity: Entity | None, unit: str) -> bool:
    return entity is not None and unit in held.disputed(entity.live)


def _since(wording: Wording, write: Write, entity: Entity | None) -> str:
    """What holds now when it is neither what the author saw nor what he wrote."""
    now = live_value(entity, write.unit)
    seen = write.shown[0] if write.shown else None
    if now is None or now in (write.value, seen) or _disputed(entity, write.unit):
        return ""
    return wording.say_unit(write.register, write.unit, now)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []

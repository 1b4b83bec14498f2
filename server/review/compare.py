"""Two households, or two persons, side by side: every unit with its author, members, visits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.forms.dictionary import Property
from server.forms.queries import dictionary_in_force
from server.merge import comparable, is_blank
from server.registers import queries as registers
from server.registers import values
from server.registers.likeness import marks
from server.registers.models import Entity
from server.registers.reading import CREATED, merge_value
from server.review import queries
from server.review.wording import Wording, told_apart
from server.submissions import queries as submissions

VISITS = 6


@dataclass(frozen=True, slots=True)
class Cell:
    """What one of the two says of a unit; `by` and `on` of who said it last."""

    text: str
    by: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One unit of both.

    choice: whether both say something, and not the same. several: of a multiple choice.
    """

    unit: str
    label: str
    cells: tuple[Cell, Cell]
    same: bool
    choice: bool
    several: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its name, its household, when it was first known, members and visits."""

    id: str
    register: str
    title: str
    household_id: str
    place: str
    number: str
    since: datetime | None
    by: str
    older: bool
    members: tuple[str, ...] = ()
    visits: tuple[str, ...] = ()
    visit_count: int = 0


@dataclass(frozen=True, slots=True)
class Both:
    """A person who is in both households; `why` they are taken for one; ids in order."""

    pair: tuple[str, str]
    name: str
    other_name: str
    why: str
    differing: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that is to be known before two are joined or told apart; `seen` names this state."""

    sides: tuple[Side, Side]
    lines: tuple[Line, ...]
    both: tuple[Both, ...]
    marks: frozenset[str]
    seen: str

    @property
    def register(self) -> str:
        """Households or persons."""
        return self.sides[0].register

    @property
    def different(self) -> list[Line]:
        """The units of which the two do not say the same."""
        return [line for line in self.lines if not line.same]

    @property
    def equal(self) -> list[Line]:
        """The units of which they say the same."""
        return [line for line in self.lines if line.same]


def compare(session: Session, actor: Actor, one: Entity, other: Entity) -> Comparison:
    """Two entities of one register side by side; the caller has checked that both may be seen."""
    pair = sorted((one, other), key=lambda entity: entity.id)
    people = [list(members_of(session, entity)) for entity in pair]
    homes = registers.entities(session, {entity.household_id or "" for entity in pair} - {""})
    names = {place.code: place.name for place in actor.places}
    names |= {p.id: values.text(p.live, "person_name") for some in people for p in some}
    names |= {
        home.id: f"{home.derived.get('head_name') or '没登记户主'} 户" for home in homes.values()
    }
    wording = Wording(dictionary_in_force(session), actor.view, names)
    both = _both(session, wording, people) if pair[0].register == "households" else ()
    same = {name: one.pair[0] for one in both for name in one.pair}
    sides = _sides(session, pair, people, names)
    return Comparison(
        sides=sides,
        lines=tuple(_lines(session, wording, pair, same)),
        both=both,
        marks=marks_of(session, pair[0], pair[1], people),
        seen=seen_of(pair, people),
    )


def members_of(session: Session, entity: Entity) -> Sequence[Entity]:
    """The members of a household; nobody of a person."""
    return registers.members(session, entity.id) if entity.register == "households" else ()


def seen_of(pair: Iterable[Entity], people: Iterable[Iterable[Entity]]) -> str:
    """What a reviewer saw of two entities, as one short text; a decision carries it."""
    every = [*pair, *(person for some in people for person in some)]
    state = [[one.id, one.component, one.live] for one in sorted(every, key=lambda e: e.id)]
    text = json.dumps(state, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def marks_of(
    session: Session, one: Entity, other: Entity, people: Sequence[Sequence[Entity]]
) -> frozenset[str]:
    """What two have in common: of households also what any of their heads have."""
    common = set(marks(one, other))
    if one.register == "households":
        common |= {
            f"head {mark}" for mine in people[0] for his in people[1] for mark in marks(mine, his)
        }
    return frozenset(common)


def choices_of(live: values.State, prop: Property) -> str | None:
    """The ticked choices of a multiple choice; None when nobody said anything."""
    prefix = f"{prop.name}/"
    if not any(unit.startswith(prefix) for unit in values.units(live)):
        return None
    return values.text(live, prop.name)


def value_of(live: values.State, unit: Sequence[Property]) -> object:
    """What an entity says of a unit; "" when nothing."""
    if unit[0].rule == "set":
        return choices_of(live, unit[0]) or ""
    found = values.units(live).get(unit[0].unit)
    return found[0] if found else ""


def units_of(wording: Wording, register: str) -> list[Sequence[Property]]:
    """The units of a register in the dictionary's order, as their properties."""
    found = dict.fromkeys(prop.unit for prop in wording.properties(register))
    return [wording.of_unit(register, unit) for unit in found]


def heads_of(live: values.State, unit: Sequence[Property]) -> list[str]:
    """The submissions that a unit's value came from; of a set, those of all its choices."""
    heads = values.heads(live)
    name = unit[0].unit
    indexes = [
        index
        for found, (_, some) in values.units(live).items()
        if found == name or (unit[0].rule == "set" and found.startswith(f"{name}/"))
        for index in some
    ]
    return [heads[index] for index in sorted(set(indexes))]


def _lines(
    session: Session, wording: Wording, pair: Sequence[Entity], same: Mapping[str, str]
) -> Iterable[Line]:
    """The units of which either says something; same: what is one although its ids differ."""
    units = units_of(wording, pair[0].register)
    ids = {head for entity in pair for unit in units for head in heads_of(entity.live, unit)}
    authors = queries.authors(session, ids)
    for unit in units:
        said = [value_of(entity.live, unit) for entity in pair]
        blank = [is_blank(merge_value(value)) for value in said]
        first, second = (same.get(str(value), comparable(merge_value(value))) for value in said)
        if all(blank):
            continue
        shown = [prop for prop in unit if first == second or _differ(prop, said)]
        texts = told_apart([_say(wording, shown, v) for v in said], [str(v) for v in said])
        mine, his = (
            _cell(text, heads_of(entity.live, unit), authors)
            for text, entity in zip(texts, pair, strict=True)
        )
        yield Line(
            unit=unit[0].unit,
            label="、".join(dict.fromkeys(prop.label for prop in shown)),
            cells=(mine, his),
            same=first == second,
            choice=first != second and not any(blank),
            several=unit[0].rule == "set",
        )


def _differ(prop: Property, said: Sequence[object]) -> bool:
    if not all(isinstance(value, Mapping) for value in said):
        return True
    return len({value.get(prop.name) for value in said if isinstance(value, Mapping)}) > 1


def _say(wording: Wording, shown: Sequence[Property], value: object) -> str:
    if isinstance(value, Mapping):
        said = [wording.say(prop, value.get(prop.name)) for prop in shown]
        return "，".join(part for part in said if part)
    return wording.say(shown[0], value)


def _cell(text: str, heads: Sequence[str], authors: Mapping[str, queries.Authored]) -> Cell:
    found = [authors[head] for head in heads if head in authors]
    if not text or not found:
        return Cell(text)
    newest = max(found, key=lambda one: (one[0].event_date or date.min, one[0].instance_id))
    return Cell(text, "花名册" if newest[0].source == "roster" else newest[1], newest[0].event_date)


def _sides(
    session: Session,
    pair: Sequence[Entity],
    people: Sequence[Sequence[Entity]],
    names: Mapping[str, str],
) -> tuple[Side, Side]:
    origins = [_origin(session, entity) for entity in pair]
    known = [origin[0] for origin in origins if origin[0]]
    first, second = (
        _side(session, entity, some, names, origin, older=bool(known) and origin[0] == min(known))
        for entity, some, origin in zip(pair, people, origins, strict=True)
    )
    return first, second


def _origin(session: Session, entity: Entity) -> tuple[datetime | None, str]:
    """When an entity was first recorded, and by whom."""
    creators = submissions.creators_of(session, {entity.id}, CREATED)
    found = sorted(queries.authors(session, creators).values(), key=lambda one: one[0].received_at)
    if not found:
        return None, ""
    first = found[0]
    return first[0].received_at, "花名册" if first[0].source == "roster" else first[1]


def _side(
    session: Session,
    entity: Entity,
    people: Sequence[Entity],
    names: Mapping[str, str],
    origin: tuple[datetime | None, str],
    *,
    older: bool,
) -> Side:
    house = entity.register == "households"
    household_id = entity.id if house else entity.household_id or ""
    row = registers.household_row(session, household_id)
    visits = queries.visits_of(session, household_id, 200) if house else ()
    filled = [one for one in visits if not one[0].form_id.startswith("office-")]
    title = (
        f"{row.head_name or '没登记户主'} 户"
        if house and row
        else values.text(entity.live, "person_name") or "未取名"
    )
    return Side(
        id=entity.id,
        register=entity.register,
        title=title,
        household_id=household_id,
        place=names.get(entity.area, entity.area),
        number=row.household_no if row else "",
        since=origin[0],
        by=origin[1],
        older=older,
        members=tuple(values.text(p.live, "person_name") or "未取名" for p in people),
        visits=tuple(
            f"{_day(s.event_date)} {name} {state.line}" for s, state, name in filled[:VISITS]
        ),
        visit_count=len(filled),
    )


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _both(
    session: Session, wording: Wording, people: Sequence[Sequence[Entity]]
) -> tuple[Both, ...]:
    """The people who are in both households, each of them once."""
    found: list[Both] = []
    taken: set[str] = set()
    for mine in people[0]:
        for his in people[1]:
            common = marks(mine, his)
            if not common or taken & {mine.id, his.id}:
                continue
            taken |= {mine.id, his.id}
            first, second = sorted((mine, his), key=lambda one: one.id)
            lines = [line for line in _lines(session, wording, (first, second), {}) if line.choice]
            found.append(
                Both(
                    pair=(first.id, second.id),
                    name=values.text(mine.live, "person_name"),
                    other_name=values.text(his.live, "person_name"),
                    why=why(common),
                    differing=len([line for line in lines if line.unit != "household"]),
                )
            )
    return tuple(found)


def why(common: Collection[str]) -> str:
    """In words what two have in common."""
    kinds = {part for mark in common for part in mark.split(" ")[:2]}
    words = []
    if "id_number" in kinds:
        words.append("身份证号一样")
    if "persons" in kinds:
        words.append("同名同生日")
    if "households" in kinds:
        words.append("户编号一样")
    text = "，".join(words)
    return f"户里有人{text}" if "head" in kinds and text else text

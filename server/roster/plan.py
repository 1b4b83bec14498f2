"""Compare a file's households with what is known: new, changed or unchanged, cell by cell."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from server.roster.fields import BY_KEY, FIELDS
from server.roster.households import Household, Person
from server.roster.identity import entity_id

State = Literal["new", "changed", "unchanged"]
Properties = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Member:
    """A person whom the register knows in a household."""

    id: str
    name: str
    id_number: str
    from_roster: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What the server knows about the households and persons of a file.

    households: household number → entity id. persons: identity number → entity id.
    members: household's entity id → its known persons.
    previous: entity id → what this source's last import said, property → value.
    current: entity id → what the register says now, property → value.
    components: derived entity id → the id it goes by, where the office joined duplicates.
    outside: entity ids that lie outside the importer's villages.
    """

    households: Mapping[str, str] = field(default_factory=dict)
    persons: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Sequence[Member]] = field(default_factory=dict)
    previous: Mapping[str, Properties] = field(default_factory=dict)
    current: Mapping[str, Properties] = field(default_factory=dict)
    components: Mapping[str, str] = field(default_factory=dict)
    outside: frozenset[str] = frozenset()

    def derived(self, secret: str, *key: str) -> str:
        """The id derived from a source's key, or the one it was joined to since."""
        made = entity_id(secret, *key)
        return self.components.get(made, made)


@dataclass(frozen=True, slots=True)
class Content:
    """What the file says of one entity."""

    register: str
    entity_id: str
    properties: dict[str, str]
    row: int
    name: str


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that differs; note: what happens when somebody recorded something else meanwhile."""

    row: int
    entity_id: str
    who: str
    property: str
    label: str
    before: str
    after: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """One household of the file and what importing it would do.

    writes: whether a submission is needed: also an unchanged household is recorded once, so that
      a later import knows what this source said.
    """

    household: Household
    entity_id: str
    state: State
    entities: tuple[Content, ...]
    changes: tuple[Change, ...]
    writes: bool
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What importing would do; refused: row → why, for what only the register could tell."""

    planned: tuple[Planned, ...]
    refused: Mapping[int, list[str]]


def plan(households: Sequence[Household], known: Known, secret: str, source: str) -> Plan:
    """Every household compared; pure, so that preview and import cannot differ.

    secret, source: from which entity ids are derived where the register knows none.
    """
    planned: list[Planned] = []
    refused: dict[int, list[str]] = {}
    for household in households:
        one = _planned(household, known, secret, source)
        foreign = {
            content.row: content for content in one.entities if content.entity_id in known.outside
        }
        if foreign:
            refused |= {row: [_elsewhere(row, foreign)] for row in household.rows}
        else:
            planned.append(one)
    return Plan(tuple(planned), refused)


def _elsewhere(row: int, foreign: Mapping[int, Content]) -> str:
    if row not in foreign:
        listed = "、".join(str(number) for number in foreign)
        return f"同一户第 {listed} 行有问题，整户暂不导入，以免只进半户。"
    what = "户编号" if foreign[row].register == "households" else "证号"
    return f"这个{what}已经登记在您管的村以外。请先由县里办理迁移，或核实{what}。"


def entities_of(
    household: Household, known: Known, secret: str, source: str
) -> tuple[Content, ...]:
    """The household and its persons as entities, matched to those the register knows."""
    number = household.household_no
    household_id = known.households.get(number) or known.derived(
        secret, *household_key(source, number)
    )
    ids = _person_ids(household, household_id, known, secret, source)
    persons = tuple(
        Content(
            "persons",
            person_id,
            {**person.values, "household": household_id, "member_status": "in"},
            person.row,
            person.name,
        )
        for person, person_id in zip(household.persons, ids, strict=True)
    )
    whole = Content(
        "households",
        household_id,
        {**household.values, "head": ids[household.head]},
        household.rows[0],
        household.head_name,
    )
    return (whole, *persons)


def _person_ids(
    household: Household, household_id: str, known: Known, secret: str, source: str
) -> list[str]:
    """By identity number; else the one member of that name whose number the file lacks."""
    numbers = {person.values.get("id_number", "") for person in household.persons}
    free = [
        member
        for member in known.members.get(household_id, ())
        if not member.id_number or member.id_number not in numbers
    ]
    ids: list[str] = []
    for person in household.persons:
        ids.append(_person_id(person, household, known, free, secret, source, taken=set(ids)))
    return ids


def _person_id(
    person: Person,
    household: Household,
    known: Known,
    free: Sequence[Member],
    secret: str,
    source: str,
    taken: set[str],
) -> str:
    number = person.values.get("id_number", "")
    if number and number in known.persons:
        return known.persons[number]
    alike = [member.id for member in free if member.name == person.name and member.id not in taken]
    if len(alike) == 1:
        return alike[0]
    return known.derived(secret, *person_key(source, household.household_no, person))


def household_key(source: str, number: str) -> tuple[str, ...]:
    """What names a household in its source."""
    return source, "households", number


def person_key(source: str, household_no: str, person: Person) -> tuple[str, ...]:
    """What names a person in his source: the identity number, else name and birth date."""
    number = person.values.get("id_number", "")
    told_by = number or f"{person.name}/{person.values.get('birth_date', '')}"
    return source, "persons", household_no, told_by


def _planned(household: Household, known: Known, secret: str, source: str) -> Planned:
    entities = entities_of(household, known, secret, source)
    whole = entities[0]
    differing = [found for content in entities for found in _differing(content, known)]
    changes = tuple(
        _named(change, household, entities, known)
        for change in differing
        if change.before != change.after
    )
    is_new = whole.entity_id not in known.current
    state: State = "new" if is_new else "changed" if changes else "unchanged"
    return Planned(
        household=household,
        entity_id=whole.entity_id,
        state=state,
        entities=entities,
        changes=() if is_new else changes,
        writes=bool(differing),
        absent=_absent(whole.entity_id, entities, known),
    )


def _named(
    change: Change, household: Household, entities: Sequence[Content], known: Known
) -> Change:
    """A change of head or household told by names and numbers instead of ids."""
    if change.property == "head":
        names = {content.entity_id: content.name for content in entities}
        before = known.current.get(change.before, {}).get("person_name", "")
        return replace(change, before=before, after=names.get(change.after, ""))
    if change.property == "household":
        before = known.current.get(change.before, {}).get("household_no", "")
        return replace(change, before=before, after=household.household_no)
    return change


def _differing(content: Content, known: Known) -> Iterator[Change]:
    """The cells that differ from the previous import.

    Equal `before` and `after`: the register says so already, but this source did not yet.
    """
    previous = known.previous.get(content.entity_id, {})
    current = known.current.get(content.entity_id, {})
    for name, value in content.properties.items():
        said = previous.get(name)
        if said is not None and _same(name, said, value):
            continue
        now = current.get(name, "")
        if _same(name, now, value):
            now = value
        yield Change(
            row=content.row,
            entity_id=content.entity_id,
            who="户" if content.register == "households" else content.name,
            property=name,
            label=_label(name),
            before=now,
            after=value,
            note=_note(name, said, now, value),
        )


def _note(name: str, said: str | None, now: str, value: str) -> str:
    if not now or now == value or (said is not None and _same(name, said, now)):
        return ""
    return "上次导入以后有人改过，导入后不会盖掉，两种说法由镇里核定"


_MANY = {meaning.target for meaning in FIELDS if meaning.kind == "many"}
_LABELS = {"household": "所在户", "head": "户主", "member_status": "在户状态"}
_BY_TARGET = {meaning.target: meaning for meaning in BY_KEY.values()}


def _same(name: str, one: str, other: str) -> bool:
    if name in _MANY:
        return set(one.split()) == set(other.split())
    return one == other


def _label(name: str) -> str:
    meaning = _BY_TARGET.get(name)
    return meaning.label if meaning else _LABELS.get(name, name)


def _absent(household_id: str, entities: Sequence[Content], known: Known) -> tuple[str, ...]:
    """Persons whom an earlier import brought into the household and this file does not mention."""
    named = {content.entity_id for content in entities}
    return tuple(
        member.name
        for member in known.members.get(household_id, ())
        if member.from_roster and member.id not in named
    )


def instance_id(
    secret: str, source: str, planned: Planned, shown: Mapping[str, object], as_of: str
) -> str:
    """The submission's name, from all that it says: the same one when begun again after a kill."""
    said = [[content.entity_id, content.properties] for content in planned.entities]
    whole = json.dumps([said, shown, as_of], ensure_ascii=False, sort_keys=True)
    return entity_id(secret, source, "submission", planned.entity_id, whole)

"""Match a file's households and persons to the entities that registers know, or derive new ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from server.roster.households import Household, Person
from server.roster.identity import entity_id

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
    homes: person's entity id → household's. members: household's entity id → its persons.
    previous: entity id → what this source's last import said, property → value.
    current: entity id → what the register says now, property → value.
    components: derived entity id → the id it goes by, where the office joined duplicates.
    outside: entity ids that lie outside the importer's villages.
    since: in words, what `previous` is.
    """

    households: Mapping[str, str] = field(default_factory=dict)
    persons: Mapping[str, str] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Sequence[Member]] = field(default_factory=dict)
    previous: Mapping[str, Properties] = field(default_factory=dict)
    current: Mapping[str, Properties] = field(default_factory=dict)
    components: Mapping[str, str] = field(default_factory=dict)
    outside: frozenset[str] = frozenset()
    since: str = "上次导入"

    def derived(self, secret: str, *key: str) -> str:
        """The id derived from a source's key, or the one it was joined to since."""
        return self.goes_by(entity_id(secret, *key))

    def goes_by(self, one: str) -> str:
        """The id that an entity goes by since duplicates were joined."""
        return self.components.get(one, one)


@dataclass(frozen=True, slots=True)
class Content:
    """What the file says of one entity."""

    register: str
    entity_id: str
    properties: dict[str, str]
    row: int
    name: str


def entities_of(
    household: Household,
    known: Known,
    secret: str,
    source: str,
    taken: Collection[str] = (),
) -> tuple[Content, ...]:
    """The household and its persons as entities, matched to those the register knows.

    taken: entities that other households of the file were matched to.
    """
    number = household.household_no
    household_id = (
        known.goes_by(household.id)
        or known.households.get(number)
        or _registered_by_phone(household, known, taken)
        or known.derived(secret, *household_key(source, number))
    )
    ids = _person_ids(household, household_id, known, secret, source)
    persons = tuple(
        Content(
            "persons",
            person_id,
            _joining(person, household_id),
            person.row,
            person.name,
        )
        for person, person_id in zip(household.persons, ids, strict=True)
    )
    whole = Content(
        "households",
        household_id,
        {**household.values, "head": ids[household.head]}
        if household.names_head
        else dict(household.values),
        household.rows[0],
        household.head_name,
    )
    return (whole, *persons)


def _joining(person: Person, household_id: str) -> dict[str, str]:
    """What the file says of a person; whom an export named lives there already."""
    if person.id:
        return dict(person.values)
    return {**person.values, "household": household_id, "member_status": "in"}


def _registered_by_phone(household: Household, known: Known, taken: Collection[str]) -> str | None:
    """The one household in which phones registered these persons, whose number no roster gave."""
    homes = {
        known.homes.get(known.persons.get(person.values.get("id_number", ""), ""), "")
        for person in household.persons
    }
    waiting = [
        home
        for home in sorted(homes)
        if home in known.current
        and home not in taken
        and "household_no" not in known.previous.get(home, {})
    ]
    return waiting[0] if len(waiting) == 1 else None


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
    named = {known.goes_by(person.id) for person in household.persons if person.id}
    ids: list[str] = []
    for person in household.persons:
        taken = named | set(ids)
        ids.append(_person_id(person, household, known, free, secret, source, taken))
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
    if person.id:
        return known.goes_by(person.id)
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

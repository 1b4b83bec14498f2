"""From the database to one frozen value with everything that a household's file prints."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from server.accounts import queries as accounts
from server.attachments.reading import file_of
from server.forms.dictionary import Dictionary
from server.forms.queries import dictionary_in_force
from server.household_file import layout, queries
from server.household_file.facts import Fact, HouseholdFile, Item, Member, Used
from server.household_file.facts_of import Author, facts_of
from server.household_file.people import Person, codes_of, comings_and_goings, counts, head_of
from server.household_file.states import end_of, readings, state_at
from server.household_file.visits import Visits, visits_of
from server.problems import NotFound
from server.registers import queries as registers
from server.registers.models import Entity

OFFICE_FORMS = {
    "office-roster": "花名册",
    "office-settle": "核定",
    "office-join": "并档",
    "office-review": "审核",
}


def gather(session: Session, household_id: str, as_of: date) -> HouseholdFile:
    """Everything to print of a household, as it was known at the end of a day.

    The approved reading is printed; what is only received is there too, marked. Raises NotFound
    for a household that nobody registered.
    """
    named = registers.entity(session, household_id)
    home = registers.entity(session, named.component) if named else None
    if home is None or home.register != "households" or not home.known:
        raise NotFound("没有找到这户。")
    return _Household(session, home, dictionary_in_force(session, as_of), as_of).file()


class _Household:
    """One gathering: what was read from the database, and the parts of the file."""

    def __init__(self, session: Session, home: Entity, dictionary: Dictionary, as_of: date):
        self.session, self.home = session, home
        self.dictionary, self.as_of = dictionary, as_of
        self.readings = readings(session, home, dictionary, as_of)
        self.codes = codes_of(self.readings)
        self.people = [
            Person(entity.id, readings(session, entity, dictionary, as_of))
            for entity in registers.members(session, home.id)
        ]
        heads = self.readings.heads().union(*(person.readings.heads() for person in self.people))
        self.submissions = queries.submissions(session, heads)
        authors = {found.person_id for found, _ in self.submissions.values() if found.person_id}
        self.names = accounts.names(session, authors)

    def file(self) -> HouseholdFile:
        members = self._members(removed=False)
        former = self._members(removed=True)
        named = {member.id: member.name for member in (*members, *former)}
        visits = visits_of(
            self.session,
            queries.component(self.session, self.home),
            people=named,
            as_of=self.as_of,
            has_file=lambda sha256: file_of(sha256, "thumb") is not None,
        )
        facts = facts_of(self.readings, "households", self.dictionary, self._author)
        facts |= counts(self.people)
        placed = layout.placed_on_basic()
        county, town, village = self._areas()
        return HouseholdFile(
            household_id=self.home.id,
            household_no=self.codes.get("household_no", ""),
            as_of=self.as_of.isoformat(),
            opened_on=self._opened_on(),
            county=county,
            town=town,
            village=village,
            village_code=self.home.area,
            head=self._head(named, facts["head"], members),
            address=_address(facts, town, village),
            facts={name: fact for name, fact in facts.items() if name in placed},
            others=self._others("households", facts, placed | layout.ELSEWHERE),
            members=members,
            former=former,
            visits=visits.visits,
            earlier_visits=visits.earlier,
            photos=visits.photos,
            changes=comings_and_goings(self.people, self.dictionary, self._author),
            used=self._used(visits),
        )

    def _members(self, *, removed: bool) -> tuple[Member, ...]:
        head = head_of(self.people, self.codes.get("head", ""))
        people = [person for person in self.people if person.removed == removed]
        return tuple(map(self._member, sorted(people, key=lambda person: person.rank(head))))

    def _member(self, person: Person) -> Member:
        facts = facts_of(person.readings, "persons", self.dictionary, self._author)
        placed = {name: fact for name, fact in facts.items() if name in layout.MEMBER}
        placed.pop("household", None)
        return Member(person.id, placed, self._others("persons", facts, layout.MEMBER))

    def _others(
        self, register: str, facts: Mapping[str, Fact], placed: Collection[str]
    ) -> tuple[Item, ...]:
        """Known properties that no cell of the forms is meant for."""
        declared = self.dictionary.registers[register].properties
        return tuple(
            Item(name, declared[name].label, fact)
            for name, fact in facts.items()
            if name not in placed and (fact.text or fact.disputed)
        )

    def _head(self, named: Mapping[str, str], said: Fact, members: Sequence[Member]) -> Fact:
        """The head's name; who else was written down as head stands with it as a claim."""
        head_id = head_of(self.people, self.codes.get("head", ""))
        member = next((member for member in members if member.id == head_id), None)
        return Fact(
            member.name if member else "（户主不详）",
            reviewed=said.reviewed and (member is None or member.facts["person_name"].reviewed),
            disputed=tuple(replace(c, text=named.get(c.text, "")) for c in said.disputed),
            pending=tuple(replace(c, text=named.get(c.text, "")) for c in said.pending),
        )

    def _author(self, instance_id: str) -> Author:
        if instance_id not in self.submissions:
            return Author("", "")
        found, _ = self.submissions[instance_id]
        name = self.names.get(found.person_id or "", "")
        if found.source == "roster":
            name = "花名册"
        return Author(name, found.event_date.isoformat() if found.event_date else "")

    def _used(self, visits: Visits) -> tuple[Used, ...]:
        before = end_of(self.as_of)
        rows = {
            instance_id: Used(
                instance_id=instance_id,
                form=OFFICE_FORMS.get(found.form_id, found.form_id),
                version=found.form_version,
                on=self._author(instance_id).on,
                by=self._author(instance_id).name,
                state=state_at(state, before),
            )
            for instance_id, (found, state) in self.submissions.items()
        }
        rows |= {use.instance_id: use for use in visits.used}
        return tuple(sorted(rows.values(), key=lambda use: (use.on, use.instance_id)))

    def _areas(self) -> tuple[str, str, str]:
        """The names of county, town and village."""
        village = queries.area(self.session, self.home.area)
        town = queries.area(self.session, village.parent) if village and village.parent else None
        county = queries.area(self.session, town.parent) if town and town.parent else None
        return tuple(area.name if area else "" for area in (county, town, village))  # type: ignore[return-value]

    def _opened_on(self) -> str:
        first = queries.first_written_on(self.session, self.home.id)
        return first.isoformat() if first else ""


def _address(facts: Mapping[str, Fact], town: str, village: str) -> Fact:
    """Town, village and what was recorded, without the names that were recorded with it."""
    parts = [facts[name] for name in ("group_name", "address_detail") if name in facts]
    said = (part.text.removeprefix(town + village).removeprefix(village) for part in parts)
    text = town + village + "".join(said)
    return replace(Fact(text), reviewed=all(part.reviewed for part in parts))

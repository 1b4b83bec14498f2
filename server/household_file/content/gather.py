"""From the database to one frozen value with everything that a household's file prints."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise

from sqlalchemy.orm import Session

from server.accounts import queries as accounts
from server.forms.dictionary import Dictionary
from server.forms.queries import dictionary_in_force
from server.household_file import kept, period, words
from server.household_file.content import layout, pictures, queries
from server.household_file.content.catalogue import chosen, kinds_of
from server.household_file.content.facts import Change, Fact, Item, Member, Recorded, Scan, Used
from server.household_file.content.facts_of import Author, Readings, author_of, facts_of
from server.household_file.content.file import HouseholdFile
from server.household_file.content.papers import papers_of
from server.household_file.content.papers.history import steps_of
from server.household_file.content.papers.known import Known, Thing
from server.household_file.content.papers.secured import ITEMS
from server.household_file.content.people import (
    Person,
    codes_of,
    comings_and_goings,
    counts,
    head_of,
)
from server.household_file.content.records import Records
from server.household_file.content.sections import documents
from server.household_file.content.standing_of import standing_of
from server.household_file.content.states import end_of, readings, state_at
from server.household_file.content.visits import visits_of
from server.household_file.period import Period
from server.household_file.returned import standing
from server.policy import values as policy
from server.problems import NotFound
from server.registers import queries as registers
from server.registers.models import Entity
from server.submissions.models import Submission

OFFICE_FORMS = {
    "office-roster": "花名册",
    "office-settle": "核定",
    "office-join": "并档",
    "office-review": "审核",
}


#: What belongs to a household and has documents of its own.
BELONGING = frozenset(
    {
        *("problems", "health_cases", "houses", "renovations"),
        *("cases", "measures", "contact_cards", "plans"),
    }
)
#: Decisions after which a household is not monitored.
NOT_ADMITTED = frozenset({"", "not_admitted", "watch", "town_agreed", "sent_back"})


@dataclass(frozen=True, slots=True)
class Basis:
    """What is known of a household; `heads` by register; `policy` as of the day."""

    household_id: str
    village: str
    known: Known
    head: Fact
    heads: Mapping[str, frozenset[str]]
    policy: Mapping[str, object]


def gather(
    session: Session, household_id: str, as_of: date, wanted: Period | None = None
) -> HouseholdFile:
    """Everything to print of a household, as it was known at the end of a day.

    The approved reading is printed; what is only received is there too, marked. wanted: the days
    that records are chosen by; the last twelve months if not said. Raises NotFound for a household
    that nobody registered.
    """
    return _household(session, household_id, as_of, wanted).file()


def known_of(
    session: Session, household_id: str, as_of: date, wanted: Period | None = None
) -> Basis:
    """A household as documents are made from it, with the submissions that each register rests on.

    The same reading, of the same day, as that of the file. Raises NotFound as `gather` does.
    """
    return _household(session, household_id, as_of, wanted).basis()


def gather_with_basis(
    session: Session, household_id: str, as_of: date, wanted: Period | None = None
) -> tuple[HouseholdFile, Basis]:
    """The file, and what its documents were made from. Raises NotFound as `gather` does."""
    found = _household(session, household_id, as_of, wanted)
    return found.file(), found.basis()


def _household(
    session: Session, household_id: str, as_of: date, wanted: Period | None
) -> _Household:
    named = registers.entity(session, household_id)
    home = registers.entity(session, named.component) if named else None
    if home is None or home.register != "households" or not home.known:
        raise NotFound("没有找到这户。")
    found = wanted or period.usual(as_of)
    return _Household(session, home, dictionary_in_force(session, as_of), as_of, found)


class _Household:
    """One gathering: what was read from the database, and the parts of the file."""

    def __init__(
        self,
        session: Session,
        home: Entity,
        dictionary: Dictionary,
        as_of: date,
        wanted: Period,
    ):
        self.session, self.home, self.wanted = session, home, wanted
        self.dictionary, self.as_of = dictionary, as_of
        self.readings = readings(session, home, dictionary, as_of)
        self.codes = codes_of(self.readings)
        self.people: list[Person] = []
        self.of: dict[str, list[tuple[str, Readings]]] = {}
        self.into: dict[str, str] = {}
        for entity in registers.belonging(session, home.id):
            found = readings(session, entity, dictionary, as_of)
            if entity.register == "persons":
                self.people.append(Person(entity.id, found))
            elif entity.register in BELONGING and entity.id == entity.component:
                self.of.setdefault(entity.register, []).append((entity.id, found))
                self.into[entity.id] = str(entity.derived.get("into", ""))
        heads = self.readings.heads().union(*(person.readings.heads() for person in self.people))
        heads = heads.union(*(r.heads() for some in self.of.values() for _, r in some))
        self.submissions = queries.submissions(session, heads)
        authors = {found.person_id for found, _ in self.submissions.values() if found.person_id}
        self.names = accounts.names(session, authors)

    def heads(self) -> dict[str, frozenset[str]]:
        """Register -> the submissions that its facts of this household rest on."""
        found = {"households": self.readings.heads()}
        found["persons"] = set().union(*(person.readings.heads() for person in self.people))
        for register, some in self.of.items():
            found[register] = set().union(*(one.heads() for _, one in some))
        return {register: frozenset(heads) for register, heads in found.items()}

    @cached_property
    def members(self) -> tuple[Member, ...]:
        return self._members(removed=False)

    @cached_property
    def former(self) -> tuple[Member, ...]:
        return self._members(removed=True)

    @cached_property
    def named(self) -> dict[str, str]:
        """Person -> name, those who left included."""
        return {member.id: member.name for member in (*self.members, *self.former)}

    @cached_property
    def same(self) -> Sequence[str]:
        """The ids of all entities that were found to be this household."""
        return queries.component(self.session, self.home)

    @cached_property
    def facts(self) -> dict[str, Fact]:
        return (
            facts_of(self.readings, "households", self.dictionary, self._author)
            | counts(self.people)
            | standing_of(self.codes, self._things)
        )

    @cached_property
    def head(self) -> Fact:
        return self._head(self.named, self.facts.get("head", Fact()), self.members)

    @cached_property
    def records(self) -> Records:
        before = end_of(self.as_of)
        rows = queries.reviewed(self.session, self.same, before)
        return Records(self.session, rows, self.named, before, pictures.fault_of)

    @cached_property
    def known(self) -> Known:
        """The household as makers of documents are given it."""
        county, town, village = self._areas()
        before = end_of(self.as_of)
        cases = [one.id for one in self._things.get("cases", ())]
        return Known(
            home=Thing(self.home.id, self.facts, self.codes | self._secured_on()),
            members=self.members,
            former=self.former,
            people={person.id: person.codes for person in self.people},
            of=self._things,
            records=self.records,
            dictionary=self.dictionary,
            period=self.wanted,
            as_of=self.as_of.isoformat(),
            household_no=self.codes.get("household_no", ""),
            head=self.head.text,
            address=_address(self.facts, town, village),
            place=(county, town, village),
            helpers=steps_of(self.session, self.same, "helper", before, self._named),
            decisions=steps_of(self.session, cases, "decision", before, self._named),
            scanned=standing.filed(self.session, self.same, before),
            materials=standing.materials(self.session, self.same, before),
        )

    def basis(self) -> Basis:
        """What is known, with what it rests on."""
        return Basis(
            self.home.id,
            self.home.area,
            self.known,
            self.head,
            self.heads(),
            policy.in_force(self.session, self.as_of),
        )

    def file(self) -> HouseholdFile:
        known, records, facts = self.known, self.records, self.facts
        county, town, village = known.place
        visits = visits_of(
            self.session, records, self.wanted, known.address.text, known.all("problems")
        )
        placed = layout.placed_on_basic()
        plan = chosen(policy.in_force(self.session, self.as_of), self._kinds())
        registered = records.of("register")
        file = HouseholdFile(
            household_id=self.home.id,
            household_no=known.household_no,
            as_of=known.as_of,
            opened_on=self._opened_on(),
            county=county,
            town=town,
            village=village,
            village_code=self.home.area,
            head=self.head,
            address=known.address,
            facts={name: fact for name, fact in facts.items() if name in placed},
            others=self._others("households", facts, placed | layout.ELSEWHERE),
            members=self.members,
            former=self.former,
            visits=visits.visits,
            earlier_visits=visits.earlier,
            photos=visits.photos,
            changes=self._changes(self.same, end_of(self.as_of), self.named),
            used=self._used(records),
            plan=plan,
            papers=papers_of(known, plan.sections),
            belongings=self._claimed(),
            period=self.wanted.in_words,
            recorded=Recorded(records.by(registered[0]), registered[0].on) if registered else None,
            faults=(*records.lost, *self._undeclared()),
        )
        return replace(file, scans=self._scans(file)) if known.scanned else file

    def _scans(self, file: HouseholdFile) -> tuple[Scan, ...]:
        """What was scanned of the file's documents, told which of them say something else now."""
        keys = {one.key for one in documents(file)}
        return standing.scans(self.known.scanned, kept.as_json(file), keys, self.records.roots)

    @cached_property
    def _things(self) -> dict[str, list[Thing]]:
        """Register -> what belongs to the household, in words."""
        return {
            register: [
                Thing(
                    one_id,
                    facts_of(found, register, self.dictionary, self._author),
                    codes_of(found),
                    self.into[one_id],
                )
                for one_id, found in some
            ]
            for register, some in self.of.items()
            if register in self.dictionary.registers
        }

    def _claimed(self) -> tuple[tuple[str, Item], ...]:
        """What is not settled of what belongs to the household."""
        return tuple(
            (label, Item(name, declared.properties[name].label, fact))
            for register, some in sorted(self._things.items())
            for declared in (self.dictionary.registers[register],)
            for label in (declared.label,)
            for one in some
            for name, fact in one.facts.items()
            if fact.disputed or fact.pending
        )

    def _changes(
        self, same: Sequence[str], before: datetime, named: Mapping[str, str]
    ) -> tuple[Change, ...]:
        """Who came and who left, and when the head or the household's type became another."""

        def said(unit: str, value: str) -> str:
            declared = self.dictionary.property("households", unit)
            if unit == "head" or declared is None or declared.list is None:
                return named.get(value, "")
            return words.wide(self.dictionary.label(declared.list, value))

        turned = [
            Change(
                on=now.on,
                item=item,
                old=said(unit, was.said[unit]),
                new=said(unit, now.said[unit]),
                by=now.by,
                reviewed=now.reviewed,
            )
            for unit, item in (("head", "户主变更"), ("household_type", "户类型变更"))
            for was, now in pairwise(steps_of(self.session, same, unit, before, self._named))
            if was.of == now.of
        ]
        found = (*comings_and_goings(self.people, self.dictionary, self._author), *turned)
        return tuple(sorted(found, key=lambda change: (change.on, change.item)))

    def _undeclared(self) -> Iterator[str]:
        """What the registers hold under names that the dictionary does not have any more."""
        held = [("households", self.codes), *(("persons", one.codes) for one in self.people)]
        held += [(register, one.codes) for register, some in self._things.items() for one in some]
        gone = sorted(
            {
                name
                for register, codes in held
                for name, said in codes.items()
                if said and name not in self.dictionary.registers[register].properties
            }
        )
        if gone:
            yield f"登记中有 {len(gone)} 项（{'、'.join(gone)}），现在的数据字典没有，没有印出"

    def _kinds(self) -> frozenset[str]:
        decided = [one.code("decision") for one in self._things.get("cases", ())]
        return kinds_of(
            self.codes.get("household_type", ""),
            identified=bool(self.codes.get("identify_year") or self.codes.get("exit_year")),
            admitted=any(one not in NOT_ADMITTED for one in decided),
            clues=bool(decided),
        )

    def _secured_on(self) -> dict[str, str]:
        """When each item of the sheet of what is secured was last seen to."""
        return {f"{name}_on": author_of(self.readings, name, self._author).on for name in ITEMS}

    def _named(self, submission: Submission) -> str:
        if submission.source == "roster":
            return "花名册"
        key = submission.person_id or ""
        if key not in self.names:
            self.names |= accounts.names(self.session, [key])
        return self.names.get(key, "")

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

    def _used(self, records: Records) -> tuple[Used, ...]:
        """What the file rests on: what the registers hold, and every record that may be printed."""
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
        listed = (
            one
            for one in records.all
            if one.definition.kind != "visit" or self.wanted.holds(one.on)
        )
        rows |= {use.instance_id: use for use in map(records.used, listed)}
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

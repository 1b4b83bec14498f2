"""A household as the desk shows it: facts with their sources, members, its whole history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.forms.dictionary import Property
from server.forms.queries import dictionary_in_force
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity
from server.registers.visibility import sees_register, sight
from server.review import queries
from server.review.acts import KINDS, lines
from server.review.naming import knowing, title_of
from server.review.wording import UNSAID, Wording

GONE = "removed"
#: What the head of the page tells already.
UNTOLD = frozenset({"household_no", "village_code", "household"}) | UNSAID
#: Registers that the page shows in a place of their own.
OWN_PLACE = frozenset({"households", "persons", "cases"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One property in words, with how sure it is and where it came from.

    unreviewed: what holds now has not been approved. by, on: who recorded it last, and when.
    """

    name: str
    label: str
    text: str
    disputed: bool
    unreviewed: bool
    by: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the household; `facts` in the dictionary's order."""

    id: str
    name: str
    relation: str
    age: int | None
    id_number: str
    has_id: bool
    gone: bool
    head: bool
    disputed: int
    facts: tuple[Fact, ...]

    def text(self, *names: str) -> str:
        """The words of some properties, those that are known."""
        known = {fact.name: fact.text for fact in self.facts}
        return "，".join(known[name] for name in names if known.get(name))


@dataclass(frozen=True, slots=True)
class Event:
    """One submission about the household; act: a decision of the office that has a way back."""

    instance_id: str
    title: str
    on: date | None
    at: datetime
    by: str
    line: str
    state: str
    office: bool
    act: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing of a further register: a house, an account, a card; told: what was recorded of it.

    told: newest first.
    """

    id: str
    title: str
    facts: tuple[Fact, ...]
    disputed: int
    told: tuple[Event, ...]

    @property
    def unreviewed(self) -> bool:
        """Whether nobody has approved anything of it."""
        return bool(self.facts) and all(fact.unreviewed for fact in self.facts)


@dataclass(frozen=True, slots=True)
class Home:
    """A household with everything known; kept: by register, those it has nothing in too."""

    facts: tuple[Fact, ...]
    members: tuple[Member, ...]
    events: tuple[Event, ...]
    kept: Mapping[str, tuple[Kept, ...]]

    @property
    def present(self) -> list[Member]:
        """The members that live in it now."""
        return [member for member in self.members if not member.gone]

    @property
    def visits(self) -> list[Event]:
        """What people recorded, without what the office did."""
        return [event for event in self.events if not event.office]


def home(session: Session, actor: Actor, household_id: str, today: date) -> Home:
    """A household's facts, members and history; the caller has checked that it may be seen."""
    entities = registers.of_household(session, household_id)
    own = next((e for e in entities if e.id == household_id), None)
    people = [e for e in entities if e.register == "persons"]
    names = {place.code: place.name for place in actor.places}
    wording = knowing(Wording(dictionary_in_force(session), actor.view, names), entities)
    ids = {head for entity in entities for head in values.heads(entity.live)}
    sources = _sources(session, ids)
    head = values.text(own.live, "head") if own else ""
    members = [_member(wording, entity, sources, head, today) for entity in people]
    events = _events(session, actor, household_id)
    return Home(
        facts=_facts(wording, own, sources) if own else (),
        members=tuple(sorted(members, key=_order)),
        events=events,
        kept=_kept(session, wording, entities, sources, events),
    )


def _kept(
    session: Session,
    wording: Wording,
    entities: Sequence[Entity],
    sources: Mapping[str, tuple[str, date | None]],
    events: Sequence[Event],
) -> dict[str, tuple[Kept, ...]]:
    """What the household has in each further register, the newest first."""
    told = queries.written_by(session, [entity.id for entity in entities])
    found: dict[str, list[tuple[str, Kept]]] = {
        name: []
        for name, register in wording.dictionary.registers.items()
        if name not in OWN_PLACE and sees_register(wording.view, register)
    }
    for entity in entities:
        if entity.known and entity.register in found and not entity.derived.get("into"):
            said = tuple(one for one in events if one.instance_id in told.get(entity.id, ()))
            kept = Kept(
                entity.id,
                title_of(wording, entity.register, entity),
                _facts(wording, entity, sources),
                entity.disputed,
                said,
            )
            newest = max((str(one.on or "") for one in said), default="")
            found[entity.register].append((newest, kept))
    return {
        name: tuple(kept for _, kept in sorted(some, key=lambda one: one[0], reverse=True))
        for name, some in found.items()
    }


def words_of(wording: Wording, entity: Entity | None, names: Sequence[str]) -> dict[str, str]:
    """Some properties of an entity in words."""
    if entity is None:
        return {}
    known = values.properties(entity.live)
    return {
        prop.name: wording.say(prop, known.get(prop.name))
        for prop in wording.properties(entity.register)
        if prop.name in names
    }


def id_number(session: Session, actor: Actor, person_id: str) -> tuple[Entity, str] | None:
    """A person's whole ID number, for a view that may see it; None otherwise."""
    entity = registers.entity(session, person_id)
    prop = dictionary_in_force(session).property("persons", "id_number")
    if entity is None or entity.area not in actor.villages or prop is None:
        return None
    if sight(actor.view, prop) != "full":
        return None
    return entity, values.text(entity.live, "id_number")


def _sources(session: Session, ids: set[str]) -> dict[str, tuple[str, date | None]]:
    return {
        instance_id: ("花名册" if found[0].source == "roster" else found[1], found[0].event_date)
        for instance_id, found in queries.authors(session, ids).items()
    }


def _facts(
    wording: Wording, entity: Entity, sources: Mapping[str, tuple[str, date | None]]
) -> tuple[Fact, ...]:
    live = values.properties(entity.live)
    approved = values.properties(entity.approved)
    disputed = {unit.partition("/")[0] for unit in values.disputed(entity.live)}
    heads = values.heads(entity.live)
    origins: dict[str, str] = {
        unit.partition("/")[0]: heads[indexes[-1]]
        for unit, (_, indexes) in values.units(entity.live).items()
        if indexes
    }
    facts = []
    for prop in wording.properties(entity.register):
        text = wording.say(prop, live.get(prop.name))
        if not text or prop.name in UNTOLD:
            continue
        by, on = sources.get(origins.get(prop.unit, ""), ("", None))
        facts.append(
            Fact(
                name=prop.name,
                label=prop.label,
                text=text,
                disputed=prop.unit in disputed,
                unreviewed=live.get(prop.name) != approved.get(prop.name),
                by=by,
                on=on,
            )
        )
    return tuple(facts)


def _member(
    wording: Wording,
    entity: Entity,
    sources: Mapping[str, tuple[str, date | None]],
    head: str,
    today: date,
) -> Member:
    facts = _facts(wording, entity, sources)
    known = values.properties(entity.live)
    number = known.get("id_number", "")
    prop = wording.dictionary.property("persons", "id_number")
    return Member(
        id=entity.id,
        name=_say(wording, "person_name", known) or "未取名",
        relation=_say(wording, "relation", known),
        age=_age(known.get("birth_date", ""), today),
        id_number=wording.say(prop, number) if prop else "",
        has_id=bool(number),
        gone=known.get("member_status") == GONE,
        head=entity.id == head or (not head and known.get("relation") == "02"),
        disputed=entity.disputed,
        facts=facts,
    )


def _say(wording: Wording, name: str, known: Mapping[str, str]) -> str:
    prop: Property | None = wording.dictionary.property("persons", name)
    return wording.say(prop, known.get(name)) if prop else ""


def _age(birth_date: str, today: date) -> int | None:
    try:
        born = date.fromisoformat(birth_date)
    except ValueError:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _order(member: Member) -> tuple[bool, bool, int, str]:
    return member.gone, not member.head, -(member.age or 0), member.id


def _events(session: Session, actor: Actor, household_id: str) -> tuple[Event, ...]:
    titles = queries.form_titles(session)
    found = queries.everything_of(session, household_id)
    said = lines(session, actor, [submission for submission, _, _ in found])
    return tuple(
        Event(
            instance_id=submission.instance_id,
            title=titles.get(submission.form_id) or _office_title(submission.form_id),
            on=submission.event_date,
            at=submission.received_at,
            by=name,
            line=said.get(submission.instance_id) or (state.line if state else ""),
            state=_state(state) if state else "",
            office=submission.form_id.startswith("office-"),
            act=submission.form_id in KINDS,
        )
        for submission, state, name in found
    )


def _office_title(form_id: str) -> str:
    return KINDS[form_id][0] if form_id in KINDS else "审核"


def _state(state: object) -> str:
    return (
        "superseded" if getattr(state, "superseded_by", None) else str(getattr(state, "state", ""))
    )

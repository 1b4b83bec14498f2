"""The eight ones of everybody who needs them: how far they are, and one of them done for many."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from server import clock
from server.accounts.actor import Actor
from server.followup.eight import ITEMS, Item, is_complete, items_of
from server.intake.office import OfficeEntity, derived_id
from server.policy.values import in_force
from server.problems import DecisionRefused, NotFound
from server.registers import values
from server.registers.models import Entity
from server.review import queries
from server.review.setting import set_properties

DOCTOR = "hb2"


@dataclass(frozen=True, slots=True)
class Ill:
    """Somebody who needs the eight ones; case_id: blank before anything of them was recorded."""

    id: str
    name: str
    id_number: str
    household_id: str
    head: str
    area: str
    items: tuple[Item, ...]
    complete: bool
    case_id: str = ""

    @property
    def done(self) -> int:
        """How many were done."""
        return sum(item.status == "done" for item in self.items)

    @property
    def na(self) -> int:
        """How many do not apply."""
        return sum(item.status == "na" for item in self.items)

    @property
    def again_on(self) -> date | None:
        """From which day the first of them has to be done once more."""
        return min((item.again_on for item in self.items if item.again_on), default=None)

    def is_due(self, today: date) -> bool:
        """Whether one of them has to be done once more."""
        return self.again_on is not None and self.again_on <= today

    def lacks(self, code: str, today: date) -> bool:
        """Whether an item is still to be done, or to be done once more."""
        return any(item.code == code and item.is_due(today) for item in self.items)


@dataclass(frozen=True, slots=True)
class Sums:
    """Several people together."""

    people: int = 0
    full: int = 0
    done: int = 0
    possible: int = 0
    due: int = 0

    @property
    def rate(self) -> float | None:
        """What share of what applies was done; None where nothing applies."""
        return self.done / self.possible if self.possible else None


def everybody(session: Session, actor: Actor, villages: Collection[str] | None = None) -> list[Ill]:
    """All who need the eight ones in the actor's villages, or in some of them, by household."""
    wanted = actor.villages & set(villages) if villages is not None else actor.villages
    policy = in_force(session, clock.today())
    cases = {
        facts["person"]: (case.id, facts)
        for case in queries.health_cases(session, wanted)
        if (facts := values.properties(case.live)).get("person")
    }
    return [
        _ill(person, head, cases.get(person.id, ("", {})), policy)
        for person, head in queries.with_eight(session, wanted)
    ]


def sums(people: Iterable[Ill], today: date) -> Sums:
    """How far some people are altogether."""
    found = Sums()
    for one in people:
        found = replace(
            found,
            people=found.people + 1,
            full=found.full + one.complete,
            done=found.done + one.done,
            possible=found.possible + len(one.items) - one.na,
            due=found.due + one.is_due(today),
        )
    return found


@dataclass(frozen=True, slots=True)
class Done:
    """That one of the eight was done for somebody. note: its number, or what came of it."""

    person_id: str
    item: str
    on: date
    org: str = ""
    note: str = ""


def record(
    session: Session, actor: Actor, done: Collection[Done], reason: str, now: datetime
) -> tuple[str, int]:
    """Record what was done for many people as one act that can be withdrawn.

    Returns the act and for how many people it is; who has an item on that day already is left
    alone. Raises NotFound for somebody who is not the actor's or needs no such thing,
    DecisionRefused for a day that lies ahead, an item that there is not, or nothing new.
    """
    people = {one.id: one for one in everybody(session, actor)}
    entities: dict[str, OfficeEntity] = {}
    concerned = set()
    for one in done:
        person = people.get(one.person_id)
        if person is None:
            raise NotFound("没有这个人，或者他不用做“八个一”，或者不在您管的村里。")
        _check(one, clock.local(now).date())
        if is_on_file(person, one):
            continue
        concerned.add(person.id)
        said = _entity(person, one)
        before = entities.get(said.entity_id)
        properties = {**(before.properties if before else {}), **said.properties}
        entities[said.entity_id] = replace(said, properties=properties)
    if not entities:
        raise DecisionRefused("这些人都已经这样记过了，没有新的要记。")
    return set_properties(session, actor, list(entities.values()), reason, now), len(concerned)


def is_on_file(person: Ill, one: Done) -> bool:
    """Whether it is known already that somebody had this done, on this day or later."""
    return any(item.code == one.item and _says(item, one) for item in person.items)


def _ill(
    person: Entity, head: str, case: tuple[str, Mapping[str, str]], policy: Mapping[str, object]
) -> Ill:
    facts = values.properties(person.live)
    case_id, said = case
    items = items_of(said, facts.get("birth_date", ""), policy)
    return Ill(
        id=person.id,
        name=facts.get("person_name", "") or "未取名",
        id_number=facts.get("id_number", ""),
        household_id=person.household_id or "",
        head=head,
        area=person.area,
        items=items,
        complete=is_complete(items, policy),
        case_id=case_id,
    )


def _check(one: Done, today: date) -> None:
    if one.item not in ITEMS:
        raise DecisionRefused("请选是哪一项。")
    if not date(2014, 1, 1) <= one.on <= today:
        raise DecisionRefused("日期不能晚于今天，也不能早于 2014 年。")
    if len(one.org) > 50 or len(one.note) > 100:
        raise DecisionRefused("机构请写在 50 个字以内，说明请写在 100 个字以内。")


def _says(item: Item, one: Done) -> bool:
    """Whether an item says already what was done; an older day is never put over a newer one."""
    if item.status != "done" or item.on is None:
        return False
    return item.on > one.on or (item.on == one.on and one.org in ("", item.org))


def _entity(person: Ill, one: Done) -> OfficeEntity:
    said = {
        f"{one.item}_status": "done",
        f"{one.item}_reason": "",
        f"{one.item}_on": one.on.isoformat(),
        **({f"{one.item}_org": one.org} if one.org else {}),
        **({f"{one.item}_ref": one.note} if one.note else {}),
    }
    if one.item == DOCTOR:
        said |= {"sign_status": "signed", "sign_date": one.on.isoformat()}
    if person.case_id:
        return OfficeEntity("health_cases", person.case_id, said)
    of = {"household": person.household_id, "person": person.id}
    new_id = derived_id("health_case", person.id)
    return OfficeEntity("health_cases", new_id, of | said, create=True)

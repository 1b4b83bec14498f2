"""What a register holds of every household of somebody's villages, each fact in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.console.listing import Cell, Column
from server.console.page import village_names
from server.forms.dictionary import Dictionary
from server.forms.queries import dictionary_in_force
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity, HouseholdRow
from server.review.wording import Wording

#: What columns say that name a household's head, its village, where in it, how many live there.
HEAD = ("households.head", "head.person_name")
VILLAGE = ("households.village_code",)
ADDRESS = ("households.group_name", "households.address_detail")
SIZE = ("family.member_status", "family.household")


@dataclass(frozen=True, slots=True)
class Row:
    """One entity with its household; facts: what holds now, as it is written."""

    entity: Entity
    home: HouseholdRow
    facts: Mapping[str, str]
    wording: Wording

    def say(self, name: str) -> str:
        """One of its facts in words, as this person may see it; "" where nothing is known."""
        prop = self.wording.dictionary.property(self.entity.register, name)
        return self.wording.say(prop, self.facts.get(name)) if prop else ""

    @property
    def settled(self) -> bool:
        """Whether all that holds was reviewed."""
        return values.properties(self.entity.approved) == dict(self.facts)

    @property
    def village(self) -> str:
        """What its village is called."""
        return self.wording.names.get(self.home.area, self.home.area)


def rows(
    session: Session, actor: Actor, register: str, villages: Sequence[str] | None = None
) -> list[Row]:
    """All of a register in the villages of a person, or in some of them, by household."""
    areas = actor.villages if villages is None else actor.villages & set(villages)
    homes = {row.household_id: row for row in registers.household_rows(session, areas)}
    found = [
        (one, homes[one.household_id], values.properties(one.live))
        for one in registers.known_in(session, register, areas)
        if one.household_id in homes
    ]
    wording = Wording(
        dictionary_in_force(session),
        actor.view,
        village_names(actor) | _people(session, [facts for _, _, facts in found]),
    )
    by_home = sorted(found, key=lambda one: (one[1].area, one[1].household_no, one[0].id))
    return [Row(one, home, facts, wording) for one, home, facts in by_home]


def about(row: Row) -> tuple[str, ...]:
    """The entities that a row tells of, its own first."""
    return (row.entity.id, row.home.household_id, row.facts.get("person", ""))


def head(tab: str = "") -> Column[Row]:
    """Whose it is, leading to his household's page, there to a tab."""
    return Column("户主", lambda row: household_cell(row.home, tab), 110, of=HEAD)


def household_cell(home: HouseholdRow, tab: str = "") -> Cell:
    """A household, leading to its page."""
    href = url_for("console.household", household_id=home.household_id, tab=tab or None)
    return Cell(home.head_name or "没登记", href)


def village() -> Column[Row]:
    """In which village."""
    return Column("村", lambda row: row.village, 104, of=VILLAGE)


def fact(title: str, name: str, width: int = 0, *, only_file: bool = False) -> Column[Row]:
    """One fact in words."""
    of = (name, "persons.person_name") if name == "person" else (name,)
    return Column(title, lambda row: row.say(name), width, only_file=only_file, of=of)


def saying(dictionary: Dictionary) -> Callable[[str, str, str], str]:
    """(register, property, value) -> words of a choice; what is no choice as it is."""

    def say(register: str, name: str, value: str) -> str:
        prop = dictionary.property(register, name)
        if prop is None or not value or not prop.list:
            return value
        return "、".join(dictionary.label(prop.list, code) for code in value.split())

    return say


def _people(session: Session, facts: Sequence[Mapping[str, str]]) -> dict[str, str]:
    ids = {said["person"] for said in facts if said.get("person")}
    found = registers.entities(session, ids)
    return {name: values.text(one.live, "person_name") for name, one in found.items()}

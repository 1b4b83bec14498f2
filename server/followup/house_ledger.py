"""The ledger of dangerous houses: which stand on it, with what is known of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.followup import queries
from server.followup.house_states import DANGEROUS, renovation_state
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity, HouseholdRow
from server.registers.visibility import masked_id

#: What a house may be, in the order of the tabs; `to_assess` and `dangerous` want somebody first.
STATES = ("dangerous", "to_assess", "left", "renovating", "accepted", "closed")
#: Of these only what was approved is said.
SETTLED = frozenset({"house_grade", "grade_calc", "assessed_on", "assess_no", "assess_type"})


@dataclass(frozen=True, slots=True)
class Row:
    """One house of the ledger; step: of its renovation, blank where it is not dangerous.

    unreviewed: (register, property) of what is said here and was not approved. used: the
    submissions that it comes from.
    """

    id: str
    home: HouseholdRow
    house: Mapping[str, str]
    renovation: Mapping[str, str]
    state: str
    step: str
    unreviewed: frozenset[tuple[str, str]] = frozenset()
    used: tuple[str, ...] = ()

    @property
    def grade(self) -> str:
        """What was settled of it."""
        return self.house.get("house_grade", "")

    @property
    def name(self) -> str:
        """What it is called, where the household has several."""
        return self.house.get("house_name", "")


def ledger(session: Session, villages: Collection[str]) -> list[Row]:
    """The houses that are dangerous or to be assessed, and those that were renovated."""
    homes = {row.household_id: row for row in registers.household_rows(session, villages)}
    works = {
        values.text(one.live, "house"): one
        for one in registers.known_in(session, "renovations", villages)
    }
    to_assess = {task.subject for task in queries.open_tasks(session, villages, "house_assess")}
    rows = [
        row_of(one, homes[one.household_id], works.get(one.id))
        for one in registers.known_in(session, "houses", villages)
        if one.household_id in homes and (one.id in to_assess or _is_listed(one))
    ]
    return sorted(rows, key=_order)


def head_numbers(session: Session, households: Iterable[str]) -> dict[str, str]:
    """Household -> its head's ID number, masked."""
    homes = registers.entities(session, set(households))
    named = {name: values.text(home.live, "head") for name, home in homes.items()}
    people = registers.entities(session, set(named.values()))
    return {
        name: masked_id(values.text(people[head].live, "id_number"))
        for name, head in named.items()
        if head in people
    }


def row_of(house: Entity, home: HouseholdRow, work: Entity | None) -> Row:
    """One house with its renovation."""
    renovation = values.properties(work.live) if work else {}
    settled = values.properties(house.approved)
    seen = {k: v for k, v in values.properties(house.live).items() if k not in SETTLED}
    state = str(house.derived.get("state", "to_assess"))
    accepted = values.properties(work.approved) if work else {}
    return Row(
        id=house.id,
        home=home,
        house=seen | settled,
        renovation=renovation,
        state="to_assess" if state == "safe" else state,
        step=renovation_state(renovation)
        if work or settled.get("house_grade") in DANGEROUS
        else "",
        unreviewed=frozenset(
            {("houses", name) for name in seen.keys() - settled.keys()}
            | {
                ("renovations", name)
                for name, said in renovation.items()
                if accepted.get(name) != said
            }
        ),
        used=tuple(sorted({h for one in (house, work) if one for h in values.heads(one.live)})),
    )


def _is_listed(house: Entity) -> bool:
    return house.derived.get("state") in {*STATES} - {"to_assess"}


def _order(row: Row) -> tuple[int, str, str, str]:
    state = STATES.index(row.state) if row.state in STATES else len(STATES)
    return (state, row.home.area, row.home.household_no, row.id)

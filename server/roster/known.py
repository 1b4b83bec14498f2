"""Gather what the server knows about a file's households: entities, state, the last import."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from server.registers import values
from server.registers.apply import id_hash
from server.registers.models import Entity
from server.roster import queries
from server.roster.base import Base
from server.roster.households import Household
from server.roster.identity import entity_id
from server.roster.match import Known, Member, household_key, person_key

Shown = dict[str, object]
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Said:
    """What a file had before it: what this source wrote, or what it was exported with.

    units: entity → unit → (value, submission) of this source's earlier imports.
    exported: entity → what its cells came from, for an exported file.
    """

    units: Mapping[str, Mapping[str, tuple[object, str]]] = field(default_factory=dict)
    exported: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def properties(self, of: str) -> dict[str, str]:
        """Property → value of one entity."""
        if of in self.exported:
            return values.properties({"units": self.exported[of].get("values", {})})
        units = self.units.get(of, {})
        return values.properties(
            {"units": {unit: [value, []] for unit, (value, _) in units.items()}}
        )

    def shown(self, of: Iterable[str]) -> Shown:
        """The `shown` of a submission about some entities (protocol: push)."""
        names = sorted(of)
        found = {one: _shown(self.units[one]) for one in names if self.units.get(one)}
        return found | {one: self.exported[one] for one in names if one in self.exported}

    @property
    def entities(self) -> frozenset[str]:
        """All entities that something was said of."""
        return frozenset((*self.units, *self.exported))


def _shown(units: Mapping[str, tuple[object, str]]) -> dict[str, object]:
    heads = sorted({instance for _, instance in units.values()})
    found: dict[str, object] = {
        unit: [value, [heads.index(instance)]] for unit, (value, instance) in sorted(units.items())
    }
    # A set that was shown names itself, so that choices it does not list count as shown unticked.
    found |= {unit.partition("/")[0]: ["", []] for unit in units if "/" in unit}
    return {"heads": heads, "values": found}


def gather(
    session: Session,
    households: Sequence[Household],
    *,
    secret: str,
    source: str,
    villages: Collection[str],
    base: Base | None = None,
) -> tuple[Known, Said]:
    """All that comparing these households needs, in a handful of statements.

    secret, source: from which entity ids are derived. villages: codes that the importer may fill.
    base: what an exported file had seen.
    """
    numbers = queries.numbered_households(
        session, {one.household_no for one in households if not one.id}
    )
    people = _registered(session, households)
    derived = _derived(households, secret, source)
    named = _named(households, base) if base else set()
    moved = queries.components(session, derived | set(numbers.values()) | named)
    homes = {moved.get(one, one) for one in numbers.values()}
    entities = {
        entity.id: entity
        for entity in queries.known_entities(
            session, homes | set(people.values()) | set(moved.values())
        )
    }
    homes |= {entity.id for entity in entities.values() if entity.register == "households"}
    lived_in = {
        entity.id: entity.household_id for entity in entities.values() if entity.household_id
    }
    entities |= {
        entity.id: entity
        for entity in queries.known_entities(session, set(lived_in.values()) - homes)
    }
    homes |= set(lived_in.values())
    belonging = list(queries.members(session, homes))
    entities |= {entity.id: entity for entity in belonging}
    said = _said(session, set(entities) | set(moved.values()))
    if base:
        exported = {moved.get(one, one): base.shown[one] for one in named if one in base.shown}
        said = replace(said, exported=exported)
    return (
        Known(
            households={number: moved.get(one, one) for number, one in numbers.items()},
            persons=people,
            homes=lived_in,
            members=_members(belonging, said),
            previous={one: said.properties(one) for one in said.entities},
            current={one: values.properties(entity.live) for one, entity in entities.items()},
            components=moved,
            outside=frozenset(
                one
                for one, entity in entities.items()
                if entity.area and entity.area not in villages
            ),
            since="导出" if base else "上次导入",
        ),
        said,
    )


def _registered(session: Session, households: Sequence[Household]) -> dict[str, str]:
    """Identity number → entity id of the persons that any register knows."""
    numbers = {
        person.values["id_number"]
        for household in households
        for person in household.persons
        if "id_number" in person.values
    }
    by_hash = {hashed: number for number in numbers if (hashed := id_hash(number))}
    found = queries.persons_by_hash(session, set(by_hash))
    return {by_hash[hashed]: one for hashed, one in found.items()}


def _derived(households: Sequence[Household], secret: str, source: str) -> set[str]:
    ids: set[str] = set()
    for household in households:
        number = household.household_no
        ids.add(entity_id(secret, *household_key(source, number)))
        ids |= {
            entity_id(secret, *person_key(source, number, person)) for person in household.persons
        }
    return ids


def _named(households: Sequence[Household], base: Base) -> set[str]:
    """The entities that an exported file had in these households, also persons it lost since."""
    homes = {one.id for one in households}
    return homes | {person for person, home in base.homes.items() if home in homes}


def _members(belonging: Sequence[Entity], said: Said) -> dict[str, list[Member]]:
    homes: dict[str, list[Member]] = {}
    for entity in belonging:
        now = values.properties(entity.live)
        if now.get("member_status") == "removed":
            continue
        homes.setdefault(entity.household_id or "", []).append(
            Member(
                entity.id,
                now.get("person_name", ""),
                now.get("id_number", ""),
                from_roster=entity.id in (said.exported or said.units),
            )
        )
    return homes


def _said(session: Session, ids: Collection[str]) -> Said:
    units: dict[str, dict[str, tuple[object, str]]] = {}
    for component, unit, value, instance in queries.roster_writes(session, ids):
        if not unit.startswith("@"):
            units.setdefault(component, {})[unit] = (value, instance)
    return Said(units)


def in_parts(households: Sequence[Household], size: int = _BATCH) -> Iterable[Sequence[Household]]:
    """The households in parts that one statement, or one transaction, can take."""
    for start in range(0, len(households), size):
        yield households[start : start + size]

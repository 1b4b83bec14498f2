"""Households as the parts of `followup.parts` see them, made without a database."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date

from server.followup.known import Event, Known
from server.registers.models import Entity

TODAY = date(2026, 11, 22)


def entity(register: str, entity_id: str = "", **properties: str) -> Entity:
    """An entity that says this of itself."""
    units = {name: [value, [0]] for name, value in properties.items()}
    return Entity(
        id=entity_id or str(uuid.uuid4()),
        register=register,
        area="370321110217",
        known=True,
        live={"heads": ["s"], "units": units},
        derived={},
    )


def person(entity_id: str = "", **properties: str) -> Entity:
    """A member, 74 years old, unless said otherwise."""
    usual = {"person_name": "赵桂兰", "birth_date": "1952-03-15", "member_status": "in"}
    return entity("persons", entity_id, **(usual | properties))


def known(
    *people: Entity,
    policy: Mapping[str, object] | None = None,
    of: Sequence[Entity] = (),
    events: Sequence[Event] = (),
    today: date = TODAY,
    **home: str,
) -> Known:
    """A household with these people and what else belongs to it."""
    by_register: dict[str, list[Entity]] = {}
    for one in (*people, *of):
        by_register.setdefault(one.register, []).append(one)
    facts = {"household_type": "out_policy", **home}
    return Known(
        entity("households", **facts), list(people), by_register, list(events), policy or {}, today
    )

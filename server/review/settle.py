"""Settling what two people recorded differently (核定)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from server import clock
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.forms.queries import dictionary_in_force
from server.intake.office import OfficeContent, OfficeEntity, office_submission
from server.problems import DecisionRefused, NotFound, StateMovedOn
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity
from server.review.submit import submit


def settle(
    session: Session,
    actor: Actor,
    entity_id: str,
    chosen: Mapping[str, object],
    seen_heads: Mapping[str, Sequence[str]],
    reason: str,
    now: datetime,
) -> str:
    """Settle disputed units of one entity; returns the settling submission's id.

    chosen: unit -> the value that holds (text, or property -> text; a set's unit is
    "property/choice" with "1" or "0"). seen_heads: unit -> the submissions that the reviewer
    saw. Raises StateMovedOn when other values have arrived since, DecisionRefused without a
    reason.
    """
    home = registers.lock_known(session, entity_id)
    if home is None or home.area not in actor.villages:
        raise NotFound
    if not reason.strip():
        raise DecisionRefused("请写明核定的依据。")
    for unit in chosen:
        if sorted(_heads(home, unit)) != sorted(seen_heads.get(unit, ())):
            raise StateMovedOn
    content = OfficeContent(
        "settle",
        clock.local(now).date(),
        entities=(OfficeEntity(home.register, entity_id, _properties(session, home, chosen)),),
        reason=reason.strip(),
    )
    one = office_submission(content, person_id=actor.person_id, now=now, shown=_shown(home, chosen))
    submit(session, actor, one, now)
    accounts.audit(
        session,
        now,
        actor.person_id,
        "settle",
        entity_id,
        reason=reason,
        detail={"units": list(chosen)},
    )
    return one.instance_id


def _heads(entity: Entity, unit: str) -> list[str]:
    found = values.units(entity.live).get(unit)
    heads = values.heads(entity.live)
    return [heads[index] for index in found[1]] if found else []


def _shown(entity: Entity, chosen: Mapping[str, object]) -> dict[str, object]:
    """What the reviewer saw: every head of every unit that is settled."""
    known = values.units(entity.live)
    seen = {unit: list(known[unit]) for unit in chosen if unit in known}
    return {entity.id: {"heads": values.heads(entity.live), "values": seen}}


def _properties(session: Session, entity: Entity, chosen: Mapping[str, object]) -> dict[str, str]:
    """The settled values as properties, spelt as the dictionary spells them."""
    register = dictionary_in_force(session).registers[entity.register]
    live = values.properties(entity.live)
    said: dict[str, str] = {}
    for unit, value in chosen.items():
        name, _, choice = unit.partition("/")
        if choice:
            ticked = set(said.get(name, live.get(name, "")).split())
            ticked = ticked | {choice} if value == "1" else ticked - {choice}
            said[name] = " ".join(sorted(ticked))
        elif isinstance(value, Mapping):
            said |= {str(k): str(v) for k, v in value.items()}
        else:
            said[name] = str(value)
    return {
        name: register.properties[name].canonical(text)
        for name, text in said.items()
        if name in register.properties
    }

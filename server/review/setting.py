"""What the desk itself writes into the registers: decisions on a case, done work, batches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from server import clock
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.forms.dictionary import Register
from server.forms.queries import dictionary_in_force
from server.intake.decisions import after_earlier
from server.intake.office import OfficeContent, OfficeEntity, office_submission
from server.policy import values as policy
from server.problems import DecisionRefused, NotFound
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity
from server.review.submit import submit


def set_properties(
    session: Session,
    actor: Actor,
    entities: Sequence[OfficeEntity],
    reason: str,
    now: datetime,
) -> str:
    """Write some properties of some entities as one act of the office; returns its id.

    One act may speak of many households of the actor's villages, and is withdrawn as a whole
    (`review.acts`). It counts as approved at once and is read as said by somebody who saw what
    the registers hold now, so it replaces that and starts no dispute. New entities say
    `create=True` and name their `household`. Values are spelt as the dictionary spells them.
    Raises NotFound for what is not the actor's, DecisionRefused for nothing at all, for properties
    that the dictionary lacks, and without a reason.
    """
    if not reason.strip():
        raise DecisionRefused("请写一句依据，以后查得到。")
    if not any(one.properties for one in entities):
        raise DecisionRefused("没有要写的内容。")
    known = _locked(session, actor, entities)
    _refuse_clearing(session, entities, known, now)
    said = tuple(_spelt(session, one) for one in entities)
    content = OfficeContent("set", clock.local(now).date(), entities=said, reason=reason.strip())
    shown = _shown(session, said, known)
    one = office_submission(content, person_id=actor.person_id, now=now, shown=shown)
    homes = {_home(entity) for entity in known.values()}
    submit(session, actor, one, after_earlier(session, one.form_id, homes, now))
    accounts.audit(
        session,
        now,
        actor.person_id,
        "set",
        one.instance_id,
        reason=reason.strip(),
        detail={"entities": [entity.entity_id for entity in said]},
    )
    return one.instance_id


def _locked(session: Session, actor: Actor, entities: Iterable[OfficeEntity]) -> dict[str, Entity]:
    """The known ones among some entities and their households, all of them the actor's."""
    named = [
        one.properties.get("household", "") if one.create else one.entity_id for one in entities
    ]
    held = registers.lock_existing(session, {*named, *(one.entity_id for one in entities)})
    known = {name: entity for name, entity in held.items() if entity.known}
    for name in named:
        if name not in known or known[name].area not in actor.villages:
            raise NotFound("没有这一户、这个人或这一条，或者不在您管的村里。")
    return known


def _refuse_clearing(
    session: Session, said: Iterable[OfficeEntity], known: Mapping[str, Entity], now: datetime
) -> None:
    """A household in which nobody can work is not cleared of its risk, whoever writes it."""
    for one in said:
        clears = (one.properties.get("decision"), one.properties.get("household_type"))
        if clears[0] != "cleared" and clears[1] != "risk_cleared":
            continue
        entity = known.get(one.entity_id)
        home_id = _home(entity) if entity else one.properties.get("household", "")
        home = registers.entity(session, home_id)
        stays = policy.in_force(session, clock.local(now).date()).get("case.no_labour_stays")
        if home and stays is not False and not home.derived.get("labour_count"):
            raise DecisionRefused("这户登记没有劳动能力的人，不能消除风险，继续帮扶。")


def _spelt(session: Session, said: OfficeEntity) -> OfficeEntity:
    register = dictionary_in_force(session).registers[said.register]
    if unknown := sorted(said.properties.keys() - register.properties.keys()):
        raise DecisionRefused(f"“{register.label}”里没有这些项：{'、'.join(unknown)}。")
    spelt = {
        name: register.properties[name].canonical(text) for name, text in said.properties.items()
    }
    return OfficeEntity(said.register, said.entity_id, spelt, create=said.create)


def _shown(
    session: Session, said: Iterable[OfficeEntity], known: Mapping[str, Entity]
) -> dict[str, object]:
    """What the registers hold of all units that are spoken of."""
    dictionary = dictionary_in_force(session)
    return {
        one.entity_id: _seen(one, known[one.entity_id], dictionary.registers[one.register])
        for one in said
        if one.entity_id in known
    }


def _seen(said: OfficeEntity, entity: Entity, register: Register) -> dict[str, object]:
    held = values.units(entity.live)
    units = {register.properties[name].unit for name in said.properties}
    seen: dict[str, object] = {
        unit: list(value) for unit, value in held.items() if unit.partition("/")[0] in units
    }
    for name in said.properties:
        if register.properties[name].rule == "set":
            seen[name] = ["", []]
    return {"heads": values.heads(entity.live), "values": seen}


def _home(entity: Entity) -> str:
    return entity.id if entity.register == "households" else entity.household_id or ""

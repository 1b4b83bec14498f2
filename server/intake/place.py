"""Where a submission belongs, and whether its author may write there."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.intake.examine import Examined, Quarantine
from server.intake.writes import Said
from server.registers import queries as registers
from server.registers.models import Entity
from server.submissions.incoming import Incoming

OUTSIDE = Quarantine("outside-area", "这户不在您管的村里，记录已存下，请镇里核对后再并入。")


@dataclass(frozen=True, slots=True)
class Place:
    """The village and household of a submission; blank while its entity is not known yet."""

    area: str
    household_id: str | None
    quarantine: Quarantine | None = None


def find_place(session: Session, one: Incoming, examined: Examined, actor: Actor | None) -> Place:
    """The place of a submission, with a reason to keep it aside if it is not the author's.

    Every entity that is named must lie in the author's villages, new ones included; one that
    nobody knows yet waits (rule 10) and is judged when it arrives.
    """
    known = registers.entities(session, {said.entity_id for said in examined.said})
    areas = {_area(session, said, known, examined.said) for said in examined.said}
    if examined.decision:
        areas |= _decided_area(session, examined)
    household = _household(examined.said, known)
    area = _main_area(household, known, areas)
    if actor is not None and areas - {""} - actor.villages:
        return Place(area, household, OUTSIDE)
    return Place(area, household)


def _area(
    session: Session, said: Said, known: dict[str, Entity], all_said: tuple[Said, ...]
) -> str:
    entity = known.get(said.entity_id)
    if entity is not None and entity.known:
        return entity.area
    if said.register == "households":
        return said.properties.get("village_code", "") if said.create else ""
    home_id = said.properties.get("household", "")
    home = known.get(home_id) or registers.entity(session, home_id)
    if home is not None and home.known:
        return home.area
    beside = next((other for other in all_said if other.entity_id == home_id), None)
    return beside.properties.get("village_code", "") if beside and beside.create else ""


def _decided_area(session: Session, examined: Examined) -> set[str]:
    from server.submissions.queries import submission

    assert examined.decision is not None  # noqa: S101  the caller checked
    found = submission(session, examined.decision.instance_id)
    return {found.area} if found else set()


def _household(said: tuple[Said, ...], known: dict[str, Entity]) -> str | None:
    home = next((one.entity_id for one in said if one.register == "households"), None)
    if home is not None or not said:
        return home
    first = known.get(said[0].entity_id)
    if first is not None and first.household_id:
        return first.household_id
    return said[0].properties.get("household") or None


def _main_area(household: str | None, known: dict[str, Entity], areas: set[str]) -> str:
    home = known.get(household) if household else None
    if home is not None and home.known:
        return home.area
    return max(areas, default="")

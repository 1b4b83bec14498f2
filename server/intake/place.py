"""Where a submission belongs, and whether its author may write there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.followup import queries as followup
from server.intake.batch import Batch
from server.intake.examine import Examined, Quarantine
from server.intake.writes import Said
from server.registers.models import Entity
from server.registers.reach import by_present_names
from server.submissions import queries as submissions

NO_ROLE = Quarantine("no-role", "您现在没有采集的身份，记录已存下，请镇里核对后再并入。")
NOT_HIS_FORM = Quarantine(
    "not-his-form", "您现在的身份不填这张表，记录已存下，请镇里核对后再并入。"
)
NOT_ASSIGNED = Quarantine(
    "not-assigned", "这户现在不是您帮扶的户，记录已存下，请镇里核对后再并入。"
)
OUTSIDE = Quarantine("outside-area", "这户不在您管的村里，记录已存下，请镇里核对后再并入。")
NO_VILLAGE = Quarantine("no-village", "没有写明是哪个村的户，记录已存下，请镇里核对后再并入。")


#: A village and a household in it.
Spot = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """The village and household of a submission; blank while its entity is not known yet."""

    area: str
    household_id: str | None
    quarantine: Quarantine | None = None


def named(examined: Examined) -> set[str]:
    """The ids of all entities that a submission speaks of or points to."""
    ids = {one.entity_id for one in examined.said}
    ids |= {one.properties.get("household", "") for one in examined.said}
    return (ids | set(_pair(examined))) - {""}


def _pair(examined: Examined) -> tuple[str, ...]:
    """What the office joins or tells apart."""
    act = examined.act
    return (act.join or (act.distinct.pair if act.distinct else ())) if act else ()


def find_place(session: Session, examined: Examined, batch: Batch) -> Place:
    """The place of a submission, with a reason to keep it aside if it is not the author's.

    Every entity that is named must lie in the author's villages, before and after what is said of
    it: nobody takes a household or a person from a stranger's village, or puts one there. What
    nobody knows yet waits (rule 10) and is judged when it arrives. What somebody recorded who may
    not record now, his role having ended, is kept aside whole.
    """
    if examined.decision:
        return _of_decided(session, examined.decision.instance_id, batch)
    if examined.act and examined.act.visits:
        return _of_decided(session, examined.act.visits.records[0], batch)
    if examined.act and examined.act.check:
        return _of_task(session, *examined.act.check)
    if examined.act and examined.act.paper:
        return _of_home(session, examined.act.paper.household_id, batch)
    known = _known(session, examined, batch)
    spots = {
        spot for said in examined.said for spot in _spots(said, known, examined.said) if spot[0]
    }
    pair = [known[name] for name in _pair(examined) if name in known]
    spots |= {(entity.area, _home(entity)) for entity in pair if entity.area}
    areas = {area for area, _ in spots}
    household = _household(examined.said, known)
    if household is None and pair:
        household = min(_home(entity) for entity in pair) or None
    home = known.get(household or "")
    area = home.area if home else max(areas, default="")
    reason = _reason(session, examined, batch, known, spots)
    return Place(area, household, reason)


def _reason(
    session: Session,
    examined: Examined,
    batch: Batch,
    known: Mapping[str, Entity],
    spots: Collection[Spot],
) -> Quarantine | None:
    """Why a submission is kept aside; None where its author may write in all these spots."""
    author = batch.actor
    if author is None:
        return None
    if examined.reviewable and not batch.vouched:
        if not author.may("sync"):
            return NO_ROLE
        if author.forms is not None and examined.form_id not in author.forms:
            return NOT_HIS_FORM
    if {area for area, _ in spots} - author.villages:
        return OUTSIDE
    if not _assigned(session, spots, author):
        return NOT_ASSIGNED
    if any(_has_no_village(said, known) for said in examined.said):
        return NO_VILLAGE
    return None


def _known(session: Session, examined: Examined, batch: Batch) -> dict[str, Entity]:
    """The known entities that a submission names; one that was joined stands for the whole."""
    found = batch.entities(session, named(examined))
    wholes = batch.entities(session, {one.component for one in found.values()})
    named_so = {name: wholes.get(one.component, one) for name, one in found.items()}
    return {name: one for name, one in named_so.items() if one.known}


def _reach(actor: Actor) -> frozenset[str]:
    """The villages of somebody, and the areas of his roles, where tasks without a village lie."""
    return actor.villages | {area for _, area in actor.roles}


def _home(entity: Entity) -> str:
    return entity.id if entity.register == "households" else entity.household_id or ""


def _of_task(session: Session, kind: str, subject: str) -> Place:
    """Where a task lies; who may close it is known at the desk."""
    task = followup.task(session, kind, subject)
    return Place(task.area, task.household_id) if task else Place("", None)


def _of_home(session: Session, household_id: str, batch: Batch) -> Place:
    """Where a household lies; one that was joined with another lies with the whole."""
    found = batch.entities(session, {household_id}).get(household_id)
    whole = batch.entities(session, {found.component}).get(found.component) if found else None
    home = whole or found
    if home is None or not home.known:
        return Place("", household_id)
    outside = batch.actor is not None and not batch.actor.reaches(home.area, home.id)
    return Place(home.area, home.id, OUTSIDE if outside else None)


def _of_decided(session: Session, instance_id: str, batch: Batch) -> Place:
    found = submissions.submission(session, instance_id)
    if found is None:
        return Place("", None)
    outside = batch.actor is not None and found.area not in _reach(batch.actor)
    return Place(found.area, found.household_id, OUTSIDE if outside else None)


def _assigned(session: Session, spots: Collection[Spot], actor: Actor) -> bool:
    """Whether all lies in the actor's own households, where only some of a village are his."""
    bounded = {home for area, home in spots if area in actor.bounded}
    return not bounded or bounded <= by_present_names(session, actor).homes


def _spots(said: Said, known: Mapping[str, Entity], all_said: tuple[Said, ...]) -> Iterator[Spot]:
    """Where an entity lies and would lie."""
    entity = known.get(said.entity_id)
    if entity is not None:
        yield entity.area, _home(entity)
    if said.register == "households":
        if said.create or entity is not None:
            home = _home(entity) if entity is not None else said.entity_id
            yield said.properties.get("village_code", ""), home
        return
    home_id = said.properties.get("household", "")
    known_home = known.get(home_id)
    if known_home is not None:
        yield known_home.area, known_home.id
        return
    beside = next((other for other in all_said if other.entity_id == home_id), None)
    if beside and beside.create:
        yield beside.properties.get("village_code", ""), home_id


def _has_no_village(said: Said, known: Mapping[str, Entity]) -> bool:
    new = said.register == "households" and said.create and said.entity_id not in known
    return new and not said.properties.get("village_code")


def _household(said: tuple[Said, ...], known: Mapping[str, Entity]) -> str | None:
    if not said:
        return None
    home = next((one.entity_id for one in said if one.register == "households"), None)
    if home is not None:
        return known[home].component if home in known else home
    first = known.get(said[0].entity_id)
    if first is not None and first.household_id:
        return first.household_id
    return said[0].properties.get("household") or None

"""What the office found to be one or two, entities and visits, and what follows on withdrawal."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from server import clock
from server.changes.queries import Changed
from server.followup import queries as followup
from server.intake.batch import Batch
from server.intake.examine import Examined, examine
from server.intake.extract import stored_as_incoming
from server.intake.office import OfficeContent, is_office, parse
from server.registers import queries as registers
from server.registers import values
from server.registers.apply import component_of
from server.registers.models import Distinction, Entity, Join
from server.registers.reading import CREATED
from server.submissions import queries as submissions
from server.submissions.models import Submission

#: Instance id and content of what the office found to be one, or two.
Acts = list[tuple[str, OfficeContent]]


def pair_of(act: OfficeContent | None) -> tuple[str, str] | None:
    """The two entities that an office submission joins or tells apart."""
    if act is None:
        return None
    return act.join or (act.distinct.pair if act.distinct else None)


def acts_of(session: Session, instance_id: str, examined: Examined) -> Acts:
    """What a submission finds to be one or two, or the one that it decides about."""
    found = [(instance_id, examined.act)] if examined.act else []
    if examined.decision:
        decided = submissions.submission(session, examined.decision.instance_id)
        if decided is not None and is_office(decided.form_id):
            found.append((decided.instance_id, parse(decided.xml)))
    return [(name, act) for name, act in found if is_act(act)]


def is_act(act: OfficeContent | None) -> bool:
    """Whether an office submission finds entities or visits to be one, or two."""
    return act is not None and bool(act.join or act.distinct or act.visits)


def wholes_of(session: Session, acts: Acts) -> set[str]:
    """The ids of what some acts speak of, and of everything that was joined with it so far."""
    named = {name for _, act in acts for name in pair_of(act) or _home_of_visits(session, act)}
    return {one for name in named for one in component_of(session, name)}


def _home_of_visits(session: Session, act: OfficeContent) -> tuple[str, ...]:
    found = submissions.submission(session, act.visits.records[0]) if act.visits else None
    return (found.household_id,) if found and found.household_id else ()


def follow(session: Session, acts: Acts) -> None:
    """Have joins, distinctions and verdicts hold exactly as long as nobody withdrew them."""
    for instance_id, act in acts:
        state = submissions.state(session, instance_id)
        if state is not None and state.state == "rejected":
            registers.drop_act(session, instance_id)
            followup.drop_verdict(session, instance_id)
        elif act.join:
            first, second = act.join
            session.merge(Join(instance_id=instance_id, first=first, second=second))
        elif act.distinct:
            first, second = act.distinct.pair
            alike = list(act.distinct.alike)
            session.merge(
                Distinction(instance_id=instance_id, first=first, second=second, alike=alike)
            )
        elif act.visits:
            said = act.visits
            followup.save_verdict(
                session, instance_id, said.records, same=said.same, kept=said.kept
            )
    session.flush()


def remember_since(session: Session, entities: Iterable[Entity]) -> None:
    """Give households, joined or parted, the day on which the first of their parts was known."""
    for entity in entities:
        if entity.register != "households":
            continue
        whole = component_of(session, entity.id)
        first = submissions.first_received(
            session, submissions.creators_of(session, whole, CREATED)
        )
        if first is not None:
            since = clock.local(first).date().isoformat()
            entity.derived = {**entity.derived, "known_since": since}


def return_records(session: Session, batch: Batch, name: str) -> None:
    """Give back what was recorded of the parts of a household that is no longer one with them.

    name: by which the whole went. Where a record belongs follows from what it says.
    """
    homes: dict[str, str] = {}
    about: list[tuple[Submission, str]] = []
    for one in submissions.placed_in(session, name):
        examined = examine(session, stored_as_incoming(one), batch.dictionary)
        if record := _record_of(examined):
            about.append((one, record))
            continue
        home = _home_of(session, examined)
        homes[one.instance_id] = _name(session, home) if home else name
        _put(session, batch, one, homes[one.instance_id])
    for one, record in about:
        _put(session, batch, one, homes.get(record, name))
    session.flush()


def _record_of(examined: Examined) -> str | None:
    """The record that an office submission is about, if it is about one."""
    if examined.decision:
        return examined.decision.instance_id
    return examined.act.visits.records[0] if examined.act and examined.act.visits else None


def _put(session: Session, batch: Batch, one: Submission, home: str) -> None:
    if one.household_id == home:
        return
    one.household_id = home
    if not is_office(one.form_id):
        batch.changed.append(Changed("review", one.instance_id, one.area))


def _home_of(session: Session, examined: Examined) -> str | None:
    """The household that a submission speaks of, by the name it gives it."""
    home = next((one.entity_id for one in examined.said if one.register == "households"), None)
    if home is not None:
        return home
    pair = pair_of(examined.act)
    first = examined.said[0].entity_id if examined.said else min(pair) if pair else ""
    entity = registers.entity(session, first)
    if entity is None or entity.register == "households":
        return entity.id if entity else None
    said = examined.said[0].properties.get("household") if examined.said else None
    return said or values.text(entity.live, "household") or entity.household_id


def _name(session: Session, household_id: str) -> str:
    return min(component_of(session, household_id))

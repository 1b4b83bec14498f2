"""All SQL of the desk's own lists: households, due visits, people, jobs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from server.accounts.models import AuditEvent, Device, Person, RoleAssignment
from server.jobs.models import Job
from server.registers.models import Entity, HouseholdRow
from server.submissions.models import Finding

#: Sort key -> columns; each list ends with the id, so that pages never overlap.
ORDERS: dict[str, tuple[Any, ...]] = {
    "no": (HouseholdRow.household_no,),
    "name": (HouseholdRow.initials, HouseholdRow.head_name),
    "village": (HouseholdRow.area, HouseholdRow.household_no),
    "type": (HouseholdRow.household_type, HouseholdRow.household_no),
    "size": (HouseholdRow.family_size,),
    "last": (HouseholdRow.last_visit_on,),
    "due": (HouseholdRow.next_due_on,),
}
#: How a list may be narrowed by its due date, in days from today.
DUE_WITHIN = {"over": -1, "7": 7, "30": 30}


@dataclass(frozen=True, slots=True)
class Households:
    """Which households of a list, in which order."""

    villages: frozenset[str]
    text: str = ""
    village: str = ""
    type: str = ""
    due: str = ""
    disputed: bool = False
    closed: bool = False
    order: str = "village"
    descending: bool = False


def households(
    session: Session, wanted: Households, today: date, limit: int, offset: int
) -> tuple[Sequence[HouseholdRow], int]:
    """One page of the wanted households, and how many there are altogether."""
    where = _where(wanted, today)
    total = session.scalar(select(func.count()).select_from(HouseholdRow).where(where)) or 0
    columns = ORDERS.get(wanted.order, ORDERS["village"])
    order = [column.desc() if wanted.descending else column.asc() for column in columns]
    if wanted.order in ("due", "last"):
        order.insert(0, columns[0].is_(None).asc())
    rows = session.scalars(
        select(HouseholdRow)
        .where(where)
        .order_by(*order, HouseholdRow.household_id)
        .limit(limit)
        .offset(offset)
    ).all()
    return rows, total


def _where(wanted: Households, today: date) -> ColumnElement[bool]:
    villages = {wanted.village} & wanted.villages if wanted.village else wanted.villages
    parts: list[ColumnElement[bool]] = [
        HouseholdRow.area.in_(villages),
        HouseholdRow.closed.is_(wanted.closed),
    ]
    for word in wanted.text.lower().split()[:6]:
        parts.append(HouseholdRow.search.contains(word, autoescape=True))
    if wanted.type:
        parts.append(HouseholdRow.household_type == wanted.type)
    if wanted.due in DUE_WITHIN:
        parts.append(HouseholdRow.next_due_on <= today + timedelta(days=DUE_WITHIN[wanted.due]))
    if wanted.disputed:
        parts.append(HouseholdRow.disputed > 0)
    return and_(*parts)


def head_names(session: Session, ids: Collection[str | None]) -> dict[str, str]:
    """Household -> the name of its head, of a few households."""
    rows = session.execute(
        select(HouseholdRow.household_id, HouseholdRow.head_name).where(
            HouseholdRow.household_id.in_({one for one in ids if one})
        )
    )
    return {row.household_id: row.head_name for row in rows}


def household(
    session: Session, household_id: str, villages: Collection[str]
) -> HouseholdRow | None:
    """One household's list row, if it lies in these villages."""
    return session.scalar(
        select(HouseholdRow).where(
            HouseholdRow.household_id == household_id, HouseholdRow.area.in_(villages)
        )
    )


def types_present(session: Session, villages: Collection[str]) -> Sequence[str]:
    """The household types that occur in some villages."""
    return session.scalars(
        select(HouseholdRow.household_type)
        .where(HouseholdRow.area.in_(villages), HouseholdRow.household_type != "")
        .distinct()
        .order_by(HouseholdRow.household_type)
    ).all()


def household_count(session: Session, villages: Collection[str]) -> int:
    """How many households are open in some villages."""
    return (
        session.scalar(
            select(func.count())
            .select_from(HouseholdRow)
            .where(HouseholdRow.area.in_(villages), HouseholdRow.closed.is_(False))
        )
        or 0
    )


def people_count(session: Session, villages: Collection[str]) -> int:
    """How many people the open households of some villages have."""
    return (
        session.scalar(
            select(func.sum(HouseholdRow.family_size)).where(
                HouseholdRow.area.in_(villages), HouseholdRow.closed.is_(False)
            )
        )
        or 0
    )


def due_count(session: Session, villages: Collection[str], today: date) -> int:
    """How many households have to be visited until the end of a week."""
    return (
        session.scalar(
            select(func.count())
            .select_from(HouseholdRow)
            .where(
                HouseholdRow.area.in_(villages),
                HouseholdRow.closed.is_(False),
                HouseholdRow.next_due_on <= today + timedelta(days=7),
            )
        )
        or 0
    )


def due_by_village(
    session: Session, villages: Collection[str], today: date
) -> dict[str, tuple[int, int]]:
    """Village -> (overdue, due within a week)."""
    rows = session.execute(
        select(
            HouseholdRow.area,
            func.count().filter(HouseholdRow.next_due_on < today),
            func.count(),
        )
        .where(
            HouseholdRow.area.in_(villages),
            HouseholdRow.closed.is_(False),
            HouseholdRow.next_due_on <= today + timedelta(days=7),
        )
        .group_by(HouseholdRow.area)
    )
    return {row[0]: (row[1], row[2] - row[1]) for row in rows}


def households_by_village(session: Session, villages: Collection[str]) -> dict[str, int]:
    """Village -> number of open households."""
    rows = session.execute(
        select(HouseholdRow.area, func.count())
        .where(HouseholdRow.area.in_(villages), HouseholdRow.closed.is_(False))
        .group_by(HouseholdRow.area)
    )
    return {row[0]: row[1] for row in rows}


def running_jobs(session: Session, kinds: Collection[str]) -> int:
    """How many jobs of some kinds are under way."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Job)
            .where(Job.kind.in_(kinds), Job.state.in_(("queued", "running")))
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class Account:
    """A person with roles and devices, as the list of people shows them."""

    person: Person
    roles: Sequence[RoleAssignment]
    devices: Sequence[Device]


def accounts(session: Session, areas: Collection[str] | None, day: date) -> list[Account]:
    """People with a role in some areas on a day, or everybody; by name."""
    held = (
        select(RoleAssignment)
        .where(
            RoleAssignment.valid_from <= day,
            or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to >= day),
        )
        .order_by(RoleAssignment.id)
    )
    if areas is not None:
        held = held.where(RoleAssignment.area.in_(areas))
    roles: dict[str, list[RoleAssignment]] = {}
    for role in session.scalars(held):
        roles.setdefault(role.person_id, []).append(role)
    people = select(Person).order_by(Person.name, Person.username)
    if areas is not None:
        people = people.where(Person.id.in_(roles))
    found = session.scalars(people).all()
    devices: dict[str, list[Device]] = {}
    for device in session.scalars(
        select(Device)
        .where(Device.person_id.in_([person.id for person in found]))
        .order_by(Device.last_seen_at.desc())
    ):
        devices.setdefault(device.person_id, []).append(device)
    return [
        Account(person, roles.get(person.id, []), devices.get(person.id, [])) for person in found
    ]


def device(session: Session, device_id: str) -> Device | None:
    """One phone."""
    return session.get(Device, device_id)


def entities(session: Session, ids: Collection[str]) -> dict[str, Entity]:
    """Some entities by id."""
    return {row.id: row for row in session.scalars(select(Entity).where(Entity.id.in_(ids)))}


def jobs_of_kinds(session: Session, kinds: Collection[str], limit: int = 100) -> Sequence[Job]:
    """The newest jobs of some kinds."""
    return session.scalars(
        select(Job).where(Job.kind.in_(kinds)).order_by(Job.created_at.desc()).limit(limit)
    ).all()


def audit_events(
    session: Session, action: str, person_id: str, limit: int, offset: int
) -> tuple[Sequence[AuditEvent], int]:
    """A page of the audit trail, newest first, and how many events there are."""
    parts: list[ColumnElement[bool]] = []
    if action:
        parts.append(AuditEvent.action == action)
    if person_id:
        parts.append(AuditEvent.person_id == person_id)
    total = session.scalar(select(func.count()).select_from(AuditEvent).where(*parts)) or 0
    rows = session.scalars(
        select(AuditEvent)
        .where(*parts)
        .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    return rows, total


def phone_names(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Phone -> its name and whose it is, of those that are phones."""
    rows = session.execute(
        select(Device.id, Device.name, Person.name)
        .join(Person, Person.id == Device.person_id)
        .where(Device.id.in_(ids))
    )
    return {device: f"{whose}的{name}" for device, name, whose in rows}


def finding_counts(session: Session, instance_ids: Collection[str]) -> dict[str, int]:
    """Record -> how many findings its check made, of those that have any."""
    rows = session.execute(
        select(Finding.instance_id, func.count())
        .where(Finding.instance_id.in_(set(instance_ids)))
        .group_by(Finding.instance_id)
    )
    return {row[0]: row[1] for row in rows}

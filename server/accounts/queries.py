"""All SQL of people, areas and devices."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session, aliased

from server.accounts.models import (
    Area,
    AuditEvent,
    Device,
    HouseholdHelper,
    Person,
    RoleAssignment,
)


def person_by_username(session: Session, username: str) -> Person | None:
    """The person with this user name, locked for a sign-in's counters."""
    return session.scalar(select(Person).where(Person.username == username).with_for_update())


def person(session: Session, person_id: str) -> Person | None:
    """One person."""
    return session.get(Person, person_id)


def people(session: Session) -> Sequence[Person]:
    """Everybody, by user name."""
    return session.scalars(select(Person).order_by(Person.username)).all()


def names(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Person id -> name, for those that exist."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}


def roles_on(session: Session, person_id: str, day: date) -> Sequence[RoleAssignment]:
    """The roles that a person holds on a day."""
    return session.scalars(_ROLES_ON, {"person_id": person_id, "day": day}).all()


_ROLES_ON = (
    select(RoleAssignment)
    .where(
        RoleAssignment.person_id == bindparam("person_id"),
        RoleAssignment.valid_from <= bindparam("day"),
        or_(
            RoleAssignment.valid_to.is_(None),
            RoleAssignment.valid_to >= bindparam("day", type_=Date()),
        ),
    )
    .order_by(RoleAssignment.id)
)


def assigned(session: Session, person_id: str, day: date) -> frozenset[str]:
    """The households that somebody is responsible for on a day."""
    return frozenset(
        session.scalars(
            select(HouseholdHelper.household_id).where(
                HouseholdHelper.person_id == person_id, _helps_on(day)
            )
        )
    )


def helpers_of(
    session: Session, households: Collection[str], day: date
) -> Sequence[HouseholdHelper]:
    """Who is responsible for some households on a day, or from a later one on."""
    return session.scalars(
        select(HouseholdHelper)
        .where(
            HouseholdHelper.household_id.in_(households),
            or_(HouseholdHelper.valid_to.is_(None), HouseholdHelper.valid_to >= day),
        )
        .order_by(HouseholdHelper.household_id, HouseholdHelper.id)
    ).all()


def _helps_on(day: date) -> ColumnElement[bool]:
    return and_(
        HouseholdHelper.valid_from <= day,
        or_(HouseholdHelper.valid_to.is_(None), HouseholdHelper.valid_to >= day),
    )


def holders(
    session: Session, areas: Collection[str], roles: Collection[str], day: date
) -> Sequence[tuple[str, str, str]]:
    """Person id, name and area of everybody who holds one of some roles in some areas on a day."""
    rows = session.execute(
        select(Person.id, Person.name, RoleAssignment.area)
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .where(
            RoleAssignment.area.in_(areas),
            RoleAssignment.role.in_(roles),
            RoleAssignment.valid_from <= day,
            or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to >= day),
            Person.disabled_at.is_(None),
        )
        .distinct()
        .order_by(RoleAssignment.area, Person.name, Person.id)
    )
    return [(row.id, row.name, row.area) for row in rows]


def areas_on(session: Session, day: date) -> Sequence[Area]:
    """All areas that exist on a day, by code."""
    return session.scalars(
        select(Area)
        .where(Area.valid_from <= day, or_(Area.valid_to.is_(None), Area.valid_to >= day))
        .order_by(Area.code)
    ).all()


@dataclass(frozen=True, slots=True)
class Reached:
    """An area that a person's roles reach, or the one above such an area (not `inside`)."""

    code: str
    name: str
    level: str
    parent: str | None
    inside: bool


def areas_under(session: Session, tops: Collection[str], day: date) -> Sequence[Reached]:
    """Some areas with all below them, and the areas right above any of these, by code.

    Only what exists on the day, and read without touching the other areas of the county.
    """
    rows = session.connection().execute(_areas_under(), {"tops": list(tops), "day": day})
    return [Reached(*row) for row in rows]


@cache
def _areas_under() -> Select[str, str, str, str | None, bool]:
    """Put together once: every request of a phone asks it."""
    tops = Area.code.in_(bindparam("tops", expanding=True))
    below = select(Area.code).where(tops, _exists(Area)).cte(recursive=True)
    child = aliased(Area)
    below = below.union(
        select(child.code).join(below, child.parent == below.c.code).where(_exists(child))
    )
    inside = Area.code.in_(select(below.c.code))
    above = aliased(Area)
    parents = select(above.parent).where(
        above.code.in_(select(below.c.code)), _exists(above), above.parent.is_not(None)
    )
    return (
        select(Area.code, Area.name, Area.level, Area.parent, inside.label("inside"))
        .where(or_(inside, Area.code.in_(parents)), _exists(Area))
        .order_by(Area.code, Area.valid_from)
    )


def _exists(area: type[Area]) -> ColumnElement[bool]:
    day = bindparam("day", type_=Date())
    return and_(area.valid_from <= day, or_(area.valid_to.is_(None), area.valid_to >= day))


def area(session: Session, code: str) -> Area | None:
    """The newest area of a code."""
    return session.scalar(
        select(Area).where(Area.code == code).order_by(Area.valid_from.desc()).limit(1)
    )


def lock_area(session: Session, code: str) -> None:
    """Let only this transaction give numbers in an area until it commits."""
    session.execute(select(Area.code).where(Area.code == code).with_for_update())


def device(session: Session, device_id: str) -> Device | None:
    """One device."""
    return session.get(Device, device_id)


def device_in_use(session: Session, token_hash: str) -> Device | None:
    """The device of a token that was not revoked, unless its person is disabled."""
    found = session.execute(_DEVICE_IN_USE, {"token_hash": token_hash}).first()
    return found[0] if found else None


#: With its person, whom every request asks for next.
_DEVICE_IN_USE = (
    select(Device, Person)
    .join(Person, Person.id == Device.person_id)
    .where(
        Device.token_hash == bindparam("token_hash"),
        Device.revoked_at.is_(None),
        Person.disabled_at.is_(None),
    )
)


def device_by_hash(session: Session, token_hash: str) -> Device | None:
    """The device of a token, revoked ones included."""
    return session.scalar(select(Device).where(Device.token_hash == token_hash))


def devices_of(session: Session, person_id: str) -> Sequence[Device]:
    """A person's devices, newest first."""
    return session.scalars(
        select(Device).where(Device.person_id == person_id).order_by(Device.created_at.desc())
    ).all()


def revoke(session: Session, device_id: str, at: datetime) -> None:
    """Make a device's token worthless; its records stay welcome after a new sign-in."""
    found = session.get(Device, device_id)
    if found is not None:
        found.revoked_at = at
        session.flush()


def seen(session: Session, heard: Mapping[str, int], at: datetime) -> None:
    """Remember when some devices last synchronised.

    heard: device id -> by how many seconds its clock is ahead. The journal may do without.
    """
    if heard:
        session.connection().execute(
            _SEEN, [{"of": name, "at": at, "error": error} for name, error in heard.items()]
        )


_SEEN = (
    update(Device.__table__)  # type: ignore[arg-type]
    .where(Device.__table__.c.id == bindparam("of"))
    .values(last_seen_at=bindparam("at"), clock_error_s=bindparam("error"))
)


def audit(
    session: Session,
    at: datetime,
    person_id: str | None,
    action: str,
    subject: str,
    *,
    device_id: str | None = None,
    reason: str = "",
    detail: dict[str, object] | None = None,
) -> AuditEvent:
    """Append one line to the audit trail, and return it."""
    event = AuditEvent(
        at=at,
        person_id=person_id,
        device_id=device_id,
        action=action,
        subject=subject,
        reason=reason,
        detail=detail or {},
    )
    session.add(event)
    return event

"""The person behind a request: who, on which device, for which areas, with which rights."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from server.accounts import queries
from server.accounts.queries import Reached
from server.accounts.roles import BY_HOUSEHOLD, forms_of, rights_of, view_of


@dataclass(frozen=True, slots=True)
class Place:
    """An area as a program needs it."""

    code: str
    name: str
    level: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody acting now. `villages` are the codes of all villages in the areas of the roles.

    everywhere: whether that is the whole county; towns: those of which it is every village.
    bounded: those of the villages in which only `homes` are the person's (帮扶责任人).
    forms: with which the person records; None for all.
    """

    person_id: str
    username: str
    name: str
    roles: tuple[tuple[str, str], ...]
    rights: frozenset[str]
    view: str
    villages: frozenset[str]
    places: tuple[Place, ...]
    device_id: str | None = None
    everywhere: bool = False
    towns: frozenset[str] = frozenset()
    bounded: frozenset[str] = frozenset()
    homes: frozenset[str] = frozenset()
    forms: frozenset[str] | None = None

    @property
    def scope(self) -> str:
        """A short hash that changes when what this person may see changes."""
        only = ["only", *sorted(self.bounded), *sorted(self.homes)] if self.bounded else []
        text = "|".join([self.view, *sorted(self.villages), *only])
        return hashlib.sha256(text.encode()).hexdigest()[:10]

    def may(self, right: str) -> bool:
        """Whether the person has a right."""
        return right in self.rights

    def reaches(self, area: str, household_id: str | None) -> bool:
        """Whether what lies in a village and belongs to a household is this person's."""
        return area in self.villages and (area not in self.bounded or household_id in self.homes)

    def area_name(self, code: str) -> str:
        """The name of an area of this person, or its code."""
        return next((place.name for place in self.places if place.code == code), code)


def at_desk(session: Session, person_id: str, day: date) -> Actor:
    """The same at the desk, which shows whole villages: without what is only cut by household."""
    return actor(session, person_id, day, leave=BY_HOUSEHOLD)


def actor(
    session: Session,
    person_id: str,
    day: date,
    device_id: str | None = None,
    leave: Collection[str] = (),
) -> Actor:
    """Who a person is on a day: roles in force but those to leave, with the villages below them."""
    person = queries.person(session, person_id)
    if person is None:
        raise LookupError(person_id)
    held = [one for one in queries.roles_on(session, person_id, day) if one.role not in leave]
    tops = {assignment.area for assignment in held}
    reached = {area.code: area for area in queries.areas_under(session, tops, day)} if tops else {}
    mine = [area for area in reached.values() if area.inside]
    roles = [assignment.role for assignment in held]
    wide = {one.area for one in held if one.role not in BY_HOUSEHOLD}
    whole = {area.code for area in mine if wide & _and_above(area, reached)}
    bounded = frozenset(a.code for a in mine if a.level == "village" and a.code not in whole)
    return Actor(
        person_id=person.id,
        username=person.username,
        name=person.name,
        roles=tuple((assignment.role, assignment.area) for assignment in held),
        rights=rights_of(roles),
        view=view_of(roles),
        villages=frozenset(area.code for area in mine if area.level == "village"),
        places=tuple(Place(a.code, a.name, a.level, a.parent) for a in reached.values()),
        everywhere=any(area.level == "county" for area in mine if area.code in whole),
        towns=frozenset(area.code for area in mine if area.level == "town" and area.code in whole),
        bounded=bounded,
        homes=queries.assigned(session, person_id, day) if bounded else frozenset(),
        forms=forms_of(roles),
        device_id=device_id,
    )


def _and_above(area: Reached, reached: Mapping[str, Reached]) -> set[str]:
    """The codes of an area and of those above it."""
    codes = {area.code}
    while area.parent and area.parent in reached and area.parent not in codes:
        area = reached[area.parent]
        codes.add(area.code)
    return codes

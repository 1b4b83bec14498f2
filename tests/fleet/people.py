"""Who takes part: recorders with phones, and the township."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update

from server import clock
from server.accounts import people
from server.accounts.actor import Actor, actor
from server.accounts.models import Person, RoleAssignment
from tests.making import COUNTY, LONG_AGO, PASSWORD, SANLI, TOWN, YIJIA, looking, writing


@dataclass(frozen=True)
class Somebody:
    """A person of the fleet; phones: how many he signs in on."""

    name: str
    role: str
    area: str
    phones: int = 0


ALICE = Somebody("alice", "first_secretary", SANLI, phones=2)
DORA = Somebody("dora", "team_member", SANLI, phones=1)
ERIN = Somebody("erin", "team_member", TOWN, phones=1)
CHARLIE = Somebody("charlie", "first_secretary", YIJIA, phones=1)
BOB = Somebody("bob", "town_reviewer", TOWN)
CAROL = Somebody("carol", "county_admin", COUNTY)
PEOPLE = (ALICE, DORA, ERIN, CHARLIE, BOB, CAROL)
RECORDERS = tuple(person for person in PEOPLE if person.phones)
REVIEWERS = (BOB, CAROL)


def enlist(app: Flask, who: Somebody) -> None:
    """Give somebody an account with his role."""
    with writing(app) as session:
        people.add(
            session,
            username=who.name,
            name=who.name.title(),
            password=PASSWORD,
            role=who.role,
            area=who.area,
            now=clock.now(),
            valid_from=LONG_AGO,
        )


def id_of(app: Flask, who: Somebody) -> str:
    """Somebody's person id."""
    with looking(app) as session:
        return session.scalars(select(Person.id).where(Person.username == who.name)).one()


def acting(app: Flask, who: Somebody) -> Actor:
    """Somebody at work now, with his present roles."""
    person_id = id_of(app, who)
    with looking(app) as session:
        return actor(session, person_id, clock.today())


def move(app: Flask, who: Somebody, area: str | None) -> None:
    """End somebody's roles yesterday and give the same in another area, or none any more."""
    person_id, today = id_of(app, who), clock.today()
    with writing(app) as session:
        session.execute(
            update(RoleAssignment)
            .where(RoleAssignment.person_id == person_id, RoleAssignment.valid_to.is_(None))
            .values(valid_to=today - timedelta(days=1))
        )
        if area is not None:
            session.add(
                RoleAssignment(person_id=person_id, role=who.role, area=area, valid_from=today)
            )

"""The invariants: nothing lost or doubled, and every phone shows the server's registers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from server.changes.models import Counter
from server.followup.models import Task
from server.intake.merge_in import FAILED
from server.registers.models import Entity
from server.registers.reading import OFFICE
from server.submissions.models import Mismatch, ReviewState, Submission
from tests.fleet.ledger import Ledger
from tests.fleet.people import acting
from tests.fleet.phone import Phone
from tests.making import COUNTY, looking
from tests.rebuilding import differences

#: What no phone of a team is shown of a person: its last four characters go in `masked`.
MASKED = frozenset({"id_number"})


class Broken(AssertionError):
    """An invariant does not hold."""


def on_server(app: Flask) -> set[str]:
    """The ids of all stored submissions."""
    with looking(app) as session:
        return set(session.scalars(select(Submission.instance_id)))


def made_by_the_office(app: Flask) -> set[str]:
    """The ids of all submissions that the server made itself."""
    with looking(app) as session:
        found = select(Submission.instance_id).where(Submission.source.in_(OFFICE))
        return set(session.scalars(found))


def nothing_is_lost(
    app: Flask, ledger: Ledger, phones: Collection[Phone], carried: Collection[str]
) -> None:
    """Every promised record exists once on the server, every other one on its phone.

    A record that the server lost with a restored backup exists on the phone that keeps it.
    carried: what lies in carry files.
    """
    with looking(app) as session:
        stored = {one.instance_id: one for one in session.scalars(select(Submission))}
        second = session.scalar(select(func.count()).select_from(Mismatch))
    held = {one for phone in phones for one in (*phone.outbox, *phone.sent)}
    if lost := ledger.owed - stored.keys() - held - set(carried):
        raise Broken(f"lost: {lost}")
    for phone in phones:
        if both := phone.outbox.keys() & phone.sent.keys():
            raise Broken(f"{phone.name} holds twice: {both}")
    for row in stored.values():
        if row.source not in OFFICE:
            _is_as_it_was_made(row, ledger)
    if second:
        raise Broken(f"{second} mismatches, and nobody sent anything twice with other content")


def _is_as_it_was_made(row: Submission, ledger: Ledger) -> None:
    name = row.instance_id
    if name not in ledger.made:
        raise Broken(f"nobody made {name}")
    body = ledger.made[name]
    if (row.xml, row.shown, row.confirmed) != (body["xml"], body["shown"], body["confirmed"]):
        raise Broken(f"altered: {name}")
    if row.quarantined == FAILED.text:
        raise Broken(f"the merge of {name} failed")


def everything_arrived(app: Flask, ledger: Ledger) -> None:
    """At rest: all that was ever finished and not lost by definition is on the server."""
    if missing := ledger.owed - on_server(app):
        raise Broken(f"at rest, not on the server: {missing}")


def phone_shows_the_registers(app: Flask, phone: Phone) -> None:
    """A phone that has pulled shows what the server's tables hold for its villages, no more."""
    expected = _expected(app, phone)
    shown = {(kind, name): row for (_, kind, name), row in phone.rows.items()}
    if shown.keys() != expected.keys():
        raise Broken(
            f"{phone.name} lacks {sorted(expected.keys() - shown.keys())}"
            f" and has {sorted(shown.keys() - expected.keys())} too many"
        )
    for key, facts in expected.items():
        seen = {name: shown[key].get(name) for name in facts}
        if seen != facts:
            raise Broken(f"{phone.name} shows {key} as {seen}, the server has {facts}")


def _expected(app: Flask, phone: Phone) -> dict[tuple[str, str], dict[str, Any]]:
    with looking(app) as session:
        villages = acting(app, phone.holder).villages
        entities = session.scalars(
            select(Entity).where(Entity.known.is_(True), Entity.area.in_(villages))
        ).all()
        records = session.execute(
            select(Submission, ReviewState)
            .join(ReviewState, ReviewState.instance_id == Submission.instance_id)
            .where(Submission.area.in_(villages), Submission.quarantined.is_(None))
            .where(Submission.source.not_in(OFFICE))
        ).all()
        tasks = session.scalars(select(Task).where(Task.area.in_(villages))).all()
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for entity in entities:
        found[entity.register, entity.id] = {"area": entity.area, **_entity(entity)}
    for record, state in records:
        found["review", record.instance_id] = {
            "area": record.area,
            "household": record.household_id,
            "state": state.state,
            "superseded_by": state.superseded_by,
        }
    for task in tasks:
        found["task", f"{task.kind}:{task.subject}"] = {"area": task.area, "state": task.state}
    return found


def _entity(entity: Entity) -> dict[str, Any]:
    live: Any = entity.live
    units = {unit: said for unit, said in live["units"].items() if unit not in MASKED}
    if entity.register == "persons" and "household" in units:
        units["household"] = [entity.household_id, units["household"][1]]
    return {"heads": live["heads"], "units": units}


def registers_follow_from_the_submissions(app: Flask) -> None:
    """Computed anew from the submissions alone, everything is as it is stored."""
    if found := differences(app):
        raise Broken(f"a rebuild would change {found}")


class Numbers:
    """Cursors only grow within an epoch: the county's number, and how far each phone has come."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], int] = {}

    def only_grow(self, app: Flask, phones: Iterable[Phone]) -> tuple[str, int]:
        """Compare with the last look; returns the server's epoch and number."""
        with looking(app) as session:
            counter = session.get_one(Counter, COUNTY)
        now = {(counter.epoch, "server"): counter.last}
        for phone in phones:
            if phone.epoch and phone.cursor is not None:
                now[phone.epoch, f"{phone.name}, begun {phone.begun} times"] = phone.reached
        for key, number in now.items():
            if number < self._last.get(key, 0):
                raise Broken(f"{key} went back from {self._last[key]} to {number}")
        self._last |= now
        return counter.epoch, counter.last

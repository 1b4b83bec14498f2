"""Many submissions taken in at once leave what they leave when taken in one by one."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import clock
from server.accounts.actor import actor as actor_of
from server.changes.models import Change
from server.database import Model, columns
from server.followup.models import Task
from server.intake import at_once
from server.intake.check import check_stored
from server.intake.receive import Received, receive
from server.registers.models import Entity, HouseholdRow
from server.submissions.models import Finding, ReviewState, Submission, Write
from server.sync.push import incoming_of
from server.sync.schemas import PushSchema
from tests.forms.instances import new_id, nobody_home_xml, register_xml, visit_xml
from tests.making import SANLI, YIJIA, a_device, looking, writing
from tests.phone import Phone

TABLES: tuple[type[Model], ...] = (
    Submission, Write, ReviewState, Entity, HouseholdRow, Task, Change,
)  # fmt: skip
Body = dict[str, Any]


class _OnlyLook(Exception):
    """Rolls back what was taken in."""


class Town:
    """Two households that Alice knows, one of a stranger's village, and records about them."""

    def __init__(self, alice: Phone) -> None:
        self.alice = alice
        client = alice.client.application.test_client()
        stranger = Phone(client, a_device(client, "team_member", YIJIA))
        self.homes = [self.register(alice) for _ in range(2)]
        self.strange = self.register(stranger, YIJIA)
        self.visits = [self.visit(home) for home in self.homes]
        told = self.told(self.homes[0])
        alice.push(*self.visits, told)
        alice.pull()
        self.problem = next(name for kind, name in alice.rows if kind == "problems")

    def register(self, phone: Phone, village: str = SANLI) -> str:
        home = new_id()
        phone.send(
            "household_register",
            lambda i: register_xml(home, instance_id=i, village_code=village),
        )
        return home

    def visit(self, home: str, **answers: str) -> Body:
        name = new_id()
        shown = self.alice.shown(home)
        xml = visit_xml(home, instance_id=name, **answers)
        confirmed = [f"{home}/food_ok", f"{home}/water_ok"]
        return self.alice.submission("visit", xml, name, shown=shown, confirmed=confirmed)

    def told(self, home: str, known: str = "") -> Body:
        """A visit that tells a problem, or of a known one that it is solved."""
        problem = {"problem_id": known or new_id(), "problem_household": home}
        said = {"entry_kind": "problem", "problem_type": "water", "problem_desc": "水压不够"}
        solved = {"problem_known": "1", "problem_result": "solved"}
        name = new_id()
        xml = visit_xml(home, instance_id=name, problems=[problem | (solved if known else said)])
        shown = self.alice.shown(home, known)
        return self.alice.submission("visit", xml, name, shown=shown)

    def some(self, chance: random.Random) -> list[Body]:
        """A batch of what phones send, in any order."""
        new = new_id()
        kinds: list[Callable[[], Body]] = [
            lambda: self.visit(chance.choice(self.homes), food_ok=chance.choice(("yes", "no"))),
            lambda: self.visit(chance.choice(self.homes), event_date="2026-11-02"),
            lambda: self.visit(new),
            lambda: self.visit(self.strange),
            lambda: self.form(new, known=False),
            lambda: self.form(
                chance.choice(self.homes), phone=f"1390000{chance.randrange(9999):04}"
            ),
            lambda: self.absent(chance.choice(self.homes)),
            lambda: self.corrected(chance.choice(self.visits)),
            lambda: chance.choice(self.visits),
            lambda: self.visit(chance.choice(self.homes), problem_urgency="urgent"),
            lambda: self.told(chance.choice(self.homes)),
            lambda: self.told(self.homes[0], self.problem),
        ]
        batch = [chance.choice(kinds)() for _ in range(chance.randrange(2, 9))]
        first = self.visit(self.homes[0], water_ok="problem")
        pair = [first, self.upon(first, self.homes[0])]
        return batch + batch[:1] * chance.randrange(2) + chance.sample(pair, chance.randrange(3))

    def upon(self, first: Body, home: str) -> Body:
        """A visit that was shown another one, which arrives in the same batch, later, or never."""
        shown = {home: {"heads": [first["instance_id"]], "values": {"water_ok": ["problem", [0]]}}}
        return self.visit(home, water_ok="ok") | {"shown": shown}

    def form(self, home: str, *, known: bool = True, phone: str = "") -> Body:
        name = new_id()
        members: list[dict[str, str]] | None = [] if known else None
        xml = register_xml(home, known=known, members=members, instance_id=name, phone=phone)
        return self.alice.submission("household_register", xml, name, shown=self.alice.shown(home))

    def absent(self, home: str) -> Body:
        name = new_id()
        return self.alice.submission("visit", nobody_home_xml(home, instance_id=name), name)

    def corrected(self, visit: Body) -> Body:
        name, original = new_id(), visit["instance_id"]
        home = next(iter(visit["confirmed"])).partition("/")[0]
        xml = visit_xml(home, instance_id=name, deprecated_id=original, water_ok="problem")
        return visit | {"instance_id": name, "xml": xml, "deprecated_id": original}


def taken_in(app: Flask, town: Town, batch: list[Body], now: datetime) -> tuple[Received, Any]:
    """The outcome of a batch and all tables after it; nothing of it is kept."""
    sent = PushSchema().load({"sent_at": now.isoformat(), "submissions": batch})
    with suppress(_OnlyLook), writing(app) as session:
        actor = actor_of(session, town.alice.device.person_id, clock.today(), town.alice.device.id)
        received = receive(session, incoming_of(sent, actor, now), actor, now)
        session.flush()
        session.expunge_all()
        tables = {table.__tablename__: rows(session, table) for table in TABLES}
        raise _OnlyLook
    return received, tables


def rows(session: Session, table: type[Model]) -> list[str]:
    """A table's content; the order of numbers and what came and went in between do not count.

    A dispute that ends in the push in which it began is told of one by one and not at once.
    """
    told = [columns(row) for row in session.scalars(select(table))]
    if table is Task:
        told = [row for row in told if row["state"] == "open"]
    if table is Change:
        over = {
            f"{task.kind}:{task.subject}"
            for task in session.scalars(select(Task).where(Task.state != "open"))
        }
        told = [row for row in told if row["kind"] != "task" or row["id"] not in over]
    return sorted(str({k: v for k, v in row.items() if k != "number"}) for row in told)


@pytest.mark.parametrize("seed", range(12))
def test_both_ways_leave_the_same_tables(
    app: Flask, alice: Phone, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, now = Town(alice), clock.now()
    batch = town.some(random.Random(seed))
    together, tables = taken_in(app, town, batch, now)

    as_it_works = at_once._apply

    def broken(*arguments: Any) -> None:
        as_it_works(*arguments)
        raise RuntimeError("when all was written it broke off")

    monkeypatch.setattr(at_once, "_apply", broken)
    one_by_one, careful = taken_in(app, town, batch, now)
    assert together.outcomes == one_by_one.outcomes
    if any(outcome.fate == "stored" for outcome in together.outcomes):
        assert one_by_one.job, "what was checked is undone with all else"
    for name, expected in careful.items():
        assert tables[name] == expected, name


def test_what_is_found_at_once_is_what_the_worker_finds(app: Flask, alice: Phone) -> None:
    name, _ = alice.send(
        "visit", lambda i: visit_xml(new_id(), instance_id=i, visit_result="", food_ok="perhaps")
    )

    def findings() -> list[tuple[str, str, str]]:
        with looking(app) as session:
            found = session.scalars(select(Finding).where(Finding.instance_id == name))
            return sorted((one.path, one.kind, one.message) for one in found)

    at_first = findings()
    with app.app_context():
        check_stored({"instance_ids": [name]}, lambda *_: None)
    assert at_first == findings()
    assert {kind for _, kind, _ in at_first} >= {"choice"}

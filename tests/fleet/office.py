"""The township: reviewers' decisions, settlements, joins, and rosters."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

from flask import Flask
from sqlalchemy import select

from server import clock
from server.carry.take_in import take_in
from server.problems import Problem
from server.registers import values
from server.registers.models import Entity
from server.review import checks
from server.review.acts import KINDS, act, turn
from server.review.compare import members_of
from server.review.compare import seen_of as seen_of_pair
from server.review.decide import Word, decide, undo
from server.review.joining import Pick, join, tell_apart, two
from server.review.queue import seen_of
from server.review.settle import settle
from server.roster.preview import Source
from server.roster.run import Imported, import_file
from server.submissions.models import ReviewState, Submission
from tests.fleet.people import Somebody, acting, id_of
from tests.making import looking, writing
from tests.roster.making_rosters import FEW_VILLAGES, HEADER, a_row, a_wife, workbook


def reviewable(app: Flask) -> list[str]:
    """All records that are up for review or were decided."""
    with looking(app) as session:
        return sorted(session.scalars(select(ReviewState.instance_id)))


def set_aside(app: Flask) -> list[str]:
    """All records that were set aside."""
    with looking(app) as session:
        found = select(Submission.instance_id).where(Submission.quarantined.is_not(None))
        return sorted(session.scalars(found))


def disputes(app: Flask) -> list[tuple[str, str]]:
    """(entity, unit) of all open disputes."""
    with looking(app) as session:
        found = session.scalars(select(Entity).where(Entity.known.is_(True))).all()
    return sorted((one.id, unit) for one in found for unit in values.disputed(one.live))


def known(app: Flask, register: str) -> list[str]:
    """The entities of a register."""
    with looking(app) as session:
        found = select(Entity.id).where(Entity.known.is_(True), Entity.register == register)
        return sorted(session.scalars(found))


def decision(app: Flask, who: Somebody, instance_id: str, word: Word) -> str:
    """Approve, return or reject what the reviewer sees now; returns "done" or the refusal."""
    reviewer = acting(app, who)
    said = [] if word == "approve" else [(None, "请看一下")]
    try:
        with writing(app) as session:
            seen = seen_of(session.get_one(ReviewState, instance_id))
            decide(session, reviewer, instance_id, word, said, seen, clock.now())
    except Problem as refused:
        return refused.slug
    return "done"


def taking_back(app: Flask, who: Somebody, instance_id: str) -> str:
    """Undo one's own last decision; returns "done" or the refusal."""
    reviewer = acting(app, who)
    try:
        with writing(app) as session:
            undo(session, reviewer, instance_id, clock.now())
    except Problem as refused:
        return refused.slug
    return "done"


def settling(app: Flask, who: Somebody, entity_id: str, unit: str, choice: int) -> str:
    """Settle a dispute for one of its sides; returns the value chosen, or the refusal."""
    reviewer = acting(app, who)
    with looking(app) as session:
        live = session.get_one(Entity, entity_id).live
    sides = values.disputed(live)[unit]
    chosen = sides[choice % len(sides)]["value"]
    _, indexes = values.units(live)[unit]
    seen = [values.heads(live)[index] for index in indexes]
    try:
        with writing(app) as session:
            settle(session, reviewer, entity_id, {unit: chosen}, {unit: seen}, "问过", clock.now())
    except Problem as refused:
        return refused.slug
    return json.dumps(chosen, ensure_ascii=False)


def admitting(app: Flask, who: Somebody, instance_id: str) -> str:
    """Vouch for a record that was set aside; returns "done" or the refusal."""
    reviewer = acting(app, who)
    try:
        with writing(app) as session:
            checks.admit(session, reviewer, instance_id, clock.now())
    except Problem as refused:
        return refused.slug
    return "done"


def joining(
    app: Flask, who: Somebody, first: str, second: str, chance: Random, *, one: bool = True
) -> str:
    """Say that two entities are one, with values picked from both, or that they are two.

    Returns "done" or the refusal.
    """
    reviewer = acting(app, who)
    try:
        with writing(app) as session:
            pair = two(session, reviewer, first, second)
            seen = seen_of_pair(pair, [members_of(session, entity) for entity in pair])
            names = (pair[0].id, pair[1].id)
            if one:
                units = sorted({*values.units(pair[0].live), *values.units(pair[1].live)})
                sides: dict[str, Pick] = {
                    unit.partition("/")[0]: chance.choice(["first", "second"]) for unit in units
                }
                join(session, reviewer, names, sides, [], seen, "电话问过", clock.now())
            else:
                tell_apart(session, reviewer, names, seen, "电话问过", clock.now())
    except Problem as refused:
        return refused.slug
    return "done"


def acts(app: Flask) -> list[str]:
    """What the office did itself and can withdraw."""
    with looking(app) as session:
        found = select(Submission.instance_id).where(Submission.form_id.in_(KINDS))
        return sorted(session.scalars(found))


def turning(app: Flask, who: Somebody, instance_id: str) -> str:
    """Withdraw an act of the office, or restore it when it is withdrawn; returns what was done."""
    reviewer = acting(app, who)
    try:
        with writing(app) as session:
            known = act(session, reviewer, instance_id)
            word: Literal["withdraw", "restore"] = "restore" if known.withdrawn else "withdraw"
            turn(session, reviewer, instance_id, word, known.seen, "弄错了", clock.now())
    except Problem as refused:
        return refused.slug
    return word


def importing(app: Flask, who: Somebody, file: Path, *, accept: bool) -> str:
    """Import a carry file; returns what the desk says."""
    person = id_of(app, who)
    with app.app_context():
        return take_in(file, by=person, accept=accept).message


def roster(app: Flask, who: Somebody, phone: str, name: str, as_of: date) -> Imported:
    """Import the roster of one household with its two members."""
    person = id_of(app, who)
    with app.app_context():
        source = Source(_book(phone, name), FEW_VILLAGES, as_of=as_of)
        return import_file(source, person_id=person)


@cache
def _book(phone: str, name: str) -> bytes:
    return workbook(HEADER, a_row(name=name, phone=phone), a_wife(phone=phone))

"""All SQL of computing everything anew: the names of what there is, part by part, and its state."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    delete,
    func,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session, aliased

from server.database import columns
from server.followup.models import Task, VisitVerdict
from server.registers.models import Distinction, Entity, HouseholdRow, Join
from server.submissions.models import Remark, ReviewState, Submission, Write

Stored = dict[str, dict[str, object]]
"""What is stored: kind of row → its name → its columns."""


def _names(session: Session, found: Select[Any], after: str, many: int) -> list[str]:
    named = found.subquery()
    name = named.c[0]
    wanted = select(name).where(name > after).distinct().order_by(name).limit(many)
    return list(session.scalars(wanted))


def submissions_after(session: Session, after: str, many: int) -> list[str]:
    """The ids of the next submissions, by id."""
    return _names(session, select(Submission.instance_id), after, many)


def decided_after(session: Session, after: str, many: int) -> list[str]:
    """The next households of which something was decided; blank stands for none."""
    homes = select(func.coalesce(Submission.household_id, literal(" "))).where(
        or_(
            Submission.form_id == "office-review",
            Submission.instance_id.in_(select(ReviewState.instance_id)),
        )
    )
    return _names(session, homes, after, many)


def acts_after(session: Session, after: str, many: int) -> list[str]:
    """The next ids of what the office found to be one or two, also where only traces are left."""
    left = [select(table.instance_id) for table in (Join, Distinction, VisitVerdict)]
    made = select(Submission.instance_id).where(
        Submission.form_id.in_(("office-join", "office-distinct", "office-visits"))
    )
    return _names(session, select(union(made, *left).subquery().c[0]), after, many)


def chains_after(session: Session, after: str, many: int) -> list[str]:
    """The next originals that somebody corrected, or that are said to have a stand-in."""
    replaced = (
        select(Submission.root_id)
        .outerjoin(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .where(or_(Submission.deprecated_id.is_not(None), ReviewState.superseded_by.is_not(None)))
    )
    return _names(session, replaced, after, many)


def entities_after(session: Session, after: str, many: int, *, register: str) -> list[str]:
    """The next entities of a register that are stored, or that somebody wrote to."""
    both = union(
        select(Write.entity_id).where(Write.register == register, Write.entity_id > after),
        select(Entity.id).where(Entity.register == register, Entity.id > after),
    )
    return _names(session, select(both.subquery().c[0]), after, many)


def homes_after(session: Session, after: str, many: int) -> list[str]:
    """The next households, known or not, and the names under which something of one is left."""
    every: CompoundSelect[Any] = union(
        select(Entity.id).where(Entity.register == "households", Entity.id > after),
        select(HouseholdRow.household_id).where(HouseholdRow.household_id > after),
        select(Task.household_id).where(Task.household_id > after, Task.state == "open"),
    )
    return _names(session, select(every.subquery().c[0]), after, many)


def registers(session: Session) -> list[str]:
    """All registers that somebody wrote to, households first: the others lie where those lie."""
    found = set(session.scalars(select(Write.register).distinct()))
    found |= set(session.scalars(select(Entity.register).distinct()))
    return sorted(found, key=lambda name: (name != "households", name))


def lock_submissions(session: Session, ids: Collection[str]) -> Sequence[Submission]:
    """Some submissions, held until the commit, by id."""
    return session.scalars(
        select(Submission)
        .where(Submission.instance_id.in_(ids))
        .order_by(Submission.instance_id)
        .with_for_update()
    ).all()


def records_of_homes(session: Session, homes: Collection[str]) -> Sequence[Submission]:
    """The merged submissions placed in some households, in the order of arrival.

    A blank among the households stands for none.
    """
    wanted: ColumnElement[bool]
    wanted = Submission.household_id.in_([home for home in homes if home.strip()])
    if any(not home.strip() for home in homes):
        wanted = or_(wanted, Submission.household_id.is_(None))
    return session.scalars(
        select(Submission)
        .where(wanted, Submission.quarantined.is_(None))
        .order_by(Submission.received_at, Submission.instance_id)
    ).all()


def roots(session: Session, ids: Collection[str]) -> dict[str, Submission]:
    """The first versions of some records, by id, as far as they are here."""
    first, later = aliased(Submission), aliased(Submission)
    found = session.scalars(
        select(first)
        .join(later, later.root_id == first.instance_id)
        .where(later.instance_id.in_(ids), later.instance_id != first.instance_id)
    )
    return {one.instance_id: one for one in found}


def writes_of(session: Session, ids: Collection[str]) -> dict[str, list[dict[str, object]]]:
    """What some submissions are stored to have said, by submission."""
    found: dict[str, list[dict[str, object]]] = {}
    for write in session.scalars(select(Write).where(Write.instance_id.in_(ids))):
        found.setdefault(write.instance_id, []).append(columns(write))
    return found


def first_created(session: Session, unit: str, ids: Collection[str]) -> dict[str, datetime]:
    """Entity id → when the first submission that creates it arrived; unit: that says so."""
    rows = session.execute(
        select(Write.entity_id, func.min(Submission.received_at))
        .join(Submission, Submission.instance_id == Write.instance_id)
        .where(Write.unit == unit, Write.entity_id.in_(ids))
        .group_by(Write.entity_id)
    )
    return {row[0]: row[1] for row in rows}


def drop_acts(session: Session, ids: Collection[str]) -> None:
    """Forget what the office found to be one or two."""
    for table in (Join, Distinction, VisitVerdict):
        session.execute(delete(table).where(table.instance_id.in_(ids)))


def records_stored(session: Session, ids: Collection[str]) -> Stored:
    """Writes of some submissions, and the unchanging part of their review states."""
    writes = session.scalars(select(Write).where(Write.instance_id.in_(ids)))
    states = session.scalars(select(ReviewState).where(ReviewState.instance_id.in_(ids)))
    return {
        "writes": {f"{w.instance_id} {w.entity_id} {w.unit}": columns(w) for w in writes},
        "review_states": {
            row.instance_id: {"urgent": row.urgent, "line": row.line, "summary": row.summary}
            for row in states
        },
    }


def decisions_stored(session: Session, homes: Collection[str]) -> Stored:
    """Review states and remarks of what was recorded of some households."""
    ids = [one.instance_id for one in records_of_homes(session, homes)]
    states = session.scalars(select(ReviewState).where(ReviewState.instance_id.in_(ids)))
    remarks = session.execute(
        select(Remark.decision_id, Remark.instance_id, Remark.question, Remark.text).where(
            Remark.instance_id.in_(ids)
        )
    )
    return {
        "review_states": {row.instance_id: columns(row) for row in states},
        "remarks": {" ".join(str(part) for part in row): True for row in remarks},
    }


def acts_stored(session: Session, ids: Collection[str]) -> Stored:
    """Joins, distinctions and verdicts on visits by the office's submissions."""
    joins = session.scalars(select(Join).where(Join.instance_id.in_(ids)))
    told_apart = session.scalars(select(Distinction).where(Distinction.instance_id.in_(ids)))
    verdicts = session.scalars(select(VisitVerdict).where(VisitVerdict.instance_id.in_(ids)))
    return {
        "joins": {row.instance_id: columns(row) for row in joins},
        "distinctions": {row.instance_id: columns(row) for row in told_apart},
        "verdicts": {f"{row.instance_id} {row.record}": columns(row) for row in verdicts},
    }


def chains_stored(session: Session, ids: Collection[str]) -> Stored:
    """Which version stands in whose place, of the records with these originals."""
    states = session.execute(
        select(ReviewState.instance_id, ReviewState.superseded_by)
        .join(Submission, Submission.instance_id == ReviewState.instance_id)
        .where(Submission.root_id.in_(ids))
    )
    return {"review_states": {row[0]: {"superseded_by": row[1]} for row in states}}


def entities_stored(session: Session, ids: Collection[str]) -> Stored:
    """Some known entities; what nobody knows yet is nothing yet."""
    known = session.scalars(select(Entity).where(Entity.id.in_(ids), Entity.known.is_(True)))
    return {"entities": {row.id: columns(row) for row in known}}


def derived_stored(session: Session, ids: Collection[str]) -> Stored:
    """What was derived of some households."""
    rows = session.scalars(select(HouseholdRow).where(HouseholdRow.household_id.in_(ids)))
    kept: dict[str, object] = {row.household_id: columns(row) for row in rows}
    beside = session.scalars(
        select(Entity.id).where(Entity.household_id.in_(ids), Entity.known.is_(True))
    )
    return entities_stored(session, [*ids, *beside]) | {"household_rows": kept}

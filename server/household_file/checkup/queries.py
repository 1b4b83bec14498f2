"""All SQL of checks: what they read besides the file, what was found, what was explained."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from server.household_file.checkup.models import Checkup, Explained
from server.household_file.sheets.models import IssuedSheet
from server.registers import values
from server.registers.models import Entity, HouseholdRow
from server.submissions.models import ReviewState, Submission, SubmissionAttachment

#: So many ids are asked for in one statement.
AT_ONCE = 5_000
ORDER = (HouseholdRow.area, HouseholdRow.household_no, HouseholdRow.household_id)


@dataclass(frozen=True, slots=True)
class Twin:
    """A picture of a record that another record, received before, brought too."""

    household_id: str
    instance_id: str
    on: str
    sha256: str
    media_type: str
    earlier_home: str
    earlier_area: str
    earlier_on: str


@dataclass(frozen=True, slots=True)
class Looked:
    """A household with what was found of it; None where nobody looked yet."""

    home: HouseholdRow
    checkup: Checkup | None


def known_since(session: Session, household_ids: Collection[str]) -> dict[str, str]:
    """Household -> the day since when it is known."""
    rows = session.execute(select(Entity.id, Entity.derived).where(Entity.id.in_(household_ids)))
    return {row.id: str(row.derived.get("known_since") or "") for row in rows}


def incomes(session: Session, household_ids: Collection[str]) -> dict[str, list[dict[str, str]]]:
    """Household -> what is approved of its income accounts."""
    rows = session.execute(
        select(Entity.household_id, Entity.approved).where(
            Entity.register == "incomes", Entity.household_id.in_(household_ids)
        )
    )
    found: dict[str, list[dict[str, str]]] = {}
    for household_id, approved in rows:
        found.setdefault(str(household_id), []).append(values.properties(approved))
    return found


def twins(session: Session, household_ids: Collection[str]) -> dict[str, list[Twin]]:
    """Household -> the pictures of its records that an earlier record brought already.

    Two records of one household and day are one visit of two people, and are told elsewhere.
    """
    here, there = aliased(SubmissionAttachment), aliased(SubmissionAttachment)
    later, earlier = aliased(Submission), aliased(Submission)
    stands, stood = aliased(ReviewState), aliased(ReviewState)
    rows = session.execute(
        select(later, here.sha256, here.media_type, earlier)
        .join(here, here.instance_id == later.instance_id)
        .join(there, there.sha256 == here.sha256)
        .join(earlier, earlier.instance_id == there.instance_id)
        .join(stands, stands.instance_id == later.instance_id)
        .join(stood, stood.instance_id == earlier.instance_id)
        .where(
            later.household_id.in_(household_ids),
            later.quarantined.is_(None),
            earlier.quarantined.is_(None),
            stands.state != "rejected",
            stood.state != "rejected",
            stands.superseded_by.is_(None),
            stood.superseded_by.is_(None),
            earlier.root_id != later.root_id,
            here.media_type.like("image/%"),
            or_(
                earlier.received_at < later.received_at,
                (earlier.received_at == later.received_at)
                & (earlier.instance_id < later.instance_id),
            ),
            or_(
                earlier.household_id != later.household_id,
                earlier.event_date != later.event_date,
            ),
        )
        .order_by(later.event_date, later.instance_id, here.name, earlier.received_at)
    )
    found: dict[str, dict[tuple[str, str], Twin]] = {}
    for one, sha256, media_type, other in rows:
        pictures = found.setdefault(str(one.household_id), {})
        pictures.setdefault(
            (one.instance_id, sha256),
            Twin(
                str(one.household_id),
                one.instance_id,
                _day(one),
                sha256,
                media_type,
                str(other.household_id or ""),
                other.area,
                _day(other),
            ),
        )
    return {household: list(pictures.values()) for household, pictures in found.items()}


def _day(one: Submission) -> str:
    return one.event_date.isoformat() if one.event_date else ""


def heads(session: Session, household_ids: Collection[str]) -> dict[str, str]:
    """Household -> its head's name."""
    rows = session.execute(
        select(HouseholdRow.household_id, HouseholdRow.head_name).where(
            HouseholdRow.household_id.in_(household_ids)
        )
    )
    return {row.household_id: row.head_name for row in rows}


def cards(session: Session, household_ids: Collection[str]) -> dict[str, IssuedSheet]:
    """Household -> the card that was printed last for its wall."""
    rows = session.scalars(
        select(IssuedSheet)
        .where(IssuedSheet.household_id.in_(household_ids), IssuedSheet.kind == "wall_card")
        .order_by(IssuedSheet.made_at, IssuedSheet.id)
    )
    return {row.household_id: row for row in rows}


def kept_stamps(session: Session, household_ids: Collection[str]) -> dict[str, str]:
    """Household -> the stamp of what was read when it was last looked at."""
    rows = session.execute(
        select(Checkup.household_id, Checkup.stamp).where(Checkup.household_id.in_(household_ids))
    )
    return {row.household_id: row.stamp for row in rows}


def keep(session: Session, found: Iterable[Checkup]) -> None:
    """Keep what was found, in place of what was found before."""
    for one in found:
        session.merge(one)


def touch(session: Session, household_ids: Collection[str], now: datetime) -> None:
    """Note that some households were looked at and are as they were."""
    for one in session.scalars(select(Checkup).where(Checkup.household_id.in_(household_ids))):
        one.checked_at = now


def homes(session: Session, villages: Collection[str]) -> Sequence[HouseholdRow]:
    """The open households of some villages, by village and number."""
    return session.scalars(select(HouseholdRow).where(*_open(villages)).order_by(*ORDER)).all()


def looked(
    session: Session, villages: Collection[str], types: Collection[str] = ()
) -> Sequence[Looked]:
    """The open households of some villages with what was found, by village and number."""
    query = (
        select(HouseholdRow, Checkup)
        .outerjoin(Checkup, Checkup.household_id == HouseholdRow.household_id)
        .where(*_open(villages))
        .order_by(*ORDER)
    )
    if types:
        query = query.where(HouseholdRow.household_type.in_(types))
    return [Looked(*row) for row in session.execute(query)]


def _open(villages: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    return HouseholdRow.area.in_(villages), HouseholdRow.closed.is_(False)


def changed_since(session: Session, villages: Collection[str]) -> int:
    """How many households got a record or a decision after they were looked at."""
    return (
        session.scalar(
            select(func.count(func.distinct(HouseholdRow.household_id)))
            .join(Checkup, Checkup.household_id == HouseholdRow.household_id)
            .join(Submission, Submission.household_id == HouseholdRow.household_id)
            .outerjoin(ReviewState, ReviewState.instance_id == Submission.instance_id)
            .where(
                *_open(villages),
                or_(
                    Submission.received_at > Checkup.checked_at,
                    ReviewState.decided_at > Checkup.checked_at,
                ),
            )
        )
        or 0
    )


def explained(session: Session, household_ids: Collection[str]) -> dict[tuple[str, str], Explained]:
    """(household, finding) -> what was said of it."""
    listed = sorted(household_ids)
    parts = (listed[at : at + AT_ONCE] for at in range(0, len(listed), AT_ONCE))
    return {
        (one.household_id, one.key): one
        for some in parts
        for one in session.scalars(select(Explained).where(Explained.household_id.in_(some)))
    }


def explain(session: Session, said: Explained) -> None:
    """Keep why a finding is in order."""
    session.merge(said)


def take_back(session: Session, household_id: str, key: str) -> None:
    """Have what was explained hold for no facts any more."""
    if (said := session.get(Explained, (household_id, key))) is not None:
        said.basis = ""

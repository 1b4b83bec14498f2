"""All SQL of scanned pages: batches, what waits, what was filed, and materials kept elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from server.accounts.models import Person
from server.attachments.models import ScanBatch, ScannedPage
from server.household_file.models import PrintedFile
from server.registers.models import Entity
from server.submissions.models import ReviewState, Submission, SubmissionAttachment

SCAN, MATERIAL = "office-scan", "office-material"


@dataclass(frozen=True, slots=True)
class Act:
    """What the office said of a household's paper, with the picture it names and who said it."""

    submission: Submission
    state: ReviewState | None
    sha256: str
    by: str


def acts(
    session: Session, form_id: str, household_ids: Collection[str], before: datetime | None = None
) -> list[Act]:
    """All that was said of some households' paper, withdrawn or not, oldest first."""
    query = (
        select(Submission, ReviewState, SubmissionAttachment.sha256, Person.name)
        .outerjoin(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .outerjoin(SubmissionAttachment, SubmissionAttachment.instance_id == Submission.instance_id)
        .outerjoin(Person, Person.id == Submission.person_id)
        .where(
            Submission.form_id == form_id,
            Submission.household_id.in_(household_ids),
            Submission.quarantined.is_(None),
        )
        .order_by(Submission.received_at, Submission.instance_id)
    )
    if before is not None:
        query = query.where(Submission.received_at < before)
    return [Act(row[0], row[1], row[2] or "", row[3] or "") for row in session.execute(query)]


def by_code(session: Session, digits: str, version: int) -> Sequence[PrintedFile]:
    """The versions that a square code may be of."""
    return session.scalars(
        select(PrintedFile).where(
            PrintedFile.facts_hash.startswith(digits.lower(), autoescape=True),
            PrintedFile.version == version,
        )
    ).all()


def home(session: Session, household_id: str) -> Entity | None:
    """The household that an id stands for, the whole if it was joined."""
    found = session.get(Entity, household_id)
    return session.get(Entity, found.component) if found else None


def batch(session: Session, batch_id: str) -> ScanBatch | None:
    """One batch."""
    return session.get(ScanBatch, batch_id)


def batches(session: Session, areas: Collection[str], limit: int = 30) -> Sequence[ScanBatch]:
    """The newest batches below some areas."""
    return session.scalars(
        select(ScanBatch)
        .where(_below(areas))
        .order_by(ScanBatch.created_at.desc(), ScanBatch.id)
        .limit(limit)
    ).all()


def done(session: Session, batch_id: str) -> set[tuple[int, int]]:
    """File and number of the pages of a batch that were read."""
    rows = session.execute(
        select(ScannedPage.file, ScannedPage.number).where(ScannedPage.batch_id == batch_id)
    )
    return {(row.file, row.number) for row in rows}


def numbers(session: Session, batch_ids: Collection[str]) -> dict[str, dict[str, int]]:
    """Batch -> state -> number of its pages; a page whose filing was withdrawn waits."""
    found: dict[str, dict[str, int]] = {}
    rows = session.execute(
        select(ScannedPage.batch_id, ScannedPage.state, WITHDRAWN, func.count())
        .outerjoin(ReviewState, ReviewState.instance_id == ScannedPage.instance_id)
        .where(ScannedPage.batch_id.in_(batch_ids))
        .group_by(ScannedPage.batch_id, ScannedPage.state, WITHDRAWN)
    )
    for name, state, withdrawn, count in rows:
        numbers = found.setdefault(name, {})
        key = "waiting" if withdrawn else state
        numbers[key] = numbers.get(key, 0) + count
    return found


def pages(session: Session, batch_id: str, states: Collection[str]) -> Sequence[ScannedPage]:
    """The pages of a batch that are in some states, in their order."""
    return session.scalars(
        select(ScannedPage)
        .outerjoin(ReviewState, ReviewState.instance_id == ScannedPage.instance_id)
        .where(ScannedPage.batch_id == batch_id, or_(*map(_is, states)))
        .order_by(ScannedPage.file, ScannedPage.number)
    ).all()


def waiting(session: Session, areas: Collection[str]) -> Sequence[ScannedPage]:
    """All pages below some areas that wait for somebody to say where they belong."""
    return session.scalars(
        select(ScannedPage)
        .join(ScanBatch, ScanBatch.id == ScannedPage.batch_id)
        .outerjoin(ReviewState, ReviewState.instance_id == ScannedPage.instance_id)
        .where(_below(areas), _is("waiting"))
        .order_by(ScanBatch.created_at, ScanBatch.id, ScannedPage.file, ScannedPage.number)
    ).all()


def waiting_count(session: Session, areas: Collection[str]) -> int:
    """How many pages wait below some areas."""
    return (
        session.scalar(
            select(func.count(ScannedPage.id))
            .join(ScanBatch, ScanBatch.id == ScannedPage.batch_id)
            .outerjoin(ReviewState, ReviewState.instance_id == ScannedPage.instance_id)
            .where(_below(areas), _is("waiting"))
        )
        or 0
    )


def page(session: Session, page_id: str) -> ScannedPage | None:
    """One page."""
    return session.get(ScannedPage, page_id)


def withdrawn(session: Session, instance_ids: Collection[str]) -> set[str]:
    """Which filings were withdrawn."""
    return set(
        session.scalars(
            select(ReviewState.instance_id).where(
                ReviewState.instance_id.in_(instance_ids), ReviewState.state == "rejected"
            )
        )
    )


WITHDRAWN = and_(ScannedPage.state == "filed", func.coalesce(ReviewState.state, "") == "rejected")


def _is(state: str) -> ColumnElement[bool]:
    """Whether a page is in a state; a page whose filing was withdrawn waits again."""
    if state == "waiting":
        return or_(ScannedPage.state == "waiting", WITHDRAWN)
    if state == "filed":
        return and_(ScannedPage.state == "filed", ~WITHDRAWN)
    return ScannedPage.state == state


def _below(areas: Collection[str]) -> ColumnElement[bool]:
    return or_(*(ScanBatch.area.startswith(area, autoescape=True) for area in areas))


def pages_of(session: Session, instance_ids: Collection[str]) -> dict[str, str]:
    """Filing -> the scanned page that it filed."""
    rows = session.execute(
        select(ScannedPage.instance_id, ScannedPage.id).where(
            ScannedPage.instance_id.in_(instance_ids)
        )
    )
    return {str(row.instance_id): row.id for row in rows}

"""All SQL of submissions, their writes, states and remarks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import String, cast, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from server.database import columns
from server.submissions.incoming import Incoming, NamedFile
from server.submissions.models import (
    Finding,
    Mismatch,
    Remark,
    ReviewState,
    Submission,
    SubmissionAttachment,
    Write,
)


def submission(session: Session, instance_id: str) -> Submission | None:
    """One submission."""
    return session.get(Submission, instance_id)


_STORE = insert(Submission)
_STORE_FILES = insert(SubmissionAttachment)
_ADD_WRITES = insert(Write)
_ADD_FINDINGS = insert(Finding)


def content_hashes(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Instance id -> content hash, of those that are stored."""
    rows = session.execute(
        select(Submission.instance_id, Submission.content_hash).where(
            Submission.instance_id.in_(ids)
        )
    )
    return {row.instance_id: row.content_hash for row in rows}


def stored(session: Session, ids: Collection[str]) -> set[str]:
    """Which of these instance ids are stored."""
    return set(content_hashes(session, ids))


def row_of(
    incoming: Incoming,
    *,
    received_at: datetime,
    root_id: str,
    event_date: date | None,
    household_id: str | None,
    area: str,
    quarantined: str | None,
) -> dict[str, object]:
    """A submission as it is stored: what its sender says, and what the server does."""
    return {
        "instance_id": incoming.instance_id,
        "form_id": incoming.form_id,
        "form_version": incoming.form_version,
        "xml": incoming.xml,
        "content_hash": incoming.content_hash,
        "shown": dict(incoming.shown),
        "confirmed": sorted(incoming.confirmed),
        "deprecated_id": incoming.deprecated_id,
        "root_id": root_id,
        "source": incoming.source,
        "person_id": incoming.person_id,
        "device_id": incoming.device_id,
        "recorded_at": incoming.recorded_at,
        "received_at": received_at,
        "clock_error_s": incoming.clock_error_s,
        "event_date": event_date,
        "household_id": household_id,
        "area": area,
        "quarantined": quarantined,
    }


def store_all(
    session: Session,
    rows: Sequence[Mapping[str, object]],
    files: Sequence[tuple[str, NamedFile]],
) -> None:
    """Store submissions (see `row_of`) with their named files by instance id."""
    connection = session.connection()
    connection.execute(_STORE, list(rows))
    if files:
        connection.execute(
            _STORE_FILES,
            [
                {
                    "instance_id": instance_id,
                    "name": file.name,
                    "sha256": file.sha256,
                    "size": file.size,
                    "media_type": file.media_type,
                }
                for instance_id, file in files
            ],
        )


def store_mismatch(session: Session, incoming: Incoming, received_at: datetime) -> None:
    """Keep a second content beside the first that came under the same id."""
    session.execute(
        insert(Mismatch).values(
            instance_id=incoming.instance_id,
            content_hash=incoming.content_hash,
            body={
                "xml": incoming.xml,
                "shown": dict(incoming.shown),
                "confirmed": sorted(incoming.confirmed),
                "form": [incoming.form_id, incoming.form_version],
                "recorded_at": incoming.recorded_at.isoformat(),
                "attachments": [
                    [file.name, file.sha256, file.size, file.media_type]
                    for file in incoming.attachments
                ],
            },
            person_id=incoming.person_id,
            received_at=received_at,
        )
    )


def mismatch_known(session: Session, instance_id: str, content_hash: str) -> bool:
    """Whether this second content is kept already."""
    return (
        session.scalar(
            select(Mismatch.id)
            .where(Mismatch.instance_id == instance_id, Mismatch.content_hash == content_hash)
            .limit(1)
        )
        is not None
    )


def root_of(session: Session, deprecated_id: str) -> str:
    """The first version of the chain that a submission belongs to."""
    root = session.scalar(select(Submission.root_id).where(Submission.instance_id == deprecated_id))
    return root or deprecated_id


def awaited(session: Session, ids: Collection[str]) -> set[str]:
    """Which of some ids corrections name as the first version of their record."""
    return set(
        session.scalars(
            select(Submission.root_id)
            .where(Submission.root_id.in_(ids), Submission.instance_id != Submission.root_id)
            .distinct()
        )
    )


def adopt_chain(session: Session, instance_id: str, root_id: str) -> Sequence[Submission]:
    """Give corrections that arrived before this one their true root; returns them."""
    found = session.scalars(
        select(Submission)
        .where(Submission.root_id == instance_id, Submission.instance_id != instance_id)
        .order_by(Submission.received_at, Submission.instance_id)
    ).all()
    for one in found:
        one.root_id = root_id
    session.flush()
    return found


def chain(session: Session, root_id: str) -> Sequence[Submission]:
    """All versions of one chain of corrections, by arrival."""
    return session.scalars(
        select(Submission)
        .where(Submission.root_id == root_id)
        .order_by(Submission.received_at, Submission.instance_id)
    ).all()


def in_chains(session: Session, ids: Collection[str]) -> set[str]:
    """All versions of the chains that some submissions belong to or name as their first."""
    roots = select(Submission.root_id).where(Submission.instance_id.in_(ids))
    return set(
        session.scalars(
            select(Submission.instance_id).where(
                or_(Submission.root_id.in_(roots), Submission.root_id.in_(ids))
            )
        )
    )


def replace_writes(
    session: Session, instance_id: str, writes: Sequence[Mapping[str, object]]
) -> None:
    """Set the writes of one submission."""
    session.execute(delete(Write).where(Write.instance_id == instance_id))
    add_writes(session, writes)


def add_writes(session: Session, writes: Sequence[Mapping[str, object]]) -> None:
    """Keep the writes of a new submission."""
    if writes:
        session.connection().execute(_ADD_WRITES, list(writes))


def writes_of_entities(session: Session, entity_ids: Collection[str]) -> Sequence[Write]:
    """All writes to some entities."""
    return session.scalars(select(Write).where(Write.entity_id.in_(entity_ids))).all()


def writes_of_submission(session: Session, instance_id: str) -> Sequence[Write]:
    """All writes of one submission."""
    return session.scalars(
        select(Write)
        .where(Write.instance_id == instance_id)
        .order_by(Write.register, Write.entity_id, Write.unit)
    ).all()


def entities_written(session: Session, ids: Collection[str]) -> set[tuple[str, str]]:
    """(register, entity id) that some submissions write to."""
    rows = session.execute(
        select(Write.register, Write.entity_id).where(Write.instance_id.in_(ids)).distinct()
    )
    return {(row.register, row.entity_id) for row in rows}


def standings(session: Session, ids: Collection[str]) -> Sequence[tuple[str, str | None, str, str]]:
    """(instance id, replaced id, review state, source) of the chains that some ids belong to."""
    roots = select(Submission.root_id).where(Submission.instance_id.in_(ids)).distinct()
    rows = session.execute(
        select(
            Submission.instance_id,
            Submission.deprecated_id,
            func.coalesce(ReviewState.state, "received"),
            Submission.source,
        )
        .outerjoin(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .where(Submission.root_id.in_(roots), Submission.quarantined.is_(None))
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def state(session: Session, instance_id: str) -> ReviewState | None:
    """The review state of a submission."""
    return session.get(ReviewState, instance_id)


def add_state(session: Session, row: ReviewState) -> None:
    """Give a submission its review state."""
    session.add(row)
    session.flush()


def states(session: Session, ids: Collection[str]) -> dict[str, ReviewState]:
    """The review states of some submissions, by id."""
    found = session.scalars(select(ReviewState).where(ReviewState.instance_id.in_(ids)))
    return {state.instance_id: state for state in found}


def area_of(session: Session, instance_id: str) -> str:
    """The village of a submission; blank while it has none."""
    found = submission(session, instance_id)
    return found.area if found else ""


def remarks_of(session: Session, ids: Collection[str]) -> Sequence[Remark]:
    """The remarks on some submissions, oldest first."""
    return session.scalars(
        select(Remark).where(Remark.instance_id.in_(ids)).order_by(Remark.at, Remark.id)
    ).all()


def add_remarks(session: Session, remarks: Iterable[Remark]) -> None:
    """Keep remarks."""
    session.add_all(remarks)
    session.flush()


def reviewable(session: Session, household_id: str, office: Collection[str]) -> Sequence[str]:
    """A household's submissions that go up for review, by id.

    office: the sources of what needs no review, though it has a state while it is withdrawn.
    """
    return session.scalars(
        select(Submission.instance_id)
        .join(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .where(Submission.household_id == household_id, Submission.source.not_in(office))
        .order_by(Submission.instance_id)
    ).all()


def with_states(session: Session, ids: Collection[str]) -> Sequence[tuple[Submission, ReviewState]]:
    """Some submissions with their review states."""
    rows = session.execute(
        select(Submission, ReviewState)
        .join(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .where(Submission.instance_id.in_(ids))
    )
    return [(row[0], row[1]) for row in rows]


def attachments_of(session: Session, instance_id: str) -> Sequence[SubmissionAttachment]:
    """The files that a submission names."""
    return session.scalars(
        select(SubmissionAttachment)
        .where(SubmissionAttachment.instance_id == instance_id)
        .order_by(SubmissionAttachment.name)
    ).all()


def files_named(
    session: Session, ids: Collection[str], person_id: str
) -> Sequence[SubmissionAttachment]:
    """The files that some submissions of one person name."""
    return session.scalars(
        select(SubmissionAttachment)
        .join(Submission, Submission.instance_id == SubmissionAttachment.instance_id)
        .where(SubmissionAttachment.instance_id.in_(ids), Submission.person_id == person_id)
        .order_by(SubmissionAttachment.instance_id, SubmissionAttachment.name)
    ).all()


def add_findings(session: Session, findings: Sequence[Mapping[str, object]]) -> None:
    """Keep what the checker found in new submissions."""
    if findings:
        session.connection().execute(_ADD_FINDINGS, list(findings))


def set_findings(
    session: Session, instance_id: str, findings: Sequence[Mapping[str, object]]
) -> None:
    """Set what the checker found in a submission."""
    session.execute(delete(Finding).where(Finding.instance_id == instance_id))
    if findings:
        session.execute(insert(Finding), list(findings))


def findings_of(session: Session, instance_id: str) -> Sequence[Finding]:
    """What the checker found in a submission."""
    return session.scalars(
        select(Finding).where(Finding.instance_id == instance_id).order_by(Finding.id)
    ).all()


def move(session: Session, household_id: str, area: str, new_household: str) -> None:
    """Take everything recorded of a household to a village and, when joined, to another one."""
    session.execute(
        update(Submission)
        .where(Submission.household_id == household_id, Submission.quarantined.is_(None))
        .values(area=area, household_id=new_household)
    )


def placed_in(session: Session, household_id: str) -> Sequence[Submission]:
    """Everything recorded or decided of a household that is not set aside, by arrival."""
    return session.scalars(
        select(Submission)
        .where(Submission.household_id == household_id, Submission.quarantined.is_(None))
        .order_by(Submission.received_at, Submission.instance_id)
    ).all()


def joins_with(
    session: Session, person_id: str | None, received_at: datetime
) -> Sequence[Submission]:
    """The joins that one person made in one moment."""
    return session.scalars(
        select(Submission)
        .where(
            Submission.form_id == "office-join",
            Submission.person_id == person_id,
            Submission.received_at == received_at,
        )
        .order_by(Submission.instance_id)
    ).all()


def drop_state(session: Session, instance_id: str) -> None:
    """Forget the review state of what the office made and withdrew no longer."""
    session.execute(delete(ReviewState).where(ReviewState.instance_id == instance_id))


def greatest(session: Session, unit: str, village: str) -> str | None:
    """The greatest value of digits ever written to a unit: a village's code with a serial."""
    text = cast(Write.value, String)
    found: str | None = session.scalar(
        select(func.max(func.trim(text, '"'))).where(
            Write.unit == unit,
            text.regexp_match(f'^"{village}[0-9]{{5}}"$')
            if session.get_bind().dialect.name == "postgresql"
            else text.op("glob")(f'"{village}[0-9][0-9][0-9][0-9][0-9]"'),
        )
    )
    return found


def writers_of(session: Session, entity_id: str) -> Sequence[Submission]:
    """The submissions that write to an entity."""
    return session.scalars(
        select(Submission)
        .where(
            Submission.instance_id.in_(
                select(Write.instance_id).where(Write.entity_id == entity_id)
            )
        )
        .order_by(Submission.received_at, Submission.instance_id)
    ).all()


def creators_of(session: Session, entity_ids: Collection[str], created: str) -> set[str]:
    """The submissions that created some entities; created: the unit that says so."""
    return set(
        session.scalars(
            select(Write.instance_id).where(Write.entity_id.in_(entity_ids), Write.unit == created)
        )
    )


def first_received(session: Session, ids: Collection[str]) -> datetime | None:
    """When the first of some submissions arrived."""
    return session.scalar(
        select(func.min(Submission.received_at)).where(Submission.instance_id.in_(ids))
    )


def newest_received(
    session: Session, form_id: str, household_ids: Collection[str | None]
) -> datetime | None:
    """When the newest submission of a form about some households arrived.

    What belongs to no household counts too.
    """
    return session.scalar(
        select(func.max(Submission.received_at)).where(
            Submission.form_id == form_id,
            or_(Submission.household_id.in_(household_ids), Submission.household_id.is_(None)),
        )
    )


def households(session: Session, ids: Collection[str]) -> dict[str, str | None]:
    """Instance id -> the household that it is about, for those that exist."""
    rows = session.execute(
        select(Submission.instance_id, Submission.household_id).where(
            Submission.instance_id.in_(ids)
        )
    )
    return {row.instance_id: row.household_id for row in rows}


def homes_of(session: Session, ids: Collection[str]) -> set[str | None]:
    """The households that some submissions belong to."""
    return set(
        session.scalars(
            select(Submission.household_id).where(Submission.instance_id.in_(ids)).distinct()
        )
    )


def quarantine(session: Session, found: Submission, reason: str) -> None:
    """Set a submission aside: stored, but writing nothing and not up for review."""
    found.quarantined = reason
    session.flush()
    session.execute(delete(Write).where(Write.instance_id == found.instance_id))
    session.execute(delete(Remark).where(Remark.instance_id == found.instance_id))
    session.execute(delete(ReviewState).where(ReviewState.instance_id == found.instance_id))


def quarantined_of(session: Session, form_id: str, version: str) -> Sequence[Submission]:
    """The submissions of one form version that were set aside, in the order of arrival."""
    return session.scalars(
        select(Submission)
        .where(
            Submission.form_id == form_id,
            Submission.form_version == version,
            Submission.quarantined.is_not(None),
        )
        .order_by(Submission.received_at, Submission.instance_id)
    ).all()


def count_by_version(session: Session) -> dict[tuple[str, str], int]:
    """How many submissions were recorded with each (form id, version)."""
    rows = session.execute(
        select(Submission.form_id, Submission.form_version, func.count()).group_by(
            Submission.form_id, Submission.form_version
        )
    )
    return {(form_id, version): count for form_id, version, count in rows}


def of_form(session: Session, form_id: str, household_id: str | None) -> Sequence[Submission]:
    """What was recorded with a form about a household and not set aside, by arrival."""
    return session.scalars(
        select(Submission)
        .where(
            Submission.form_id == form_id,
            Submission.household_id == household_id,
            Submission.quarantined.is_(None),
        )
        .order_by(Submission.received_at, Submission.instance_id)
    ).all()


def drop_remarks(session: Session, decision_id: str) -> None:
    """Withdraw the remarks of a decision that was taken back."""
    session.execute(delete(Remark).where(Remark.decision_id == decision_id))


def people_of(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Instance id -> the person who recorded it."""
    rows = session.execute(
        select(Submission.instance_id, Submission.person_id).where(
            Submission.instance_id.in_(ids), Submission.person_id.is_not(None)
        )
    )
    return {row.instance_id: row.person_id for row in rows}


def lock_state(session: Session, instance_id: str) -> ReviewState | None:
    """The review state of a submission, locked for a decision."""
    return session.scalar(
        select(ReviewState).where(ReviewState.instance_id == instance_id).with_for_update()
    )


def computed_state(session: Session) -> dict[str, dict[str, object]]:
    """All writes, review states and remarks, to be compared."""
    writes = session.scalars(select(Write))
    states = session.scalars(select(ReviewState))
    remarks = session.execute(
        select(Remark.decision_id, Remark.instance_id, Remark.question, Remark.text)
    )
    return {
        "writes": {f"{w.instance_id} {w.entity_id} {w.unit}": columns(w) for w in writes},
        "review_states": {row.instance_id: columns(row) for row in states},
        "remarks": {" ".join(str(part) for part in row): True for row in remarks},
    }

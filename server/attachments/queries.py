"""All SQL of stored files and uploads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, delete, exists, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from server.attachments.models import ScanBatch, ScannedPage, StoredFile, Upload
from server.submissions.models import Mismatch, Submission, SubmissionAttachment

_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Named:
    """A file as one submission names it, with what decides who may see it."""

    sha256: str
    area: str
    household_id: str | None
    person_id: str | None
    form_id: str


def upload(session: Session, upload_id: str, person_id: str) -> Upload | None:
    """One upload of a person; nobody sees another's."""
    found = session.get(Upload, upload_id)
    return found if found is not None and found.person_id == person_id else None


def remove_upload(session: Session, upload_id: str) -> None:
    """Forget an upload."""
    session.execute(delete(Upload).where(Upload.id == upload_id))


def keep(session: Session, file: dict[str, object]) -> None:
    """Note a file that arrived whole, or arrived again, and lock its row against the sweep.

    file: the columns of StoredFile.
    """
    dialect = session.get_bind().dialect.name
    statement = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(StoredFile)
    session.execute(
        statement.values(file).on_conflict_do_update(
            index_elements=["sha256"], set_={"stored_at": statement.excluded.stored_at}
        )
    )


def named(session: Session, instance_id: str, name: str) -> Named | None:
    """The file that a submission calls by this name."""
    row = session.execute(
        select(
            SubmissionAttachment.sha256,
            Submission.area,
            Submission.household_id,
            Submission.person_id,
            Submission.form_id,
        )
        .join(Submission, Submission.instance_id == SubmissionAttachment.instance_id)
        .where(SubmissionAttachment.instance_id == instance_id, SubmissionAttachment.name == name)
    ).first()
    return Named(*row) if row else None


def batch_ids(session: Session) -> set[str]:
    """All batches of scanned files."""
    return set(session.scalars(select(ScanBatch.id)))


def stored(session: Session) -> set[str]:
    """The hashes of all files that arrived whole and were not swept away."""
    return set(session.scalars(select(StoredFile.sha256)))


def upload_ids(session: Session) -> set[str]:
    """The ids of all uploads."""
    return set(session.scalars(select(Upload.id)))


def expired(session: Session, now: datetime) -> Sequence[Upload]:
    """Uploads whose time is over."""
    return session.scalars(select(Upload).where(Upload.expires_at < now)).all()


def unnamed(session: Session, before: datetime) -> Sequence[StoredFile]:
    """Files that arrived before a moment and that nothing stored names, locked."""
    found = session.scalars(
        select(StoredFile)
        .where(
            StoredFile.stored_at < before,
            ~exists().where(SubmissionAttachment.sha256 == StoredFile.sha256),
            ~exists().where(ScannedPage.sha256 == StoredFile.sha256),
        )
        .with_for_update()
    ).all()
    named = _named_in_texts(session) if found else set()
    return [file for file in found if file.sha256 not in named]


def _named_in_texts(session: Session) -> set[str]:
    """The hashes in what is kept as text: second contents, and what broke the protocol."""
    found: set[str] = set()
    for texts in (
        select(cast(Mismatch.body, String)),
        select(Submission.xml).where(Submission.form_version == ""),
    ):
        for text in session.scalars(texts):
            found.update(_HASH.findall(text.lower()))
    return found

"""Tables of stored files, of uploads under way, and of scanned pages."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Json, Model, Moment


class StoredFile(Model):
    """A file that arrived whole, named by the SHA-256 of its bytes."""

    __tablename__ = "stored_files"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(60))
    #: In pixels; 0 of what is no picture.
    width: Mapped[int]
    height: Mapped[int]
    stored_at: Mapped[datetime] = mapped_column(Moment)


class Upload(Model):
    """A tus upload under way."""

    __tablename__ = "uploads"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    device_id: Mapped[str | None] = mapped_column(String(36))
    sha256: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(60))
    length: Mapped[int] = mapped_column(BigInteger)
    complete: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)


class ScanBatch(Model):
    """Files of scanned pages that somebody handed in at once.

    area: of his role; who has a role there or above goes on with what waits. files: name and number
    of pages of each, and why it could not be opened. household_id, section, material: said for all
    pages where they carry no code. scanned_on: as the clerk says.
    """

    __tablename__ = "scan_batches"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    area: Mapped[str] = mapped_column(String(12), index=True)
    files: Mapped[list[dict[str, object]]] = mapped_column(Json)
    scanned_on: Mapped[date]
    household_id: Mapped[str | None] = mapped_column(String(36))
    section: Mapped[str] = mapped_column(String(20), default="")
    material: Mapped[str] = mapped_column(String(60), default="")
    created_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    job_id: Mapped[str | None] = mapped_column(String(36))


class ScannedPage(Model):
    """One page of a batch.

    state: `filed` by the submission `instance_id` (which may be withdrawn: then it waits again),
    `waiting` for somebody to say where it belongs, `blank`, `aside` (not to be filed), `broken`
    (no picture). hint: why it waits. household_id: whose it seems to be.
    """

    __tablename__ = "scanned_pages"
    __table_args__ = (
        CheckConstraint("state in ('filed', 'waiting', 'blank', 'aside', 'broken')", name="state"),
        UniqueConstraint("batch_id", "file", "number"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("scan_batches.id"))
    file: Mapped[int]
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), index=True)
    code: Mapped[str] = mapped_column(String(200), default="")
    hint: Mapped[str] = mapped_column(String(200), default="")
    household_id: Mapped[str | None] = mapped_column(String(36))
    instance_id: Mapped[str | None] = mapped_column(ForeignKey("submissions.instance_id"))

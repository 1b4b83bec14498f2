"""Tables of imports and of column mappings that people corrected."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Json, Model, Moment


class RosterImport(Model):
    """One file that was imported; its submissions are named so that it can be looked at whole."""

    __tablename__ = "roster_imports"
    __table_args__ = (
        CheckConstraint("state in ('queued', 'running', 'done', 'failed')", name="state"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    filename: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    as_of: Mapped[date]
    mapping: Mapped[dict[str, str]] = mapped_column(Json)
    villages: Mapped[list[str]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10))
    message: Mapped[str] = mapped_column(Text, default="")
    counts: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    submissions: Mapped[list[str]] = mapped_column(Json, default=list)
    job_id: Mapped[str | None] = mapped_column(String(36))
    created_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class RosterMapping(Model):
    """What a header's words mean, as somebody last corrected it."""

    __tablename__ = "roster_mappings"

    signature: Mapped[str] = mapped_column(String(32), primary_key=True)
    mapping: Mapped[dict[str, str]] = mapped_column(Json)
    saved_by: Mapped[str | None] = mapped_column(String(36))
    saved_at: Mapped[datetime] = mapped_column(Moment)

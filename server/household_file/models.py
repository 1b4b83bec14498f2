"""The table of printed household files."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Json, Model, Moment


class PrintedFile(Model):
    """One version of a household's file; the same facts are always the same version.

    `facts_hash` names the facts and the kept PDF; `as_of` is the day on which this version was
    first made; `used` are the submissions it rests on; `path` lies below the folder of kept PDFs.
    """

    __tablename__ = "printed_files"
    __table_args__ = (
        UniqueConstraint("household_id", "facts_hash"),
        UniqueConstraint("household_id", "version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[str] = mapped_column(String(36), index=True)
    facts_hash: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    as_of: Mapped[date]
    path: Mapped[str] = mapped_column(String(120))
    used: Mapped[list[str]] = mapped_column(Json)
    made_at: Mapped[datetime] = mapped_column(Moment)

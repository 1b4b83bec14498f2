"""The table of issued sheets."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Json, Model, Moment


class IssuedSheet(Model):
    """One version of one sheet; the same facts are always the same version.

    `number` is what footer and square code call it. `household_id`: "" for a sheet of villages.
    `used`: the submissions it rested on whenever it was issued. `as_of`, `made_at`: when this
    version was first made. `pages`: 0 until it was rendered. `path` lies below the folder of kept
    PDFs.
    """

    __tablename__ = "issued_sheets"
    __table_args__ = (
        UniqueConstraint("number", "facts_hash"),
        UniqueConstraint("number", "version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(120))
    household_id: Mapped[str] = mapped_column(String(36), index=True)
    villages: Mapped[list[str]] = mapped_column(Json)
    options: Mapped[dict[str, str]] = mapped_column(Json)
    facts_hash: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    as_of: Mapped[date]
    path: Mapped[str] = mapped_column(String(120))
    used: Mapped[list[str]] = mapped_column(Json)
    made_at: Mapped[datetime] = mapped_column(Moment)
    pages: Mapped[int] = mapped_column(default=0, server_default="0")


class BulletinDraft(Model):
    """What a clerk wrote for the bulletin of a place and a month (`2026-11`), until it is issued.

    `drafted`: the text that the numbers gave when the words were kept; where they give another one
    since, the clerk is told.
    """

    __tablename__ = "bulletin_drafts"

    place: Mapped[str] = mapped_column(String(12), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    words: Mapped[dict[str, str]] = mapped_column(Json)
    drafted: Mapped[str] = mapped_column(Text)
    kept_by: Mapped[str] = mapped_column(String(36))
    kept_at: Mapped[datetime] = mapped_column(Moment)

"""The tables of printed household files, and of the lists that are being printed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Json, Model, Moment


class PrintedFile(Model):
    """One version of a household's file; the same facts are always the same version.

    `facts_hash` names the facts and the kept PDF; `as_of` is the day on which this version was
    first made; `used` are the submissions it rests on; `path` lies below the folder of kept PDFs.
    `pages`: 0 until it was rendered. `bound_on`: the day on which its paper was bound. `continues`:
    the bound version that these pages are 续页 of; None for a whole file. `given_at`: when it was
    first given to somebody.
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
    pages: Mapped[int] = mapped_column(default=0, server_default="0")
    bound_on: Mapped[date | None]
    continues: Mapped[int | None] = mapped_column(ForeignKey("printed_files.id"))
    given_at: Mapped[datetime | None] = mapped_column(Moment)


class Newest(Model):
    """Which version a household's facts were when they were last gathered.

    `stamp` is of all that was read then (`stamps.py`): while it is the same, so are the facts.
    """

    __tablename__ = "printed_newest"

    household_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    stamp: Mapped[str] = mapped_column(String(64))
    printed_id: Mapped[int] = mapped_column(ForeignKey("printed_files.id"))


class Listed(Model):
    """One household of a list that is being printed, in its place, and how far it is.

    `list_id` is the job's id. `printed_id`: the version of its file, `sheet_id`: its sheet, if
    sheets are printed. `state`: `bound` where nothing is new since its volume was bound. `reason`:
    why it failed, or why a bound volume could not be continued, in Chinese.
    """

    __tablename__ = "printed_lists"
    __table_args__ = (
        CheckConstraint(
            "state in ('waiting', 'rendered', 'same', 'bound', 'failed')", name="state"
        ),
    )

    list_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    household_id: Mapped[str] = mapped_column(String(36))
    household_no: Mapped[str] = mapped_column(String(20))
    head: Mapped[str] = mapped_column(String(60))
    village: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    printed_id: Mapped[int | None] = mapped_column(ForeignKey("printed_files.id"))
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("issued_sheets.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")

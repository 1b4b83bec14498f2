"""Tables of the county's counter, the change feed, and ready snapshots."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Model, Moment


class Counter(Model):
    """The county's last number; its row is locked only from the numbering to the commit."""

    __tablename__ = "counters"

    county: Mapped[str] = mapped_column(String(12), primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger, default=0)
    epoch: Mapped[str] = mapped_column(String(20))


class Change(Model):
    """That something in an area changed, with the number of its newest change.

    `area` is a village, or the county for what concerns everybody (forms, policy).
    """

    __tablename__ = "changes"
    __table_args__ = (Index("ix_changes_county_number", "county", "number"),)

    county: Mapped[str] = mapped_column(String(12), primary_key=True)
    area: Mapped[str] = mapped_column(String(12), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    gone: Mapped[bool] = mapped_column(default=False)


class Snapshot(Model):
    """A ready, compressed first-sync file of one village and one view."""

    __tablename__ = "snapshots"

    area: Mapped[str] = mapped_column(String(12), primary_key=True)
    view: Mapped[str] = mapped_column(String(20), primary_key=True)
    epoch: Mapped[str] = mapped_column(String(20))
    number: Mapped[int] = mapped_column(BigInteger)
    households: Mapped[int]
    bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Moment)

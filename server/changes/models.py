"""Tables of the county's counter, the change feed, and ready snapshots."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Model, Moment


class Counter(Model):
    """The county's last number; its row is locked only from the numbering to the commit.

    `floor`: what went away up to this number is no longer said; older cursors begin anew.
    """

    __tablename__ = "counters"

    county: Mapped[str] = mapped_column(String(12), primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger, default=0)
    epoch: Mapped[str] = mapped_column(String(20))
    floor: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class Day(Model):
    """That a day began for the feed, with the county's last number at that moment."""

    __tablename__ = "feed_days"

    county: Mapped[str] = mapped_column(String(12), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)


class Change(Model):
    """That something in an area changed, with the number of its newest change.

    `area` is a village, or the county for what concerns everybody (forms, policy). Whoever has
    few villages is answered by the one index, whoever has many by the other (`queries.since`).
    """

    __tablename__ = "changes"
    __table_args__ = (
        Index("ix_changes_county_number", "county", "number"),
        Index("ix_changes_county_area_number", "county", "area", "number"),
    )

    county: Mapped[str] = mapped_column(String(12), primary_key=True)
    area: Mapped[str] = mapped_column(String(12), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    gone: Mapped[bool] = mapped_column(default=False)


class Snapshot(Model):
    """A ready, compressed first-sync file of one village, or of one whole town, and one view.

    `number`: everything up to it is in the file. `newest`: the newest change that was seen since,
    at `newest_at`; when that has been the same for a while, the village has come to rest.
    `made_of`: a hash of the villages that are in it.
    """

    __tablename__ = "snapshots"

    area: Mapped[str] = mapped_column(String(12), primary_key=True)
    view: Mapped[str] = mapped_column(String(20), primary_key=True)
    epoch: Mapped[str] = mapped_column(String(20))
    number: Mapped[int] = mapped_column(BigInteger)
    households: Mapped[int]
    bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_of: Mapped[str] = mapped_column(String(16), default="", server_default="")
    newest: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    newest_at: Mapped[datetime | None] = mapped_column(Moment)

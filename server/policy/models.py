"""The table of dated policy values."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Json, Model, Moment


class PolicyValue(Model):
    """What was entered as policy from a day on, in an area; nothing is ever overwritten.

    area: a town's code, or blank for the whole county. entry: which word about that key, area and
    day it was; the last that was not withdrawn holds. entered_by: blank for what was seeded.
    """

    __tablename__ = "policy_values"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    area: Mapped[str] = mapped_column(String(12), primary_key=True, default="")
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    entry: Mapped[int] = mapped_column(primary_key=True, default=1, autoincrement=False)
    value: Mapped[object] = mapped_column(Json)
    source: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    entered_by: Mapped[str | None] = mapped_column(String(36))
    entered_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_by: Mapped[str | None] = mapped_column(String(36))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")

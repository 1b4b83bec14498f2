"""The table of dated policy values."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Json, Model


class PolicyValue(Model):
    """One value of policy from a day on; the newest `valid_from` not after a day holds."""

    __tablename__ = "policy_values"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    value: Mapped[object] = mapped_column(Json)
    source: Mapped[str] = mapped_column(Text, default="")

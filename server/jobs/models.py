"""The table of background work."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Json, Model, Moment


class Job(Model):
    """One piece of background work with its progress.

    `wish`: what somebody asks of it while it runs: `pause` or `cancel`; it obeys at its next step.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint(
            "state in ('queued', 'running', 'paused', 'done', 'failed', 'cancelled')", name="state"
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), index=True)
    title: Mapped[str] = mapped_column(String(120), default="")
    params: Mapped[dict[str, object]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10), index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[dict[str, object]] = mapped_column(Json, default=dict)
    attempts: Mapped[int] = mapped_column(default=0)
    wish: Mapped[str] = mapped_column(String(10), default="", server_default="")
    created_by: Mapped[str | None] = mapped_column(String(36))
    created_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    heartbeat_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)

"""The table of tasks."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Json, Model, Moment


class Task(Model):
    """Something that somebody has to look at: kind and subject name it, so it exists once."""

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint("state in ('open', 'done')", name="state"),
        Index("ix_tasks_area_state", "area", "state"),
    )

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject: Mapped[str] = mapped_column(String(120), primary_key=True)
    area: Mapped[str] = mapped_column(String(12))
    household_id: Mapped[str | None] = mapped_column(String(36), index=True)
    title: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, object]] = mapped_column(Json, default=dict)
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(10))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


class VisitVerdict(Model):
    """One of the records that the office found to be one visit, or several (repairs 14).

    instance_id: of the office's submission. record: first version of a visit's record. kept: the
    record that stands for all of them, when they are the same; else blank.
    """

    __tablename__ = "visit_verdicts"

    instance_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    record: Mapped[str] = mapped_column(String(36), primary_key=True, index=True)
    same: Mapped[bool]
    kept: Mapped[str] = mapped_column(String(36), default="")

"""Tables of submissions, their attachments, writes, findings, states and remarks."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Json, JsonOrNull, Model, Moment


class Submission(Model):
    """One filled form, named by the phone's UUID; its columns never change once stored.

    `content_hash` covers all that the sender said. `root_id` names the first version of a chain
    of corrections. `source`: phone, office, roster, carry, openrosa.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        Index("ix_submissions_household_id_event_date", "household_id", "event_date"),
    )

    instance_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    form_id: Mapped[str] = mapped_column(String(60), index=True)
    form_version: Mapped[str] = mapped_column(String(40))
    xml: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(64))
    shown: Mapped[dict[str, object]] = mapped_column(Json)
    confirmed: Mapped[list[str]] = mapped_column(Json)
    deprecated_id: Mapped[str | None] = mapped_column(String(36), index=True)
    root_id: Mapped[str] = mapped_column(String(36), index=True)
    source: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    device_id: Mapped[str | None] = mapped_column(ForeignKey("devices.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment, index=True)
    clock_error_s: Mapped[int] = mapped_column(default=0)
    event_date: Mapped[date | None]
    household_id: Mapped[str | None] = mapped_column(String(36))
    area: Mapped[str] = mapped_column(String(12), default="", index=True)
    quarantined: Mapped[str | None] = mapped_column(Text)


class Mismatch(Model):
    """A second content that arrived under an instance id that was already taken."""

    __tablename__ = "submission_mismatches"

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("submissions.instance_id"), index=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    body: Mapped[dict[str, object]] = mapped_column(Json)
    person_id: Mapped[str | None] = mapped_column(String(36))
    received_at: Mapped[datetime] = mapped_column(Moment)


class SubmissionAttachment(Model):
    """A file that a submission names; the bytes may arrive before or after it."""

    __tablename__ = "submission_attachments"

    instance_id: Mapped[str] = mapped_column(
        ForeignKey("submissions.instance_id"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(60))


class Write(Model):
    """What one submission says of one unit of one entity, with what its author was shown.

    `value`: text, or property -> text for a unit of several properties. `shown`: null when the
    unit was not shown, else [value, [submission ids]].
    """

    __tablename__ = "writes"
    __table_args__ = (Index("ix_writes_entity_id_unit", "entity_id", "unit"),)

    instance_id: Mapped[str] = mapped_column(
        ForeignKey("submissions.instance_id"), primary_key=True
    )
    entity_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    unit: Mapped[str] = mapped_column(String(80), primary_key=True)
    register: Mapped[str] = mapped_column(String(40))
    value: Mapped[object] = mapped_column(Json)
    event_date: Mapped[date]
    shown: Mapped[list[object] | None] = mapped_column(JsonOrNull)
    confirmed: Mapped[bool] = mapped_column(default=False)
    settles: Mapped[bool] = mapped_column(default=False)
    doubtful_date: Mapped[bool] = mapped_column(default=False)


class Finding(Model):
    """What the checker found in a submission; a finding informs the reviewer, never rejects."""

    __tablename__ = "findings"

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("submissions.instance_id"), index=True)
    path: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(30))
    message: Mapped[str] = mapped_column(Text)


class ReviewState(Model):
    """Where a submission stands in review; computed from the office's decisions about it."""

    __tablename__ = "review_states"
    __table_args__ = (
        CheckConstraint(
            "state in ('received', 'hasIssues', 'edited', 'approved', 'rejected')", name="state"
        ),
    )

    instance_id: Mapped[str] = mapped_column(
        ForeignKey("submissions.instance_id"), primary_key=True
    )
    state: Mapped[str] = mapped_column(String(12), index=True)
    step: Mapped[int] = mapped_column(default=0)
    decided_by: Mapped[str | None] = mapped_column(String(36))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decision_id: Mapped[str | None] = mapped_column(String(36))
    urgent: Mapped[bool] = mapped_column(default=False)
    line: Mapped[str] = mapped_column(String(200), default="")
    summary: Mapped[dict[str, object]] = mapped_column(Json, default=dict)
    superseded_by: Mapped[str | None] = mapped_column(String(36))


class Remark(Model):
    """What the office says about a submission, optionally about one question of it."""

    __tablename__ = "remarks"

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("submissions.instance_id"), index=True)
    decision_id: Mapped[str] = mapped_column(String(36))
    question: Mapped[str | None] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    person_id: Mapped[str | None] = mapped_column(String(36))
    at: Mapped[datetime] = mapped_column(Moment)

"""Tables of entities, joins of duplicates, and the list row of every household."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Json, Model


class Entity(Model):
    """One household, person …, as computed from the submissions about it.

    `live` and `approved` are the two readings: {"heads": [instance id], "units": {unit:
    [value, [index into heads]]}, "disputed": {unit: [{"value", "head", "on"}]}}. `live` says under
    "awaits" which submissions somebody was shown that have not arrived (see `extend.py`).
    `known` is false while only updates, no creation, have arrived (design §4, rule 10).
    `likeness`: what two entities share that are perhaps one (see `likeness.py`).
    """

    __tablename__ = "entities"
    __table_args__ = (
        Index("ix_entities_register_area", "register", "area"),
        Index("ix_entities_household_id_register", "household_id", "register"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    register: Mapped[str] = mapped_column(String(40))
    household_id: Mapped[str | None] = mapped_column(String(36))
    area: Mapped[str] = mapped_column(String(12), default="")
    known: Mapped[bool] = mapped_column(default=False)
    component: Mapped[str] = mapped_column(String(36), index=True)
    live: Mapped[dict[str, object]] = mapped_column(Json, default=dict)
    approved: Mapped[dict[str, object]] = mapped_column(Json, default=dict)
    disputed: Mapped[int] = mapped_column(default=0)
    id_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    likeness: Mapped[str | None] = mapped_column(String(120), index=True)
    derived: Mapped[dict[str, object]] = mapped_column(Json, default=dict)


class Join(Model):
    """Two entities that the office found to be one (rule 8); gone when that is withdrawn."""

    __tablename__ = "joins"

    instance_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    first: Mapped[str] = mapped_column(String(36), index=True)
    second: Mapped[str] = mapped_column(String(36), index=True)


class Distinction(Model):
    """Two entities that the office found to be two, whatever they have in common by then.

    alike: the marks that they shared (see `likeness.marks`); another one opens the question again.
    """

    __tablename__ = "distinctions"

    instance_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    first: Mapped[str] = mapped_column(String(36), index=True)
    second: Mapped[str] = mapped_column(String(36), index=True)
    alike: Mapped[list[str]] = mapped_column(Json)


class HouseholdRow(Model):
    """What lists show and search of a household; derived, computed anew at every change.

    next_turn: the next day on which something of it may change by itself, as a deadline passes.
    """

    __tablename__ = "household_rows"
    __table_args__ = (Index("ix_household_rows_area_next_due_on", "area", "next_due_on"),)

    household_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    area: Mapped[str] = mapped_column(String(12), index=True)
    household_no: Mapped[str] = mapped_column(String(20), default="", index=True)
    head_name: Mapped[str] = mapped_column(String(60), default="")
    initials: Mapped[str] = mapped_column(String(60), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    household_type: Mapped[str] = mapped_column(String(40), default="")
    family_size: Mapped[int] = mapped_column(default=0)
    labour_count: Mapped[int] = mapped_column(default=0)
    disputed: Mapped[int] = mapped_column(default=0)
    search: Mapped[str] = mapped_column(Text, default="")
    last_visit_on: Mapped[date | None]
    next_due_on: Mapped[date | None]
    next_turn: Mapped[date | None] = mapped_column(index=True)
    due_kind: Mapped[str] = mapped_column(String(20), default="")
    closed: Mapped[bool] = mapped_column(default=False)

"""The tables of what was found of households, and of what somebody explained."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Json, Model, Moment


class Checkup(Model):
    """What was found of a household when it was last looked at; computed anew at any time.

    `stamp`: of all that was read then, so that what did not change is not read again. `findings`:
    as `findings.Finding`. `told`: [digest, record, day, received] of its visits' accounts, to be
    compared with those of others.
    """

    __tablename__ = "checkups"

    household_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    stamp: Mapped[str] = mapped_column(String(64))
    checked_at: Mapped[datetime] = mapped_column(Moment)
    findings: Mapped[list[dict[str, str]]] = mapped_column(Json)
    told: Mapped[list[list[str]]] = mapped_column(Json)


class Explained(Model):
    """That a finding is in order, and why; it holds while the facts behind it stay (`basis`).

    A blank basis: somebody took it back.
    """

    __tablename__ = "checkup_explained"

    household_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    basis: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[str] = mapped_column(String(36))
    at: Mapped[datetime] = mapped_column(Moment)

"""Tables of what such clients were shown, and of the chains of edits that they made offline."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Json, Model, Moment


class EntityVersion(Model):
    """One state of an entity as one view was shown it in a list, under the version said there.

    `state`: {"heads": [instance id], "units": {unit: [value, [index into heads]]}}. Written when a
    list is fetched and the state is another one than before; never changed.
    """

    __tablename__ = "entity_versions"

    entity_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    view: Mapped[str] = mapped_column(String(12))
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[dict[str, object]] = mapped_column(Json)
    made_at: Mapped[datetime] = mapped_column(Moment)


class EntityStep(Model):
    """What a submission says of its base: the version it was shown, on which branch of edits."""

    __tablename__ = "entity_steps"
    __table_args__ = (
        Index("ix_entity_steps_entity_id_branch_id", "entity_id", "branch_id", "base_version"),
    )

    instance_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    entity_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    branch_id: Mapped[str] = mapped_column(String(36))
    trunk_version: Mapped[int | None]
    base_version: Mapped[int]

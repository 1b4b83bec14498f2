"""Tables of published form versions and of the data dictionary."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Json, Model, Moment


class FormVersion(Model):
    """One published version of a form; never changed, valid for its drafts for ever."""

    __tablename__ = "form_versions"

    form_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    version: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    xform: Mapped[str] = mapped_column(Text)
    definition: Mapped[dict[str, object]] = mapped_column(Json)
    sha256: Mapped[str] = mapped_column(String(64))
    source: Mapped[bytes] = mapped_column(LargeBinary)
    source_name: Mapped[str] = mapped_column(String(120))
    published_at: Mapped[datetime] = mapped_column(Moment)
    published_by: Mapped[str | None] = mapped_column(String(36))
    valid_from: Mapped[date]
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class DictionaryVersion(Model):
    """One version of the data dictionary; the newest holds."""

    __tablename__ = "dictionary_versions"

    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, object]] = mapped_column(Json)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Moment)

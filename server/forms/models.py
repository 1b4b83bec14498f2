"""Tables of form versions, of what is uploaded and drafted of them, and of the data dictionary."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from sqlalchemy import ForeignKey, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Json, JsonOrNull, Model, Moment

#: `onwards`: only new records are asked; `supplement`: who answered before is asked what is new.
Mode = Literal["onwards", "supplement"]


class FormVersion(Model):
    """One published version of a form; its content never changes, valid for its drafts for ever.

    supplements: the version whose records are asked `new_questions` (paths) once more; None
      unless `mode` is `supplement`. withdrawn_at: since when no new record begins with it.
    """

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
    mode: Mapped[Mode] = mapped_column(String(12), server_default="onwards", default="onwards")
    supplements: Mapped[str | None] = mapped_column(String(40))
    new_questions: Mapped[list[str]] = mapped_column(
        Json, server_default=text("'[]'"), default=list
    )


class FormUpload(Model):
    """An XLSForm as somebody uploaded it, between the upload and its publishing.

    reasons: why it cannot be published. definition: None where it could not even be read; form_id,
    version and xform are empty then.
    """

    __tablename__ = "form_uploads"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    reasons: Mapped[list[str]] = mapped_column(Json)
    form_id: Mapped[str] = mapped_column(String(60), default="")
    version: Mapped[str] = mapped_column(String(40), default="")
    definition: Mapped[dict[str, object] | None] = mapped_column(JsonOrNull)
    xform: Mapped[str] = mapped_column(Text, default="")
    uploaded_by: Mapped[str] = mapped_column(String(36))
    uploaded_at: Mapped[datetime] = mapped_column(Moment)


class FormDrafts(Model):
    """How many drafts of a form version a phone holds, as it last said."""

    __tablename__ = "form_drafts"

    device_id: Mapped[str] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    form_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    version: Mapped[str] = mapped_column(String(40), primary_key=True)
    drafts: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)


class DictionaryVersion(Model):
    """One version of the data dictionary; the newest holds."""

    __tablename__ = "dictionary_versions"

    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, object]] = mapped_column(Json)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Moment)

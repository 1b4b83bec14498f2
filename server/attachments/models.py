"""Tables of stored files and of uploads under way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Model, Moment


class StoredFile(Model):
    """A file that arrived whole, named by the SHA-256 of its bytes."""

    __tablename__ = "stored_files"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(60))
    #: In pixels; 0 of what is no picture.
    width: Mapped[int]
    height: Mapped[int]
    stored_at: Mapped[datetime] = mapped_column(Moment)


class Upload(Model):
    """A tus upload under way."""

    __tablename__ = "uploads"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    device_id: Mapped[str | None] = mapped_column(String(36))
    sha256: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(60))
    length: Mapped[int] = mapped_column(BigInteger)
    complete: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)

"""What is kept of the tables that the desk gave out."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Model


class ExportedRows(Model):
    """What the lines of an exported table came from (see `exported.py`).

    `records`: eight bytes for each record, sorted; `content`: the lines, as compressed JSON.
    """

    __tablename__ = "exported_rows"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("audit_events.id"), primary_key=True, autoincrement=False
    )
    records: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[bytes] = mapped_column(LargeBinary)

"""Finding the file that a submission names, for those who may see the submission."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.attachments import queries, store
from server.config import current

#: The form by which the office files a scanned page.
SCANNED = "office-scan"


def open_attachment(
    session: Session, actor: Actor, instance_id: str, name: str, size: str = "full"
) -> Path | None:
    """The file that a submission calls `name`, or its thumbnail (`size`: `full`, `thumb`).

    None when the submission names no such file, when the file has not arrived yet, and when the
    actor may not see it: neither the submission's author nor reaching its household, or without
    any view of the registers; of a scanned page, which shows ID numbers, without the right to print
    them. Which it is, nobody is told.
    """
    found = queries.named(session, instance_id, name)
    if found is None or size not in store.SIZES or actor.view == "none":
        return None
    if found.form_id == SCANNED and not actor.may("print"):
        return None
    mine = actor.reaches(found.area, found.household_id)
    if not mine and found.person_id != actor.person_id:
        return None
    path = store.path_of(current().files, found.sha256, size)
    return path if path.is_file() else None


def file_of(sha256: str, size: str = "full") -> Path | None:
    """A file by the hash that a submission names; None before it arrived."""
    path = store.path_of(current().files, sha256, size)
    return path if path.is_file() else None

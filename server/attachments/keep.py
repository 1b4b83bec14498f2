"""Keeping a file that is there whole: look at it, place it, note it."""

from __future__ import annotations

import hashlib
import os
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from server.attachments import part, queries, store
from server.attachments.image import Seen
from server.attachments.look import look
from server.attachments.tus import LARGEST
from server.database import transaction
from server.journal.files import keep_file
from server.journal.keeping import note as note_in_journal
from server.problems import RequestTooLarge

CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was kept."""

    sha256: str
    size: int
    media_type: str


def keep(body: IO[bytes], uploads: Path, files: Path, now: datetime) -> Kept:
    """Keep what came whole in one request; keeping the same again is harmless.

    Raises AttachmentNotImage, RequestTooLarge and StorageFull: then nothing of it stays.
    """
    path = part.part_of(uploads, str(uuid.uuid4()))
    thumbnail = path.with_suffix(".thumb")
    part.begin(path)
    try:
        with part.storing():
            sha256, size = _write(path, body)
            seen = look(path, thumbnail)
            keep_file(sha256, path)
            with transaction() as session:
                note(session, sha256, size, seen, now)
                store.place(files, sha256, path, thumbnail)
    finally:
        path.unlink(missing_ok=True)
        thumbnail.unlink(missing_ok=True)
    return Kept(sha256, size, seen.media_type)


def note(session: Session, sha256: str, size: int, seen: Seen, now: datetime) -> None:
    """Note a file, before it is placed in the same transaction.

    Its row is locked so: the sweep, which deletes a file only with its row, cannot come between.
    """
    queries.keep(
        session,
        {
            "sha256": sha256,
            "size": size,
            "media_type": seen.media_type,
            "width": seen.width,
            "height": seen.height,
            "stored_at": now,
        },
    )
    session.flush()
    note_in_journal(session, {"k": "file", "sha256": sha256, "size": size})


def _write(path: Path, body: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        while chunk := body.read(CHUNK):
            size += len(chunk)
            if size > LARGEST:
                raise RequestTooLarge
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size

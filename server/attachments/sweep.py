"""Removes what nobody finished and what nobody names: background work, once a day."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from server import clock
from server.attachments import part, queries, store
from server.config import current
from server.database import reading, transaction
from server.jobs import every_day, handles
from server.jobs.queue import Progress
from server.journal import files as journal_files

#: A photo may come long before the submission that names it (design §5).
UNNAMED_DAYS = 90
#: How long an upload may rest unfinished.
UPLOAD_DAYS = 14
KIND = "attachments.sweep"
every_day(KIND)


@handles(KIND)
def sweep(_params: Mapping[str, Any], progress: Progress) -> dict[str, object]:
    """Forget expired uploads with their bytes, orphaned bytes, and files unnamed for 90 days."""
    settings, now = current(), clock.now()
    with transaction() as session:
        uploads = queries.expired(session, now)
        for upload in uploads:
            queries.remove_upload(session, upload.id)
    for upload in uploads:
        path = part.part_of(settings.uploads, upload.id)
        path.unlink(missing_ok=True)
        path.with_suffix(".thumb").unlink(missing_ok=True)
    with reading() as session:
        orphans = _orphans(settings.uploads, queries.upload_ids(session), now)
        batches = _batches(settings.uploads / "scans", queries.batch_ids(session), now)
    for path in orphans:
        path.unlink(missing_ok=True)
    for path in batches:
        shutil.rmtree(path, ignore_errors=True)
    progress(1, 2)
    with transaction() as session:
        files = queries.unnamed(session, now - timedelta(days=UNNAMED_DAYS))
        for file in files:
            session.delete(file)
        session.flush()
        # While the rows are locked: a file that is sent again now is placed after this commit.
        for file in files:
            store.remove(settings.files, file.sha256)
            journal_files.forget(file.sha256)
    return {"uploads": len(uploads), "files": len(files), "orphans": len(orphans) + len(batches)}


def _orphans(folder: Path, known: Collection[str], now: datetime) -> list[Path]:
    """Bytes that a killed server left, before they were noted or after they were forgotten."""
    oldest = _oldest(now)
    found = [*folder.glob("*.part"), *folder.glob("*.thumb")] if folder.is_dir() else []
    return [path for path in found if path.stem not in known and path.stat().st_mtime < oldest]


def _batches(folder: Path, known: Collection[str], now: datetime) -> list[Path]:
    """Scanned files that a killed server put down and did not note any more."""
    oldest = _oldest(now)
    found = folder.iterdir() if folder.is_dir() else ()
    return [path for path in found if path.name not in known and path.stat().st_mtime < oldest]


def _oldest(now: datetime) -> float:
    return (now - timedelta(days=UPLOAD_DAYS)).timestamp()

"""Photos and signatures in the journal's folder, by content hash."""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path

from server.config import current
from server.journal import segments

FOLDER = "files"


def keep_file(sha256: str, whole: Path) -> None:
    """Keep a copy of a whole file before it is noted; keeping it again is harmless.

    On the same disk it is a second name of the same bytes: a copy there would protect from nothing
    more. Raises StorageFull, JournalAway.
    """
    settings = current()
    segments.begin(settings.journal, settings.instance)
    target = path_of(settings.journal, sha256)
    with segments.said():
        if target.exists() and target.stat().st_size == whole.stat().st_size:
            return
        for folder in reversed(target.parents[:3]):
            folder.mkdir(exist_ok=True, mode=0o700)
        fresh = target.with_suffix(f".{uuid.uuid4().hex}")
        try:
            _copy(whole, fresh)
            fresh.replace(target)
        finally:
            fresh.unlink(missing_ok=True)
        segments.sync_folder(target.parent)


def path_of(folder: Path, sha256: str) -> Path:
    """Where a journal keeps the file of a hash."""
    return folder / FOLDER / sha256[:2] / sha256[2:4] / sha256


def forget(sha256: str) -> None:
    """Remove a file that the instance has removed for good."""
    path_of(current().journal, sha256).unlink(missing_ok=True)


def _copy(whole: Path, fresh: Path) -> None:
    if whole.stat().st_dev == fresh.parent.stat().st_dev:
        os.link(whole, fresh)
        return
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with whole.open("rb") as reading, os.fdopen(handle, "wb") as writing:
        shutil.copyfileobj(reading, writing, 1024 * 1024)
        writing.flush()
        os.fsync(writing.fileno())

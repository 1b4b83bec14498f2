"""The last step of an upload: hash, look, keep."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from server.attachments import part, queries, store
from server.attachments.image import Seen
from server.attachments.keep import note
from server.attachments.look import look
from server.attachments.models import Upload
from server.database import transaction
from server.journal.files import keep_file
from server.problems import AttachmentNotImage, ChecksumMismatch, NotFound


def finish(upload: Upload, uploads: Path, files: Path, now: datetime) -> None:
    """Keep the file of an upload of which all bytes are there; doing it twice is harmless.

    Raises NotFound (another request has finished it, or it is over), ChecksumMismatch (the upload
    begins again at 0), AttachmentNotImage (it is over) and StorageFull (the bytes stay; asking
    again finishes it).
    """
    path = part.part_of(uploads, upload.id)
    thumbnail = path.with_suffix(".thumb")
    with part.held(path) as file, part.storing():
        if not path.exists():  # another request has come first while this one waited
            raise NotFound
        if _sha256(path) != upload.sha256:
            file.truncate(0)
            raise ChecksumMismatch
        try:
            seen = look(path, thumbnail)
        except AttachmentNotImage:
            _drop(upload, path)
            raise
        keep_file(upload.sha256, path)
        _keep(upload, seen, path, thumbnail, files, now)
        path.unlink()


def _keep(
    upload: Upload, seen: Seen, path: Path, thumbnail: Path, files: Path, now: datetime
) -> None:
    with transaction() as session:
        note(session, upload.sha256, upload.length, seen, now)
        found = session.get(Upload, upload.id)
        if found is None:
            raise NotFound
        found.complete = True
        session.flush()
        store.place(files, upload.sha256, path, thumbnail)


def _drop(upload: Upload, path: Path) -> None:
    with transaction() as session:
        queries.remove_upload(session, upload.id)
    path.unlink()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""Taking photos and signatures back from the journal's folder."""

from __future__ import annotations

import logging
from pathlib import Path

from server import clock
from server.attachments import store
from server.attachments.keep import keep
from server.backup.copying import sha256_of
from server.config import current
from server.journal.files import path_of
from server.journal.lines import Entry
from server.problems import AttachmentNotImage, RequestTooLarge

log = logging.getLogger(__name__)


def take_back(entry: Entry, folder: Path) -> bool:
    """Put the file of an entry into the instance, unless it is there; whether it was missing.

    A damaged copy is left out: the phone that took the photo is asked for it again.
    """
    settings, sha256 = current(), str(entry["sha256"])
    kept = path_of(folder, sha256)
    if store.path_of(settings.files, sha256).exists():
        return False
    if not kept.exists() or sha256_of(kept) != sha256:
        log.warning("file of the journal missing or damaged", extra={"sha256": sha256})
        return False
    try:
        with kept.open("rb") as file:
            keep(file, settings.uploads, settings.files, clock.now())
    except (AttachmentNotImage, RequestTooLarge):
        log.exception("file of the journal not kept", extra={"sha256": sha256})
        return False
    return True

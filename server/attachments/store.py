"""The folder of files by content hash: a file is there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from server.attachments import sniff

SIZES = ("thumb", "full")


def path_of(folder: Path, sha256: str, size: str = "full") -> Path:
    """Where the file of a hash lies, or its thumbnail.

    folder: the instance's `files`; size: `full` or `thumb`.
    """
    name = sha256 if size == "full" else f"{sha256}.thumb.jpg"
    return folder / sha256[:2] / sha256[2:4] / name


def place(folder: Path, sha256: str, whole: Path, thumbnail: Path) -> None:
    """Put a whole, synced file and its thumbnail, if it has one, into the folder.

    Placing it again is harmless.

    `whole` stays where it is too (a second name of the same bytes) until its caller has committed.
    """
    target = path_of(folder, sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    if thumbnail.exists():
        thumbnail.replace(path_of(folder, sha256, "thumb"))
    if not target.exists():
        os.link(whole, target)
    sync_folder(target.parent)


def media_type_of(path: Path) -> str:
    """What a kept file is, by its first bytes."""
    return sniff.media_type(path) or "application/octet-stream"


def remove(folder: Path, sha256: str) -> None:
    """Delete a file and its thumbnail."""
    for size in SIZES:
        path_of(folder, sha256, size).unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

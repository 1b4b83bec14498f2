"""The folder of kept PDFs: the same facts are printed once and read from then on."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def path_of(facts_hash: str) -> str:
    """Where the PDF of some facts lies, below the folder of kept PDFs."""
    return f"{facts_hash[:2]}/{facts_hash}.pdf"


def keep(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by this instance only.

    Raises OSError (disk full, for one) and leaves nothing half-written behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-", suffix=".pdf")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

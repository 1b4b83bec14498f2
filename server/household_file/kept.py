"""The folder of kept PDFs: the same facts are printed once and read from then on."""

from __future__ import annotations

import gzip
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


#: What the names of files that are being written begin with, and for how long one is.
FRESH = ".new-"
LEFT_S = 3600


def path_of(facts_hash: str) -> str:
    """Where the PDF of some facts lies, below the folder of kept PDFs."""
    return f"{facts_hash[:2]}/{facts_hash}.pdf"


def variant_path(path: str, *, tagged: bool) -> str:
    """Where the PDF lies that has tags, or the one that has none."""
    return path.removesuffix(".pdf") + ".a.pdf" if tagged else path


def facts_path(path: str) -> str:
    """Where the facts of a kept PDF lie."""
    return path.removesuffix(".pdf") + ".json.gz"


def slip_path(path: Path) -> Path:
    """Where the slip of one file for the printer lies; a ZIP has it inside."""
    return path.with_suffix(".slip.pdf")


def keep(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by this instance only.

    Raises OSError (disk full, for one) and leaves nothing half-written behind.
    """
    with whole(path) as fresh:
        fresh.write_bytes(content)


def tidy(root: Path) -> None:
    """Delete what killed processes left of files that they were writing."""
    for fresh in root.rglob(f"{FRESH}*"):
        with suppress(FileNotFoundError):
            if fresh.stat().st_mtime < time.time() - LEFT_S:
                fresh.unlink()


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Yields a place to write a file, which then takes its own place whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=FRESH, suffix=path.suffix)
    os.close(handle)
    fresh = Path(name)
    try:
        yield fresh
        _sync(fresh, os.O_RDONLY)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    _sync(path.parent, os.O_RDONLY | os.O_DIRECTORY)


def keep_facts(path: Path, file: DataclassInstance) -> None:
    """Keep the facts of a version, to be compared with those of another."""
    keep(path, gzip.compress(_text(file).encode(), mtime=0))


def as_json(file: DataclassInstance) -> dict[str, Any]:
    """Facts as they would be read again after they were kept."""
    found: dict[str, Any] = json.loads(_text(file))
    return found


def _text(file: DataclassInstance) -> str:
    return json.dumps(asdict(file), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def facts(path: Path) -> dict[str, Any] | None:
    """The facts of a kept version; None where they were not kept."""
    try:
        found: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    except FileNotFoundError:
        return None
    return found


def pages_of(source: Path | BytesIO) -> int:
    """How many pages a PDF has."""
    with pikepdf.open(source) as document:
        return len(document.pages)


def _sync(path: Path, flags: int) -> None:
    """Make a file, or the names in a folder, survive a power cut."""
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

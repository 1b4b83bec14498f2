"""Copying files so that a power cut or a full disk leaves none that looks whole and is not."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from server.journal.segments import sync_folder
from server.problems import StorageFull, is_full

PIECE = 1024 * 1024
PRIVATE = 0o600


def copy(source: Path, target: Path) -> str:
    """Copy a file, synced and private; returns its SHA-256."""
    digest = hashlib.sha256()
    with source.open("rb") as reading, create(target) as writing:
        while piece := reading.read(PIECE):
            digest.update(piece)
            writing.write(piece)
    return digest.hexdigest()


def link(source: Path, target: Path) -> bool:
    """Give a file that never changes a second name; whether it is there and the disk can."""
    make_folder(target.parent)
    try:
        os.link(source, target)
    except OSError:
        return False
    return True


def write_synced(path: Path, content: bytes) -> None:
    """Write a whole file, synced and private."""
    with create(path) as file:
        file.write(content)


@contextmanager
def create(path: Path) -> Iterator[IO[bytes]]:
    """A new private file, synced when its block ends; none is left when that fails."""
    make_folder(path.parent)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def make_folder(path: Path) -> None:
    """A folder that only its owner may enter, with those above it."""
    if not path.exists():
        make_folder(path.parent)
        path.mkdir(exist_ok=True, mode=0o700)


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_all(folder: Path) -> None:
    """Make the names in a folder and below survive a power cut."""
    for path in folder.rglob("*"):
        if path.is_dir():
            sync_folder(path)
    sync_folder(folder)


@contextmanager
def on_full(words: str) -> Iterator[None]:
    """Say StorageFull in these words where a disk has no space left."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise StorageFull(words) from error
        raise

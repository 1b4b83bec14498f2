"""The file of an upload under way: its size is the offset, so a killed server forgets nothing.

Nothing waits for the network while it holds the file: a phone that changed networks may go on with
a second request while the first one still hangs.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import IO

from werkzeug.exceptions import ClientDisconnected

from server.attachments.store import sync_folder
from server.attachments.tus import Checksum
from server.problems import (
    ChecksumMismatch,
    NotFound,
    RequestTooLarge,
    StorageFull,
    UploadOffsetWrong,
    is_full,
)

CHUNK = 64 * 1024
#: Photos leave this much of the disk to the database.
LEFT_FREE = 200_000_000


def part_of(folder: Path, upload_id: str) -> Path:
    """Where the bytes of an upload lie until it is whole."""
    return folder / f"{upload_id}.part"


def begin(path: Path) -> None:
    """Make the empty file of an upload. Raises StorageFull."""
    with storing():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(exist_ok=False)
        sync_folder(path.parent)


def check_room(folder: Path, size: int) -> None:
    """Leave some of the disk to the database. Raises StorageFull."""
    if shutil.disk_usage(folder).free < size + LEFT_FREE:
        raise StorageFull


def offset_of(path: Path) -> int:
    """How many bytes have arrived. Raises NotFound."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        raise NotFound from None


def receive(
    path: Path, offset: int, length: int, body: IO[bytes], checksum: Checksum | None
) -> int:
    """Append a request's body at `offset`; returns how many bytes there are, synced to the disk.

    checksum: the hash that the body must have. A body that breaks off leaves what arrived of it,
    unless a checksum was announced.
    Raises UploadOffsetWrong, ChecksumMismatch, RequestTooLarge, StorageFull: then nothing of the
    body stays.
    """
    at, whole = offset, True
    digest = hashlib.new(checksum.algorithm if checksum else "sha256", usedforsecurity=False)
    with held(path) as file:
        _expect(file, offset)
    try:
        while chunk := body.read(CHUNK):
            if at + len(chunk) > length:
                raise _undone(path, offset, at, RequestTooLarge())
            digest.update(chunk)
            at = _append(path, offset, at, chunk)
    except ClientDisconnected:
        whole = False
    if checksum is not None and (not whole or digest.digest() != checksum.digest):
        raise _undone(path, offset, at, ChecksumMismatch())
    with held(path) as file, storing():
        os.fsync(file.fileno())
    return at


@contextmanager
def held(path: Path) -> Iterator[FileIO]:
    """The file, for the moment of one change, against all other requests. Raises NotFound."""
    try:
        file = FileIO(path, "r+")
    except FileNotFoundError:
        raise NotFound from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


@contextmanager
def storing() -> Iterator[None]:
    """Say StorageFull where the disk has no space left."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise StorageFull from None
        raise


def _append(path: Path, start: int, at: int, chunk: bytes) -> int:
    with held(path) as file:
        _expect(file, at)
        try:
            left = memoryview(chunk)
            while left:
                left = left[file.write(left) or 0 :]
        except OSError as error:
            if not is_full(error):
                raise
            with suppress(OSError):
                file.truncate(start)
            raise StorageFull from None
    return at + len(chunk)


def _undone(path: Path, start: int, at: int, problem: Exception) -> Exception:
    """Take back what a refused body has appended, unless another request went on from there."""
    with held(path) as file:
        if os.fstat(file.fileno()).st_size == at:
            file.truncate(start)
            os.fsync(file.fileno())
    return problem


def _expect(file: FileIO, offset: int) -> None:
    size = file.seek(0, os.SEEK_END)
    if size != offset:
        raise UploadOffsetWrong(offset=size)

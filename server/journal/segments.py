"""The journal's folder: segments that are only ever appended to, by several processes at once."""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from server import clock
from server.journal.lines import Entry, decode
from server.problems import JournalAway, StorageFull, is_full

#: A new segment is begun every day and when one has grown so large.
LARGEST = 64 * 1024 * 1024
#: The file that names the journal; it is also what writers lock.
ID = "journal.id"
_PRIVATE = 0o600


def begin(folder: Path, instance: Path) -> str:
    """The id of the journal in a folder, begun there where the instance has none yet.

    The instance remembers id and path, so that an empty folder where a disk should be mounted is
    noticed, and not filled. Raises JournalAway, StorageFull.
    """
    with said():
        known = _known(instance)
        found = _id(folder)
        if found and (known is None or known[0] == found):
            _remember(instance, folder, found)
            return found
        if known and (found or known[1] == str(folder)):
            raise JournalAway
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = uuid.uuid4().hex
        handle = os.open(folder / ID, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
        with os.fdopen(handle, "w") as file:
            file.write(made)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(folder)
        _remember(instance, folder, made)
        return made


def write(folder: Path, instance: Path, lines: bytes) -> None:
    """Add whole lines to an instance's journal and see them on the disk; begun where it is none.

    Raises as `append`.
    """
    key = folder, instance
    known = _begun.get(key)
    if known is not None:
        try:
            append(folder, known, lines)
        except JournalAway:
            del _begun[key]  # it may have been begun anew since
        else:
            return
    identity = begin(folder, instance)
    append(folder, identity, lines)
    _begun[key] = identity


#: (folder, instance) -> the journal's id, while it is there.
_begun: dict[tuple[Path, Path], str] = {}


def append(folder: Path, identity: str, lines: bytes) -> None:
    """Add whole lines and see them on the disk.

    Raises StorageFull and JournalAway; then none of the lines stays, or, when the disk broke in
    this very moment, perhaps some: their transaction is not committed, and `settle` says so.
    """
    with said(), _locked(folder, identity):
        path = _current(folder)
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, _PRIVATE)
        try:
            _append(handle, lines)
        finally:
            os.close(handle)


def entries(folder: Path, since: str = "") -> Iterator[Entry]:
    """All whole entries, oldest first; torn and damaged lines are left out.

    since: the name of the segment to begin with.
    """
    for path in segments(folder):
        if path.name >= since:
            yield from entries_of(path)


def entries_of(path: Path) -> Iterator[Entry]:
    """The whole entries of one segment."""
    with path.open("rb") as file:
        for line in file:
            entry = decode(line)
            if entry is not None:
                yield entry


def segments(folder: Path) -> list[Path]:
    """The segments, oldest first."""
    return sorted(folder.glob("[0-9]*.log"))


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def said() -> Iterator[None]:
    """Say StorageFull or JournalAway where the journal's disk fails."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise StorageFull(JOURNAL_FULL) from error
        raise JournalAway from error


JOURNAL_FULL = "服务器的日志盘满了，记录先留在手机里，请告诉镇里的管理员。"


@contextmanager
def _locked(folder: Path, identity: str) -> Iterator[None]:
    """Hold the journal against other writers. Raises JournalAway when another disk lies there."""
    handle = os.open(folder / ID, os.O_RDONLY)
    try:
        if os.read(handle, 64).decode() != identity:
            raise JournalAway
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _append(handle: int, lines: bytes) -> None:
    start = os.fstat(handle).st_size
    torn = start and os.pread(handle, 1, start - 1) != b"\n"
    left = memoryview(b"\n" + lines if torn else lines)
    try:
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    except OSError:
        with suppress(OSError):
            os.ftruncate(handle, start)
        raise


#: Folder -> the segment that was written last; only while it is the newest one.
_last: dict[Path, Path] = {}


def _current(folder: Path) -> Path:
    """The segment to write to; names sort in the order of writing, whatever the clock says."""
    day = f"{clock.now():%Y%m%d}"
    path = _last.get(folder)
    if path is None or not path.name.startswith(day) or _size(path) > LARGEST:
        path = _newest(folder, day)
        _last[folder] = path
    return path


def _newest(folder: Path, day: str) -> Path:
    found = segments(folder)
    newest = found[-1] if found else None
    if newest is not None and newest.name[:8] >= day:
        if _size(newest) <= LARGEST:
            return newest
        path = folder / f"{newest.name[:8]}-{int(newest.name[9:13]) + 1:04d}.log"
    else:
        path = folder / f"{day}-0001.log"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, _PRIVATE))
    sync_folder(folder)
    return path


def _size(path: Path) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116  a hundred times a second
    except FileNotFoundError:
        return LARGEST + 1


def _id(folder: Path) -> str | None:
    try:
        return (folder / ID).read_text("ascii")
    except FileNotFoundError:
        return None


def _known(instance: Path) -> tuple[str, str] | None:
    try:
        name, _, path = (instance / ID).read_text("utf-8").partition("\n")
    except FileNotFoundError:
        return None
    return name, path


def _remember(instance: Path, folder: Path, identity: str) -> None:
    text = f"{identity}\n{folder}"
    path = instance / ID
    if not path.exists() or path.read_text("utf-8") != text:
        fresh = path.with_suffix(f".{os.getpid()}.new")
        fresh.touch(mode=_PRIVATE)
        fresh.write_text(text, "utf-8")
        fresh.replace(path)

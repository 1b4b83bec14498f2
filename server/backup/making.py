"""Making a backup while the instance runs: database, files, keys; whole or not at all."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from server import clock
from server.accounts.carry_key import carry_key
from server.attachments import queries as attachments
from server.backup import manifest as manifests
from server.backup import postgresql, sqlite
from server.backup.copying import (
    copy,
    make_folder,
    on_full,
    sha256_of,
    sync_all,
    write_synced,
)
from server.backup.files import Rotten, keep_files
from server.backup.manifest import Kept, Manifest
from server.config import Settings, current
from server.database import db, reading
from server.journal import segments
from server.problems import BackupUnusable, Problem

log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]

KEYS = ("secret.key", "carry.key")
FULL = "备份盘满了，这次没有备份成；以前的备份都还在。"
#: Where the instance remembers its last backup.
LAST = "last-backup.json"


@dataclass(frozen=True, slots=True)
class Made:
    """A whole backup; rotten: photos and printed files that were damaged or gone on the server."""

    folder: Path
    rotten: tuple[Rotten, ...]


def make_backup(target: Path, *, keep: int | None = None, progress: Progress | None = None) -> Made:
    """Back the running instance up into a folder of its own below `target`, and verify it.

    keep: so many backups stay there, the oldest go. Photos that the last backup has already are
    linked, not copied, where the disk can do that. What is named `….part` was broken off.
    Needs the application's context. Raises StorageFull, BackupUnusable.
    """
    settings, now = current(), clock.now()
    told = progress or (lambda _done, _total, _message: None)
    with on_full(FULL), _alone(target):
        done = target / f"yihu-{now:%Y%m%d-%H%M%S-%f}"
        folder = done.with_suffix(".part")
        make_folder(folder)
        made, rotten = _fill(settings, folder, target, told)
        manifests.write(folder, made)
        sync_all(folder)
        _verify_new(folder, made, told)
        folder.rename(done)
        segments.sync_folder(target)
        _forget_old(target, keep)
    _remember(settings, done, made, rotten)
    return Made(done, tuple(rotten))


def last_backup(settings: Settings) -> dict[str, str] | None:
    """When and where the instance was backed up last."""
    try:
        found: dict[str, str] = json.loads((settings.instance / LAST).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found


def _fill(
    settings: Settings, folder: Path, target: Path, told: Progress
) -> tuple[Manifest, list[Rotten]]:
    """Copy the database first: the files that it names are there before it names them."""
    journal = _journal(settings)
    revision, columns = _database(settings, folder, told)
    files = {
        str(path.relative_to(folder)): Kept(path.stat().st_size, sha256_of(path))
        for path in (folder / "database").iterdir()
    }
    files |= _keys(settings, folder)
    with reading() as session:
        photos = attachments.stored(session)
    found, rotten = keep_files(settings, folder, _newest(target), photos, told)
    made = Manifest(
        made_at=clock.now(),
        database=db.engine.dialect.name,
        revision=revision,
        county=settings.county,
        journal=journal,
        columns=columns,
        files=files | found,
    )
    return made, rotten


def _journal(settings: Settings) -> tuple[str, str]:
    """The journal's id, and a segment before which all of it is in the database by now.

    A transaction that wrote to it before midnight may commit after it: one segment more is read.
    Where its disk has died a backup is needed more than ever: then both are blank.
    """
    try:
        identity = segments.begin(settings.journal, settings.instance)
    except Problem:
        return "", ""
    written = [path.name for path in segments.segments(settings.journal)]
    return identity, written[-2] if len(written) > 1 else ""


def _database(settings: Settings, folder: Path, told: Progress) -> tuple[str, dict[str, list[str]]]:
    def tell(done: int, total: int) -> None:
        told(done, total, "数据库")

    if db.engine.dialect.name == "postgresql":
        return postgresql.copy_out(db.engine, folder, tell)
    return sqlite.copy_out(Path(db.engine.url.database or ""), folder, tell), {}


def _keys(settings: Settings, folder: Path) -> dict[str, Kept]:
    """The secret that is really used, wherever it came from, and the key of carry files."""
    carry_key(settings.instance)
    write_synced(folder / "secret.key", settings.secret_key.encode())
    copy(settings.instance / "carry.key", folder / "carry.key")
    return {name: Kept((folder / name).stat().st_size, sha256_of(folder / name)) for name in KEYS}


def _newest(target: Path) -> tuple[Path, Manifest] | None:
    found = manifests.whole_backups(target)
    return (found[-1], manifests.read(found[-1])) if found else None


def _verify_new(folder: Path, made: Manifest, told: Progress) -> None:
    """Read everything of this backup once more from the disk; linked files by their size."""
    for at, (name, kept) in enumerate(made.files.items()):
        found = (folder / name).stat()
        if found.st_size != kept.size or (
            found.st_nlink == 1 and sha256_of(folder / name) != kept.sha256
        ):
            raise BackupUnusable(f"写下的 {name} 和读回的不一样，备份盘可能坏了。")
        told(at + 1, len(made.files), "核对")


def _forget_old(target: Path, keep: int | None) -> None:
    for path in target.glob("yihu-*.part"):
        shutil.rmtree(path)  # nobody else writes here now
    if keep:
        for path in manifests.whole_backups(target)[:-keep]:
            (path / manifests.SUM).unlink()
            shutil.rmtree(path)


def _remember(settings: Settings, done: Path, made: Manifest, rotten: Sequence[Rotten]) -> None:
    said = {
        "at": made.made_at.isoformat(),
        "to": str(done),
        "bytes": str(made.bytes),
        "rotten": str(len(rotten)),
    }
    for one in rotten:
        log.error("file damaged or missing", extra={"file": one.name, "rescued": one.rescued})
    fresh = settings.instance / f"{LAST}.new"
    write_synced(fresh, json.dumps(said).encode())
    fresh.replace(settings.instance / LAST)


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Only one backup at a time into a folder."""
    make_folder(target)
    handle = os.open(target / ".lock", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BackupUnusable("另一个备份正在往这里写，等它做完。") from None
    finally:
        os.close(handle)

"""Making a backup while the instance runs: database, files, keys; whole or not at all."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from server import clock
from server.accounts.carry_key import carry_key
from server.backup import manifest as manifests
from server.backup import postgresql, sqlite
from server.backup.copying import (
    copy,
    link,
    make_folder,
    on_full,
    sha256_of,
    sync_all,
    write_synced,
)
from server.backup.manifest import Kept, Manifest
from server.config import Settings, current
from server.database import db
from server.journal import segments
from server.problems import BackupUnusable, Problem

Progress = Callable[[int, int, str], None]

#: Folders of the instance whose files never change once they are there.
FOLDERS = ("attachments", "printed")
KEYS = ("secret.key", "carry.key")
#: Daily backups read every file that they only link once in so many days: disks rot silently.
READ_WITHIN = 14
FULL = "备份盘满了，这次没有备份成；以前的备份都还在。"
#: Where the instance remembers its last backup.
LAST = "last-backup.json"


def make_backup(target: Path, *, keep: int | None = None, progress: Progress | None = None) -> Path:
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
        made = _fill(settings, folder, target, told)
        manifests.write(folder, made)
        sync_all(folder)
        _verify_new(folder, made, told)
        folder.rename(done)
        segments.sync_folder(target)
        _forget_old(target, keep)
    _remember(settings, done, made)
    return done


def last_backup(settings: Settings) -> dict[str, str] | None:
    """When and where the instance was backed up last."""
    try:
        found: dict[str, str] = json.loads((settings.instance / LAST).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found


def _fill(settings: Settings, folder: Path, target: Path, told: Progress) -> Manifest:
    """Copy the database first: the files that it names are there before it names them."""
    journal = _journal(settings)
    revision, columns = _database(settings, folder, told)
    files = {
        str(path.relative_to(folder)): Kept(path.stat().st_size, sha256_of(path))
        for path in (folder / "database").iterdir()
    }
    files |= _keys(settings, folder)
    files |= _files(settings, folder, _newest(target), told)
    return Manifest(
        made_at=clock.now(),
        database=db.engine.dialect.name,
        revision=revision,
        county=settings.county,
        journal=journal,
        columns=columns,
        files=files,
    )


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


def _files(
    settings: Settings, folder: Path, before: tuple[Path, Manifest] | None, told: Progress
) -> dict[str, Kept]:
    kept: dict[str, Kept] = {}
    wanted = sorted(
        path
        for name in FOLDERS
        for path in (settings.instance / name).rglob("*")
        if path.is_file() and not path.name.startswith(".")
    )
    for at, path in enumerate(wanted):
        name = str(path.relative_to(settings.instance))
        try:
            kept[name] = _one(path, folder / name, name, before)
        except FileNotFoundError:
            if path.exists():
                raise
            continue  # swept away just now: nothing names it
        told(at + 1, len(wanted), "照片和打印件")
    return kept


def _one(path: Path, target: Path, name: str, before: tuple[Path, Manifest] | None) -> Kept:
    known = before[1].files.get(name) if before else None
    if before and known and path.stat().st_size == known.size:
        old = before[0] / name
        if _sound(old, name, known) and link(old, target):
            return known
    sha256 = copy(path, target)
    if path.parts[-4:-3] == ("attachments",) and len(path.name) == 64 and sha256 != path.name:
        raise BackupUnusable(f"照片 {path.name} 在服务器上坏了，备份没有做成，请告诉管理员。")
    return Kept(target.stat().st_size, sha256)


def _sound(old: Path, name: str, known: Kept) -> bool:
    """Whether a file of the last backup may be linked; in turn, a part of them is read whole."""
    try:
        if old.stat().st_size != known.size:
            return False
        turn = (clock.today().toordinal() + zlib.crc32(name.encode())) % READ_WITHIN
        return turn != 0 or sha256_of(old) == known.sha256
    except OSError:
        return False  # it is copied anew


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


def _remember(settings: Settings, done: Path, made: Manifest) -> None:
    said = {"at": made.made_at.isoformat(), "to": str(done), "bytes": str(made.bytes)}
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

"""Bringing an instance back: a backup, then the journal; the phones give the rest."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from flask import current_app

from server import clock, migrate
from server.backup import manifest as manifests
from server.backup import postgresql, queries, sqlite
from server.backup.copying import copy, make_folder, on_full, sha256_of, sync_all, write_synced
from server.backup.files import FOLDERS, is_photo
from server.backup.making import KEYS
from server.backup.manifest import Kept, Manifest
from server.backup.photos import take_back
from server.backup.replay import Replayed, replay
from server.backup.serving import UNDERWAY
from server.changes import queries as changes
from server.config import Settings, current
from server.database import db, transaction
from server.forms import queries as forms
from server.journal import segments
from server.journal.settling import settle
from server.problems import BackupUnusable, RestoreRefused

Progress = Callable[[int, int, str], None]

FULL = "服务器的磁盘满了，没有恢复完；腾出空间后再运行一次。"


@dataclass(slots=True)
class Restored:
    """What a restore did.

    aside: where lies what was there before. damaged: photos and printed files that neither
    backup nor journal has whole; phones are asked for photos that they still hold.
    """

    made_at: str
    files: int
    aside: str | None = None
    damaged: list[str] = field(default_factory=list)
    replayed: Replayed = field(default_factory=Replayed)


def restore(
    backup: Path,
    journal: Path | None = None,
    *,
    force: bool = False,
    progress: Progress | None = None,
) -> Restored:
    """Make the running application's instance what the backup and the journal say.

    journal: its folder; without one, what was done since the backup is only what phones still hold.
    force: put what is there aside (it is never deleted) instead of refusing. No other process may
    use the instance meanwhile. Broken off, it is simply done again. Needs the application's
    context; afterwards its settings hold the restored secret.
    Raises BackupUnusable, RestoreRefused, StorageFull.
    """
    settings = current()
    told = progress or (lambda _done, _total, _message: None)
    made = manifests.read(backup)
    damaged = _verify(backup, made, told)
    _fits(backup, made, settings)
    underway = settings.instance / UNDERWAY
    done = Restored(made.made_at.isoformat(), len(made.files) - len(damaged))
    with on_full(FULL):
        if not underway.exists() and queries.has_data(db.engine):
            if not force:
                raise RestoreRefused(
                    "这里已经有数据，没有恢复。确实要用备份代替它，加上 --force，现有的会挪到一边。"
                )
            done.aside = _set_aside(settings)
        write_synced(underway, b"")
        _files(backup, made, settings, told, leave=damaged)
        _database(backup, made, settings)
        _use_secret(backup, settings)
        with transaction() as session:
            changes.begin_epoch(session)
        shutil.rmtree(settings.snapshots, ignore_errors=True)
        if journal is not None:
            done.replayed = replay(journal, _since(journal, made), told)
            postgresql.set_sequences(db.engine)
        done.damaged = [name for name in damaged if not _from_journal(name, journal)]
        settle(db.engine, abandon=journal is None, spare=done.replayed.failed)
        underway.unlink()
        segments.sync_folder(settings.instance)
    return done


def _verify(backup: Path, made: Manifest, told: Progress) -> list[str]:
    """The damaged photos and printed files. Raises BackupUnusable when database or keys are."""
    damaged: list[str] = []
    for at, (name, kept) in enumerate(made.files.items()):
        if not _whole(backup / name, kept):
            if name.split("/")[0] not in FOLDERS:
                raise BackupUnusable(f"备份里的 {name} 不见了或坏了，请用另一份备份。")
            damaged.append(name)
        told(at + 1, len(made.files), "核对备份")
    return damaged


def _from_journal(name: str, journal: Path | None) -> bool:
    """Whether the journal had a photo that is damaged in the backup."""
    sha256 = name.rpartition("/")[2]
    return journal is not None and is_photo(name) and take_back({"sha256": sha256}, journal)


def _whole(path: Path, kept: Kept) -> bool:
    try:
        return path.stat().st_size == kept.size and sha256_of(path) == kept.sha256
    except OSError:
        return False


def _fits(backup: Path, made: Manifest, settings: Settings) -> None:
    kind = db.engine.dialect.name
    if made.database != kind:
        raise BackupUnusable(f"这份备份是 {made.database} 的，这台服务器用的是 {kind}。")
    if made.county != settings.county:
        raise BackupUnusable(f"这份备份是 {made.county} 的，这台服务器是 {settings.county} 的。")
    own = settings.instance / "secret.key"
    given = not own.exists() or own.read_text("utf-8").strip() != settings.secret_key
    if given and settings.secret_key != _secret_of(backup):
        raise RestoreRefused("YIHU_SECRET_KEY 和备份里的不一样，改成原来的，或去掉它，再恢复。")


def _secret_of(backup: Path) -> str:
    return (backup / "secret.key").read_text("utf-8").strip()


def _since(journal: Path, made: Manifest) -> str:
    """Where to begin reading; at the beginning when it is another journal than the backup's."""
    identity, segment = made.journal
    try:
        same = (journal / segments.ID).read_text("ascii") == identity
    except OSError:
        raise BackupUnusable(f"{journal} 不是日志文件夹。") from None
    return segment if same else ""


def _set_aside(settings: Settings) -> str:
    """Move database and files out of the way; returns where to."""
    stamp = f"{clock.now():%Y%m%d-%H%M%S-%f}"
    aside = settings.instance / f"before-restore-{stamp}"
    make_folder(aside)
    if db.engine.dialect.name == "postgresql":
        words = f"{aside}，数据库在 schema {postgresql.set_aside(db.engine, stamp)}"
    else:
        words = str(aside)
        with _closed() as path:
            for suffix in ("", "-wal", "-shm"):
                part = path.with_name(path.name + suffix)
                if part.exists():
                    part.rename(aside / part.name)
    for name in (*FOLDERS, *KEYS):
        if (settings.instance / name).exists():
            (settings.instance / name).rename(aside / name)
    return words


@contextmanager
def _closed() -> Iterator[Path]:
    """The file of a SQLite database, while nothing of this process has it open."""
    db.engine.dispose()
    yield Path(db.engine.url.database or "")


def _files(
    backup: Path, made: Manifest, settings: Settings, told: Progress, *, leave: Collection[str]
) -> None:
    """Copy sound files and keys; what an earlier attempt has copied whole is left."""
    parts = (*FOLDERS, *KEYS)
    wanted = [name for name in made.files if name.split("/")[0] in parts and name not in leave]
    for at, name in enumerate(wanted):
        target = settings.instance / name
        if not target.exists() or sha256_of(target) != made.files[name].sha256:
            fresh = target.with_name(f"{target.name}.new")
            copy(backup / name, fresh)
            fresh.replace(target)
        told(at + 1, len(wanted), "照片和打印件")
    sync_all(settings.instance)


def _database(backup: Path, made: Manifest, settings: Settings) -> None:
    """Put the database back as it was, then bring it to the newest schema."""
    if made.database == "postgresql":
        migrate.upgrade(settings.database_url, made.revision)
        postgresql.put_back(db.engine, backup, made.columns)
    else:
        with _closed() as path:
            sqlite.put_back(backup, path)
    migrate.upgrade(settings.database_url)
    db.engine.dispose()
    forms.forget()


def _use_secret(backup: Path, settings: Settings) -> None:
    """Roster rows and ID numbers are known by this secret: another one would not find them."""
    secret = _secret_of(backup)
    current_app.config["YIHU"] = replace(settings, secret_key=secret)
    current_app.config["SECRET_KEY"] = secret

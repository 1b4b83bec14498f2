"""Copying a SQLite database out while it is written to, and putting a copy back."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from server.backup.copying import PRIVATE, copy
from server.problems import BackupUnusable

FILE = "database/yihu.db"
#: Pages a step, so that progress can be told.
STEP = 2048

Told = Callable[[int, int], None]


def copy_out(database: Path, folder: Path, told: Told) -> str:
    """Copy the database as it is in one moment; returns the revision of its schema.

    The reading transaction that is held meanwhile keeps the moment: without it every commit of
    another process would begin the copy anew. Writers are not held up (WAL).
    """
    if not database.is_file():
        raise BackupUnusable("数据库还没有建好，没有可备份的。先运行 yihu db upgrade。")
    target = folder / FILE
    target.parent.mkdir(mode=0o700)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT, PRIVATE))
    with (
        closing(sqlite3.connect(database, isolation_level=None, timeout=30)) as source,
        closing(sqlite3.connect(target)) as copied,
    ):
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(
            copied, pages=STEP, progress=lambda _status, left, total: told(total - left, total)
        )
        source.execute("ROLLBACK")
        copied.execute("PRAGMA journal_mode=DELETE")
        if copied.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise BackupUnusable("数据库本身有坏的地方，备份没有做成，请马上告诉管理员。")
        found = copied.execute("SELECT version_num FROM alembic_version").fetchone()
    with target.open("rb") as file:
        os.fsync(file.fileno())
    return str(found[0])


def put_back(folder: Path, database: Path) -> None:
    """Put a copy in the place of the database, which nobody has open."""
    fresh = database.with_suffix(".restoring")
    copy(folder / FILE, fresh)
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    fresh.replace(database)

"""Knowing whether a server or worker uses the instance, so that nothing is restored under it."""

from __future__ import annotations

import fcntl
import logging
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from server.config import Settings
from server.database import db
from server.journal.settling import settle
from server.problems import Problem, RestoreRefused

log = logging.getLogger(__name__)

FILE = "serving.lock"
#: Says that a restore began and has not ended: it may simply be done again.
UNDERWAY = "restoring"
#: Under which name an application remembers whether it could settle the journal.
SETTLED = "yihu_settled"


def begin(app: Flask, settings: Settings) -> None:
    """Say that this process uses the instance, as long as `app` lives, and settle the journal.

    Where the journal cannot be settled the server begins nevertheless: phones must be answered,
    and `/readyz` says so until the next start. Waits while the instance is being restored. Raises
    RestoreRefused when that was broken off.
    """
    handle = _open(settings)
    weakref.finalize(app, os.close, handle)
    fcntl.flock(handle, fcntl.LOCK_SH)
    refuse_half_restored(settings)
    with app.app_context():
        try:
            app.extensions[SETTLED] = settle(db.engine)
        except (SQLAlchemyError, OSError, Problem):
            app.extensions[SETTLED] = False
            log.exception("journal not settled")


def journal_is_settled(app: Flask) -> bool:
    """Whether the journal agreed with the database when `app` began."""
    settled: bool = app.extensions[SETTLED]
    return settled


def refuse_half_restored(settings: Settings) -> None:
    """Raise RestoreRefused where a restore was broken off: what it lacks would become void."""
    if (settings.instance / UNDERWAY).exists():
        raise RestoreRefused("上次恢复没有做完，请先重新运行 yihu restore。")


@contextmanager
def nobody_else(settings: Settings) -> Iterator[None]:
    """Keep servers and workers away. Raises RestoreRefused while one is running."""
    handle = _open(settings)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise RestoreRefused("服务还在运行，先停下它再恢复。") from None
    finally:
        os.close(handle)


def _open(settings: Settings) -> int:
    return os.open(settings.instance / FILE, os.O_RDWR | os.O_CREAT, 0o600)

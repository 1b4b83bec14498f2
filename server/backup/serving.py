"""Knowing whether a server or worker uses the instance, so that nothing is restored under it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from server.config import Settings
from server.problems import RestoreRefused

FILE = "serving.lock"


def hold(settings: Settings) -> int:
    """Say that this process uses the instance, until it ends; returns the held handle."""
    handle = _open(settings)
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


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

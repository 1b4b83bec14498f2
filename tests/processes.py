"""Killing a process with all that it started."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path


def kill_tree(pid: int) -> None:
    """SIGKILL a process and all that it started, children stopped first so that none escapes."""
    family = [pid, *descendants(pid)]
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for one in family:
            with suppress(ProcessLookupError):
                os.kill(one, number)
    for one in family[1:]:
        while Path(f"/proc/{one}").exists() and not _is_dead(one):
            time.sleep(0.01)


def descendants(pid: int) -> list[int]:
    """All processes that one started, and that those started."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                one = int(entry.name)
                children.setdefault(parent_of(one), []).append(one)
    found, todo = [], [pid]
    while todo:
        started = children.get(todo.pop(), [])
        found += started
        todo += started
    return found


def parent_of(pid: int) -> int:
    """Which process started one. Raises OSError where it is gone."""
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def _is_dead(pid: int) -> bool:
    try:
        after = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return True
    return after[0] in {"Z", "X"}

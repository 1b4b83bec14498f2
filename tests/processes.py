"""Killing a process with all that it started."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path


def kill_tree(pid: int) -> None:
    """SIGKILL a process and all that it started, children stopped first so that none escapes."""
    family = [pid, *_descendants(pid)]
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for one in family:
            with suppress(ProcessLookupError):
                os.kill(one, number)
    for one in family[1:]:
        while Path(f"/proc/{one}").exists() and not _is_dead(one):
            time.sleep(0.01)


def _descendants(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                after = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                parents.setdefault(int(after[1]), []).append(int(entry.name))
    found, todo = [], [pid]
    while todo:
        children = parents.get(todo.pop(), [])
        found += children
        todo += children
    return found


def _is_dead(pid: int) -> bool:
    try:
        after = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return True
    return after[0] in {"Z", "X"}

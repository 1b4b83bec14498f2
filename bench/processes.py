"""Processor time and memory of a process and of all that it started, from /proc."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def cpu_ms(pid: int | None) -> float:
    """User and system time of a process and of all that it started, also of those that ended."""
    return 0.0 if pid is None else sum(_ticks(one) for one in _family(pid)) * _TICK_MS


def _family(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                after = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                children.setdefault(int(after[1]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def _ticks(pid: int) -> int:
    try:
        after = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0
    return sum(int(part) for part in after[11:15])


@contextmanager
def peak_mb(every_s: float = 0.2) -> Iterator[Callable[[], float]]:
    """Watch how much memory this process and all that it started hold; yields what tells the most.

    Memory that several of them share counts once.
    """
    most, end = 0.0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not end.is_set():
            most = max(most, sum(_held_kb(one) for one in _family(os.getpid())) / 1024)
            end.wait(every_s)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield lambda: most
    finally:
        end.set()
        watcher.join()


def _held_kb(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line[:4] == "Pss:"), 0)

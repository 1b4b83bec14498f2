"""Processor time of a process and of all that it started, from /proc."""

from __future__ import annotations

import os
from contextlib import suppress
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

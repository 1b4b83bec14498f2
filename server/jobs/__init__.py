"""Background work: a table is the truth, Huey wakes the workers."""

from server.jobs.queue import (
    enqueue,
    every_day,
    handles,
    init_app,
    regularly,
    state_of,
    sweep,
    wake,
)

__all__ = [
    "enqueue",
    "every_day",
    "handles",
    "init_app",
    "regularly",
    "state_of",
    "sweep",
    "wake",
]

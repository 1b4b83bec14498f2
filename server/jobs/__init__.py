"""Background work: a table is the truth, Huey wakes the workers."""

from server.jobs.queue import (
    cancel,
    enqueue,
    every_day,
    handles,
    init_app,
    pause,
    regularly,
    resume,
    state_of,
    sweep,
    wake,
)

__all__ = [
    "cancel",
    "enqueue",
    "every_day",
    "handles",
    "init_app",
    "pause",
    "regularly",
    "resume",
    "state_of",
    "sweep",
    "wake",
]

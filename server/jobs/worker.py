"""The worker process: sweeps once a minute, begins daily work, runs what it is woken for."""

from __future__ import annotations

import logging
import threading

from flask import Flask
from huey.consumer import Consumer

from server.jobs.queue import enqueue_daily, huey_of, look_around, put_back, sweep

log = logging.getLogger(__name__)

SWEEP_EVERY_S = 60


def work(app: Flask, workers: int = 1) -> None:
    """Serve the queue until a signal ends the process."""
    stop = threading.Event()
    sweeper = threading.Thread(target=_sweep_forever, args=(app, stop), daemon=True)
    sweeper.start()
    try:
        Consumer(
            huey_of(app), workers=workers, periodic=False, initial_delay=0.1, max_delay=1.0
        ).run()
    finally:
        stop.set()
        with app.app_context():
            put_back()


def _sweep_forever(app: Flask, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            with app.app_context():
                sweep()
                enqueue_daily()
                look_around()
        except Exception:  # the next sweep may find the database back
            log.exception("sweep failed")
        stop.wait(SWEEP_EVERY_S)

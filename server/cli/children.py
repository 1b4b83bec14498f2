"""Child processes that live and die together with this one."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType, TracebackType

from server.config import ROOT, Settings

#: Longer than gunicorn lets its own requests end.
PATIENCE_S = 25
_PR_SET_PDEATHSIG = 1


class PortTaken(Exception):
    """Another program listens there already."""


class Children:
    """Processes in groups of their own, so that a signal reaches them once and in order."""

    def __init__(self) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._stopping = False

    def __enter__(self) -> Children:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End every child: asked first, forced after PATIENCE_S."""
        for child in self._running.values():
            with suppress(ProcessLookupError):
                child.terminate()
        patience = time.monotonic() + PATIENCE_S
        for child in self._running.values():
            try:
                child.wait(max(0.1, patience - time.monotonic()))
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a process; it is told to end should this one be killed."""
        self._running[name] = subprocess.Popen(
            command, cwd=ROOT, start_new_session=True, preexec_fn=_end_with_parent
        )

    def dead(self) -> str | None:
        """The name of a child that has ended by itself."""
        return next((name for name, c in self._running.items() if c.poll() is not None), None)

    def wait(self) -> str | None:
        """Wait for a signal (None) or for the first child to die (its name)."""
        while not self._stopping:
            if died := self.dead():
                return died
            time.sleep(0.2)
        return None

    @property
    def stopping(self) -> bool:
        """Whether a signal asked to end."""
        return self._stopping

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True


def refuse_taken_port(host: str, port: int) -> None:
    """Raise PortTaken when somebody listens there: clearer than the web server's own words."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken from error


def wait_until_served(settings: Settings, children: Children, seconds: float = 60) -> bool:
    """Whether the web answers, before a child dies, a signal comes or the time is over."""
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104
    end = time.monotonic() + seconds
    while time.monotonic() < end and not children.stopping and not children.dead():
        try:
            with urllib.request.urlopen(f"http://{host}:{settings.port}/healthz", timeout=2):
                return True
        except (urllib.error.HTTPError, urllib.error.URLError, OSError) as error:
            if isinstance(error, urllib.error.HTTPError):
                return True
            time.sleep(0.1)
    return False


def _end_with_parent() -> None:
    """Linux sends this process SIGTERM when its parent dies, however it dies."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

"""What is asked of every system that is measured, ours and the peers."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

Row = dict[str, Any]


class Refused(RuntimeError):
    """A peer that cannot be installed or started here; the message says why."""


class System(Protocol):
    """One served system that holds records and gives what changed.

    name: with version and database. url: where it is served. notes: what must be known to compare.
    """

    name: str
    url: str
    notes: str

    def load(self, rows: Sequence[Row]) -> None:
        """Hold these rows, before anything is measured."""

    def requests(self, visits: Sequence[Row], phone: int) -> bytes:
        """One ready HTTP request that stores visits."""

    def stored(self) -> int:
        """How many records it holds."""

    def first_pull(self) -> tuple[int, int]:
        """Take everything as a new client: bytes as transferred, records."""

    def change(self, turn: int) -> None:
        """Record 100 visits."""

    def pull(self) -> int:
        """Take what changed since the last pull; returns how many records."""


def raw(url: str, method: str, path: str, body: object, headers: dict[str, str]) -> bytes:
    """A ready HTTP request with a JSON body."""
    content = json.dumps(body, ensure_ascii=False).encode()
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: {urlsplit(url).netloc}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def fetch(
    url: str, headers: dict[str, str], body: object = None, method: str = ""
) -> tuple[bytes, dict[str, str]]:
    """One request; the answer's body as transferred, and its headers in lower case."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method or None)
    if data is not None:
        request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=300) as answer:
        return answer.read(), {name.lower(): value for name, value in answer.headers.items()}


def install(command: Sequence[str], folder: Path, env: dict[str, str] | None = None) -> None:
    """Run an installer. Raises Refused with the end of what it said."""
    try:
        done = subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, timeout=900, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Refused(str(error)) from error
    if done.returncode:
        raise Refused((done.stderr or done.stdout).strip()[-400:])


@contextmanager
def serving(
    command: Sequence[str], folder: Path, url: str, env: dict[str, str] | None = None
) -> Iterator[int]:
    """Run a server until the block ends; gives its process id once it answers."""
    log = (folder / "server.log").open("wb")
    with log:
        server = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log)
    try:
        for _ in range(240):
            if server.poll() is not None:
                raise Refused((folder / "server.log").read_text("utf-8")[-400:])
            try:
                fetch(url, {})
            except OSError:
                time.sleep(0.25)
            else:
                break
        else:
            raise Refused("it did not answer within a minute")
        yield server.pid
    finally:
        server.terminate()
        server.wait(30)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

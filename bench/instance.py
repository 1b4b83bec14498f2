"""A served instance with the demo town, in a folder of its own, for the time of a measurement."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "Yihu-bench-2026"


@dataclass(frozen=True)
class Instance:
    """Where the instance is served, where its files and records lie, and by which process."""

    url: str
    folder: Path
    env: dict[str, str]
    database_url: str = ""
    pid: int = 0

    def command(self, *arguments: str, given: str = "") -> str:
        """Run `yihu` on this instance and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "server.cli", *arguments],
            cwd=ROOT,
            env=self.env,
            check=True,
            capture_output=True,
            text=True,
            input=given,
        )
        return done.stdout

    def add_person(self, username: str, role: str, area: str) -> None:
        """An account for a measurement."""
        self.command(
            "user", "add", username, "--name", "测试员", "--role", role, "--area", area,
            "--password-stdin", given=PASSWORD + "\n",
        )  # fmt: skip

    def sign_in(self, username: str) -> str:
        """A fresh device's token."""
        body = {"username": username, "password": PASSWORD, "device_name": "bench"}
        return str(call(self.url + "/api/v1/devices", body)["token"])


def call(url: str, body: object = None, token: str = "") -> Any:
    """One JSON request; the answer as JSON."""
    request = urllib.request.Request(url, method="POST" if body is not None else "GET")
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(request, data, timeout=60) as answer:
        return json.loads(answer.read())


@contextmanager
def served(database_url: str = "") -> Iterator[Instance]:
    """Load the demo town into a new instance and serve it until the block ends.

    database_url: of an empty database; without one the records lie in the instance's SQLite.
    """
    with tempfile.TemporaryDirectory(prefix="yihu-bench-") as folder:
        port = _free_port()
        env = {**os.environ, "YIHU_INSTANCE": folder, "PORT": str(port)}
        database_url = database_url or f"sqlite:///{folder}/yihu.db"
        env["DATABASE_URL"] = database_url
        instance = Instance(f"http://127.0.0.1:{port}", Path(folder), env, database_url)
        instance.command("db", "upgrade")
        instance.command("demo", "load")
        server = subprocess.Popen(
            [sys.executable, "-m", "server.cli", "serve"],
            cwd=ROOT,
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_until_ready(instance.url)
            yield replace(instance, pid=server.pid)
        finally:
            server.terminate()
            server.wait(30)


def _wait_until_ready(url: str) -> None:
    for _ in range(240):
        try:
            if call(url + "/readyz")["status"] == "ok":
                return
        except OSError:
            time.sleep(0.25)
    raise TimeoutError("the instance did not become ready")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

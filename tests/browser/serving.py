"""Instances with the demo town, served like on any computer."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from bench.instance import PASSWORD, ROOT, Instance, call


@contextmanager
def served(folder: Path) -> Iterator[Instance]:
    """Serve what is loaded in a folder until the block ends, keep the log beside it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**_env(folder), "PORT": str(port)}
    instance = Instance(f"http://127.0.0.1:{port}", folder, env)
    with (folder.parent / "serve.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "server.cli", "serve"],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_ready(instance.url)
            yield instance
        finally:
            server.terminate()
            server.wait(30)


def rows(instance: Instance, query: str, *values: object) -> list[tuple[Any, ...]]:
    """What stands in the instance's database, read beside the server."""
    with closing(sqlite3.connect(instance.folder / "yihu.db", timeout=30)) as connection:
        return connection.execute(query, values).fetchall()


def load(folder: Path) -> None:
    """Load the demo town into a folder."""
    instance = Instance("", folder, _env(folder))
    instance.command("db", "upgrade")
    instance.command("demo", "load")


def _env(folder: Path) -> dict[str, str]:
    env = {**os.environ, "YIHU_INSTANCE": str(folder), "YIHU_DEMO_PASSWORD": PASSWORD}
    env.pop("DATABASE_URL", None)
    return env


def _wait_until_ready(url: str) -> None:
    for _ in range(240):
        try:
            if call(url + "/readyz")["status"] == "ok":
                return
        except OSError:
            time.sleep(0.25)
    raise TimeoutError("the instance did not become ready")

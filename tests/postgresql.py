"""A real PostgreSQL server of the suite's own, with one fresh database for every test that asks."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

import psycopg

from tests.processes import kill_tree

INSTALLED = Path("/usr/lib/postgresql")
#: Nothing here outlives the tests, so it need not survive a power cut.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Server:
    """PostgreSQL in a folder of its own, reachable through a socket in that folder only.

    durable: whether it syncs what it commits, for tests that kill it.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self.options = () if durable else FAST
        self.folder = Path(tempfile.mkdtemp(prefix="yihu-pg-"))
        self.owner = _unprivileged()
        if self.owner:
            shutil.chown(self.folder, self.owner)
        self.bin = _newest()
        self._run(
            str(self.bin / "initdb"),
            *("-D", str(self.folder / "data"), "-U", "yihu", "-A", "trust", "-E", "UTF8"),
            *("--locale=C.UTF-8", "--no-sync"),
        )
        self.process = self._start()

    def url(self, name: str) -> str:
        """SQLAlchemy's address of a database of this server."""
        return f"postgresql+psycopg://yihu@/{name}?host={self.folder}"

    def create(self, template: str = "template1") -> str:
        """A new database's name; its content is a copy of `template`."""
        name = f"t{uuid.uuid4().hex}"
        self.execute(f'create database "{name}" template "{template}"')
        return name

    def drop(self, name: str) -> None:
        """Remove a database, cutting off whoever still uses it."""
        self.execute(f'drop database "{name}" with (force)')

    def execute(self, statement: str) -> None:
        """One statement for the server as a whole."""
        with psycopg.connect(
            host=str(self.folder), user="yihu", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement.encode())

    def stop(self) -> None:
        """End the server at once and leave nothing behind."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        shutil.rmtree(self.folder)

    def kill(self) -> None:
        """SIGKILL the server with all its processes, as a power cut does."""
        kill_tree(self.process.pid)
        self.process.wait(30)

    def start_again(self) -> None:
        """Start it after a kill; it recovers from its log."""
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        options = [
            part for option in (*self.options, "max_connections=60") for part in ("-c", option)
        ]
        command = [
            *(str(self.bin / "postgres"), "-D", str(self.folder / "data")),
            *("-k", str(self.folder), "-c", "listen_addresses=", *options),
        ]
        log = (self.folder / "log").open("wb")
        with log:
            process = subprocess.Popen(
                command, user=self.owner, cwd=self.folder, stdout=log, stderr=log
            )
        for _ in range(150):
            try:
                self.execute("select 1")
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return process
        raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()}")

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            command, user=self.owner, cwd=self.folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr}")


def _newest() -> Path:
    found = sorted(INSTALLED.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise RuntimeError("PostgreSQL is not installed; .ci/system-packages test installs it")
    return found[-1].parent


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root: then another user of this machine runs it."""
    if os.geteuid():
        return None
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"

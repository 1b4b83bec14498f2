"""A really served instance whose processes can be killed and started again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from server import create_app, migrate
from server.config import Settings, read_settings
from server.database import db, transaction
from tests.making import SANLI, a_person, publish_forms, seed_areas, username_of
from tests.processes import kill_tree
from tests.rebuilding import differences

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Served:
    """An instance's processes: web and background work, as `yihu serve` starts them.

    prefix: a command that the server is started through (a name space of its own, say).
    """

    env: dict[str, str]
    log: Path
    prefix: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        return "127.0.0.1", int(self.env["PORT"])

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, sys.executable, "-m", "server.cli", "serve"],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        host, port = self.address
        for _ in range(600):
            with suppress(OSError), urllib.request.urlopen(f"http://{host}:{port}/healthz"):
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"the instance did not come up; see {self.log}")

    def kill(self) -> None:
        """SIGKILL every process of it at once, as a power cut does."""
        assert self.process is not None
        kill_tree(self.process.pid)
        self.process.wait(30)

    def stop(self) -> None:
        """End it in an orderly way."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)


@contextmanager
def opened(env: dict[str, str]) -> Iterator[Flask]:
    """The application over the same instance, in this process."""
    app = create_app(read_settings(env))
    try:
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()


def prepare(
    folder: Path, database_url: str | None, people: int
) -> tuple[dict[str, str], list[str]]:
    """An instance with areas, forms and some people of one village.

    Returns the environment to serve it with and the people's user names.
    """
    env = {**os.environ, "YIHU_INSTANCE": str(folder), "PORT": str(_free_port()), "YIHU_DEMO": "0"}
    env.pop("DATABASE_URL", None)
    if database_url:
        env["DATABASE_URL"] = database_url
    settings: Settings = read_settings(env)
    migrate.upgrade(settings.database_url)
    with opened(env) as app:
        with app.app_context(), transaction() as session:
            seed_areas(session)
        publish_forms(app)
        persons = [a_person(app, "team_member", SANLI) for _ in range(people)]
        return env, [username_of(app, person) for person in persons]


def rebuild_differs(env: dict[str, str]) -> list[object]:
    """What a rebuild of the registers would change in the instance."""
    with opened(env) as app:
        return list(differences(app))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

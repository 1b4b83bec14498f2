"""The server of the fleet, on a file in memory where the system has one, or on PostgreSQL."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.config import Settings
from tests.fleet.beginning import World, first_phones
from tests.fleet.server import PostgresStore, Server, SqliteStore
from tests.making import COUNTY
from tests.postgresql import Server as PostgreSQL

MEMORY = Path("/dev/shm")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that is gone afterwards, in memory if possible: nothing here waits for a disk."""
    made = Path(tempfile.mkdtemp(prefix="yihu-fleet-", dir=MEMORY if MEMORY.is_dir() else None))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def on_sqlite(
    folder: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """The fleet's server on a SQLite file."""
    store = SqliteStore(folder / "yihu.db", sqlite_template)
    server = Server(store, _settings(folder), monkeypatch)
    yield World(server, first_phones(server))
    server.close()


@pytest.fixture
def on_postgresql(
    folder: Path,
    postgresql_server: PostgreSQL,
    postgresql_template: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    """The fleet's server on PostgreSQL."""
    store = PostgresStore(postgresql_server, postgresql_template)
    server = Server(store, _settings(folder), monkeypatch)
    yield World(server, first_phones(server))
    server.close()
    postgresql_server.drop(store.name)


def _settings(folder: Path) -> Settings:
    (folder / "instance").mkdir()
    return Settings(
        instance=folder / "instance",
        database_url="",
        redis_url=None,
        secret_key="a secret of the tests",
        host="127.0.0.1",
        port=8000,
        web_threads=2,
        https=False,
        demo=False,
        county=COUNTY,
        county_name="桓台县",
        pwa_dist=folder / "dist",
    )

"""Fixtures of the whole suite.

`database_url`  a fresh, migrated database with the areas of `tests.making`; every test that uses
                it, or a fixture below it, runs twice: on SQLite and on PostgreSQL (pages and
                paper on PostgreSQL only in `make test-deep`: NIGHTLY_ON_POSTGRESQL)
`settings`      settings of an instance in a folder of its own, on that database
`ground`        an application with nothing but the database and the queue, for what lies below the
                views (`making.writing(ground)`)
`app`           the whole application (no context is pushed: use `making.writing` and `looking`)
`client`        a client of that application

People, phones and areas are made by the plain functions of `tests.making`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from server import create_app, database, jobs, migrate, tables
from server.accounts import passwords
from server.config import Settings
from server.database import db
from server.security import limiter
from tests.making import COUNTY, seed_areas
from tests.postgresql import Server
from tests.statements import remember_statements

assert tables

#: What is only shown and printed; what is stored, merged and fed is tested on both every time.
NIGHTLY_ON_POSTGRESQL = ("console", "household_file")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to `make test-deep` what would make every run much longer."""
    for item in items:
        if item.path.parent.name in NIGHTLY_ON_POSTGRESQL and item.get_closest_marker("postgresql"):
            item.add_marker(pytest.mark.deep)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hashes are slow on purpose against guessing; no test waits for that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))
        yield


@pytest.fixture(scope="session")
def compiled_pages(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """The templates of the desk, compiled once in a process."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("pages")))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with areas, to copy."""
    path = tmp_path_factory.mktemp("template") / "yihu.db"
    _fill(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """The suite's own PostgreSQL, started for the first test that needs it."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: Server) -> str:
    """The name of a migrated database with areas, to copy."""
    name = postgresql_server.create()
    _fill(postgresql_server.url(name))
    return name


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database of each kind that we support."""
    if request.param == "sqlite":
        path = tmp_path / "yihu.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: Server = request.getfixturevalue("postgresql_server")
    name = server.create(request.getfixturevalue("postgresql_template"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """An instance in a folder of its own."""
    instance = tmp_path / "instance"
    instance.mkdir()
    return Settings(
        instance=instance,
        database_url=database_url,
        redis_url=None,
        secret_key="a secret of the tests",
        host="127.0.0.1",
        port=8000,
        web_threads=2,
        https=False,
        demo=False,
        county=COUNTY,
        county_name="桓台县",
        pwa_dist=tmp_path / "dist",
    )


@pytest.fixture
def ground(settings: Settings) -> Iterator[Flask]:
    """Only what the lower layers need: settings, database, queue."""
    app = Flask("server", static_folder=None)
    app.config["YIHU"] = settings
    database.init_app(app, settings)
    jobs.init_app(app, settings)
    with app.app_context():
        remember_statements(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(settings: Settings, compiled_pages: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The whole application on a fresh database."""
    app = create_app(settings)
    app.testing = True
    app.jinja_env.bytecode_cache = compiled_pages
    with app.app_context():
        remember_statements(db.engine)
        limiter.reset()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client that sends requests to the application without a network."""
    return app.test_client()


def _fill(url: str) -> None:
    migrate.upgrade(url)
    engine = create_engine(url)
    with Session(engine) as session, session.begin():
        seed_areas(session)
    engine.dispose()

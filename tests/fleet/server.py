"""The application on a database that is put back to its beginning, or to an older backup."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
import uuid
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Protocol

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

from server import clock, create_app
from server.accounts import passwords
from server.backup.making import make_backup
from server.backup.restoring import restore
from server.config import Settings
from server.database import db
from server.forms import publish
from server.jobs.queue import huey_of
from server.policy import values
from server.security import limiter
from tests.fleet.people import PEOPLE, enlist
from tests.making import LONG_AGO, writing
from tests.postgresql import Server as PostgreSQL

DOORSTEP = Path(__file__).parent / "doorstep.md"
#: (file, version) of what the fleet fills in: the same form as people know it, then with two steps.
VERSIONS = {"doorstep": ("2026110101", "2026111501"), "visit": ("2026112201", "2026112301")}
BEGINNING = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


class Store(Protocol):
    """Where the database lies, and how copies of all of it are taken and put back."""

    url: str

    def save(self) -> str:
        """Copy the whole database; returns the copy's name."""

    def load(self, name: str) -> None:
        """Put a copy in the place of the database; nobody is connected meanwhile."""

    def forget(self, name: str) -> None:
        """Throw a copy away."""


class SqliteStore:
    """A file, with copies beside it."""

    def __init__(self, path: Path, template: Path) -> None:
        self.path, self.url = path, f"sqlite:///{path}"
        shutil.copy(template, path)

    def save(self) -> str:
        copy = self.path.with_suffix(f".{secrets.token_hex(4)}")
        with (
            closing(sqlite3.connect(self.path)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        return str(copy)

    def load(self, name: str) -> None:
        for rest in ("-wal", "-shm"):
            Path(f"{self.path}{rest}").unlink(missing_ok=True)
        shutil.copy(name, self.path)

    def forget(self, name: str) -> None:
        Path(name).unlink()


class PostgresStore:
    """A database of the suite's server, with copies beside it."""

    def __init__(self, server: PostgreSQL, template: str) -> None:
        self.server = server
        self.name = server.create(template)
        self.url = server.url(self.name)

    def save(self) -> str:
        return self.server.create(self.name)

    def load(self, name: str) -> None:
        self.server.drop(self.name)
        self.server.execute(f'create database "{self.name}" template "{name}"')

    def forget(self, name: str) -> None:
        self.server.drop(name)


class Server:
    """The whole application, its clock, and its people, for one history after another."""

    def __init__(self, store: Store, settings: Settings, patch: pytest.MonkeyPatch) -> None:
        self.store = store
        self.now = BEGINNING
        self.ids = Random("the beginning")
        patch.setattr(clock, "now", lambda: self.now)
        # Ties are broken by ids, so a history that is told again needs the same ones.
        patch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=self.ids.getrandbits(128), version=4))
        # Signing in is drawn often, and the strength of the hash is no part of what is proved.
        patch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))
        self.app: Flask = create_app(replace(settings, database_url=store.url))
        self.app.testing = True
        with self.app.app_context():
            _make_fast(db.engine)
        self._backups = settings.instance.with_name("backups")
        self._first_journal = settings.instance.with_name("first-journal")
        self._template = ""
        self._begin()

    @property
    def client(self) -> FlaskClient:
        """A client that sends requests without a network."""
        return self.app.test_client()

    def keep_as_beginning(self) -> None:
        """Let every history begin with what is there now."""
        self._dispose()
        self._template = self.store.save()
        shutil.copytree(self._settings.journal, self._first_journal)

    def begin_anew(self) -> None:
        """Everything as at the beginning, for the next history."""
        self.now = BEGINNING
        self._dispose()
        self.store.load(self._template)
        self._forget_journal_and_backups()
        with self.app.app_context():
            limiter.reset()
            huey_of(self.app).flush()

    def back_up(self) -> Path:
        """Back the running instance up; returns the backup."""
        with self.app.app_context():
            return make_backup(self._backups).folder

    def restore(self, backup: Path, *, journal: bool) -> None:
        """The instance is lost and set up from a backup, with or without its journal."""
        with self.app.app_context():
            restore(backup, self._settings.journal if journal else None, force=True)

    def put(self, content: bytes) -> Path:
        """Keep a file that somebody carries, until the history ends."""
        self._backups.mkdir(exist_ok=True)
        file = self._backups / f"{uuid.uuid4()}.yihu"
        file.write_bytes(content)
        return file

    def wait(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def close(self) -> None:
        """Let go of the database and throw the copies away."""
        self._dispose()
        self.store.forget(self._template)

    @property
    def _settings(self) -> Settings:
        found: Settings = self.app.config["YIHU"]
        return found

    def _forget_journal_and_backups(self) -> None:
        instance = self._settings.instance
        for path in (self._settings.journal, self._backups, *instance.glob("before-restore-*")):
            shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(self._first_journal, self._settings.journal)

    def _dispose(self) -> None:
        with self.app.app_context():
            db.engine.dispose()

    def _begin(self) -> None:
        """Forms, policy and people of the beginning; the second versions come into force later."""
        with writing(self.app) as session:
            values.seed(session)
            publish.seed(session, clock.now())
        for folder_file in _versions(self.app.config["YIHU"].instance):
            with writing(self.app) as session:
                publish.publish(session, folder_file, now=clock.now(), valid_from=LONG_AGO)
        for person in PEOPLE:
            enlist(self.app, person)


def _versions(folder: Path) -> list[Path]:
    """Both versions of the two forms; the seeded visit is there already."""
    text = DOORSTEP.read_text("utf-8")
    first, second = VERSIONS["doorstep"]
    third = (publish.FORMS / "visit.md").read_text("utf-8")
    files = {
        "doorstep.md": text,
        "doorstep-2.md": text.replace(f"{first} | town |", f"{second} | town county |"),
        "visit-2.md": third.replace(*VERSIONS["visit"]),
    }
    for name, content in files.items():
        (folder / name).write_text(content, "utf-8")
    return [folder / name for name in files]


def _make_fast(engine: Engine) -> None:
    """Nothing here survives a power cut, so nothing waits for the disk."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def pragmas(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

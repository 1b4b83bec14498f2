"""A township at work: Alice's phone, the desk, and a disaster that takes the whole instance."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from server.backup.making import make_backup
from server.backup.restoring import Restored, restore
from server.config import Settings
from server.database import db
from server.registers import queries as registers
from server.submissions import queries as submissions
from tests.making import a_device, looking, publish_forms
from tests.phone import Phone

Disaster = Callable[[], None]


@pytest.fixture
def alice(app: Flask, client: FlaskClient) -> Phone:
    publish_forms(app)
    return Phone(client, a_device(client))


@pytest.fixture
def disaster(app: Flask, settings: Settings) -> Disaster:
    """Takes everything but backups and the journal, as a broken disk would."""

    def strike() -> None:
        with app.app_context():
            db.engine.dispose()
        for path in settings.instance.iterdir():
            if path == settings.journal:
                continue
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        url = make_url(settings.database_url)
        if url.get_backend_name() == "sqlite":
            for suffix in ("", "-wal", "-shm"):
                Path(str(url.database) + suffix).unlink(missing_ok=True)
            return
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.exec_driver_sql("drop schema public cascade")
            connection.exec_driver_sql("create schema public")
        engine.dispose()

    return strike


def back_up(app: Flask, target: Path, **options: Any) -> Path:
    """A backup of an instance whose files are whole."""
    with app.app_context():
        made = make_backup(target, **options)
    assert made.rotten == ()
    return made.folder


def bring_back(app: Flask, backup: Path, journal: Path | None, **options: Any) -> Restored:
    with app.app_context():
        return restore(backup, journal, **options)


def state_of(app: Flask) -> dict[str, dict[str, object]]:
    """All registers, writes, review states and remarks, as they are compared."""
    with looking(app) as session:
        return {**registers.state(session), **submissions.computed_state(session)}

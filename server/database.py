"""The database: engine settings, naming of constraints, and the two ways to open a session."""

from __future__ import annotations

import errno
import fcntl
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, MetaData, TypeDecorator, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, PendingRollbackError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session

from server.config import Settings
from server.journal.keeping import kept
from server.journal.queries import declare as declare_marks
from server.problems import StorageFull


class Model(DeclarativeBase):
    """Base of every table; constraints get the same names on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Moment(TypeDecorator[datetime]):
    """A timezone-aware moment, kept in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


#: JSON that PostgreSQL keeps in its binary form.
Json = JSON().with_variant(JSONB(), "postgresql")
#: The same, with Python's None kept as SQL's NULL.
JsonOrNull = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

#: SQLSTATE of PostgreSQL's disk_full.
DISK_FULL = "53100"
#: SQLSTATEs of serialization_failure and deadlock_detected.
PASSING = frozenset({"40001", "40P01"})


def columns(row: Model) -> dict[str, object]:
    """The stored values of a row, by column."""
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


#: Which entries of the journal are real; written with what they speak of.
marks = declare_marks(Model.metadata)

db = SQLAlchemy(model_class=Model, disable_autonaming=True)


def init_app(app: Flask, settings: Settings) -> None:
    """Bind the application to its database with safe settings (design §9)."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.database_url)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)


def engine_options(url: str) -> Mapping[str, Any]:
    """Engine settings for one database URL; errors never carry what people answered."""
    if url.startswith("sqlite"):
        return {"hide_parameters": True, "connect_args": {"timeout": 30}}
    return {
        "hide_parameters": True,
        "pool_pre_ping": True,
        "pool_size": 10,
        "max_overflow": 10,
    }


def prepare(engine: Engine) -> None:
    """Make SQLite safe: WAL, fsync at every commit, foreign keys, explicit BEGIN."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=30000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("yihu_writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def transaction() -> Iterator[Session]:
    """One writing transaction: commits at the end, rolls back on any exception.

    What cannot be computed anew is in the journal, on its own disk, before the commit.
    Only views, jobs and commands open one. On SQLite writers queue on a file lock before
    BEGIN IMMEDIATE, because waiting inside SQLite starves some of them.
    Raises StorageFull, JournalAway.
    """
    engine = db.engine
    try:
        with (
            _queue(engine),
            Session(
                engine.execution_options(yihu_writing=True), expire_on_commit=False, autoflush=False
            ) as session,
            kept(session),
        ):
            yield session
    except (SQLAlchemyError, OSError) as error:
        if is_storage_full(error):
            raise StorageFull from error
        raise


def is_storage_full(error: BaseException | None) -> bool:
    """Whether an error, or one that it followed, says that the disk is full."""
    while error is not None:
        said = getattr(error, "orig", error)
        full = (
            getattr(said, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
            or getattr(said, "sqlstate", None) == DISK_FULL
            or (isinstance(said, OSError) and said.errno == errno.ENOSPC)
        )
        if full:
            return True
        error = error.__cause__ or error.__context__
    return False


def is_passing(error: SQLAlchemyError) -> bool:
    """Whether another transaction came in between, so that trying once more may well succeed."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return isinstance(error, IntegrityError) or state in PASSING


def is_fatal(error: SQLAlchemyError) -> bool:
    """Whether the transaction itself is lost, so that no savepoint of it can be gone back to.

    SQLite rolls all of it back by itself when the disk is full.
    """
    lost = isinstance(error, DBAPIError) and (
        error.connection_invalidated or "savepoint" in str(error.orig)
    )
    return lost or isinstance(error, PendingRollbackError) or is_storage_full(error)


@contextmanager
def reading() -> Iterator[Session]:
    """One consistent reading, as of its first statement; nothing written through it is kept."""
    engine = db.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(engine, expire_on_commit=False, autoflush=False) as session:
        yield session


def writers_take_turns(engine: Engine) -> bool:
    """Whether only one transaction can write at a time."""
    return engine.dialect.name == "sqlite" and bool(engine.url.database)


@contextmanager
def _queue(engine: Engine) -> Iterator[None]:
    if not writers_take_turns(engine):
        yield
        return
    with Path(f"{engine.url.database}.writers").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

"""Copying a PostgreSQL database out in one snapshot, and back: by COPY, whatever its version."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from psycopg import Connection, sql
from sqlalchemy import Engine, inspect

from server.backup.copying import PIECE, create
from server.backup.sqlite import Told

FOLDER = "database"
VERSION = "alembic_version"


def copy_out(engine: Engine, folder: Path, told: Told) -> tuple[str, dict[str, list[str]]]:
    """Write every table as it is in one moment; returns revision and columns by table.

    The tables come in the order in which they can be filled again.
    """
    bound = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with bound.connect() as connection:
        found = inspect(connection)
        names = [name for name, _ in found.get_sorted_table_and_fkc_names() if name]
        tables = {
            name: [column["name"] for column in found.get_columns(name)]
            for name in names
            if name != VERSION
        }
        revision = connection.exec_driver_sql(f"select version_num from {VERSION}").scalar_one()  # noqa: S608  a constant
        driver: Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
        for done, (name, columns) in enumerate(tables.items()):
            _table_out(driver, name, columns, folder / FOLDER / f"{name}.copy")
            told(done + 1, len(tables))
    return str(revision), tables


def put_back(engine: Engine, folder: Path, tables: Mapping[str, list[str]]) -> None:
    """Fill the tables of an empty database of the same revision, all or none."""
    with engine.begin() as connection:
        driver: Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
        for name in reversed(list(tables)):
            driver.execute(sql.SQL("delete from {}").format(sql.Identifier(name)))
        for name, columns in tables.items():
            _table_in(driver, name, columns, folder / FOLDER / f"{name}.copy")
    set_sequences(engine)


def set_sequences(engine: Engine) -> None:
    """Let every counted column go on after the greatest value that is there."""
    with engine.begin() as connection:
        if connection.dialect.name != "postgresql":
            return
        driver: Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
        rows = driver.execute(
            "select table_name, column_name from information_schema.columns"
            " where table_schema = current_schema() and column_default like 'nextval%'"
        ).fetchall()
        for table, column in rows:
            driver.execute(
                sql.SQL(
                    "select setval(pg_get_serial_sequence({name}, {text}),"
                    " coalesce((select max({column}) from {table}), 0) + 1, false)"
                ).format(
                    name=sql.Literal(table),
                    text=sql.Literal(column),
                    column=sql.Identifier(column),
                    table=sql.Identifier(table),
                )
            )


def set_aside(engine: Engine, stamp: str) -> str:
    """Move all tables out of the way; returns the schema that they are in now."""
    aside = f"before_restore_{stamp.replace('-', '_')}"
    with engine.begin() as connection:
        connection.exec_driver_sql(f'alter schema public rename to "{aside}"')
        connection.exec_driver_sql("create schema public")
    engine.dispose()
    return aside


def _columns(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column) for column in columns)


def _table_out(driver: Connection[Any], name: str, columns: list[str], path: Path) -> None:
    statement = sql.SQL("copy (select {} from {}) to stdout").format(
        _columns(columns), sql.Identifier(name)
    )
    with create(path) as file, driver.cursor().copy(statement) as copied:
        for piece in copied:
            file.write(piece)


def _table_in(driver: Connection[Any], name: str, columns: list[str], path: Path) -> None:
    statement = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(name), _columns(columns))
    with path.open("rb") as file, driver.cursor().copy(statement) as copied:
        while piece := file.read(PIECE):
            copied.write(piece)

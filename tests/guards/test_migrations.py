"""The migrations: numbered, in one line, equal to the models, and undoable, on every database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from server import migrate, tables
from server.config import ROOT
from server.database import Model
from tests.postgresql import Server

assert tables
FILES = sorted((ROOT / "migrations" / "versions").glob("*.py"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'yihu.db'}"
        return
    server: Server = request.getfixturevalue("postgresql_server")
    name = server.create()
    yield server.url(name)
    server.drop(name)


def test_the_files_are_numbered_without_gap() -> None:
    assert [file.name[:5] for file in FILES] == [f"{n:04d}_" for n in range(1, len(FILES) + 1)]


def test_there_is_one_line_of_migrations_and_one_head() -> None:
    script = ScriptDirectory.from_config(migrate.alembic_config("sqlite://"))
    assert script.get_heads() == [FILES[-1].name[:4]]
    assert [revision.revision for revision in script.walk_revisions()] == [
        file.name[:4] for file in reversed(FILES)
    ]


def test_every_migration_says_why() -> None:
    script = ScriptDirectory.from_config(migrate.alembic_config("sqlite://"))
    assert all(revision.doc for revision in script.walk_revisions())


def test_the_migrated_schema_is_the_one_of_the_models(empty_database_url: str) -> None:
    migrate.upgrade(empty_database_url)
    engine = create_engine(empty_database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Model.metadata)
    engine.dispose()
    assert differences == []


def test_every_migration_can_be_undone_and_done_again(empty_database_url: str) -> None:
    config = migrate.alembic_config(empty_database_url)
    for revision in [file.name[:4] for file in FILES]:
        command.upgrade(config, revision)
        command.downgrade(config, "-1")
        command.upgrade(config, revision)
    command.downgrade(config, "base")
    engine = create_engine(empty_database_url)
    left = set(inspect(engine).get_table_names())
    engine.dispose()
    assert left == {"alembic_version"}


def test_every_constraint_has_a_name_of_its_own() -> None:
    all_tables = Model.metadata.tables.values()
    names = [str(constraint.name) for table in all_tables for constraint in table.constraints]
    names += [str(index.name) for table in all_tables for index in table.indexes]
    assert "None" not in names
    assert len(names) == len(set(names))
    assert all(len(name) <= 63 for name in names), "PostgreSQL cuts longer names off"

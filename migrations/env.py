"""Runs the migrations on the instance's database, SQLite or PostgreSQL."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import create_engine

from server import tables
from server.config import read_settings
from server.database import Model, Moment

assert tables  # noqa: S101  imported for what it registers


def plain_types(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types as the database's, so that old migrations outlive our code."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Apply the migrations in one transaction each."""
    url = context.config.get_main_option("sqlalchemy.url") or read_settings().database_url
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            context.configure(
                connection=connection,
                target_metadata=Model.metadata,
                render_as_batch=True,
                transaction_per_migration=True,
                compare_type=True,
                render_item=plain_types,
            )
            with context.begin_transaction():
                context.run_migrations()
    finally:
        engine.dispose()


run()

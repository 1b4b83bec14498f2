"""Runs the migrations on the instance's database, SQLite or PostgreSQL."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine

from server import tables
from server.config import read_settings
from server.database import Model

assert tables


def run() -> None:
    """Apply the migrations in one transaction each."""
    url = context.config.get_main_option("sqlalchemy.url") or read_settings().database_url
    engine = create_engine(url)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            render_as_batch=True,
            transaction_per_migration=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()

"""Brings a database to the newest schema."""

from __future__ import annotations

from alembic import command
from alembic.config import Config

from server.config import ROOT


def alembic_config(url: str) -> Config:
    """Alembic's settings for one database."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Apply all migrations that the database lacks."""
    command.upgrade(alembic_config(url), revision)

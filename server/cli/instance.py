"""What every command stands on: the instance of the environment, and words for what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import OperationalError, ProgrammingError

from server import database, jobs, logs
from server.config import SettingInvalid, Settings, read_settings
from server.problems import Problem


class Commands(click.Group):
    """A group whose commands end with one clear line and exit code 1 when they cannot go on."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except SettingInvalid as error:
            raise click.ClickException(f"设置不对：{error}") from error
        except Problem as problem:
            raise click.ClickException(problem.detail) from problem
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(
                f"数据库打不开，或者还没有建好。先运行 yihu db upgrade。（{error.orig}）"
            ) from error


def application(settings: Settings) -> Flask:
    """The instance with its database and its queue, without the web."""
    logs.start()
    app = Flask("server", static_folder=None)
    app.config["YIHU"] = settings
    database.init_app(app, settings)
    jobs.init_app(app, settings)
    return app


@contextmanager
def instance() -> Iterator[Settings]:
    """The instance that the environment names, for one command."""
    settings = read_settings()
    with application(settings).app_context():
        try:
            yield settings
        finally:
            database.db.engine.dispose()

"""Yihu 一户: the application factory, which registers and decides nothing."""

from __future__ import annotations

from flask import Flask

from server.config import Settings, read_settings


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application, bound to the instance that `settings` describe.

    settings: read from the environment when absent. Raises SettingInvalid.
    """
    from server import (
        accounts,
        attachments,
        console,
        database,
        forms,
        health,
        household_file,
        jobs,
        logs,
        phone_app,
        problems,
        roster,
        security,
        sync,
    )

    settings = settings or read_settings()
    logs.start()
    app = Flask(__name__, static_folder=None)
    app.config["SECRET_KEY"] = settings.secret_key
    app.config["YIHU"] = settings
    database.init_app(app, settings)
    jobs.init_app(app, settings)
    security.init_app(app, settings)
    api = sync.api(app)
    problems.init_app(app)  # after the API, whose own answers to errors it replaces
    for part in (accounts, forms, attachments, sync):
        api.register_blueprint(part.views.blueprint)
    for part in (household_file, roster, console):
        part.init_app(app)
    health.init_app(app)
    phone_app.init_app(app, settings)
    return app

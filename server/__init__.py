"""Yihu 一户: the application factory, which registers and decides nothing."""

from __future__ import annotations

from flask import Flask

from server.config import Settings, read_settings


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application, bound to the instance that `settings` describe.

    settings: read from the environment when absent. Raises SettingInvalid.
    """
    from server import (
        api_page,
        console,
        database,
        health,
        jobs,
        logs,
        phone_app,
        problems,
        security,
    )
    from server.accounts import views as accounts
    from server.attachments import override
    from server.attachments import views as attachments
    from server.backup import serving
    from server.forms import views as forms
    from server.openrosa import views as openrosa
    from server.sync import api
    from server.sync import views as sync

    settings = settings or read_settings()
    logs.start()
    app = Flask(__name__, static_folder=None)
    app.config["SECRET_KEY"] = settings.secret_key
    app.config["YIHU"] = settings
    database.init_app(app, settings)
    jobs.init_app(app, settings)
    security.init_app(app, settings)
    documented = api(app)
    problems.init_app(app)  # after the API, whose own answers to errors it replaces
    for part in (accounts, forms, attachments, sync):
        documented.register_blueprint(part.blueprint)
    app.register_blueprint(openrosa.blueprint)
    api_page.init_app(app, documented)
    console.init_app(app)
    health.init_app(app)
    phone_app.init_app(app, settings)
    override.init_app(app)
    _know_the_work()
    serving.begin(app, settings)
    return app


def _know_the_work() -> None:
    """Import every module that handles a kind of job, so that it is registered."""
    from server import job_kinds

    assert job_kinds  # noqa: S101

"""Serves the built phone app: hashed assets for ever, everything else asked for anew."""

from __future__ import annotations

from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask, Response, send_file
from whitenoise import WhiteNoise

from server.accounts.rights import PUBLIC, needs
from server.config import Settings
from server.problems import NotFound
from server.security import for_files


def init_app(app: Flask, settings: Settings) -> None:
    """Serve `pwa/dist` at `/`; pages of the app are all its one index.html."""
    index = settings.pwa_dist / "index.html"
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(settings.pwa_dist) if settings.pwa_dist.is_dir() else None,
        index_file=True,
        max_age=0,
        immutable_file_test=_is_hashed,
        allow_all_origins=False,
        add_headers_function=_protect,
    )

    @app.get("/")
    @app.get("/<path:page>")
    @needs(PUBLIC)
    def phone_page(page: str = "") -> Response:
        """Any page of the app that is asked for online; a missing asset stays missing."""
        if page.startswith(("api/", "console/", "openrosa/", "assets/")) or "." in page:
            raise NotFound
        return _page(index)


def _page(index: Path) -> Response:
    if not index.is_file():
        raise NotFound("手机端还没有构建，请先运行 make run。")
    response = send_file(index, mimetype="text/html", max_age=0)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _protect(headers: Headers, path: str, url: str) -> None:
    for name, value in for_files().items():
        headers[name] = value


def _is_hashed(path: str, url: str) -> bool:
    return url.startswith("/assets/")

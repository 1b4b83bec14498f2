"""The method that a tus client behind an old proxy names in a header (tus 1.0, HTTP)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

UPLOADS = "/api/v1/attachments/"
METHODS = frozenset({"HEAD", "PATCH", "DELETE"})


def init_app(app: Flask) -> None:
    """Let uploads, and nothing else, be spoken of with `X-HTTP-Method-Override`."""
    inner: WSGIApplication = app.wsgi_app

    def overridden(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        named = environ.get("HTTP_X_HTTP_METHOD_OVERRIDE", "").upper()
        posted = environ.get("REQUEST_METHOD") == "POST"
        if posted and named in METHODS and environ.get("PATH_INFO", "").startswith(UPLOADS):
            environ["REQUEST_METHOD"] = named
        return inner(environ, start_response)

    app.wsgi_app = overridden  # type: ignore[method-assign]

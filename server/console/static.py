"""The desk's own styles and scripts, named by their content so that a browser keeps them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Response, send_from_directory, url_for

from server.accounts.rights import PUBLIC, needs
from server.console.blueprint import blueprint
from server.problems import NotFound

FOLDER = Path(__file__).resolve().parent / "static"


@blueprint.get("/static/<name>")
@needs(PUBLIC)
def static(name: str) -> Response:
    """One file of the folder; its address carries the hash of its content."""
    if not (FOLDER / name).is_file():
        raise NotFound
    response = send_from_directory(FOLDER, name, max_age=31_536_000)
    response.cache_control.public = True
    response.cache_control.immutable = True
    return response


@cache
def _hash(name: str) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:10]


@blueprint.app_template_global()
def asset(name: str) -> str:
    """The address of a file, which changes with its content."""
    return url_for("console.static", name=name, v=_hash(name))

"""The phone app's files: protected, never stale, never a page where a file is missing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import create_app
from server.config import Settings
from server.database import db


@pytest.fixture
def built(settings: Settings) -> Iterator[Flask]:
    """An application with a built phone app of three files."""
    (settings.pwa_dist / "assets").mkdir(parents=True)
    (settings.pwa_dist / "index.html").write_text("<!doctype html><title>一户</title>")
    (settings.pwa_dist / "sw.js").write_text("self.skipWaiting()")
    (settings.pwa_dist / "assets" / "index-abc.js").write_text("console.log(1)")
    app = create_app(dataclasses.replace(settings))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def phone(built: Flask) -> FlaskClient:
    return built.test_client()


@pytest.mark.parametrize("path", ["/", "/sw.js", "/assets/index-abc.js", "/me"])
def test_every_file_carries_the_headers_that_protect_it(phone: FlaskClient, path: str) -> None:
    answer = phone.get(path, buffered=True)
    assert answer.status_code == 200
    assert "script-src 'self' 'wasm-unsafe-eval'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_hashed_files_are_kept_for_ever_and_the_others_asked_for_anew(phone: FlaskClient) -> None:
    kept = phone.get("/assets/index-abc.js", buffered=True).headers["Cache-Control"]
    assert "immutable" in kept
    for path in ("/", "/sw.js", "/households/1"):
        said = phone.get(path, buffered=True).headers["Cache-Control"]
        assert "max-age=0" in said or "no-cache" in said, path


def test_a_page_asked_for_online_is_the_app(phone: FlaskClient) -> None:
    assert "<title>一户</title>" in phone.get("/households/1", buffered=True).get_data(as_text=True)


@pytest.mark.parametrize("path", ["/assets/index-gone.js", "/gone.png", "/api/v1/gone"])
def test_a_missing_file_stays_missing(phone: FlaskClient, path: str) -> None:
    assert phone.get(path).status_code == 404

"""A full disk, wherever it is noticed, is told to the phone as such: it keeps its records."""

from __future__ import annotations

import sqlite3

import pytest
from flask import Flask
from psycopg.errors import DiskFull
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError


def full_file_system() -> None:
    with open("/dev/full", "wb", buffering=0) as file:  # noqa: PTH123
        file.write(b"x")


def full_sqlite() -> None:
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(":memory:"))
    try:
        with engine.begin() as connection:
            connection.execute(text("create table filling (content blob)"))
            connection.execute(text("pragma max_page_count = 4"))
            for _ in range(9):
                connection.execute(text("insert into filling values (zeroblob(4000))"))
    finally:
        engine.dispose()


def full_postgresql() -> None:
    raise OperationalError("insert", None, DiskFull("could not extend file"))


@pytest.mark.parametrize("failing", [full_file_system, full_sqlite, full_postgresql])
def test_no_space_left_is_said_in_words(app: Flask, failing: object) -> None:
    app.testing = False
    app.view_functions["healthz"] = failing  # type: ignore[assignment]
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 507
    assert answer.get_json()["type"] == "urn:yihu:problem:storage-full"
    assert "记录先留在手机里" in answer.get_json()["detail"]

"""The log says what went wrong and where, and nothing of what people answered."""

from __future__ import annotations

import json
import logging
import sys

from sqlalchemy.exc import IntegrityError

from server.logs import JsonLine

SECRET = "王小明 379999"


class RefusedByDatabase(Exception):
    sqlstate = "23505"


def line_of(error: BaseException) -> str:
    try:
        try:
            int(SECRET)
        except ValueError as cause:
            raise error from cause
    except type(error):
        record = logging.LogRecord("server", 40, __file__, 1, "failed", (), sys.exc_info())
    return JsonLine().format(record)


def test_no_text_of_an_exception_is_logged_nor_of_what_it_followed() -> None:
    text = line_of(KeyError(SECRET))
    assert SECRET not in text
    line = json.loads(text)
    assert (line["error"], line["message"]) == ("KeyError", "failed")
    assert line["trace"][-1].endswith(" line_of")


def test_an_error_of_the_database_is_known_by_its_state_alone() -> None:
    orig = RefusedByDatabase(f"Failing row contains ({SECRET})")
    text = line_of(IntegrityError("insert", {}, orig))
    assert SECRET not in text
    assert json.loads(text)["sqlstate"] == "23505"

"""Blueprints of the API, which read JSON that nobody's phone sent without breaking on it."""

from __future__ import annotations

from typing import Any

import flask_smorest
from flask import Request
from webargs.flaskparser import FlaskParser

from server.problems import RequestUnreadable


class CarefulParser(FlaskParser):
    """Refuses JSON that is nested too deeply, or has a number of thousands of digits."""

    def load_json(self, req: Request, schema: Any) -> Any:
        try:
            return super().load_json(req, schema)
        except (RecursionError, ValueError):
            raise RequestUnreadable from None


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """A blueprint of the API."""

    ARGUMENTS_PARSER = CarefulParser()

"""The JSON API as a whole: where it lies and how it documents itself."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response
from flask_smorest import Api
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException

from server import problems
from server.accounts.rights import PUBLIC, needs

#: Also the prefix of every blueprint of the API.
PREFIX = "/api/v1"


class ProblemSchema(Schema):
    """A refusal (RFC 9457); `docs/protocol.md` lists them, with their further members."""

    type = fields.Str(required=True)
    title = fields.Str(required=True)
    status = fields.Int(required=True)
    detail = fields.Str(required=True)


class ProblemApi(Api):  # type: ignore[misc]
    """flask-smorest, answering refusals with problem documents like everything else here."""

    ERROR_SCHEMA = ProblemSchema

    def _register_responses(self) -> None:
        plain: str = self.DEFAULT_RESPONSE_CONTENT_TYPE  # type: ignore[has-type]
        self.DEFAULT_RESPONSE_CONTENT_TYPE = "application/problem+json"
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = plain

    def handle_http_exception(self, error: HTTPException) -> Response:
        return problems.answer(problems.from_http(error))


def api(app: Flask) -> ProblemApi:
    """The API of an application; its document is `/api/openapi.json`, its page `/api/`."""
    app.config |= {
        "API_TITLE": "Yihu",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/api",
        "OPENAPI_JSON_PATH": "openapi.json",
    }
    made = ProblemApi(app)
    for endpoint in [name for name in app.view_functions if name.startswith("api-docs")]:
        shown: Any = app.view_functions[endpoint]
        app.view_functions[endpoint] = needs(PUBLIC)(shown)
    return made

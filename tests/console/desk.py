"""The township's browser for tests: signs in, carries the forgery token, reads pages as text."""

from __future__ import annotations

import html
import re

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.making import PASSWORD, TOWN, a_person, username_of

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Desk:
    """One person at one browser."""

    def __init__(self, app: Flask, role: str = "town_reviewer", area: str = TOWN) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.person_id = a_person(app, role, area, name="赵国强")
        self.token = ""
        self.sign_in()

    def sign_in(self, password: str = PASSWORD, **fields: str) -> TestResponse:
        """Sign in with the person's name."""
        self.get("/console/sign-in")
        name = username_of(self.app, self.person_id)
        answer = self.post("/console/sign-in", username=name, password=password, **fields)
        if answer.status_code == 302:
            self.get("/console/people/")
        return answer

    def get(self, path: str, **query: object) -> TestResponse:
        """Open a page and keep its forgery token."""
        answer = self.client.get(path, query_string=query or None)
        self._keep_token(answer)
        return answer

    def post(self, path: str, **fields: object) -> TestResponse:
        """Send a form with the token of the page that was opened last."""
        answer = self.client.post(path, data={"csrf_token": self.token, **fields})
        self._keep_token(answer)
        return answer

    def page(self, path: str, **query: object) -> str:
        """A page's HTML; it must be there."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
        return answer.get_data(as_text=True)

    def _keep_token(self, answer: TestResponse) -> None:
        if answer.mimetype == "text/html":
            found = _TOKEN.search(answer.get_data(as_text=True))
            self.token = html.unescape(found[1]) if found else self.token


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return html.unescape(found[1])


def text_of(page: str) -> str:
    """A page's words without its tags."""
    plain = re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(script|style).*?</\1>", "", page))
    return re.sub(r"\s+", " ", html.unescape(plain))


def listed(page: str) -> list[str]:
    """The records in the list beside the record, by their addresses."""
    return re.findall(r'class="item[^"]*" href="/console/review/([0-9a-f-]{36})', page)

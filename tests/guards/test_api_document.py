"""The API's document and its page tell the truth."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.making import a_device


def test_the_document_names_every_route_of_the_api(app: Flask, client: FlaskClient) -> None:
    document = client.get("/api/openapi.json").get_json()
    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
    }
    assert set(document["paths"]) == routes


def test_refusals_are_documented_as_problems(client: FlaskClient) -> None:
    document = client.get("/api/openapi.json").get_json()
    refusal = document["components"]["responses"]["DEFAULT_ERROR"]["content"]
    assert list(refusal) == ["application/problem+json"]
    named = document["components"]["schemas"]["Problem"]["required"]
    assert set(named) <= set(client.get("/api/v1/nothing").get_json())


@pytest.mark.parametrize("method", ["post", "get"])
def test_an_answer_has_what_its_schema_promises(client: FlaskClient, method: str) -> None:
    path = {"post": "/api/v1/devices", "get": "/api/v1/devices/me"}[method]
    document = client.get("/api/openapi.json").get_json()
    answers = document["paths"][path][method]["responses"]
    schema = next(answers[status] for status in ("200", "201") if status in answers)
    name = schema["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    phone = a_device(client)
    body = client.get("/api/v1/devices/me", headers=phone.headers).get_json()
    assert set(document["components"]["schemas"][name]["required"]) - {"token"} == set(body)


def test_the_page_shows_every_route_and_loads_nothing(client: FlaskClient) -> None:
    page = client.get("/api/").get_data(as_text=True)
    for path in client.get("/api/openapi.json").get_json()["paths"]:
        assert path in page
    assert "<script" not in page
    assert "http" not in page.replace("<a href", "")

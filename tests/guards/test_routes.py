"""Every route names the right it needs, and every refusal is a problem document."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from server.accounts.rights import PUBLIC

#: The only endpoints that anybody may call without signing in. Adding one is a decision.
OPEN = {
    "api-docs.openapi_json",
    "api_page",
    "attachments.abilities",
    "console.sign_in",
    "console.sign_out",
    "console.static",
    "devices.sign_in",
    "healthz",
    "papers.paper",
    "phone_page",
    "readyz",
}


def rules(app: Flask) -> list[Rule]:
    return list(app.url_map.iter_rules())


def address(rule: Rule) -> str:
    """The rule with made-up values in its place holders."""
    built = rule.rule
    for name, converter in rule._converters.items():
        kind = type(converter).__name__
        value = str(uuid.uuid4()) if kind == "UUIDConverter" else "1"
        built = next(
            built.replace(form, value)
            for form in (f"<uuid:{name}>", f"<int:{name}>", f"<path:{name}>", f"<{name}>")
            if form in built
        )
    return built


def test_every_route_names_its_right(app: Flask) -> None:
    without = [
        rule.endpoint
        for rule in rules(app)
        if not getattr(app.view_functions[rule.endpoint], "right", None)
    ]
    assert without == []


def test_only_these_routes_are_open_to_everybody(app: Flask) -> None:
    found = {
        rule.endpoint
        for rule in rules(app)
        if getattr(app.view_functions[rule.endpoint], "right", None) == PUBLIC
    }
    assert found <= OPEN


def test_every_route_of_the_api_refuses_a_stranger_with_a_problem(
    app: Flask, client: FlaskClient
) -> None:
    for rule in rules(app):
        if rule.endpoint in OPEN or not rule.rule.startswith("/api/"):
            continue
        for method in (rule.methods or set()) - {"OPTIONS"}:
            answer = client.open(address(rule), method=method)
            assert answer.status_code == 401, f"{method} {rule.rule}"
            assert answer.content_type == "application/problem+json", f"{method} {rule.rule}"


def test_every_route_of_the_desk_sends_a_stranger_to_the_sign_in(
    app: Flask, client: FlaskClient
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    for rule in rules(app):
        if rule.endpoint in OPEN or not rule.rule.startswith("/console"):
            continue
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            answer = client.open(address(rule), method=method)
            assert answer.status_code in {302, 303, 308, 401}, f"{method} {rule.rule}"


@pytest.mark.parametrize(
    ("method", "path", "slug"),
    [
        ("GET", "/api/v1/nothing", "not-found"),
        ("GET", "/openrosa/nothing", "not-found"),
        ("GET", "/assets/index-gone.js", "not-found"),
        ("PUT", "/api/v1/devices", "method-not-allowed"),
    ],
)
def test_what_does_not_exist_is_a_problem(
    client: FlaskClient, method: str, path: str, slug: str
) -> None:
    answer = client.open(path, method=method)
    assert answer.get_json()["type"] == f"urn:yihu:problem:{slug}"
    assert answer.content_type == "application/problem+json"


def test_a_fault_of_the_server_tells_nothing_of_its_inside(app: Flask) -> None:
    def broken() -> str:
        raise RuntimeError("the secret of the house")

    app.testing = False
    app.view_functions["healthz"] = broken
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 500
    assert answer.get_json()["type"] == "urn:yihu:problem:internal"
    assert "secret" not in answer.get_data(as_text=True)


def test_every_answer_carries_the_headers_that_protect_it(client: FlaskClient) -> None:
    headers = client.get("/healthz").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"

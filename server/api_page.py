"""`/api/`: the API document as a page to read, served by ourselves, without a script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask, Response, render_template_string
from flask_smorest import Api

from server.accounts.rights import PUBLIC, needs

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{ title }} API</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
  code { font: 13px/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
  section { border-top: 1px solid #ccc; padding: .6rem 0 }
  b { display: inline-block; min-width: 5em }
  dt { float: left; clear: left; width: 8em; color: #555 } dd { margin-left: 8em }
</style>
<h1>{{ title }} API {{ version }}</h1>
<p>The same as data: <a href="/api/openapi.json">openapi.json</a>. Refusals are RFC 9457 problem documents.
Every request but the sign-in carries <code>Authorization: Bearer …</code>.</p>
{% for one in operations %}
<section>
  <code><b>{{ one.method }}</b>{{ one.path }}</code>
  <div>{{ one.summary }}</div>
  <dl>
  {% if one.parameters %}<dt>parameters</dt><dd>{{ one.parameters | join(", ") }}</dd>{% endif %}
  {% if one.body %}<dt>body</dt><dd><a href="#{{ one.body }}">{{ one.body }}</a></dd>{% endif %}
  {% for status, name in one.answers %}<dt>{{ status }}</dt><dd>{% if name %}<a href="#{{ name }}">{{ name }}</a>{% else %}–{% endif %}</dd>{% endfor %}
  </dl>
</section>
{% endfor %}
<h2>Bodies</h2>
{% for name, properties in bodies %}
<section id="{{ name }}">
  <strong>{{ name }}</strong>
  <dl>{% for property, kind in properties %}<dt><code>{{ property }}</code></dt><dd>{{ kind }}</dd>{% endfor %}</dl>
</section>
{% endfor %}
</html>
"""  # noqa: E501


def init_app(app: Flask, api: Api) -> None:
    """Add the page; it is made anew from the document at every call, so it is always true."""

    @app.get("/api/")
    @needs(PUBLIC)
    def api_page() -> Response:
        document = api.spec.to_dict()
        page = render_template_string(
            PAGE,
            title=document["info"]["title"],
            version=document["info"]["version"],
            operations=list(_operations(document["paths"])),
            bodies=sorted(_bodies(document["components"].get("schemas", {}))),
        )
        return Response(page, content_type="text/html; charset=utf-8")


def _operations(paths: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path, said in paths.items():
        shared = said.get("parameters", [])
        for method in METHODS:
            if method in said:
                yield _operation(path, method, said[method], shared)


def _operation(
    path: str, method: str, said: Mapping[str, Any], shared: list[Any]
) -> dict[str, Any]:
    parameters = [*shared, *said.get("parameters", [])]
    return {
        "path": path,
        "method": method.upper(),
        "summary": said.get("summary", ""),
        "parameters": [one["name"] for one in parameters if "name" in one],
        "body": _schema(said.get("requestBody", {})),
        "answers": [
            (status, _schema(answer))
            for status, answer in said["responses"].items()
            if status.isdecimal() and int(status) < 300
        ],
    }


def _schema(holder: Mapping[str, Any]) -> str:
    """The name of the schema in a body or an answer; empty without one."""
    for content in holder.get("content", {}).values():
        return str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]
    return ""


def _bodies(schemas: Mapping[str, Any]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for name, schema in schemas.items():
        yield name, [(p, _kind(said)) for p, said in schema.get("properties", {}).items()]


def _kind(said: Mapping[str, Any]) -> str:
    if "$ref" in said:
        return str(said["$ref"]).rpartition("/")[2]
    if "items" in said:
        return f"list of {_kind(said['items'])}"
    kinds = said.get("type", "any")
    return " or ".join(kinds) if isinstance(kinds, list) else str(kinds)

"""The OpenAPI document is true: real answers have exactly the shape that it promises."""

from __future__ import annotations

from typing import Any

from server import clock
from tests.forms.instances import compiled, new_id, register_xml
from tests.making import PASSWORD, SANLI, username_of
from tests.phone import Phone

TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


def faults(value: Any, schema: Any, document: Any, at: str = "$") -> list[str]:
    """Where a value is not as a schema of the document says."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    kinds = schema.get("type", list(TYPES))
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if not any(isinstance(value, TYPES[kind]) for kind in kinds):
        return [f"{at} is no {kinds}: {value!r}"]
    found = []
    if isinstance(value, list):
        for number, item in enumerate(value):
            found += faults(item, schema.get("items", {}), document, f"{at}[{number}]")
    if isinstance(value, dict) and "properties" in schema:
        found += [f"{at}.{name} is not promised" for name in value.keys() - schema["properties"]]
        for name, inner in schema["properties"].items():
            if name not in value:
                found.append(f"{at}.{name} is missing")
            else:
                found += faults(value[name], inner, document, f"{at}.{name}")
    return found


def test_every_answer_is_as_documented(alice: Phone) -> None:
    document = alice.client.get("/api/openapi.json").get_json()
    instance = new_id()
    push = {
        "device": alice.device.id,
        "sent_at": clock.now().isoformat(),
        "submissions": [
            alice.submission("household_register", register_xml(instance_id=instance), instance)
        ],
    }
    sign_in = {
        "username": username_of(alice.client.application, alice.device.person_id),
        "password": PASSWORD,
        "device_name": "红米",
    }
    version = compiled("visit").definition.version
    calls: list[tuple[str, str, str, Any]] = [
        ("post", "/api/v1/sync/push", "", push),
        ("get", "/api/v1/sync/pull", "", None),
        ("post", "/api/v1/sync/known", "", {"instance_ids": [instance, new_id()]}),
        ("get", "/api/v1/sync/snapshots", "", None),
        ("get", "/api/v1/sync/snapshots/{area}", f"/api/v1/sync/snapshots/{SANLI}", None),
        ("get", "/api/v1/forms", f"/api/v1/forms?have=visit:{version},x:1", None),
        (
            "get",
            "/api/v1/forms/{form_id}/{version}",
            f"/api/v1/forms/visit/{version}",
            None,
        ),
        ("get", "/api/v1/dictionary", "", None),
        ("get", "/api/v1/devices/me", "", None),
        ("post", "/api/v1/devices", "", sign_in),
    ]
    for method, path, address, body in calls:
        answer = alice.client.open(
            address or path, method=method, json=body, headers=alice.device.headers
        )
        promised = document["paths"][path][method]["responses"][str(answer.status_code)]
        schema = promised["content"]["application/json"]["schema"]
        assert faults(answer.get_json(), schema, document, f"{method} {path}") == []


def test_a_push_is_documented_down_to_what_was_shown(alice: Phone) -> None:
    document = alice.client.get("/api/openapi.json").get_json()
    schemas = document["components"]["schemas"]
    assert schemas["Push"]["properties"]["submissions"]["items"]["$ref"].endswith("/Pushed")
    assert set(schemas["Pushed"]["properties"]) >= {"xml", "shown", "confirmed", "deprecated_id"}

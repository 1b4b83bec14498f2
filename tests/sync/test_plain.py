"""What is told without the schema is what the schema says of it."""

from __future__ import annotations

import copy
import random
from dataclasses import asdict
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from server.sync.malformed import UUID
from server.sync.plain import plain
from server.sync.schemas import LONGEST_XML, PushedSchema
from tests.forms.instances import new_id

ODD: tuple[Any, ...] = (
    None, "", "x", 0, -1, 1.5, True, [], {}, [1], ["a", []], [None, [0]], ["a", [True]],
    ["a", ["0"]],
    "2026-11-20", "2026-11-20T10:00:00", "2026-11-20T10:00:00Z", "2026-11-20T10:00:00.123+08:00",
    "1999-01-01T00:00:00Z", "2026-13-20T10:00:00Z", "a" * 200, "f" * 64, new_id(), new_id() + "\n",
)  # fmt: skip


def usual() -> dict[str, Any]:
    """A submission as a phone sends it."""
    entity, head = new_id(), new_id()
    return {
        "instance_id": new_id(),
        "form_id": "visit",
        "form_version": "1",
        "xml": "<data/>",
        "recorded_at": "2026-11-22T08:31:00+08:00",
        "shown": {entity: {"heads": [head], "values": {"food_ok": ["yes", [0]], "at": [{}, []]}}},
        "confirmed": [f"{entity}/food_ok"],
        "attachments": [
            {"name": "1.jpg", "sha256": "a" * 64, "size": 3, "media_type": "image/jpeg"}
        ],
        "deprecated_id": None,
    }


def places(value: Any) -> list[tuple[Any, Any]]:
    """Everything inside a JSON value, as (container, key)."""
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    found = [(value, key) for key in keys]
    for key in keys:
        if isinstance(value[key], dict | list):
            found += places(value[key])
    return found


def by_schema(item: dict[str, Any]) -> dict[str, Any] | None:
    try:
        return asdict(PushedSchema().load(copy.deepcopy(item)))
    except ValidationError:
        return None


def by_hand(item: dict[str, Any]) -> dict[str, Any] | None:
    found = plain(copy.deepcopy(item), LONGEST_XML)
    return found and {**found, "attachments": [asdict(file) for file in found["attachments"]]}


def test_the_usual_submission_needs_no_schema() -> None:
    item = usual()
    assert by_hand(item) == by_schema(item)
    assert by_hand(item)


@settings(max_examples=400, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_what_is_told_by_hand_is_what_the_schema_says(seed: int) -> None:
    chance, item = random.Random(seed), usual()
    for _ in range(chance.choice((1, 1, 2))):
        container, key = chance.choice(places(item))
        if isinstance(container, dict) and chance.random() < 0.2:
            del container[key]
        else:
            container[key] = chance.choice(ODD)
    told = by_hand(item)
    assert told is None or told == by_schema(item)


def test_both_know_the_same_names() -> None:
    assert plain(usual() | {"instance_id": "no uuid"}, LONGEST_XML) is None
    assert UUID.regex.match(usual()["instance_id"])

"""Submissions of exactly the shape that the protocol names, told without a schema's machinery.

Nearly all are. What is not exactly so is left to the schema, which takes some of it in another
spelling and says of the rest what is wrong. Both must come to the same (tests/sync/test_plain.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.submissions.incoming import NamedFile

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SHA256 = re.compile(r"[0-9a-f]{64}")
MOMENT = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}|\.\d{6})?(Z|[+-]\d\d:\d\d)")
LARGEST_FILE = 32 * 1024 * 1024


def plain(item: Any, longest_xml: int) -> dict[str, Any] | None:
    """The members of a pushed submission; None where the schema must look at it."""
    try:
        found = {
            "instance_id": _uuid(item["instance_id"]),
            "form_id": _text(item["form_id"], 60),
            "form_version": _text(item["form_version"], 40),
            "xml": _text(item["xml"], longest_xml),
            "recorded_at": _moment(item["recorded_at"]),
            "shown": {_any_text(name): _shown(one) for name, one in item.get("shown", {}).items()},
            "confirmed": [_any_text(unit) for unit in _list(item.get("confirmed", []))],
            "attachments": [_file(file) for file in _list(item.get("attachments", []))],
        }
        replaced = item.get("deprecated_id")
        return found | {"deprecated_id": None if replaced is None else _uuid(replaced)}
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _uuid(value: Any) -> str:
    if UUID.fullmatch(value) is None:
        raise ValueError
    return str(value)


def _any_text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _text(value: Any, most: int) -> str:
    if not 0 < len(_any_text(value)) <= most:
        raise ValueError
    return str(value)


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise TypeError
    return value


def _moment(value: Any) -> datetime:
    if MOMENT.fullmatch(value) is None:
        raise ValueError
    return datetime.fromisoformat(value)


def _shown(one: Mapping[str, Any]) -> dict[str, Any]:
    heads = [_any_text(head) for head in _list(one.get("heads", []))]
    values = one.get("values", {})
    for unit, said in values.items():
        _, indexes = _list(said)
        if not all(type(index) is int and index >= 0 for index in _list(indexes)):
            raise TypeError
        _any_text(unit)
    return {"heads": heads, "values": values}


def _file(file: Mapping[str, Any]) -> NamedFile:
    size = file["size"]
    if type(size) is not int or not 1 <= size <= LARGEST_FILE:
        raise ValueError
    if SHA256.fullmatch(file["sha256"]) is None:
        raise ValueError
    return NamedFile(
        name=_text(file["name"], 120),
        sha256=file["sha256"],
        size=size,
        media_type=_text(file["media_type"], 60),
    )

"""What a document says, as a hash: whether it says now what it said when it was signed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

Facts = Mapping[str, Any]

_VISIT = re.compile(r"v(\d+)")
#: What the parts of a file are, of which documents are made that are neither paper nor visit.
PARTS: Mapping[str, tuple[str, ...]] = {
    "basic": ("head", "address", "facts", "others"),
    "members": ("members", "former"),
    "visits": ("visits",),
    "photos": ("photos",),
    "changes": ("changes",),
}
#: Lists of what lies in the volume change with every scan; they are signed by nobody.
LISTS = frozenset({"identity", "identification"})
#: How something is set, what it rests on and how far it was reviewed is no part of what it says.
NOT_SAID = frozenset(
    {
        *("style", "sha256", "fault", "id", "instance_id"),
        *("reviewed", "disputed", "pending", "steps", "remarks", "note", "notes"),
    }
)


def said_of(facts: Facts, document: str) -> str:
    """The hash of all words of a document; "" for one whose words nobody signs.

    facts: of a version, as they are kept.
    """
    words = "\n".join(_texts(_part(facts, document)))
    return hashlib.sha256(words.encode()).hexdigest()[:16] if words else ""


def _part(facts: Facts, document: str) -> Any:
    if visit := _VISIT.fullmatch(document):
        return facts["visits"][int(visit[1])]
    if document in PARTS:
        return [facts[name] for name in PARTS[document]]
    if document in LISTS:
        return []
    return [
        [paper["about"], paper["blocks"], paper["said"], paper["after"]]
        for paper in facts["papers"]
        if paper["key"] == document
    ]


def _texts(value: Any) -> Iterator[str]:
    """All words below a value, in an order that does not depend on how it was kept."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        if "options" in value and "text" in value:
            chosen = "、".join(said for said, is_chosen in value["options"] if is_chosen)
            yield str(value["text"] or chosen)
            return
        for name in sorted(value):
            if name not in NOT_SAID:
                yield from _texts(value[name])
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)

"""One entry of the journal as one line: the beginning of its SHA-256, a blank, its JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

Entry = Mapping[str, Any]

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
#: Hex digits of the checksum.
SUM = 16


def encode(entry: Entry) -> bytes:
    """The line of an entry, with its end."""
    text = _encoder.encode(entry).encode()
    return b"%s %s\n" % (_sum(text), text)


def decode(line: bytes) -> Entry | None:
    """The entry of a line; None when the line is torn or damaged."""
    found, text = line[:SUM], line[SUM + 1 : -1]
    if line[-1:] != b"\n" or line[SUM : SUM + 1] != b" " or _sum(text) != found:
        return None
    entry = json.loads(text)
    return entry if isinstance(entry, dict) else None


def _sum(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest()[:SUM].encode()

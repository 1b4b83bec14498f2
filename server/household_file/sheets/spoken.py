"""The words that people see for states and steps, from the one list of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from server.config import ROOT

WORDS = ROOT / "server" / "words.json"


def word(key: str, group: str) -> str:
    """One word of the list, or the key itself when the list lacks it."""
    return _words().get(group, {}).get(key, key)


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = json.loads(WORDS.read_text("utf-8"))
    return found

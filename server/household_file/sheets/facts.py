"""What one sheet prints, as a frozen value, and the hash that names it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

LAYOUT = 1
"""Raise it when a sheet sets the same facts differently: kept PDFs are then made anew."""


@dataclass(frozen=True)
class Sheet:
    """One sheet of one household, or of some villages.

    kind: one of `kinds.KINDS`. key: what tells the sheets of a kind apart: the household's number
    (its id where it has none yet), or the villages' code and what was chosen. title: what it is and
    whose. author: the unit that issues it. household_id: "" for a sheet of villages. villages: whom
    its facts are of. options: how somebody wanted it. content: the facts, a frozen dataclass that
    the template of its kind sets. pages: it is set smaller until it has no more; 0: as many as it
    takes. names: kept whole in running text. used: the submissions it rests
    on; they are not part of its hash, because no reader sees them.
    """

    kind: str
    key: str
    title: str
    author: str
    as_of: str
    villages: tuple[str, ...]
    content: Any
    household_id: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    pages: int = 0
    names: tuple[str, ...] = ()
    used: tuple[str, ...] = ()


def sheet_hash(sheet: Sheet) -> str:
    """The sha256, in hex, of everything the sheet prints except its date."""
    facts = replace(sheet, as_of="", used=())
    canonical = json.dumps(
        ["sheet", LAYOUT, facts],
        default=vars,
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(canonical.encode()).hexdigest()

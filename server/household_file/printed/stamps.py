"""Whether anything that a household's file rests on has changed, told without gathering it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from server.attachments import store
from server.household_file.facts import LAYOUT
from server.household_file.period import Period
from server.household_file.printed import queries


def stamps(
    session: Session,
    household_ids: Collection[str],
    day: date,
    pictures: Path,
    period: Period | None = None,
) -> dict[str, str]:
    """Household id -> a hash of all that gathering would read of it as of a day.

    pictures: the folder of photos; a photo that arrives or is lost is a change. period: the days
    that records are chosen by, if somebody chose any. The same stamp
    means the same facts; another stamp means that they have to be gathered again. household_ids: at
    most `queries.AT_ONCE`.
    """
    ground = _hash([LAYOUT, day, period.in_words if period else "", queries.ground(session)])
    return {
        household_id: _hash([ground, [[*row, *_pictures(row, pictures)] for row in rows]])
        for household_id, rows in queries.read_for(session, household_ids).items()
    }


def _pictures(row: list[object], folder: Path) -> list[bool]:
    """Whether the picture that a row names by its hash is there."""
    return [
        store.path_of(folder, value, "thumb").is_file()
        for value in row
        if isinstance(value, str) and len(value) == 64 and value.isalnum()
    ]


def _hash(content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, default=str, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()

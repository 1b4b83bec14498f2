"""Whether anything that a household's file rests on has changed, told without gathering it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from server import clock
from server.attachments import store
from server.household_file.content.file import LAYOUT
from server.household_file.period import Period, usual
from server.household_file.printed import queries

DAY = re.compile(r"\b(\d{4})-(\d\d-\d\d)")


def stamps(
    session: Session,
    household_ids: Collection[str],
    day: date,
    pictures: Path,
    period: Period | None = None,
) -> dict[str, str]:
    """Household id -> a hash of all that gathering would read of it as of a day.

    pictures: the folder of photos; a photo that arrives or is lost is a change. period: the days
    that records are chosen by, if somebody chose any. The same stamp means the same facts; another
    stamp means that they have to be gathered again. From today on the day itself does not count,
    only what begins or comes of age by it. household_ids: at most `queries.AT_ONCE`.
    """
    past = day.isoformat() if day < clock.today() else ""
    chosen = [period.first, period.last] if period else [usual(day).first]
    ground = _hash([LAYOUT, past, chosen, queries.ground(session, day)])
    return {
        household_id: _hash(
            [ground, [[*row, *_pictures(row, pictures), *_years_since(row, day)] for row in rows]]
        )
        for household_id, rows in queries.read_for(session, household_ids).items()
    }


def _years_since(row: list[object], day: date) -> list[int]:
    """How many years ago all days were that a row names: a person's age, for one."""
    return [
        day.year - int(year) - (f"{day:%m-%d}" < rest)
        for value in row
        if isinstance(value, str)
        for year, rest in DAY.findall(value)
    ]


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

"""Policy values in force on a day, seeded from `forms/policy.toml`.

A value that holds in one town only is named `key@town`; it goes before the county's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from server.config import ROOT
from server.policy.models import PolicyValue

SEED = ROOT / "forms" / "policy.toml"
#: The first words of the keys that phones need: how to record, not what the office decides by.
FOR_PHONES = frozenset(
    {
        *("photo", "visit", "signature", "position", "duty", "area", "form", "term", "list"),
        *("line", "case", "exit", "health", "house", "card", "income", "register"),
    }
)
#: So far back phones know what held on a day: a record may be entered later than it was made.
LOOKING_BACK = timedelta(days=400)

#: Choices that were ever added have words for ever.
LISTS = "list."

Dated = list[tuple[date, object]]
Value = TypeVar("Value")


def named(key: str, area: str) -> str:
    """What a value of a key in an area is called."""
    return f"{key}@{area}" if area else key


def in_force(session: Session, day: date) -> dict[str, object]:
    """Key -> value of all policy that holds on a day."""
    rows = session.connection().execute(_IN_FORCE, {"day": day})
    return {named(key, area): value for key, area, value in rows}  # of each the newest stays


_STANDING = (
    select(PolicyValue.key, PolicyValue.area, PolicyValue.value)
    .where(PolicyValue.withdrawn_at.is_(None))
    .order_by(PolicyValue.key, PolicyValue.area, PolicyValue.valid_from, PolicyValue.entry)
)
_IN_FORCE = _STANDING.where(PolicyValue.valid_from <= bindparam("day"))


def begun(session: Session, after: date, until: date) -> dict[str, object]:
    """The values that came into force after one day, until another, by key."""
    rows = session.execute(
        _STANDING.where(PolicyValue.valid_from > after, PolicyValue.valid_from <= until)
    )
    return {named(key, area): value for key, area, value in rows}


def dated(session: Session, today: date) -> dict[str, Dated]:
    """Key -> the values that phones need, each with the day from which it holds, oldest first.

    From the one that held when a record that is entered today may have been made at the earliest,
    to those that are still to come. The day of the first says only that it held by then. Of lists
    all that ever held.
    """
    rows = session.execute(_STANDING.add_columns(PolicyValue.valid_from))
    standing: dict[str, dict[date, object]] = {}
    for key, area, value, valid_from in rows:
        standing.setdefault(named(key, area), {})[valid_from] = value
    since = today - LOOKING_BACK
    return for_phones(
        {
            key: list(_since(values, date.min if key.startswith(LISTS) else since))
            for key, values in standing.items()
        }
    )


def plain(dated: Mapping[str, Dated]) -> dict[str, list[list[object]]]:
    """Dated values as they go to phones."""
    return {
        key: [[day.isoformat(), value] for day, value in values] for key, values in dated.items()
    }


def changing(dated: Mapping[str, Dated], today: date) -> dict[str, Dated]:
    """Those of dated values of which not always the same held or will hold."""
    since = today - LOOKING_BACK
    return {key: values for key, values in dated.items() if len(values) > 1 or values[0][0] > since}


def _since(values: Mapping[date, object], since: date) -> Iterator[tuple[date, object]]:
    first = max((day for day in values if day <= since), default=date.min)
    return ((day, value) for day, value in values.items() if day >= first)


def for_phones(values: Mapping[str, Value]) -> dict[str, Value]:
    """The values that phones need (see `FOR_PHONES`)."""
    return {key: value for key, value in values.items() if key.partition(".")[0] in FOR_PHONES}


def seed(session: Session, path: Path = SEED) -> list[str]:
    """Add the seed file's values that the database lacks; returns their keys.

    A value that is there, even another one or one that was withdrawn, is left alone: the county's
    word holds.
    """
    added = []
    for key, dated in tomllib.loads(path.read_text("utf-8")).items():
        for entry in dated:
            if session.get(PolicyValue, (key, "", entry["from"], 1)) is None:
                session.add(
                    PolicyValue(
                        key=key,
                        area="",
                        valid_from=entry["from"],
                        entry=1,
                        value=entry["value"],
                        source=entry.get("source", ""),
                    )
                )
                added.append(key)
    session.flush()
    return added

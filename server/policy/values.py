"""Policy values in force on a day, seeded from `forms/policy.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from server.config import ROOT
from server.policy.models import PolicyValue

SEED = ROOT / "forms" / "policy.toml"
#: The first words of the keys that phones need: how to record, not what the office decides by.
FOR_PHONES = frozenset(
    {
        *("photo", "visit", "signature", "position", "duty", "area", "form", "term", "list"),
        *("line", "case", "exit", "health", "house", "card", "income"),
    }
)


def in_force(session: Session, day: date) -> dict[str, object]:
    """Key -> value of all policy that holds on a day."""
    rows = session.connection().execute(_IN_FORCE, {"day": day})
    return {key: value for key, value in rows}  # noqa: C416  (of each key the newest stays)


_IN_FORCE = (
    select(PolicyValue.key, PolicyValue.value)
    .where(PolicyValue.valid_from <= bindparam("day"))
    .order_by(PolicyValue.key, PolicyValue.valid_from)
)


def begun(session: Session, after: date, until: date) -> dict[str, object]:
    """The values that came into force after one day, until another, by key."""
    rows = session.scalars(
        select(PolicyValue)
        .where(PolicyValue.valid_from > after, PolicyValue.valid_from <= until)
        .order_by(PolicyValue.key, PolicyValue.valid_from)
    )
    return {row.key: row.value for row in rows}


def for_phones(values: Mapping[str, object]) -> dict[str, object]:
    """The values that phones need (see `FOR_PHONES`)."""
    return {key: value for key, value in values.items() if key.partition(".")[0] in FOR_PHONES}


def seed(session: Session, path: Path = SEED) -> list[str]:
    """Add the seed file's values that the database lacks; returns their keys.

    A value that is there, even another one, is left alone: the county's word holds.
    """
    added = []
    for key, dated in tomllib.loads(path.read_text("utf-8")).items():
        for entry in dated:
            if session.get(PolicyValue, (key, entry["from"])) is None:
                session.add(
                    PolicyValue(
                        key=key,
                        valid_from=entry["from"],
                        value=entry["value"],
                        source=entry.get("source", ""),
                    )
                )
                added.append(key)
    session.flush()
    return added

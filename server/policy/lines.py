"""The monitoring line of one kind of households, where it is not the line of all (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal


def own_line(policy: Mapping[str, object], town: str, category: str) -> Decimal | None:
    """Yuan a head and year; None where this kind has no line of its own.

    policy: what holds on the day; a town's own value goes before the county's.
    """
    for key in (f"line.{category}@{town}", f"line.{category}"):
        said = policy.get(key)
        if isinstance(said, int | float):
            return Decimal(str(said))
    return None

"""Ages and birthdays (pure)."""

from __future__ import annotations

from datetime import date


def age_on(born: date, day: date) -> int:
    """How many years somebody has completed."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def birthday(born: date, age: int) -> date:
    """The day on which somebody comes to an age; the last of all days where the calendar ends."""
    if born.year + age > date.max.year:
        return date.max
    try:
        return born.replace(year=born.year + age)
    except ValueError:  # 29 February in a year without it
        return date(born.year + age, 3, 1)


def day_of(text: str) -> date | None:
    """A day that a register holds; None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

"""The one place that asks for the time, so that tests can fake it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

#: China has one zone; every date that a person sees is a day of this zone.
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


def now() -> datetime:
    """The present moment, timezone-aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The present day in China."""
    return now().astimezone(CHINA).date()


def local(moment: datetime) -> datetime:
    """A moment as the wall clocks of China show it."""
    return moment.astimezone(CHINA)

"""The values of forms' expressions, as the web engine on the phone has them.

A value is a bool, a float, a str, or a list of nodes. What XPath 1.0 says is not followed where the
engine says otherwise: a text that is a date counts as a number of days, whatever its question's
type, and not a number is written as nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Protocol
from zoneinfo import ZoneInfo

#: Phones count days in their own zone, with the summer times that China had.
CHINA = ZoneInfo("Asia/Shanghai")
DAY = 86_400_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WHITESPACE = " \t\r\n"
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
OTHER_BASES = re.compile(r"0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+")
DATE_LIKE = re.compile(
    r"(\d{4}-\d{2}-\d{2})"
    r"(?:T(\d{2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?)([-+]\d{2}:\d{2}|Z)?)?",
    re.ASCII,
)
OFFSET = re.compile(r"[+-](0\d|1[0-4]):[0-5]\d|Z", re.ASCII)


class Node(Protocol):
    """One place of an instance."""

    @property
    def text(self) -> str:
        """What stands there now."""
        ...


#: A bool, float or str, or a list of nodes.
Value = Any


class Moment(float):
    """A moment as a number of days since 1970, which is written as a date or a date with time."""

    text: str

    def __new__(cls, days: float, text: str) -> Moment:
        made = super().__new__(cls, days)
        made.text = text
        return made


def text_of(value: Value) -> str:
    """A value as text: of several nodes the first."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return value[0].text if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Moment):
        return value.text
    return _number_text(float(value))


def _number_text(number: float) -> str:
    """A number as JavaScript writes it, and nothing for what is none."""
    if math.isnan(number):
        return ""
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == int(number) and abs(number) < 1e21:
        return str(int(number))
    text = repr(number)
    if "e" in text and 1e-6 <= abs(number) < 1e21:
        return format(Decimal(text), "f")
    return re.sub(r"e([+-])0*", r"e\1", text)


def number_of(value: Value) -> float:
    """A value as a number, dates as days; NaN for what is none."""
    if isinstance(value, float):
        return value
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    text = text_of(value).strip(WHITESPACE)
    if NUMBER.fullmatch(text):
        return float(text)
    if not text:
        return math.nan
    return number_of_odd(text)


def number_of_odd(text: str) -> float:
    """A text that is no common number: a date, or what only JavaScript reads as a number."""
    moment = moment_of(text)
    if moment is not None:
        return days_of(moment)
    if OTHER_BASES.fullmatch(text):
        return float(int(text, 0))
    if text in {"Infinity", "+Infinity", "-Infinity"}:
        return float(text.replace("Infinity", "inf"))
    return math.nan


def boolean_of(value: Value) -> bool:
    """A value as true or false: a node is true, whatever stands there."""
    if value is True or value is False:
        return value
    if isinstance(value, list | str):
        return len(value) > 0
    if isinstance(value, Moment) and math.isnan(value):
        return False
    return value != 0 and not math.isnan(value)


def moment_of(text: str) -> datetime | None:
    """The moment that a date or a date with time means; None for any other text."""
    match = DATE_LIKE.fullmatch(text)
    if match is None:
        return None
    offset = match[3]
    if offset and not OFFSET.fullmatch(offset):
        return None
    try:
        day = date.fromisoformat(match[1])
        clock = _time(match[2]) if match[2] else time()
        if offset:
            written = f"{day}T{clock.isoformat()}{offset.replace('Z', '+00:00')}"
            return datetime.fromisoformat(written)
        return datetime.combine(day, clock, CHINA)
    except ValueError:
        return None


def _time(text: str) -> time:
    """Python reads three or six digits of a second, phones any number."""
    whole, _, fraction = text.partition(".")
    found = time.fromisoformat(whole)
    return found.replace(microsecond=int(f"{fraction:0<6.6}")) if fraction else found


def days_of(moment: datetime) -> float:
    """Days since 1970, with their fraction."""
    return (moment - EPOCH) // timedelta(milliseconds=1) / DAY


def as_moment(moment: datetime) -> Moment:
    """A moment as forms count and write it."""
    local = moment.astimezone(CHINA)
    if local.time() == time():
        return Moment(days_of(moment), local.date().isoformat())
    fraction = f"{local.microsecond:06}".rstrip("0")[:3] or "000"
    zone = local.isoformat()[-6:]
    return Moment(days_of(moment), f"{local:%Y-%m-%dT%H:%M:%S}.{fraction}{zone}")


NO_MOMENT = Moment(math.nan, "Invalid Date")


def equal(one: Value, other: Value) -> bool:
    """`=`: of several nodes one is enough."""
    return _any(one, other, _same)


def unequal(one: Value, other: Value) -> bool:
    """`!=`: of several nodes one is enough."""
    return _any(one, other, lambda a, b: not _same(a, b))


def _any(one: Value, other: Value, holds: Callable[[Value, Value], bool]) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return holds(boolean_of(one), boolean_of(other))
    if isinstance(one, list):
        return any(_any(node.text, other, holds) for node in one)
    if isinstance(other, list):
        return any(holds(one, node.text) for node in other)
    return holds(one, other)


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        return number_of(one) == number_of(other)
    return bool(one == other)


def ordered(compare: Callable[[float, float], bool]) -> Callable[[Value, Value], bool]:
    """`<` and its like over values: of several nodes one is enough."""

    def holds(one: Value, other: Value) -> bool:
        left = [number_of(node.text) for node in one] if isinstance(one, list) else [number_of(one)]
        right = (
            [number_of(node.text) for node in other]
            if isinstance(other, list)
            else [number_of(other)]
        )
        return any(compare(a, b) for a in left for b in right)

    return holds


def divide(one: float, other: float) -> float:
    """`div`, by zero too."""
    if other == 0:
        return math.nan if one == 0 or math.isnan(one) else math.copysign(math.inf, one * other)
    return one / other


def modulo(one: float, other: float) -> float:
    """`mod`: the sign is the first one's."""
    if other == 0 or math.isinf(one) or math.isnan(one) or math.isnan(other):
        return math.nan
    return math.fmod(one, other)

"""What the phone's engine keeps of a value: nothing of what is not of the question's type."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal

from server.forms.xpath_values import OFFSET, WHITESPACE, moment_of, number_of

DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(T(\d{2}:\d{2}:\d{2}(\.\d+)?|\d{2}:\d{2}|\d{2}))?", re.ASCII)
TIME = re.compile(r"(\d{2}:\d{2}:\d{2})(?:\.\d+)?([-+]\d{2}:\d{2}|Z)?", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?([-+]\d{2}:\d{2}|Z)?", re.ASCII)
SMALLEST, LARGEST = -(2**31), 2**31 - 1


def kept(value: str, kind: str, parameters: Mapping[str, str]) -> str:
    """A value as the engine holds it; blank where it cannot be of that kind.

    kind: a question's type. parameters: of a range, its bounds.
    """
    if not value:
        return ""
    if kind == "integer":
        return _integer(value)
    if kind == "decimal":
        return _decimal(value)
    if kind == "range":
        return _in_range(value, parameters)
    if kind == "date":
        return _date(value)
    if kind == "time":
        return value if _is_time(value) else ""
    if kind == "dateTime":
        return value if MOMENT.fullmatch(value) and moment_of(value) else ""
    if kind == "geopoint":
        return _place(value)
    if kind == "acknowledge":
        return "OK" if value.lower() == "ok" else ""
    return value


def is_whole(parameters: Mapping[str, str]) -> bool:
    """Whether a range has whole numbers only."""
    return not any("." in parameters.get(name, "") for name in ("start", "end", "step"))


def decimal_text(number: float) -> str:
    """A number with at least one decimal, as the engine writes it."""
    text = format(Decimal(repr(number)), "f")
    return text if "." in text else f"{text}.0"


def _number(text: str) -> float:
    """What a text that is no date means as a number."""
    return math.nan if DAY.match(text) else number_of(text)


def _integer(value: str) -> str:
    number = _number(value)
    if not math.isfinite(number) or not SMALLEST <= math.trunc(number) <= LARGEST:
        return ""
    return str(math.trunc(number))


def _decimal(value: str) -> str:
    number = _number(value)
    return decimal_text(number) if math.isfinite(number) else ""


def _in_range(value: str, parameters: Mapping[str, str]) -> str:
    text = _integer(value) if is_whole(parameters) else _decimal(value)
    first, last = (float(parameters.get(name, most)) for name, most in (("start", 1), ("end", 10)))
    return text if text and first <= float(text) <= last else ""


def _date(value: str) -> str:
    match = DAY.fullmatch(value)
    try:
        return str(date.fromisoformat(match[1])) if match else ""
    except ValueError:
        return ""


def _is_time(value: str) -> bool:
    match = TIME.fullmatch(value)
    if match is None or (match[2] and not OFFSET.fullmatch(match[2])):
        return False
    try:
        time.fromisoformat(match[1])
    except ValueError:
        return False
    return True


def _place(value: str) -> str:
    numbers = [_number(part) for part in value.strip(WHITESPACE).split()]
    if not len(numbers) >= 2 or any(math.isnan(number) for number in numbers[:4]):
        return ""
    if abs(numbers[0]) > 90 or abs(numbers[1]) > 180 or numbers[0] == numbers[1] == 0:
        return ""
    return " ".join(decimal_text(number) for number in numbers[:4])

"""One spelling for each value, so that equal answers compare equal."""

import re
from datetime import date
from decimal import Decimal

NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def canonical(value: str, kind: str) -> str:
    """A value in its one spelling: `3.50` and `3.5` become `3.5`, ticked choices are sorted.

    kind: type of a question or a property.
    A value that is not of its kind comes back unchanged but for outer blanks; `check` tells of it.
    """
    value = value.strip()
    if kind in {"integer", "decimal", "range"}:
        return _number(value)
    if kind == "select_multiple":
        return " ".join(sorted(set(value.split())))
    if kind == "geopoint":
        return " ".join(_number(part) for part in value.split())
    if kind == "date" and DAY.fullmatch(value[:10]) and value[10:11] in {"", "T"}:
        return value[:10]
    return value


def is_of_kind(value: str, kind: str) -> bool:
    """Whether a filled value can be read as its kind."""
    if kind == "integer":
        return (
            bool(NUMBER.fullmatch(value)) and Decimal(value) == Decimal(value).to_integral_value()
        )
    if kind == "decimal":
        return bool(NUMBER.fullmatch(value))
    if kind == "date":
        return _is_day(value)
    if kind == "geopoint":
        return _is_place(value)
    return True


def _number(value: str) -> str:
    if not NUMBER.fullmatch(value):
        return value
    text = format(Decimal(value), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", "+0"} else text


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return bool(DAY.fullmatch(value))


def _is_place(value: str) -> bool:
    parts = value.split()
    if not 2 <= len(parts) <= 4 or not all(NUMBER.fullmatch(part) for part in parts):
        return False
    return abs(Decimal(parts[0])) <= 90 and abs(Decimal(parts[1])) <= 180

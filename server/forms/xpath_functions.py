"""The functions of OpenRosa's XPath that forms may use."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime

from lxml import etree

URI = "urn:openrosa:functions"
Value = bool | float | str | list[etree._Element]

BUILT_IN = frozenset(
    {
        *("string", "concat", "starts-with", "contains", "substring-before", "substring-after"),
        *("substring", "string-length", "normalize-space", "translate"),
        *("boolean", "not", "true", "false", "number", "count", "floor", "ceiling", "position"),
    }
)
"""What XPath 1.0 brings itself."""


def text_of(value: Value) -> str:
    """A value as text: of several nodes the first, of numbers the shortest spelling."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return (value[0].text or "") if value else ""
    if isinstance(value, int | float):
        if math.isnan(value) or math.isinf(value):
            return "NaN"
        return str(int(value)) if value == int(value) else repr(value)
    return str(value)


def number_of(value: Value) -> float:
    """A value as a number; NaN for what is none."""
    if isinstance(value, bool | int | float):
        return float(value)
    text = text_of(value).strip()
    try:
        return float(text) if re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)", text) else math.nan
    except ValueError:
        return math.nan


def boolean_of(value: Value) -> bool:
    """A value as true or false, as XPath 1.0 has it."""
    if value is True or value is False:
        return value
    if isinstance(value, list | str):
        return len(value) > 0
    return bool(value) and not math.isnan(value)


def day_of(value: Value) -> float:
    """Days since 1970 of a date, a date with time, or a number of days; NaN for anything else."""
    if isinstance(value, bool | int | float):
        return float(value)
    text = text_of(value).strip()
    try:
        return float((date.fromisoformat(text[:10]) - date(1970, 1, 1)).days) + _part_of_day(text)
    except ValueError:
        return math.nan


def _part_of_day(text: str) -> float:
    if len(text) <= 10:
        return 0.0
    time = datetime.fromisoformat(text).time()
    return (time.hour * 3600 + time.minute * 60 + time.second) / 86400


def _numbers(values: tuple[Value, ...]) -> list[float]:
    found: list[float] = []
    for value in values:
        parts = [node.text or "" for node in value] if isinstance(value, list) else [value]
        found.extend(number_of(part) for part in parts if part != "")
    return found


def _selected(values: Value, code: Value) -> bool:
    return text_of(code) in text_of(values).split()


def _selected_at(values: Value, index: Value) -> str:
    codes, place = text_of(values).split(), number_of(index)
    return codes[int(place)] if 0 <= place < len(codes) else ""


def _substr(text: Value, start: Value, end: Value = math.inf) -> str:
    content, first, last = text_of(text), number_of(start), number_of(end)
    if math.isnan(first) or math.isnan(last):
        return ""
    return content[int(first) : None if math.isinf(last) else int(last)]


def _regex(text: Value, pattern: Value) -> bool:
    return re.search(text_of(pattern), text_of(text)[:1000]) is not None


def _int(value: Value) -> float:
    number = number_of(value)
    return number if math.isnan(number) else float(math.trunc(number))


def _round(value: Value, places: Value = 0.0) -> float:
    number, digits = number_of(value), number_of(places)
    if math.isnan(number) or math.isnan(digits):
        return math.nan
    return math.floor(number * 10**digits + 0.5) / 10**digits


def _pow(base: Value, exponent: Value) -> float:
    try:
        return math.pow(number_of(base), number_of(exponent))
    except (OverflowError, ValueError):
        return math.nan


def _join(separator: Value, *values: Value) -> str:
    parts: list[str] = []
    for value in values:
        nodes = [node.text or "" for node in value] if isinstance(value, list) else None
        parts.extend([text_of(value)] if nodes is None else nodes)
    return text_of(separator).join(parts)


def _indexed_repeat(nodes: Value, _repeat: Value, index: Value) -> str:
    place = number_of(index)
    if not isinstance(nodes, list) or not 1 <= place <= len(nodes):
        return ""
    return nodes[int(place) - 1].text or ""


OPENROSA: dict[str, Callable[..., Value]] = {
    "if": lambda condition, yes, no: yes if boolean_of(condition) else no,
    "coalesce": lambda first, second: text_of(first) or text_of(second),
    "once": lambda value: text_of(value),
    "uuid": lambda: "",
    "regex": _regex,
    "date": day_of,
    "decimal-date-time": day_of,
    "selected": _selected,
    "selected-at": _selected_at,
    "count-selected": lambda values: float(len(text_of(values).split())),
    "substr": _substr,
    "int": _int,
    "round": _round,
    "pow": _pow,
    "abs": lambda value: abs(number_of(value)),
    "sum": lambda *values: math.fsum(_numbers(values)),
    "min": lambda *values: min(_numbers(values), default=math.nan),
    "max": lambda *values: max(_numbers(values), default=math.nan),
    "join": _join,
    "count-non-empty": lambda nodes: float(sum(bool(node.text) for node in nodes)),
    "indexed-repeat": _indexed_repeat,
}
"""OpenRosa's own, and those of XPath that it defines otherwise. `today()` and
`now()` are a variable of the expression; `uuid()` is never computed again."""


def _register() -> None:
    namespace = etree.FunctionNamespace(URI)
    for name, function in OPENROSA.items():
        namespace[name] = _for_lxml(function)


def _for_lxml(function: Callable[..., Value]) -> Callable[..., Value]:
    def call(_context: object, *arguments: Value) -> Value:
        return function(*arguments)

    return call


_register()

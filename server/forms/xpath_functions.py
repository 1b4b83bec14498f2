"""The functions that forms may use, each as the web engine on the phone has it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from server.forms.xpath_values import (
    CHINA,
    DAY,
    EPOCH,
    NO_MOMENT,
    WHITESPACE,
    Moment,
    Value,
    as_moment,
    boolean_of,
    days_of,
    moment_of,
    number_of,
    text_of,
)

BLANKS = re.compile(f"[{WHITESPACE}]")
#: Longer texts are judged by their beginning: a pattern may take the square of the length.
LONGEST = 1000
DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True, slots=True)
class Function:
    """A function and how many arguments it takes; most: None for any number."""

    call: Callable[..., Value]
    least: int
    most: int | None


def words_of(text: str) -> list[str]:
    """What blanks part; one empty word where there is nothing else, as the engine has it."""
    normal = re.sub(f"[{WHITESPACE}]{{2,}}", " ", text.strip(WHITESPACE))
    return BLANKS.split(normal)


def rounded(number: float) -> float:
    """To the next whole number, halves up."""
    if math.isnan(number) or math.isinf(number):
        return number
    below = math.floor(number)
    return float(below if number - below < 0.5 else below + 1)


def _each(values: tuple[Value, ...]) -> Iterator[Value]:
    for value in values:
        if isinstance(value, list):
            yield from (node.text for node in value)
        else:
            yield value


def _round(value: Value, places: Value = 0.0) -> float:
    number, digits = number_of(value), number_of(places)
    if math.isnan(number) or math.isnan(digits):
        return math.nan
    by = math.pow(10.0, digits)
    unsigned = rounded(abs(number) * by) / by
    return -unsigned if number < 0 else unsigned


def _int(value: Value) -> float:
    number = number_of(value)
    return float(math.trunc(number)) if math.isfinite(number) else number


def _whole(value: Value) -> int | None:
    """The whole number with which a text begins."""
    match = re.match(r"\s*([+-]?\d+)", text_of(value), re.ASCII)
    return int(match[1]) if match else None


def _sum(values: Value) -> float:
    """Not a number as soon as one is none, or where there is nothing to add."""
    total: float | None = None
    for value in _each((values,)):
        number = number_of(value)
        total = number if total is None else total + number
    return math.nan if total is None else total


def _extreme(choose: Callable[[list[float]], float]) -> Callable[..., float]:
    def extreme(*values: Value) -> float:
        numbers = [number_of(value) for value in _each(values)]
        return math.nan if not numbers or any(map(math.isnan, numbers)) else choose(numbers)

    return extreme


def _pow(base: Value, exponent: Value) -> float:
    if number_of(base) == 0 and number_of(exponent) < 0:
        return math.inf
    try:
        return math.pow(number_of(base), number_of(exponent))
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan


def _of_number(function: Callable[[float], float]) -> Callable[[Value], float]:
    def applied(value: Value) -> float:
        number = number_of(value)
        return number if not math.isfinite(number) else float(function(number))

    return applied


def _number(value: Value) -> float:
    if isinstance(value, str | list):
        moment = moment_of(text_of(value))
        if moment is not None:
            return Moment(days_of(moment), str(math.floor(days_of(moment))))
    return number_of(value)


def _date(value: Value) -> Value:
    if isinstance(value, bool):
        return ""
    if isinstance(value, float):
        return value if isinstance(value, Moment) else _moment_of_days(value)
    text = text_of(value)
    if not text:
        return ""
    padded = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(T.*)?", text, re.ASCII)
    if padded:
        text = f"{padded[1]}-{padded[2]:0>2}-{padded[3]:0>2}{padded[4] or ''}"
    moment = moment_of(text)
    return NO_MOMENT if moment is None else as_moment(moment)


def _moment_of_days(days: float) -> Moment:
    try:
        return as_moment(EPOCH + timedelta(milliseconds=round(days * DAY)))
    except (OverflowError, ValueError):
        return NO_MOMENT


def _decimal_date_time(value: Value) -> float:
    if isinstance(value, float):
        return float(value)
    moment = moment_of(text_of(value))
    return math.nan if moment is None else days_of(moment)


def _decimal_time(value: Value) -> float:
    text = text_of(value)
    if not re.fullmatch(r"\d{2}:\d{2}(:[0-5]\d)?(\.\d+)?(Z|[-+]\d{2}:\d{2})?", text, re.ASCII):
        return math.nan
    moment = moment_of(f"1970-01-01T{text}")
    if moment is None:
        return math.nan
    at = moment.astimezone(CHINA).time()
    seconds = at.hour * 3600 + at.minute * 60 + at.second
    return (seconds * 1000 + at.microsecond // 1000) / DAY


def _formatted(value: Value, pattern: Value, *, with_time: bool) -> str:
    moment = moment_of(text_of(value))
    if moment is None:
        return ""
    at = moment.astimezone(CHINA)
    day = at.isoweekday()
    parts = {
        "%Y": f"{at.year:04}",
        "%y": f"{at.year:04}"[2:],
        "%m": f"{at.month:02}",
        "%n": str(at.month),
        "%b": MONTHS[at.month - 1],
        "%d": f"{at.day:02}",
        "%e": str(at.day),
        # the engine has no word for Sunday
        "%a": DAYS[day] if day < 7 else "",
    }
    if with_time:
        parts |= {
            "%H": f"{at.hour:02}",
            "%h": str(at.hour),
            "%M": f"{at.minute:02}",
            "%S": f"{at.second:02}",
            "%3": f"{at.microsecond // 1000:03}",
        }
    return re.sub("|".join(parts), lambda found: parts[found[0]], text_of(pattern))


def _selected(values: Value, code: Value) -> bool:
    return text_of(code).strip(WHITESPACE) in words_of(text_of(values))


def _selected_at(values: Value, index: Value) -> str:
    words, place = words_of(text_of(values)), _whole(index)
    return words[place] if place is not None and 0 <= place < len(words) else ""


def _count_selected(values: Value) -> float:
    text = text_of(values).strip(WHITESPACE)
    return float(len(words_of(text))) if text else 0.0


def _substr(text: Value, start: Value, end: Value | None = None) -> str:
    content = text_of(text)
    length = len(content)
    first, last = _whole(start), length if end is None else _whole(end)
    if first is None or last is None:
        return ""
    first, last = (place + length if place < 0 else place for place in (first, last))
    return content[max(0, first) : max(0, last)]


def _substring(text: Value, start: Value, length: Value | None = None) -> str:
    content = text_of(text)
    first = rounded(number_of(start)) - 1
    size = None if length is None else number_of(length)
    if math.isnan(first) or first == math.inf or (size is not None and math.isnan(size)):
        return ""
    end = float(len(content)) if size is None else first + rounded(size)
    low, high = sorted(int(min(max(place, 0), len(content))) for place in (first, end))
    return content[low:high]


def _substring_after(text: Value, mark: Value) -> str:
    """Of a longer mark the engine leaves all but the first letter."""
    content, sought = text_of(text), text_of(mark)
    if not sought:
        return content
    at = content.find(sought)
    return content[at + 1 :] if at >= 0 else ""


def _substring_before(text: Value, mark: Value) -> str:
    content = text_of(text)
    at = content.find(text_of(mark))
    return content[:at] if at >= 0 else ""


def _translate(text: Value, sought: Value, instead: Value) -> str:
    letters, others = text_of(sought), text_of(instead)
    table: dict[int, str] = {}
    for place, letter in enumerate(letters):
        table.setdefault(ord(letter), others[place : place + 1])
    return text_of(text).translate(table)


def _normalize_space(text: Value) -> str:
    return re.sub(f"[{WHITESPACE}]{{2,}}", " ", text_of(text).strip(WHITESPACE))


@lru_cache(maxsize=512)
def pattern_of(text: str) -> re.Pattern[str]:
    """A regular expression of JavaScript. Raises re.error."""
    written, inside, escaped = [], False, False
    for letter in text:
        if escaped or letter == "\\":
            escaped = not escaped
            written.append(letter)
            continue
        if letter == "[":
            inside = True
        elif letter == "]":
            inside = False
        written.append(r"\Z" if letter == "$" and not inside else letter)
    return re.compile("".join(written), re.ASCII)


def _regex(text: Value, pattern: Value) -> bool:
    return pattern_of(text_of(pattern)).search(text_of(text)[:LONGEST]) is not None


def _string_length(text: Value) -> float:
    """What lies beyond the usual letters counts twice, as in JavaScript."""
    content = text_of(text)
    return float(len(content) + sum(letter > "\uffff" for letter in content))


def _checklist(least: Value, most: Value, *answers: Value) -> bool:
    return _enough(number_of(least), number_of(most), [(one, 1.0) for one in _each(answers)])


def _weighted_checklist(least: Value, most: Value, *answers: Value) -> bool:
    pairs = zip(answers[::2], answers[1::2], strict=True)
    weighed = [
        (one, number_of(weight))
        for answer, weights in pairs
        for one, weight in zip(_each((answer,)), _each((weights,)), strict=False)
    ]
    return _enough(number_of(least), number_of(most), weighed)


def _enough(least: float, most: float, weighed: list[tuple[Value, float]]) -> bool:
    if most == -1:
        if least < 1:
            return True
        most = math.inf
    found = sum(weight for one, weight in weighed if boolean_of(one))
    return least <= found <= most


FUNCTIONS: dict[str, Function] = {
    "true": Function(lambda: True, 0, 0),
    "false": Function(lambda: False, 0, 0),
    "boolean": Function(boolean_of, 1, 1),
    "not": Function(lambda value: not boolean_of(value), 1, 1),
    "boolean-from-string": Function(lambda value: text_of(value) in {"1", "true"}, 1, 1),
    "coalesce": Function(lambda first, second: text_of(first) or text_of(second), 2, 2),
    "checklist": Function(_checklist, 2, None),
    "weighted-checklist": Function(_weighted_checklist, 2, None),
    "selected": Function(_selected, 2, 2),
    "selected-at": Function(_selected_at, 2, 2),
    "count-selected": Function(_count_selected, 1, 1),
    "string": Function(text_of, 1, 1),
    "concat": Function(lambda *parts: "".join(text_of(one) for one in _each(parts)), 0, None),
    "join": Function(
        lambda glue, *parts: text_of(glue).join(text_of(one) for one in _each(parts)), 1, None
    ),
    "string-length": Function(_string_length, 1, 1),
    "substr": Function(_substr, 2, 3),
    "substring": Function(_substring, 2, 3),
    "substring-before": Function(_substring_before, 2, 2),
    "substring-after": Function(_substring_after, 2, 2),
    "starts-with": Function(lambda one, two: text_of(one).startswith(text_of(two)), 2, 2),
    "ends-with": Function(lambda one, two: text_of(one).endswith(text_of(two)), 2, 2),
    "contains": Function(lambda one, two: text_of(two) in text_of(one), 2, 2),
    "translate": Function(_translate, 3, 3),
    "normalize-space": Function(_normalize_space, 1, 1),
    "regex": Function(_regex, 2, 2),
    "number": Function(_number, 1, 1),
    "int": Function(_int, 1, 1),
    "round": Function(_round, 1, 2),
    "floor": Function(_of_number(math.floor), 1, 1),
    "ceiling": Function(_of_number(math.ceil), 1, 1),
    "abs": Function(_of_number(abs), 1, 1),
    "sqrt": Function(lambda value: _pow(value, 0.5), 1, 1),
    "pow": Function(_pow, 2, 2),
    "pi": Function(lambda: math.pi, 0, 0),
    "sum": Function(_sum, 1, 1),
    "min": Function(_extreme(min), 0, None),
    "max": Function(_extreme(max), 0, None),
    "count": Function(lambda nodes: float(len(nodes)), 1, 1),
    "count-non-empty": Function(lambda nodes: float(sum(node.text != "" for node in nodes)), 1, 1),
    "date": Function(_date, 1, 1),
    "decimal-date-time": Function(_decimal_date_time, 1, 1),
    "decimal-time": Function(_decimal_time, 1, 1),
    "format-date": Function(lambda one, way: _formatted(one, way, with_time=False), 2, 2),
    "format-date-time": Function(lambda one, way: _formatted(one, way, with_time=True), 2, 2),
}
"""Those that only need the values of their arguments. `closures.py` has the others."""

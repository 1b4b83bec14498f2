"""XPath of forms as plain functions: ten times as fast as lxml where thousands are evaluated.

An expression is read once into nested functions over cells. What this reader does not know, and a
value that libxml2 would read in a way of its own, raise `Unsupported`; then lxml evaluates the
whole form (`compute.py`). Both must say the same (tests/forms/test_quick_check.py).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from server.forms.xpath import OPERATORS, TOKEN, Context, date_operands
from server.forms.xpath_functions import OPENROSA, boolean_of, day_of


class Unsupported(Exception):
    """Only lxml can evaluate this."""


@dataclass(slots=True, eq=False)
class Cell:
    """The place of one answer, with its text as it holds now."""

    text: str = ""


class Whole:
    """A whole row of a repeat, which can only be counted."""

    @property
    def text(self) -> str:
        """What libxml2 would read of it."""
        raise Unsupported


WHOLE = Whole()


Row = dict[str, Cell]
#: A bool, float or str, or a list of cells: what XPath calls a node-set.
Value = Any


@dataclass(slots=True)
class Scope:
    """Where an expression is evaluated.

    form: path -> cell, outside repeats. rows: path of a repeat -> its rows, each path -> cell.
    row: the row around the question. here: the question's own cell. today: as days since 1970.
    """

    form: Row
    rows: Mapping[str, list[Row]]
    today: float
    row: Row = field(default_factory=dict)
    here: Cell = field(default_factory=Cell)


Function = Callable[[Scope], Value]
EPOCH = date(1970, 1, 1)
NUMBER = re.compile(r"\s*(-?)(\d*)(?:\.(\d*))?\s*")
EXPONENT = re.compile(r"\s*-?[\d.]+[eE]")


def compile_expression(text: str, context: Context, known: Mapping[str, str | None]) -> Function:
    """The function that computes an expression.

    known: path of every question and repeat -> its repeat, or None outside. Raises Unsupported.
    """
    tokens = [match for match in TOKEN.finditer(text) if match[0].strip()]
    return _Reader(tokens, context, known).whole()


def number_of(value: Value) -> float:
    """A value as a number, as libxml2 reads it."""
    if isinstance(value, bool | float):
        return float(value)
    text = _text(value)
    match = NUMBER.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        if EXPONENT.match(text):
            raise Unsupported(text)
        return math.nan
    number = float(match[2] or 0)
    if match[3]:
        number += float(match[3]) / 10.0 ** len(match[3])
    if len(text) > 15:
        raise Unsupported(text)
    return -number if match[1] else number


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return value[0].text if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value != value:  # NaN
        return "NaN"
    if value == int(value) and abs(value) < 1e9:
        return str(int(value))
    raise Unsupported(value)


def _equal(one: Value, other: Value) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return boolean_of(one) == boolean_of(other)
    if isinstance(one, list):
        return any(_equal(cell.text, other) for cell in one)
    if isinstance(other, list):
        return any(_equal(one, cell.text) for cell in other)
    if isinstance(one, float) or isinstance(other, float):
        return number_of(one) == number_of(other)
    return bool(one == other)


def _unequal(one: Value, other: Value) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return boolean_of(one) != boolean_of(other)
    if isinstance(one, list):
        return any(_unequal(cell.text, other) for cell in one)
    if isinstance(other, list):
        return any(_unequal(one, cell.text) for cell in other)
    if isinstance(one, float) or isinstance(other, float):
        return number_of(one) != number_of(other)
    return bool(one != other)


def _ordered(compare: Callable[[float, float], bool]) -> Callable[[Value, Value], bool]:
    def ordered(one: Value, other: Value) -> bool:
        if isinstance(one, bool) or isinstance(other, bool):
            raise Unsupported
        left = [number_of(cell.text) for cell in one] if isinstance(one, list) else [number_of(one)]
        right = (
            [number_of(cell.text) for cell in other]
            if isinstance(other, list)
            else [number_of(other)]
        )
        return any(compare(a, b) for a in left for b in right)

    return ordered


def _divide(one: float, other: float) -> float:
    if other == 0:
        raise Unsupported
    return one / other


def _modulo(one: float, other: float) -> float:
    if other == 0 or math.isinf(one) or math.isinf(other):
        raise Unsupported
    return math.fmod(one, other)


RELATIONS: Mapping[str, Callable[[Value, Value], bool]] = {
    "=": _equal,
    "!=": _unequal,
    "<": _ordered(lambda a, b: a < b),
    "<=": _ordered(lambda a, b: a <= b),
    ">": _ordered(lambda a, b: a > b),
    ">=": _ordered(lambda a, b: a >= b),
}
SUMS: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
}
PRODUCTS: Mapping[str, Callable[[float, float], float]] = {
    "*": lambda a, b: a * b,
    "div": _divide,
    "mod": _modulo,
}


def _count(value: Value) -> float:
    if not isinstance(value, list):
        raise Unsupported
    return float(len(value))


def _starts_with(one: Value, other: Value) -> bool:
    return _text(one).startswith(_text(other))


#: Name -> (function, number of its arguments; None: two or more).
CORE: Mapping[str, tuple[Callable[..., Value], int | None]] = {
    "string": (_text, 1),
    "concat": (lambda *parts: "".join(_text(part) for part in parts), None),
    "starts-with": (_starts_with, 2),
    "contains": (lambda one, other: _text(other) in _text(one), 2),
    "string-length": (lambda value: float(len(_text(value))), 1),
    "boolean": (boolean_of, 1),
    "not": (lambda value: not boolean_of(value), 1),
    "true": (lambda: True, 0),
    "false": (lambda: False, 0),
    "number": (number_of, 1),
    "count": (_count, 1),
}


class _Reader:
    """A descent over the tokens; each method reads one level of precedence."""

    def __init__(
        self, tokens: list[re.Match[str]], context: Context, known: Mapping[str, str | None]
    ) -> None:
        self._tokens = tokens
        self._context = context
        self._known = known
        self._at = 0
        self._cells: dict[Function, Callable[[Scope], Cell]] = {}
        self._literals: dict[Function, str] = {}
        self._days = {
            side
            for place, token in enumerate(tokens)
            if token["relation"]
            for side in date_operands(tokens, place, context)
        }

    def whole(self) -> Function:
        found = self._either()
        if self._at != len(self._tokens):
            raise Unsupported
        return found

    def _next(self) -> str:
        return self._tokens[self._at][0].strip() if self._at < len(self._tokens) else ""

    def _take(self, text: str) -> None:
        if self._next() != text:
            raise Unsupported
        self._at += 1

    def _either(self) -> Function:
        parts = [self._both()]
        while self._next() == "or":
            self._at += 1
            parts.append(self._both())
        if len(parts) == 1:
            return parts[0]
        return _folded(parts, stop=True)

    def _both(self) -> Function:
        parts = [self._binary(0)]
        while self._next() == "and":
            self._at += 1
            parts.append(self._binary(0))
        if len(parts) == 1:
            return parts[0]
        return _folded(parts, stop=False)

    def _binary(self, level: int) -> Function:
        if level == len(LEVELS):
            return self._signed()
        found = self._binary(level + 1)
        while (operator := self._next()) in LEVELS[level]:
            self._at += 1
            apply, right = LEVELS[level][operator], self._binary(level + 1)
            found = self._short(operator, found, right) or _applied(
                apply, found, right, numbers=level > 1
            )
        return found

    def _signed(self) -> Function:
        if self._next() != "-":
            return self._primary()
        self._at += 1
        value = self._signed()
        return lambda scope: -number_of(value(scope))

    def _primary(self) -> Function:
        if self._at >= len(self._tokens):
            raise Unsupported
        token, place = self._tokens[self._at], self._at
        self._at += 1
        found = self._of(token)
        if place in self._days:
            return lambda scope: day_of(found(scope))
        return found

    def _of(self, token: re.Match[str]) -> Function:
        if token["literal"]:
            return self._literal(token["literal"][1:-1])
        if token["number"]:
            number = float(token["number"])
            return lambda _: number
        if token["today"]:
            return lambda scope: scope.today
        if token["path"]:
            return self._path(token["path"])
        if token["function"] and token["function"] not in OPERATORS:
            return self._call(token["function"])
        return self._other(token[0].strip())

    def _other(self, text: str) -> Function:
        if text == ".":
            return self._cell(lambda scope: scope.here)
        if text == "(":
            found = self._either()
            self._take(")")
            return found
        raise Unsupported

    def _path(self, path: str) -> Function:
        if self._next() in {"/", "["} or path not in self._known:
            raise Unsupported
        repeat = self._known[path]
        if repeat == path:
            return lambda scope: [WHOLE for _ in scope.rows[path]]
        if repeat is None:
            return self._cell(lambda scope: scope.form[path])
        if repeat in self._context.shared:
            return self._cell(lambda scope: scope.row[path])
        return lambda scope: [row[path] for row in scope.rows[repeat]]

    def _cell(self, cell: Callable[[Scope], Cell]) -> Function:
        def found(scope: Scope) -> Value:
            return [cell(scope)]

        self._cells[found] = cell
        return found

    def _literal(self, text: str) -> Function:
        def found(_: Scope) -> Value:
            return text

        self._literals[found] = text
        return found

    def _short(self, name: str, one: Function, other: Function) -> Function | None:
        """The comparisons of which forms are full, of one cell with words, in one step."""
        if name == "selected" and one in self._literals and other in self._cells:
            codes, chosen = frozenset(self._literals[one].split()), self._cells[other]
            return lambda scope: chosen(scope).text in codes
        if one not in self._cells or other not in self._literals:
            return None
        cell, text = self._cells[one], self._literals[other]
        if name == "=":
            return lambda scope: cell(scope).text == text
        if name == "!=":
            return lambda scope: cell(scope).text != text
        if name == "selected":
            return lambda scope: text in cell(scope).text.split()
        return None

    def _call(self, name: str) -> Function:
        arguments = list(self._arguments())
        if len(arguments) == 2 and (short := self._short(name, *arguments)):
            return short
        if name in OPENROSA:
            function = OPENROSA[name]
            if name == "if" and len(arguments) == 3:
                return _if(*arguments)
        else:
            function, wanted = CORE.get(name, (None, 0))  # type: ignore[assignment]
            if function is None or len(arguments) != (
                max(2, len(arguments)) if wanted is None else wanted
            ):
                raise Unsupported
        if len(arguments) == 1:
            only = arguments[0]
            return lambda scope: function(only(scope))
        return lambda scope: function(*[argument(scope) for argument in arguments])

    def _arguments(self) -> Iterator[Function]:
        self._take("(")
        if self._next() == ")":
            self._at += 1
            return
        while True:
            yield self._either()
            if self._next() == ",":
                self._at += 1
                continue
            self._take(")")
            return


#: From the loosest to the tightest; `or` and `and` stand above.
LEVELS: tuple[Mapping[str, Callable[[Any, Any], Value]], ...] = (
    {name: RELATIONS[name] for name in ("=", "!=")},
    {name: RELATIONS[name] for name in ("<", "<=", ">", ">=")},
    SUMS,
    PRODUCTS,
)


def _folded(parts: list[Function], *, stop: bool) -> Function:
    """`or` (stop at what holds) and `and` (stop at what does not)."""

    def folded(scope: Scope) -> Value:
        for part in parts:
            value = part(scope)
            if (value if value is True or value is False else boolean_of(value)) is stop:
                return stop
        return not stop

    return folded


def _applied(
    apply: Callable[[Any, Any], Value], left: Function, right: Function, *, numbers: bool
) -> Function:
    if numbers:
        return lambda scope: apply(number_of(left(scope)), number_of(right(scope)))
    return lambda scope: apply(left(scope), right(scope))


def _if(condition: Function, yes: Function, no: Function) -> Function:
    """As in lxml both sides are computed: where one fails, all of it says nothing."""

    def chosen(scope: Scope) -> Value:
        held, first, second = condition(scope), yes(scope), no(scope)
        return first if boolean_of(held) else second

    return chosen

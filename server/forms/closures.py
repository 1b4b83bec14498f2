"""Forms' expressions as plain functions over cells, read once and called thousands of times.

What the reader does not know is refused when a form is published. The phone's engine says the same
of every expression (tests/forms/test_engine.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.forms.xpath import OPERATORS, BadExpression, Context, UnknownFunction, tokens_of
from server.forms.xpath_functions import FUNCTIONS
from server.forms.xpath_values import (
    Moment,
    Value,
    boolean_of,
    divide,
    equal,
    modulo,
    number_of,
    ordered,
    text_of,
    unequal,
)


@dataclass(slots=True, eq=False)
class Cell:
    """The place of one answer, with its text as it holds now."""

    text: str = ""


@dataclass(slots=True, eq=False)
class Row:
    """The form, or one row of a repeat.

    cells: by path. rows: of the repeats directly within it, by path. above: the row around it.
    """

    number: int = 1
    above: Row | None = None
    cells: dict[str, Cell] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All that stands in it."""
        return "".join(cell.text for cell in self.cells.values())


@dataclass(slots=True)
class Scope:
    """Where an expression is evaluated.

    row: around the question. here: the question's own cell. choice: the columns of the choice that
    a filter judges.
    """

    row: Row
    today: Moment
    now: Moment
    here: Cell = field(default_factory=Cell)
    choice: Mapping[str, str] = field(default_factory=dict)


Function = Callable[[Scope], Value]


@dataclass(frozen=True)
class Known:
    """What a form has that expressions may name.

    questions: by path, each with the labels of its choices by code. repeats: their paths.
    """

    questions: Mapping[str, Mapping[str, str]]
    repeats: frozenset[str]


def compile_expression(
    text: str, context: Context, known: Known, columns: frozenset[str] = frozenset()
) -> Function:
    """The function that computes an expression.

    columns: of the choices, for a filter. Raises BadExpression or UnknownFunction.
    """
    return _Reader(tokens_of(text), context, known, columns).whole()


#: From the loosest to the tightest; `or` and `and` stand above.
LEVELS: tuple[Mapping[str, Callable[[Any, Any], Value]], ...] = (
    {"=": equal, "!=": unequal},
    {
        "<": ordered(lambda a, b: a < b),
        "<=": ordered(lambda a, b: a <= b),
        ">": ordered(lambda a, b: a > b),
        ">=": ordered(lambda a, b: a >= b),
    },
    {"+": lambda a, b: a + b, "-": lambda a, b: a - b},
    {"*": lambda a, b: a * b, "div": divide, "mod": modulo},
)


class _Reader:
    """A descent over the tokens; each method reads one level of precedence."""

    def __init__(
        self,
        tokens: list[re.Match[str]],
        context: Context,
        known: Known,
        columns: frozenset[str],
    ) -> None:
        self._tokens = tokens
        self._context = context
        self._known = known
        self._columns = columns
        self._at = 0
        self._cells: dict[Function, Callable[[Scope], Cell]] = {}
        self._literals: dict[Function, str] = {}
        self._paths: dict[Function, str] = {}

    def whole(self) -> Function:
        found = self._either()
        if self._at != len(self._tokens):
            raise BadExpression(self._next())
        return found

    def _next(self) -> str:
        return self._tokens[self._at][0].strip() if self._at < len(self._tokens) else ""

    def _take(self, text: str) -> None:
        if self._next() != text:
            raise BadExpression(self._next())
        self._at += 1

    def _either(self) -> Function:
        return self._joined("or", self._both, stop=True)

    def _both(self) -> Function:
        return self._joined("and", lambda: self._binary(0), stop=False)

    def _joined(self, word: str, part: Callable[[], Function], *, stop: bool) -> Function:
        parts = [part()]
        while self._next() == word:
            self._at += 1
            parts.append(part())
        return parts[0] if len(parts) == 1 else _folded(parts, stop=stop)

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
        value = self._primary()
        return lambda scope: -number_of(value(scope))

    def _primary(self) -> Function:
        if self._at >= len(self._tokens):
            raise BadExpression
        token = self._tokens[self._at]
        self._at += 1
        found = self._of(token)
        if self._next() in {"/", "//", "["}:
            raise BadExpression(self._next())
        return found

    def _of(self, token: re.Match[str]) -> Function:
        if token["literal"]:
            return self._literal(token["literal"][1:-1])
        if token["number"]:
            number = float(token["number"])
            return lambda _: number
        if token["path"]:
            return self._path(token["path"])
        if token["relative"]:
            return self._path(self._context.absolute(token["relative"]))
        if token["function"] and token["function"] not in OPERATORS:
            return self._call(token["function"])
        if token["name"] in self._columns:
            return self._column(token["name"])
        return self._other(token[0].strip())

    def _other(self, text: str) -> Function:
        if text == ".":
            return self._cell(lambda scope: scope.here)
        if text == "(":
            found = self._either()
            self._take(")")
            return found
        raise BadExpression(text)

    def _column(self, name: str) -> Function:
        def found(scope: Scope) -> Value:
            return [Cell(scope.choice[name])] if name in scope.choice else []

        return found

    def _path(self, path: str) -> Function:
        if path not in self._known.questions and path not in self._known.repeats:
            raise BadExpression(path)
        through, around = self._context.leading_to(path), self._context.around
        shared = sum(one == other for one, other in zip(through, around, strict=False))
        up, down = len(around) - shared, through[shared:]
        if path in self._known.repeats:
            down = (*down, path)
        elif not down:
            return self._of_row(path, up)

        def found(scope: Scope) -> Value:
            rows = _below(_risen(scope.row, up), down)
            return rows if path in self._known.repeats else [row.cells[path] for row in rows]

        self._paths[found] = path
        return found

    def _of_row(self, path: str, up: int) -> Function:
        if up == 0:
            found = self._cell(lambda scope: scope.row.cells[path])
        else:
            found = self._cell(lambda scope: _risen(scope.row, up).cells[path])
        self._paths[found] = path
        return found

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
        if name == "selected" and self._literals.get(one, "").strip() and other in self._cells:
            codes, chosen = frozenset(self._literals[one].split()), self._cells[other]
            return lambda scope: chosen(scope).text in codes
        if one not in self._cells or other not in self._literals:
            return None
        cell, text = self._cells[one], self._literals[other]
        if name == "=":
            return lambda scope: cell(scope).text == text
        if name == "!=":
            return lambda scope: cell(scope).text != text
        if name == "selected" and text:
            return lambda scope: text in cell(scope).text.split()
        return None

    def _call(self, name: str) -> Function:
        if name in {"position", "indexed-repeat"}:
            return self._position() if name == "position" else self._indexed()
        arguments = list(self._arguments())
        if len(arguments) == 2 and (short := self._short(name, *arguments)):
            return short
        if name in SPECIAL:
            least, make = SPECIAL[name]
            if len(arguments) != least:
                raise BadExpression(name)
            return make(*arguments)
        if name == "jr:choice-name":
            return self._choice_name(*arguments)
        return self._common(name, arguments)

    def _common(self, name: str, arguments: list[Function]) -> Function:
        if name not in FUNCTIONS:
            raise UnknownFunction(name)
        function = FUNCTIONS[name]
        call, count = function.call, len(arguments)
        if count < function.least or (function.most is not None and count > function.most):
            raise BadExpression(name)
        if name.startswith("count") and name != "count-selected":
            self._only_nodes(arguments[0])
        if count == 1:
            only = arguments[0]
            return lambda scope: call(only(scope))
        return lambda scope: call(*[argument(scope) for argument in arguments])

    def _only_nodes(self, argument: Function) -> None:
        if argument not in self._paths and argument not in self._cells:
            raise BadExpression("count")

    def _choice_name(self, *arguments: Function) -> Function:
        if len(arguments) != 2 or arguments[1] not in self._literals:
            raise BadExpression("jr:choice-name")
        value, named = arguments[0], self._literals[arguments[1]].strip()
        path = self._context.absolute(named) if named.startswith("..") else named
        labels = self._known.questions.get(path)
        if labels is None:
            raise BadExpression(named)
        return lambda scope: labels.get(text_of(value(scope)), "")

    def _position(self) -> Function:
        """Only of the rows around the question, written as `..`."""
        self._take("(")
        relative = self._tokens[self._at]["relative"] if self._at < len(self._tokens) else None
        if not relative:
            raise BadExpression("position")
        self._at += 1
        self._take(")")
        around, path = self._context.around, self._context.absolute(relative)
        if path not in around:
            raise BadExpression("position")
        up = len(around) - 1 - around.index(path)
        return lambda scope: float(_risen(scope.row, up).number)

    def _indexed(self) -> Function:
        """`indexed-repeat(question, repeat, row, inner repeat, row …)`, counted over all rows."""
        arguments = list(self._arguments())
        paths = [self._paths.get(argument, "") for argument in (arguments[0], *arguments[1::2])]
        path, repeats = paths[0], paths[1:]
        through = self._context.leading_to(path)
        if len(arguments) % 2 == 0 or not repeats or tuple(repeats) != through:
            raise BadExpression("indexed-repeat")
        indexes = arguments[2::2]
        levels = len(self._context.around)

        def found(scope: Scope) -> Value:
            row = _risen(scope.row, levels)
            for repeat, index in zip(through, indexes, strict=True):
                place, rows = number_of(index(scope)), row.rows.get(repeat, [])
                if not (1 <= place <= len(rows)) or place != int(place):
                    return []
                row = rows[int(place) - 1]
            return [row.cells[path]]

        return found

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


def _risen(row: Row, levels: int) -> Row:
    for _ in range(levels):
        row = row.above or row
    return row


def _below(row: Row, repeats: tuple[str, ...]) -> list[Row]:
    rows = [row]
    for repeat in repeats:
        rows = [below for one in rows for below in one.rows.get(repeat, ())]
    return rows


def _folded(parts: list[Function], *, stop: bool) -> Function:
    """`or` (stop at what holds) and `and` (stop at what does not): the value where it stops."""

    def folded(scope: Scope) -> Value:
        value: Value = stop
        for part in parts:
            value = part(scope)
            if boolean_of(value) is stop:
                return value
        return value

    return folded


def _applied(
    apply: Callable[[Any, Any], Value], left: Function, right: Function, *, numbers: bool
) -> Function:
    if not numbers:
        return lambda scope: apply(left(scope), right(scope))

    def computed(scope: Scope) -> Value:
        return float(apply(float(number_of(left(scope))), float(number_of(right(scope)))))

    return computed


def _if(condition: Function, yes: Function, no: Function) -> Function:
    return lambda scope: yes(scope) if boolean_of(condition(scope)) else no(scope)


def _once(value: Function) -> Function:
    """What stands there already, else the value."""
    return lambda scope: scope.here.text or text_of(value(scope))


def _unknowable() -> Function:
    """What only the phone could know: kept by `once`, which publishing demands around it."""
    return lambda scope: scope.here.text


#: Those that need more than the values of their arguments: how many they take, and how.
SPECIAL: Mapping[str, tuple[int, Callable[..., Function]]] = {
    "if": (3, _if),
    "once": (1, _once),
    "today": (0, lambda: lambda scope: scope.today),
    "now": (0, lambda: lambda scope: scope.now),
    "uuid": (0, _unknowable),
    "random": (0, _unknowable),
}
KNOWN_FUNCTIONS = frozenset({*FUNCTIONS, *SPECIAL, "position", "indexed-repeat", "jr:choice-name"})

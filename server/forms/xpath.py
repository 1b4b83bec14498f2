"""OpenRosa's XPath on top of lxml's: expressions of a form, compiled once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from lxml import etree

from server.forms.xpath_functions import BUILT_IN, OPENROSA, URI, Value

TOKEN = re.compile(
    r"""\s*(?:
    (?P<literal>'[^']*'|"[^"]*")
  | (?P<today>(?:today|now)\s*\(\s*\))
  | (?P<function>[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)\s*(?=\()
  | (?P<path>/[A-Za-z_][\w.-]*(?:/[A-Za-z_][\w.-]*)*)
  | (?P<number>\d+(?:\.\d*)?|\.\d+)
  | (?P<relation><=|>=|!=|<|>|=)
  | (?P<name>[A-Za-z_][\w.-]*)
  | (?P<other>\.\.|::|.)
    )""",
    re.VERBOSE | re.DOTALL,
)
OPERATORS = frozenset({"and", "or", "div", "mod"})
NODE_TESTS = frozenset({"node", "text"})


class UnknownFunction(Exception):
    """The expression calls a function that the checker does not have."""


class BadExpression(Exception):
    """The expression cannot be read."""


@dataclass(frozen=True)
class Context:
    """Where an expression stands in its form.

    path: of the question that it belongs to. repeats: paths of all repeats of the form.
    dates: paths of date questions, which compare as days.
    """

    path: str
    repeats: Collection[str]
    dates: Collection[str]

    @cached_property
    def shared(self) -> tuple[str, ...]:
        """The repeats around the question, innermost first."""
        around = [repeat for repeat in self.repeats if self.path.startswith(f"{repeat}/")]
        return tuple(sorted(around, key=len, reverse=True))

    def locate(self, path: str) -> str:
        """An absolute path as seen from the question: within its own instance of a repeat."""
        for repeat in self.shared:
            if path.startswith(f"{repeat}/"):
                up = "/".join([".."] * (self.path.count("/") - repeat.count("/")))
                return f"{up}/{path[len(repeat) + 1 :]}"
        return path


class Expression:
    """One compiled expression.

    Raises UnknownFunction or BadExpression when made.
    """

    def __init__(self, text: str, context: Context) -> None:
        self.text = text
        self.functions = frozenset(functions_of(text))
        for name in sorted(self.functions - BUILT_IN - OPENROSA.keys() - NODE_TESTS):
            raise UnknownFunction(name)
        try:
            self._compiled = etree.XPath(_translate(text, context), namespaces={"o": URI})
        except etree.XPathError as error:
            raise BadExpression(text) from error

    def evaluate(self, node: etree._Element, today: date) -> Value:
        """The value at a node; `today` stands for the day on which the form was filled."""
        try:
            value = self._compiled(node, today=(today - date(1970, 1, 1)).days)
        except (etree.XPathError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
            raise BadExpression(self.text) from error
        if isinstance(value, list):
            return [node for node in value if isinstance(node, etree._Element)]
        return value if isinstance(value, bool | float) else str(value)


def references(text: str) -> Iterator[str]:
    """The absolute paths that an expression reads."""
    for match in TOKEN.finditer(text):
        if match["path"]:
            yield match["path"]


def functions_of(text: str) -> Iterator[str]:
    """The functions that an expression calls."""
    for match in TOKEN.finditer(text):
        if match["function"] and match["function"] not in OPERATORS:
            yield match["function"]


def _translate(text: str, context: Context) -> str:
    """The expression for lxml: functions in a namespace, paths located, dates as days."""
    tokens = [match for match in TOKEN.finditer(text) if match[0].strip()]
    written = [_write(token, context) for token in tokens]
    for place, token in enumerate(tokens):
        if token["relation"]:
            for side in date_operands(tokens, place, context):
                written[side] = f"o:decimal-date-time({written[side]})"
    return " ".join(written)


def _write(token: re.Match[str], context: Context) -> str:
    if token["today"]:
        return "$today"
    if name := token["function"]:
        return f"o:{name.replace(':', '-')}" if name in OPENROSA else name
    if path := token["path"]:
        return context.locate(path)
    return token[0].strip()


def date_operands(tokens: list[re.Match[str]], place: int, context: Context) -> Iterator[int]:
    """Which neighbours of a comparison are dates that must become days.

    `=` and `!=` compare dates as texts, unless the other side is computed as a day.
    """
    sides = [side for side in (place - 1, place + 1) if 0 <= side < len(tokens)]
    ordered = tokens[place]["relation"] not in {"=", "!="}
    computed = any(tokens[side]["today"] or tokens[side]["function"] == "date" for side in sides)
    if not ordered and not computed:
        return
    for side in sides:
        path = tokens[side]["path"] or (context.path if tokens[side]["other"] == "." else "")
        if path in context.dates:
            yield side

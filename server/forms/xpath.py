"""Reading expressions of forms: tokens, the paths and functions in them, where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

TOKEN = re.compile(
    r"""\s*(?:
    (?P<literal>'[^']*'|"[^"]*")
  | (?P<function>[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)\s*(?=\()
  | (?P<path>/[A-Za-z_][\w.-]*(?:/[A-Za-z_][\w.-]*)*)
  | (?P<number>\d+(?:\.\d*)?|\.\d+)
  | (?P<relation><=|>=|!=|<|>|=)
  | (?P<relative>\.\.(?:/\.\.)*(?:/[A-Za-z_][\w.-]*)*)
  | (?P<name>[A-Za-z_][\w.-]*)
  | (?P<other>::|//|.)
    )""",
    re.VERBOSE | re.DOTALL,
)
OPERATORS = frozenset({"and", "or", "div", "mod"})


class UnknownFunction(Exception):
    """The expression calls a function that phone or server does not have."""


class BadExpression(Exception):
    """The expression cannot be read."""


@dataclass(frozen=True)
class Context:
    """Where an expression stands in its form.

    path: of the question that it belongs to. repeats: paths of all repeats of the form.
    """

    path: str
    repeats: Sequence[str]

    @cached_property
    def around(self) -> tuple[str, ...]:
        """The repeats around the question, outermost first."""
        return self.leading_to(self.path)

    def leading_to(self, path: str) -> tuple[str, ...]:
        """The repeats that a path goes through, outermost first; not the one that it names."""
        through = [repeat for repeat in self.repeats if path.startswith(f"{repeat}/")]
        return tuple(sorted(through, key=len))

    def absolute(self, relative: str) -> str:
        """A path like `../../name` as seen from the question.

        Raises BadExpression where it leaves the form, or a row and comes back to all of them.
        """
        at = self.path
        for step in relative.split("/"):
            if step != "..":
                at = f"{at}/{step}"
                continue
            at = at.rpartition("/")[0]
            if not at:
                raise BadExpression(relative)
        top = self.path.rsplit("/", relative.count(".."))[0]
        for repeat in self.around:
            if at.startswith(f"{repeat}/") and not f"{top}/".startswith(f"{repeat}/"):
                raise BadExpression(relative)
        return at


def tokens_of(text: str) -> list[re.Match[str]]:
    """The tokens of an expression."""
    return [match for match in TOKEN.finditer(text) if match[0].strip()]


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

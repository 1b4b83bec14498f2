"""What Excel and Chinese input methods make of codes and expressions, put right again."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: Columns that hold expressions; elsewhere a curly quote is what somebody wants to be read.
EXPRESSIONS = frozenset(
    {
        *("relevant", "constraint", "calculation", "choice_filter", "repeat_count", "required"),
        *("readonly", "read_only", "create_if", "update_if", "entity_id"),
    }
)
#: Columns that hold codes.
CODES = frozenset({"type", "name", "list_name", "save_to", "appearance", "version", "form_id"})
_TEXTS = re.compile(r"('[^']*'|\"[^\"]*\")")
_TYPED = str.maketrans("‘’“”（），＝！＜＞＋－＊．\u3000", "''\"\"(),=!<>+-*. ")


def retyped(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The cells of a sheet without blanks around them, expressions and codes in plain signs."""
    if not rows:
        return []
    titles = [title.strip() for title in rows[0]]
    return [titles, *([_cell(titles, at, text) for at, text in enumerate(row)] for row in rows[1:])]


def _cell(titles: Sequence[str], at: int, text: str) -> str:
    title = titles[at].lower() if at < len(titles) else ""
    if title in CODES:
        return text.replace("\u3000", " ").strip()
    return _plain(text.strip()) if title in EXPRESSIONS else text.strip()


def _plain(expression: str) -> str:
    """Signs that are not within a text that straight quotes hold."""
    parts = _TEXTS.split(expression)
    return "".join(part if at % 2 else part.translate(_TYPED) for at, part in enumerate(parts))

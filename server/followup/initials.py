"""Pinyin initials of names, so that people are found by two or three letters."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Any

from pypinyin import Style, pinyin

#: A name with several polyphones has at most so many spellings.
MOST = 6


def _as_is(text: str) -> Any:
    """A character that has no known reading stands for itself."""
    return list(text)


@lru_cache(maxsize=20_000)
def initials(name: str) -> str:
    """Lower-case initials of a name, alternatives of polyphones separated by blanks.

    A character without a known reading stands for itself.
    """
    if not name:
        return ""
    letters = [
        sorted({reading[0].lower() for reading in readings if reading})
        for readings in pinyin(name, style=Style.NORMAL, heteronym=True, errors=_as_is)
    ]
    spelt = {"".join(letter) for letter in product(*letters)}
    usual = "".join(
        first[0][0].lower()
        for first in pinyin(name, style=Style.NORMAL, errors=_as_is)
        if first and first[0]
    )
    return " ".join([usual, *sorted(spelt - {usual})][:MOST])

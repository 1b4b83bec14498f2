"""How many lines a text takes in a column, counted without setting it (pure)."""

from __future__ import annotations

import re
from math import ceil

#: What never breaks: a run of Latin letters and digits, a character with the brackets and stops
#: that cling to it; `|` is where a line may end.
_RUN = re.compile(r"\||[（〔《“‘]*(?:[!-{}~]+|.)[）〕》”’，。、；：？！·]*", re.DOTALL)
#: How wide a character is at most, in ems: digits and stars, narrow marks, all others.
DIGIT, MARK, LETTER = 0.56, 0.4, 0.8
MARKS = frozenset(".,:;'()[]-/|")


def lines_of(text: str, width: float) -> int:
    """The lines that a text takes at most in a column that is so many ems wide."""
    return sum(_lines_of(line, width) for line in text.split("\n"))


def _lines_of(text: str, width: float) -> int:
    lines, room = 1, width
    for run in _RUN.findall(text):
        wide = width_of(run)
        if wide > room and room < width:
            lines, room = lines + 1, width
        if wide > width:
            further = ceil(wide / width) - 1
            lines, wide = lines + further, wide - further * width
        room -= wide
    return lines


def width_of(text: str) -> float:
    """How wide a text is at most, in ems."""
    return sum(_width(character) for character in text if character != "|")


def _width(character: str) -> float:
    if not character.isascii():
        return 1
    if character.isdigit() or character == "*":
        return DIGIT
    return MARK if character in MARKS else LETTER

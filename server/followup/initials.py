"""Pinyin initials of names, so that people are found by two or three letters."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import product

from pypinyin import Style, pinyin

#: A name with several polyphones has at most so many spellings.
MOST = 6
#: Characters of a name whose other readings are spelt too.
VARIED = 5


@lru_cache(maxsize=20_000)
def initials(name: str) -> str:
    """Lower-case initials of a name, alternatives of polyphones separated by blanks.

    Each character is read by itself, since names are not words; the family name's other readings
    come before those of the other characters. A character without a known reading stands for
    itself, punctuation is left out, and of a long text only the beginning has alternatives.
    """
    letters = [_letters(one) for one in name if not _is_between(one)]
    letters[VARIED:] = [some[:1] for some in letters[VARIED:]]
    if not letters:
        return ""
    spelt = sorted(product(*letters), key=lambda spelling: _strangeness(spelling, letters))
    return " ".join("".join(spelling) for spelling in spelt[:MOST])


def _letters(character: str) -> list[str]:
    """The initials of a character, that of its usual reading first."""
    readings = pinyin(character, style=Style.NORMAL, heteronym=True, errors=str)[0]
    return list(dict.fromkeys(reading[0].lower() for reading in readings if reading))


def _strangeness(spelling: tuple[str, ...], letters: list[list[str]]) -> tuple[int, ...]:
    """How many characters are read otherwise than usual, and how late in the name they come."""
    places = [i for i, letter in enumerate(spelling) if letter != letters[i][0]]
    return (len(places), *places)


def _is_between(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "PZ" or category == "Cc"

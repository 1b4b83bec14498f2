"""How names are set: whole, in one face, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from server.household_file.content.file import HouseholdFile
from server.household_file.typeset import fonts

_DATE = re.compile(r"(\d{4}年\d{1,2}月(?:\d{1,2}日)?)")


def names_of(file: HouseholdFile) -> list[str]:
    """Every name that occurs in the file, longest first, to be kept whole in running text."""
    members = (member.name for member in (*file.members, *file.former))
    people = (name for visit in file.visits for name in (*visit.by, *visit.companions))
    makers = (paper.by for paper in file.papers)
    found = {file.head.text, *members, *people, *makers}
    return sorted((name for name in found if name), key=lambda name: (-len(name), name))


def name(value: str, wanted: str = fonts.SONG) -> Markup:
    """A name that stays in one face and, unless it is long, on one line."""
    css = fonts.name_class(value, wanted) + (" long" if len(value) > 4 else "")
    return Markup('<span class="nm {}">{}</span>').format(css, value)


def prose(value: str, names: Sequence[str]) -> Markup:
    """Running text, names in it kept whole and in one face."""
    if not names or not value:
        return whole(value)
    pieces = _pattern(tuple(names)).split(value)
    if len(pieces) == 1:
        return whole(value)
    known = set(names)
    return Markup().join(
        Markup('<span class="nk {}">{}</span>').format(fonts.name_class(piece, fonts.KAI), piece)
        if piece in known
        else whole(piece)
        for piece in pieces
    )


def whole(value: str) -> Markup:
    """Text whose dates stay on one line."""
    pieces = _DATE.split(value)
    if len(pieces) == 1:
        return escape(value)
    return Markup().join(
        Markup('<span class="one">{}</span>').format(piece) if place % 2 else escape(piece)
        for place, piece in enumerate(pieces)
    )


@lru_cache(maxsize=8)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("(" + "|".join(map(re.escape, names)) + ")")

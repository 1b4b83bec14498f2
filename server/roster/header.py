"""Find the header of a sheet by its words, wherever it stands, on one line or two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from server.roster.fields import Field
from server.roster.texts import tidy
from server.roster.workbook import Line, Merge, Sheet, Value

HEADER_SEARCH = 20
_NOISE = re.compile(r"[\s*＊☆★:：、。.“”\"'（()）)\[\]【】]")
_BRACKETED = re.compile(r"[((\[【][^))\]】]*[))\]】]")


def folded(label: str) -> str:
    """A header word as it compares: half-width, without spaces, stars, colons, brackets."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", label))


def words_of(fields: Sequence[Field]) -> dict[str, str]:
    """Folded header word → field key; the first field to claim a word keeps it."""
    words: dict[str, str] = {}
    for field in fields:
        for word in field.words:
            words.setdefault(folded(word), field.key)
    return words


def header_of(sheet: Sheet, words: Mapping[str, str]) -> tuple[int, int, list[str]] | None:
    """First and last header line and the columns' words; one line is preferred to two."""
    best: tuple[tuple[int, bool], int, int, list[str]] | None = None
    for place, line in enumerate(sheet.lines[:HEADER_SEARCH]):
        options = [(line.number, _texts(line))]
        below = sheet.lines[place + 1] if place + 1 < len(sheet.lines) else None
        if below and _only_words(below):
            options.append((below.number, _joined(line, below, sheet.merges, words)))
        for bottom, labels in options:
            recognised = len(set(by_words(labels, words).values()) - {""})
            score = (recognised, bottom == line.number)
            if best is None or score > best[0]:
                best = (score, line.number, bottom, labels)
    if best is None or best[0][0] < 3:
        return None
    return best[1], best[2], best[3]


def _only_words(line: Line) -> bool:
    """Whether a line may belong to a header: it has no number, date or long code."""
    return all(
        cell is None or (isinstance(cell, str) and not re.search(r"\d{5}", cell))
        for cell in line.cells
    )


def _texts(line: Line) -> list[str]:
    return [_label(cell) for cell in line.cells]


def _label(cell: Value) -> str:
    return re.sub(r"\s+", "", tidy(cell)) if isinstance(cell, str) else ""


def _joined(
    upper: Line, lower: Line, merges: Sequence[Merge], words: Mapping[str, str]
) -> list[str]:
    """The words of a two-line header.

    帮扶责任人 over 姓名 is 帮扶责任人姓名, 家庭成员 over 姓名 is 姓名.
    """
    above, below = _texts(upper), _texts(lower)
    width = max(len(above), len(below))
    above += [""] * (width - len(above))
    below += [""] * (width - len(below))
    for merge in merges:
        if merge.top <= upper.number <= merge.bottom and merge.left <= width:
            for place in range(merge.left, min(merge.right, width)):
                above[place] = above[place] or above[merge.left - 1]
    return [_choose(top, bottom, words) for top, bottom in zip(above, below, strict=True)]


def _choose(top: str, bottom: str, words: Mapping[str, str]) -> str:
    if not top or not bottom or top == bottom:
        return top or bottom
    for candidate in (top + bottom, bottom, top):
        if _key_of(candidate, words):
            return candidate
    return top + bottom


def by_words(labels: Sequence[str], words: Mapping[str, str]) -> dict[int, str]:
    """Column index → field key; of two columns with one meaning the first counts."""
    keys: dict[int, str] = {}
    for index, label in enumerate(labels):
        key = _key_of(label, words)
        if key and key not in keys.values():
            keys[index] = key
    return keys


def _key_of(label: str, words: Mapping[str, str]) -> str:
    if not label or len(label) > 40:
        return ""
    without = _BRACKETED.sub("", unicodedata.normalize("NFKC", label))
    for spelling in (label, without, re.sub(r"^[A-Za-z]?\d+[.、]?", "", without)):
        key = words.get(folded(spelling))
        if key:
            return key
    return ""

"""The words of a cell, tidied as they compare, and the two answers of reading one."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

from server.roster.workbook import Broken, Formula, Value

#: What offices write for “nothing”.
NOTHING = frozenset(
    {"", "-", "--", "—", "——", "/", "\\", "无", "没有", "暂无", "空", "#", "N/A", "NULL", "null"}
)


@dataclass(frozen=True, slots=True)
class Read:
    """A cell that was understood; `value` as registers spell it, blank when it says nothing."""

    value: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that was not understood: the reason and what to do, in Chinese."""

    reason: str
    cure: str

    @property
    def text(self) -> str:
        """Reason and cure in one line."""
        return f"{self.reason}。{self.cure}。"


@lru_cache(maxsize=50_000)
def tidy(text: str) -> str:
    """Half-width, without control characters, with single inner spaces and none outside."""
    folded = unicodedata.normalize("NFKC", unmarked(text))
    return re.sub(r"\s+", " ", folded).strip().lstrip("'‘’`").strip()


def unmarked(text: str) -> str:
    """Drop what cannot be seen: zero-width marks, byte-order marks, control characters."""
    return "".join(
        " " if sign in "\t\r\n" else sign
        for sign in text
        if sign in "\t\r\n" or unicodedata.category(sign) not in {"Cc", "Cf"}
    )


def as_text(value: Value) -> str:
    """A cell as a person would read it in Excel."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return plain_number(value)
    if isinstance(value, datetime):
        return (
            value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Formula | Broken):
        return value.text
    return "" if value is None else str(value)


def plain_number(value: float) -> str:
    """A number as canonical text: `3.5`, `2`, never `2.0`; huge ones as Excel shows them."""
    if abs(value) >= 1e15:
        return f"{value:.5E}"
    return canonical(Decimal(repr(value)))


def canonical(number: Decimal) -> str:
    """Decimal text without a needless zero, sign or exponent."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def shown(text: object) -> str:
    """A cell's text, short enough for a message."""
    short = tidy(str(text))
    return short if len(short) <= 24 else short[:23] + "…"

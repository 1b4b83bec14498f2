"""Which days a printed file is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from server.household_file import words

#: How far back records are printed if nothing else is wanted; earlier ones are counted.
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included; chosen: somebody asked for these days."""

    first: str
    last: str
    chosen: bool = False

    def holds(self, day: str) -> bool:
        """Whether a day lies in it."""
        return self.first <= day <= self.last

    def meets(self, first: str, last: str) -> bool:
        """Whether some days, an open end if blank, are partly in it."""
        return first <= self.last and (last or "9999") >= self.first

    @property
    def in_words(self) -> str:
        """The days that somebody asked for; blank where nobody did."""
        if not self.chosen:
            return ""
        year = self.first[:4]
        if (self.first, self.last) == (f"{year}-01-01", f"{year}-12-31"):
            return f"{year}年度"
        return f"{words.long_date(self.first)}至{words.long_date(self.last)}"


def year(number: int) -> Period:
    """One calendar year."""
    return Period(f"{number}-01-01", f"{number}-12-31", chosen=True)


def between(first: date, last: date) -> Period:
    """From a day to a day."""
    return Period(first.isoformat(), last.isoformat(), chosen=True)


def usual(as_of: date) -> Period:
    """The last twelve months, the first one whole."""
    months = as_of.year * 12 + as_of.month - 1 - MONTHS + 1
    return since(date(months // 12, months % 12 + 1, 1).isoformat())


def since(first: str) -> Period:
    """From a day on, without anybody having asked for it."""
    return Period(first, "9999-12-31")

"""What somebody wants printed and how it is to be bound, as a job carries it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from server.household_file.period import Period, between
from server.household_file.sheets.kinds import KINDS

#: Paper: both sides by the printer, one side, or both sides by turning the stack by hand.
SHEETS = ("double", "single", "manual")
#: One file for the printer, or a ZIP of single files.
GIVEN = ("one", "zip")
#: The household's whole file; else one of `sheets.kinds.KINDS`.
FILE = "file"


@dataclass(frozen=True, slots=True)
class Order:
    """Which households, as of which day, and how their files are put together.

    villages: all open households of these; households: chosen ones instead. types: only those of
    these types. changed: only what changed since it was printed last. as_of: ISO.
    per_batch: so many households a file, 0 for as many as fit. first: go on at this household of
    the list, counted from 1. since, until: the days that records are chosen by, ISO; the
    last twelve months if blank. tagged: single files as PDF/A-2a, with tags, not PDF/A-2u.
    continued: of a household whose volume is bound only what is not in it (续页).
    what: the whole file, or a kind of sheet; year: of that sheet, blank for the newest; record: an
    account; paper: A4 or A5; copies: for whom cards are printed; backs: on both sides.
    """

    as_of: str
    title: str = "一户一档"
    villages: tuple[str, ...] = ()
    households: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    changed: bool = False
    sheet: str = "double"
    given: str = "one"
    per_batch: int = 0
    grey: bool = False
    first: int = 1
    tagged: bool = False
    since: str = ""
    until: str = ""
    continued: bool = False
    what: str = FILE
    year: str = ""
    record: str = ""
    paper: str = "A4"
    copies: tuple[str, ...] = ()
    backs: bool = False

    @property
    def word(self) -> str:
        """What is printed, as people call it."""
        if self.what != FILE:
            return KINDS[self.what].word
        return "续页" if self.continued and self.households else "一户一档"

    @property
    def day(self) -> date:
        """The day as of which is printed."""
        return date.fromisoformat(self.as_of)

    @property
    def period(self) -> Period | None:
        """The days that records are chosen by; None for the usual ones."""
        if not self.since or not self.until:
            return None
        return between(date.fromisoformat(self.since), date.fromisoformat(self.until))

    def params(self) -> dict[str, object]:
        """The order as a job's parameters."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }


def order_of(params: Mapping[str, Any]) -> Order:
    """The order that a job's parameters are; what they do not say is as by default."""
    known = {field.name for field in fields(Order)}
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in params.items()
        if name in known
    }
    return Order(**given)

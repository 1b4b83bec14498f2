"""A list of the desk, declared: its columns, tabs and conditions; paged, printed, taken along.

A page names its rows and how one of them reads. How a list is narrowed, counted, shown by pages,
printed and exported for a purpose that is kept is the same for all of them, and stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from server import clock
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.accounts.rights import current_actor
from server.console.page import page, village_names
from server.console.workbook import workbook
from server.household_file.printed.exported import keep
from server.problems import RequestInvalid

#: Rows on a page of the screen; a list that is printed has one page.
PAGE = 100
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one place: words, where they lead, the shape before them, or a day to come.

    note: small words behind. title: all of it, where the column is narrow.
    """

    text: str = ""
    href: str = ""
    badge: str | None = None
    due: date | None = None
    note: str = ""
    title: str = ""

    @property
    def words(self) -> str:
        """What a workbook says of it."""
        said = self.due.isoformat() if self.due else self.text
        return " ".join(part for part in (said, self.note) if part)


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """A column; width: in pixels, 0 for what is left. only_file: too much for the screen.

    of: what of the registers it says (see `household_file/printed/exported.py`).
    """

    title: str
    say: Callable[[R], Cell | str | int]
    width: int = 0
    number: bool = False
    only_file: bool = False
    of: tuple[str, ...] = ()

    def cell(self, row: R) -> Cell:
        """What it says of a row."""
        said = self.say(row)
        return said if isinstance(said, Cell) else Cell(str(said))


@dataclass(frozen=True, slots=True)
class Condition(Generic[R]):
    """What a list can be narrowed by; of: the values of a row, any of which is asked for."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    of: Callable[[R], str | Collection[str]]
    all: str = "全部"

    def holds(self, row: R, asked: str) -> bool:
        """Whether a row is what is asked for; everything is, where nothing is asked."""
        values = self.of(row)
        return not asked or (asked == values if isinstance(values, str) else asked in values)


@dataclass(frozen=True, slots=True)
class Listing(Generic[R]):
    """A whole list. name: of the page, its endpoint and its way out, `export_<name>`.

    tabs: the condition that stands above the others, with counts. unless: what a tab-less list
      leaves out. unit: what one row is counted as. empty: what is said where there is nothing yet.
    picks: what one row is called in a form, and its value, where rows can be ticked.
    sheet: the kind of sheet that its households have, and what the way to printing it is called.
    about: the entities that a row tells of, its own first.
    """

    name: str
    title: str
    unit: str
    rows: Sequence[R]
    columns: Sequence[Column[R]]
    about: Callable[[R], Sequence[str]]
    conditions: Sequence[Condition[R]] = ()
    tabs: Condition[R] | None = None
    without_tab: Callable[[R], bool] = lambda _: True
    empty: tuple[str, str] = ("", "")
    note: str = ""
    picks: tuple[str, Callable[[R], tuple[str, str]]] | None = None
    sheet: tuple[str, str] | None = None

    @property
    def asked(self) -> dict[str, str]:
        """What the address asks for."""
        known = [self.tabs, *self.conditions] if self.tabs else self.conditions
        return {
            one.name: request.args[one.name] for one in known if one and request.args.get(one.name)
        }

    def narrowed(self, asked: Mapping[str, str]) -> list[R]:
        """The rows that are asked for."""
        tab = self.tabs and asked.get(self.tabs.name, "")
        return [
            row
            for row in self.rows
            if (self.tabs.holds(row, tab) if self.tabs and tab else self.without_tab(row))
            and all(one.holds(row, asked.get(one.name, "")) for one in self.conditions)
        ]


def page_number() -> int:
    """Which page the address asks for, from 1."""
    asked = request.args.get("page", "")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 7 else 1


def by_village(actor: Actor, of: Callable[[R], str]) -> Condition[R]:
    """To narrow by the villages of a person."""
    return Condition("village", "村", sorted(village_names(actor).items()), of)


def shown(
    listing: Listing[Any], template: str = "list.html", *, status: int = 200, **more: Any
) -> Response:
    """The page of a list under the conditions of its address."""
    asked = listing.asked
    rows = listing.narrowed(asked)
    printing = request.args.get("print") == "1"
    size = max(1, len(rows)) if printing else PAGE
    number = page_number()
    return page(
        template,
        listing.name,
        status=status,
        listing=listing,
        columns=[one for one in listing.columns if not one.only_file],
        rows=rows[(number - 1) * size : number * size],
        total=len(rows),
        tabs=_tabs(listing, asked),
        kept=asked,
        address=_address(listing, asked),
        page=number,
        pages=max(1, -(-len(rows) // size)),
        page_url=lambda n: _address(listing, {**asked, "page": str(n)}),
        print_url=_address(listing, {**asked, "print": "1"}),
        printing=printing,
        **more,
    )


def exported(session: Session, listing: Listing[Any]) -> Response:
    """The rows of a list under its conditions as a workbook; what it is for is kept."""
    rows = listing.narrowed(listing.asked)
    note_export(
        session,
        listing.name,
        {"rows": len(rows), "asked": listing.asked},
        [listing.about(row) for row in rows],
        [name for column in listing.columns for name in column.of],
    )
    lines = ([one.cell(row).words for one in listing.columns] for row in rows)
    return workbook(listing.title, [(one.title, one.width) for one in listing.columns], lines)


def note_export(
    session: Session,
    what: str,
    detail: dict[str, object],
    about: Sequence[Sequence[str]],
    says: Collection[str],
) -> None:
    """Keep who takes what along and what for. Raises RequestInvalid where it is not said.

    about: the entities that each line tells of. says: what of them (see `exported.keep`).
    """
    purpose = request.form.get("purpose", "").strip()[:200]
    if not purpose:
        raise RequestInvalid("导出要写明用途。")
    event = accounts.audit(
        session,
        clock.now(),
        current_actor().person_id,
        f"{what}.exported",
        what,
        reason=purpose,
        detail=detail,
    )
    keep(session, event, about, says)


def _tabs(listing: Listing[Any], asked: Mapping[str, str]) -> list[dict[str, Any]]:
    tabs = listing.tabs
    if tabs is None:
        return []
    return [
        {
            "text": text,
            "url": _address(listing, {**asked, tabs.name: name}),
            "count": len(listing.narrowed({**asked, tabs.name: name})),
            "here": asked.get(tabs.name, "") == name,
        }
        for name, text in (("", tabs.all), *tabs.options)
    ]


def _address(listing: Listing[Any], asked: Mapping[str, str]) -> str:
    given: Iterable[tuple[str, str]] = ((n, v) for n, v in asked.items() if v)
    return url_for(f"console.{listing.name}", **dict(given))  # type: ignore[arg-type]

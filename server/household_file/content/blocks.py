"""What a document of the file is made of: tables, running text, pictures, places to sign."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from server.household_file.content.facts import Fact, Photo, Signature

#: Cells: l left, r right, d digits on one line, song a name, s small, g head of a group,
#: told long text that may flow over pages, box choices as boxes.


#: A cell with more than so much of the page's width is read from the left.
WIDE = 0.45
PAGE_MM = 162
#: Numbers that are never broken.
NUMBER = re.compile(r"[\d*][\d*-]{5,}[\dX*]")


@dataclass(frozen=True)
class Cell:
    """One cell of a table; style: see above. head: a label of the form, not an answer."""

    fact: Fact = field(default_factory=Fact)
    style: str = ""
    span: int = 1
    rows: int = 1
    head: bool = False


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table of fixed columns; widths: relative.

    groups: rows that stay together, each group on one page. head: repeated on every page.
    spare: so many empty rows at the end, for hands. join: continues the frame of the table above.
    """

    widths: tuple[float, ...]
    groups: tuple[tuple[Row, ...], ...]
    head: tuple[Row, ...] = ()
    spare: int = 0
    join: bool = False
    style: str = ""


@dataclass(frozen=True)
class Prose:
    """Running text."""

    text: str


@dataclass(frozen=True)
class Pictures:
    """Photos, two a row, numbered from 1."""

    photos: tuple[Photo, ...]
    title: str = ""


Block = Table | Prose | Pictures


@dataclass(frozen=True)
class Paper:
    """One document of the file.

    section: code of its section in the catalogue, which gives its title and its places to sign.
    about: whom or which year it is about. title: instead of the section's. on: for the contents.
    right: beside the household's name. signed, said: by the role of who signs: how he signed, and
    what he said. after: below the places to sign. number: its own, as 文号 of the contents.
    """

    section: str
    key: str
    blocks: tuple[Block, ...]
    about: str = ""
    title: str = ""
    on: str = ""
    by: str = ""
    note: str = ""
    right: str = ""
    wide: bool = False
    reviewed: bool = True
    signed: Mapping[str, Signature] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    after: tuple[Block, ...] = ()
    number: str = ""


def label(text: str, span: int = 1, rows: int = 1, style: str = "") -> Cell:
    """A cell with the form's own words."""
    return Cell(Fact(text), style, span, rows, head=True)


def cell(said: Fact | str = "", style: str = "", span: int = 1, rows: int = 1) -> Cell:
    """A cell with an answer."""
    return Cell(said if isinstance(said, Fact) else Fact(said), style, span, rows)


def labels(*texts: str) -> Row:
    """The head of a table."""
    return tuple(label(text) for text in texts)


def table(
    widths: Sequence[float],
    rows: Iterable[Row],
    head: Sequence[Row] = (),
    *,
    spare: int = 0,
    join: bool = False,
    style: str = "",
) -> Table:
    """A table in which every row may come to stand on a page of its own."""
    groups = tuple((row,) for row in rows)
    return Table(tuple(widths), groups, tuple(head), spare, join, style)


def pairs(widths: Sequence[float], *rows: Sequence[str | Fact], join: bool = False) -> Table:
    """A form: each row label, answer, label, answer …; the last answer takes what is left."""
    return table(widths, (_pair(row, widths) for row in rows), join=join, style="low")


def _pair(row: Sequence[str | Fact], widths: Sequence[float]) -> Row:
    cells: list[Cell] = []
    for place, said in enumerate(row):
        fact = Fact(said) if isinstance(said, str) else said
        if place % 2 == 0:
            cells.append(label(fact.text))
            continue
        span = len(widths) - place if place == len(row) - 1 else 1
        share = sum(widths[place : place + span]) / sum(widths)
        style = " l" if share > WIDE else ""
        if NUMBER.fullmatch(fact.text):
            style += " d"
        elif _fit(fact, share):
            style += " box"
        cells.append(cell(fact, style.strip(), span))
    return tuple(cells)


def _fit(fact: Fact, share: float) -> bool:
    """Whether the choices of an answer stand on one line of a cell of so much of the page."""
    room = share * PAGE_MM
    return sum(len(said) * 3.9 + 6 for said, _ in fact.options) <= room or share > WIDE

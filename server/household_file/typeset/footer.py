"""The footer of each page: drawn onto pages that are laid out, because layout is what costs.

A page of its own carries each line of text; it is laid out once and drawn on every page. The square
code says which page it stands on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

import segno
from markupsafe import Markup
from tinycss2.color5 import parse_color
from weasyprint.document import Page
from weasyprint.draw import draw_page
from weasyprint.formatting_structure.boxes import TextBox

from server.household_file.typeset.volume import pages_before

MM = 96 / 25.4
#: The square code; white around it: the line above, the margin, the gap to the text.
CODE, GAP = 11 * MM, 3 * MM
#: From the text block to the line, and its thickness.
BELOW, LINE = 4 * MM, 0.4 / 0.75
#: Of lines and number below the line; the number stands one character in.
FIRST, NEXT, NUMBER, INSET = 4.27 * MM, 4.23 * MM, 2.5 * MM, 5 * MM
#: How far a footer that is turned with its sheet stands from the sheet's left edge.
TURNED = 25 * MM
#: One page a line, as wide as it likes.
STRIP = """
@page { size: 500mm 12mm; margin: 0 }
p { margin: 0; white-space: pre; break-after: page; font: 8pt/1.5 "Noto Serif CJK SC" }
p.no { font: 14pt/1.45 "Noto Serif CJK SC" }
"""

Typeset = Callable[[str], Sequence[Page]]
"""Lays out HTML by the style of strips."""


@dataclass(frozen=True, slots=True)
class Footer:
    """What stands at the foot of every page.

    code: what the square code says, up to the page. before: so many pages are numbered before.
    """

    lines: tuple[str, ...]
    code: str
    before: int = 0


@dataclass(frozen=True, slots=True)
class _Strip:
    """One line of text, ready to be drawn."""

    box: Any
    width: float


def footer_of(root: Element) -> Footer | None:
    """What a document says of its footer: `data-foot`, lines between |, and `data-code`."""
    body = root.find("body")
    if body is None or not body.get("data-code"):
        return None
    lines = tuple(body.get("data-foot", "").split("|"))
    return Footer(lines, body.get("data-code", ""), pages_before(root))


def with_footer(pages: Sequence[Page], footer: Footer, typeset: Typeset) -> list[Any]:
    """The pages, each with its footer; covers and blank pages have none."""
    lines = _strips(typeset, tuple(("", line) for line in footer.lines))
    mask = segno.make(footer.code + "1", error="l", micro=False).mask
    out: list[Any] = []
    number = footer.before
    for place, page in enumerate(pages, 1):
        box = page._page_box
        number = dict(box.style["counter_reset"]).get("page", number + 1)
        if box.page_type.blank or box.page_type.name == "cover":
            out.append(page)
            continue
        said = _number(typeset, number)
        out.append(_Footed(page, lines, said, _modules(f"{footer.code}{place}", mask)))
    return out


class _Footed:
    """A page that draws its footer after itself."""

    def __init__(
        self, page: Page, lines: Sequence[_Strip], number: _Strip, modules: Sequence[bytearray]
    ) -> None:
        self._page, self._lines, self._number, self._modules = page, lines, number, modules

    def __getattr__(self, name: str) -> Any:
        return getattr(self._page, name)

    def paint(self, stream: Any, scale: float = 1) -> None:
        self._page.paint(stream, scale)
        box = self._page._page_box
        with _artifact(stream), stream.stacked():
            stream.transform(a=scale, d=scale)
            if box.margin_width() > box.margin_height():
                stream.transform(0, 1, -1, 0, TURNED, box.margin_top)
                width = box.height
            else:
                below = box.margin_height() - box.margin_bottom + BELOW
                stream.transform(e=box.margin_left, f=below)
                width = box.width
            self._paint(stream, width, outer_right=box.page_type.side == "right")

    def _paint(self, stream: Any, width: float, *, outer_right: bool) -> None:
        stream.set_color(parse_color("black"))
        stream.rectangle(0, 0, width, LINE)
        stream.fill()
        code = 0.0 if outer_right else width - CODE
        with stream.stacked():
            size = CODE / len(self._modules)
            stream.transform(size, 0, 0, size, code, GAP)
            for y, row in enumerate(self._modules):
                for start, length in _runs(row):
                    stream.rectangle(start, y, length, 1)
            stream.fill()
        for place, line in enumerate(self._lines):
            x = CODE + GAP if outer_right else width - CODE - GAP - line.width
            _draw(stream, line, x, FIRST + place * NEXT)
        x = width - INSET - self._number.width if outer_right else INSET
        _draw(stream, self._number, x, NUMBER)


def _draw(stream: Any, strip: _Strip, x: float, y: float) -> None:
    with stream.stacked():
        stream.transform(e=x, f=y)
        draw_page(strip.box, stream)


@contextmanager
def _artifact(stream: Any) -> Iterator[None]:
    """What is drawn inside is no content: readers of tags pass it over."""
    tags = stream._tags
    with stream.artifact():
        stream._tags = None
        try:
            yield
        finally:
            stream._tags = tags


def _strips(typeset: Typeset, lines: Sequence[tuple[str, str]]) -> list[_Strip]:
    paragraph = Markup('<p class="{}">{}</p>')
    html = Markup().join(paragraph.format(css, line) for css, line in lines)
    return [_strip(page) for page in typeset(f"<!doctype html><body>{html}</body>")]


@cache
def _number(typeset: Typeset, number: int) -> _Strip:
    return _strips(typeset, [("no", f"— {number} —")])[0]


def _strip(page: Page) -> _Strip:
    texts = (box for box in page._page_box.descendants() if isinstance(box, TextBox))
    return _Strip(page._page_box, max(box.position_x + box.width for box in texts))


def _modules(text: str, mask: int) -> Sequence[bytearray]:
    """A square code; searching the best mask is what costs, so all pages have the first one's."""
    return segno.make(text, error="l", micro=False, mask=mask).matrix


def _runs(row: bytearray) -> Iterator[tuple[int, int]]:
    """Where the dark modules of a row begin, and how many follow."""
    start = None
    for place, dark in enumerate((*row, 0)):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place - start
            start = None

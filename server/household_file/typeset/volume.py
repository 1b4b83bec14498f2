"""Laying out a volume whose contents tell the pages of what follows.

Left to itself, WeasyPrint lays pages out again when a number on them is known. Here the sections
that tell page numbers (`data-tells`) are laid out last, when the rest has its pages. A document
that continues another says how many pages go before it (`data-before`), and how many of its own are
blank so that it begins on the right side (`data-lead`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import groupby, takewhile
from xml.etree.ElementTree import Element, SubElement

from weasyprint.document import Document, Page

Layout = Callable[[Element], Document]
"""Lays out a document of its own."""

#: Links that are printed as the page they lead to, and what stands before the number; `added`: as
#: the page of this document alone.
MARKS = {"pg": "", "to": "—", "added": ""}
#: More than these rounds mean that numbers and pages chase each other; the last one stands.
ROUNDS = 4


@dataclass(slots=True)
class _Run:
    """Neighbouring sections that tell pages, or that do not, and how they were laid out last."""

    sections: Sequence[Element]
    tells: bool
    document: Document | None = None
    side: str = ""
    told: Mapping[str, int] | None = None

    @property
    def pages(self) -> Sequence[Page]:
        """Its pages; none before it was laid out."""
        return self.document.pages if self.document else ()


def lay_out(root: Element, layout: Layout) -> Document:
    """The whole document, with numbers in the places that tell them."""
    runs = [
        _Run(tuple(sections), tells)
        for tells, sections in groupby(root.find("body") or (), key=_tells)
    ]
    if not any(run.tells for run in runs):
        return layout(root)
    for _ in range(ROUNDS):
        settled = True
        for run in sorted(runs, key=lambda one: one.tells):
            side = "right" if _first(runs, run) % 2 else "left"
            told = _numbers(runs) if run.tells else {}
            if (run.side, run.told) != (side, told):
                run.document = layout(_document(root, run.sections, side, told))
                run.side, run.told = side, told
                settled = False
        if settled:
            break
    first: Document = runs[0].document
    whole: Document = first.copy([page for run in runs for page in run.pages])
    whole._html = first._html
    return whole


def _tells(section: Element) -> bool:
    return section.get("data-tells") is not None


def _first(runs: Sequence[_Run], wanted: _Run) -> int:
    """The first page of a run; what has no pages yet is taken to have one a section."""
    before = takewhile(lambda run: run is not wanted, runs)
    return 1 + sum(len(run.pages or run.sections) for run in before)


def _numbers(runs: Sequence[_Run]) -> dict[str, int]:
    """On which page every named place stands, as far as is known."""
    numbers: dict[str, int] = {}
    for run in runs:
        first = _first(runs, run)
        for number, section in enumerate(run.sections, first):
            numbers |= {one.get("id", ""): number for one in section.iter()}
        # what is broken over pages has its name on all of them
        for number, page in reversed(list(enumerate(run.pages, first))):
            numbers |= dict.fromkeys(page.anchors, number)
    return numbers


def _document(
    root: Element, sections: Sequence[Element], side: str, told: Mapping[str, int]
) -> Element:
    """A document of some sections that begins on a side, with the numbers that are told."""
    html = Element("html", {**root.attrib, "style": f"break-before: {side}"})
    html.extend(root.findall("head"))
    body = SubElement(html, "body")
    body.extend(deepcopy(section) if told else section for section in sections)
    for link in body.iter("a") if told else ():
        if link.get("class") in MARKS:
            link.text = _said(root, link.attrib.pop("class"), told[link.get("href", "")[1:]])
    return html


def _said(root: Element, mark: str, page: int) -> str:
    if mark == "added":
        return str(page - _of(root, "data-lead"))
    return f"{MARKS[mark]}{page + pages_before(root)}"


def pages_before(root: Element) -> int:
    """How many pages are numbered before the first of a document that continues another."""
    return _of(root, "data-before")


def _of(root: Element, name: str) -> int:
    body = root.find("body")
    return 0 if body is None else int(body.get(name, "0"))

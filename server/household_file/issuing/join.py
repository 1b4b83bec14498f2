"""Joining the files of many households into one PDF with a bookmark for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Name, OutlineItem, Pdf, String

from server.household_file import kept
from server.household_file.issuing.grey import grey

A4 = (595.28, 841.89)
#: The version of PDF that PDF/A-2 is of.
PDF_A_2 = "1.7"
#: By so many points the margin at the binding edge is wider than the other (8 mm).
BINDING = 8 / 25.4 * 72


@dataclass(frozen=True, slots=True)
class Part:
    """One household's PDF and the bookmark it gets; skip: so many pages of it are left out."""

    title: str
    path: Path
    skip: int = 0


def join(
    parts: Sequence[Part],
    title: str,
    target: Path,
    *,
    even: bool = False,
    one_sided: bool = False,
    without_colour: bool = False,
    told: Callable[[int], None] = lambda _: None,
) -> None:
    """Write one PDF of all parts, in their order, whole or not at all.

    parts: at least one. even: a blank page after a part of an odd number of pages, so that each
    begins on the front of a sheet. one_sided: every page is bound like a front. told: called with
    the number of parts that are in. Pages are copied as they are: memory holds the structure of the
    parts, never their photos. Links inside a part go on working, because its places have names of
    its own. The same parts give the same bytes.
    """
    with ExitStack() as opened:
        joined = opened.enter_context(Pdf.new())
        outline = []
        for part in parts:
            source = opened.enter_context(pikepdf.open(part.path))
            if one_sided:
                _bind_as_fronts(source)
            outline.append(_add(joined, source, part))
            if even and (len(source.pages) - part.skip) % 2:
                joined.add_blank_page(page_size=A4)
            if len(outline) == 1:
                _describe(joined, source, title)
            told(len(outline))
        with joined.open_outline() as shown:
            shown.root.extend(outline)
        if without_colour:
            grey(joined)
        with kept.whole(target) as fresh:
            joined.save(fresh, deterministic_id=True, min_version=PDF_A_2)


def sides(source: Path, odd: Path, even: Path) -> None:
    """The fronts of a PDF, and its backs in reverse order, for a printer that prints one side.

    The backs are put in as they lie after the fronts were printed and the stack was turned over.
    """
    for target, first in ((odd, 0), (even, 1)):
        with pikepdf.open(source) as half:
            for name in (Name.Names, Name.Outlines, Name.PageMode):
                if name in half.Root:
                    del half.Root[name]
            for page in half.pages:
                if Name.Annots in page:
                    del page.Annots
            for number in reversed(range(len(half.pages))):
                if number % 2 != first:
                    del half.pages[number]
            if first:
                half.pages.reverse()
            with kept.whole(target) as fresh:
                half.save(fresh, deterministic_id=True, min_version=PDF_A_2)


def _add(whole: Pdf, source: Pdf, part: Part) -> OutlineItem:
    """Append a part's pages with their named places; returns its bookmarks under one.

    Tags are left behind: the whole is PDF/A-2u, whatever its parts are.
    """
    first = len(whole.pages)
    whole.add_pages_from(source)
    del whole.pages[first : first + part.skip]
    for page in whole.pages[first:]:
        if Name.StructParents in page:
            del page.StructParents
    places = enumerate(source.pages[part.skip :], first)
    numbers = {page.obj.objgen: number for number, page in places}
    household = OutlineItem(part.title, first, "Fit")
    household.is_closed = True
    with source.open_outline() as outline:
        for item in outline.root:
            if (number := _page_of(item, numbers)) is not None:
                household.children.append(OutlineItem(item.title, number, "Fit"))
    return household


def _bind_as_fronts(part: Pdf) -> None:
    """Move what stands on backs, whose binding edge is the other one, to where fronts have it."""
    for page in part.pages[1::2]:
        left, bottom, right, top = (float(edge) for edge in page.mediabox)
        upright = right - left < top - bottom
        across, along = (-BINDING, 0.0) if upright else (0.0, BINDING)
        box = Array([left + across, bottom + along, right + across, top + along])
        for name in (Name.MediaBox, Name.TrimBox, Name.BleedBox):
            page.obj[name] = box


def _page_of(item: OutlineItem, numbers: Mapping[tuple[int, int], int]) -> int | None:
    place = item.destination
    return numbers.get(place[0].objgen) if isinstance(place, Array) else None


def _describe(whole: Pdf, first: Pdf, title: str) -> None:
    """Make the whole a PDF/A-2u document like its parts."""
    whole.Root.Lang = String("zh-CN")
    intents = first.make_indirect(first.Root.OutputIntents)
    whole.Root.OutputIntents = whole.copy_foreign(intents)
    whole.Root.PageMode = Name.UseOutlines
    with whole.open_metadata(set_pikepdf_as_editor=False, update_docinfo=True) as metadata:
        metadata["dc:title"] = title
        metadata["pdfaid:part"] = "2"
        metadata["pdfaid:conformance"] = "U"

"""Joining the files of many households into one PDF with a bookmark for each."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Name, OutlineItem, Pdf, String


@dataclass(frozen=True, slots=True)
class Part:
    """One household's PDF and the bookmark it gets."""

    title: str
    path: Path


def join(parts: Sequence[Part], title: str, target: Path) -> int:
    """Write one PDF of all parts, in their order; returns the number of its pages.

    parts: at least one. target: replaced whole. Pages are copied as they are: memory holds the
    structure of the parts, never their photos. Links inside a part go on working, because its
    places have names of its own.
    """
    with ExitStack() as opened:
        whole = opened.enter_context(Pdf.new())
        outline = []
        for part in parts:
            source = opened.enter_context(pikepdf.open(part.path))
            outline.append(_add(whole, source, part.title))
            if len(outline) == 1:
                _describe(whole, source, title)
        with whole.open_outline() as shown:
            shown.root.extend(outline)
        _save(whole, target)
        return len(whole.pages)


def _add(whole: Pdf, source: Pdf, title: str) -> OutlineItem:
    """Append a part's pages with their named places; returns its bookmarks under one."""
    first = len(whole.pages)
    whole.add_pages_from(source)
    numbers = {page.obj.objgen: first + number for number, page in enumerate(source.pages)}
    household = OutlineItem(title, first, "Fit")
    household.is_closed = True
    with source.open_outline() as outline:
        for item in outline.root:
            if (number := _page_of(item, numbers)) is not None:
                household.children.append(OutlineItem(item.title, number, "Fit"))
    return household


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


def _save(whole: Pdf, target: Path) -> None:
    """Write whole or not at all; the same parts give the same bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        dir=target.parent, prefix=".new-", suffix=".pdf", delete=False
    ) as fresh:
        path = Path(fresh.name)
    try:
        whole.save(path, deterministic_id=True)
        path.replace(target)
    except BaseException:
        path.unlink(missing_ok=True)
        raise

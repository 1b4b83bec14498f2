"""Which document stands on which pages of a version that was kept, as it was printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf

from server.household_file import kept

Facts = Mapping[str, Any]

#: The address of a document in its PDF, as `templates/file.html` gives it.
_ANCHOR = re.compile(r"h[0-9a-f-]{36}-(.+)")
_VISIT = re.compile(r"v(\d+)")
#: Addresses that are no document's.
_ENDS = re.compile(r"(.+-)?end")
#: Pages that are in no section of the catalogue: their codes in the standard order.
FRONT = {"cover": ("0", "封面"), "contents": ("1", "目录")}
UNREVIEWED = "未核"


@dataclass(frozen=True, slots=True)
class Placed:
    """One document of a kept version and its pages, physical ones of the PDF, from 1.

    key: as `sections.Document` has it. title: as its contents list it. end: the last page with
    something on it; up to `last` come backs that were left blank. record: of a visit, the
    submission that it is.
    """

    key: str
    section: str
    title: str
    first: int
    last: int
    end: int
    record: str = ""


def placed(root: Path, path: str) -> tuple[Placed, ...] | None:
    """The documents of a version in the order of their pages.

    root: the folder of kept PDFs; path: the version's. None where the PDF or its facts are not kept
    any more: then nobody can say what stands where.
    """
    found = next(
        (
            one
            for tagged in (False, True)
            if (one := root / kept.variant_path(path, tagged=tagged)).is_file()
        ),
        None,
    )
    facts = kept.facts(root / kept.facts_path(path))
    if found is None or facts is None:
        return None
    with pikepdf.open(found) as document:
        anchors, titles, count = _anchors(document), _titles(document), len(document.pages)
    starts = sorted(
        ((key, page) for key, page in anchors.items() if not _ENDS.fullmatch(key)),
        key=lambda one: one[1],
    )
    if starts and starts[0][1] > 1:
        starts.insert(0, ("cover", 1))
    ends = [page - 1 for _, page in starts[1:]] + [count]
    return tuple(
        _placed(key, (first, last, anchors.get(f"{key}-end", last)), titles.get(first, ""), facts)
        for (key, first), last in zip(starts, ends, strict=True)
    )


def on_page(documents: Iterable[Placed], page: int) -> Placed | None:
    """The document that a page belongs to."""
    return next((one for one in documents if one.first <= page <= one.last), None)


def _placed(key: str, pages: tuple[int, int, int], title: str, facts: Facts) -> Placed:
    if key in FRONT:
        section, named = FRONT[key]
        return Placed(key, section, title or named, *pages)
    visit = _VISIT.fullmatch(key)
    record = str(facts["visits"][int(visit[1])]["instance_id"]) if visit else ""
    return Placed(key, _section(key, facts), title, *pages, record)


def _section(key: str, facts: Facts) -> str:
    """The code of the section that a document fills."""
    papers = {str(paper["key"]): str(paper["section"]) for paper in facts["papers"]}
    if key in papers:
        return papers[key]
    source = "visits" if _VISIT.fullmatch(key) else {"visits": "visit_list"}.get(key, key)
    sections: Sequence[Facts] = facts["plan"]["sections"]
    return next((str(one["code"]) for one in sections if one["source"] == source), "")


def _anchors(document: pikepdf.Pdf) -> dict[str, int]:
    """The key of every document, and of its end, with the page where it is."""
    if "/Names" not in document.Root or "/Dests" not in document.Root.Names:
        return {}
    numbers = _numbers(document)
    found = {}
    for name, said in pikepdf.NameTree(document.Root.Names.Dests).items():
        there = said.D if isinstance(said, pikepdf.Dictionary) else said
        anchor = _ANCHOR.fullmatch(str(name))
        if anchor:
            found[anchor[1]] = numbers[_leads_to(there)]
    return found


def _titles(document: pikepdf.Pdf) -> dict[int, str]:
    """Page -> the bookmark that leads there."""
    numbers = _numbers(document)
    with document.open_outline() as outline:
        return {
            numbers[_leads_to(one.destination)]: one.title.removesuffix(UNREVIEWED)
            for one in outline.root
            if one.destination is not None
        }


def _numbers(document: pikepdf.Pdf) -> dict[Any, int]:
    return {page.objgen: number for number, page in enumerate(document.pages, 1)}


def _leads_to(destination: Any) -> Any:
    """The name of the page that a destination begins with."""
    return destination[0].objgen

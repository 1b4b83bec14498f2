"""What changed between two versions in the documents that are tables and forms, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

Facts = Mapping[str, Any]
#: Document, its title, what was printed, what would be printed now.
Change = tuple[str, str, str, str]


def changes(old: Facts, new: Facts) -> Iterator[Change]:
    """Every row that a reader would see changed, in the order of the file.

    A document that came or went is one line.
    """
    titles = {
        section["code"]: str(section["title"])
        for facts in (old, new)
        for section in (facts.get("plan") or {}).get("sections", ())
    }
    before, after = _by_key(old), _by_key(new)
    for key in dict.fromkeys((*after, *before)):
        was, now = before.get(key), after.get(key)
        title = _title(now or was or {}, titles)
        if was is None or now is None:
            yield (key, title, *(("", "增加") if was is None else ("印有", "没有了")))
            continue
        rows = list(_rows(was)), list(_rows(now))
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, *rows, autojunk=False).get_opcodes():
            if tag != "equal":
                for gone, come in zip_longest(rows[0][i1:i2], rows[1][j1:j2], fillvalue=""):
                    yield key, title, gone, come


def _by_key(facts: Facts) -> dict[str, Facts]:
    return {str(paper["key"]): paper for paper in facts.get("papers", ())}


def _title(paper: Facts, titles: Mapping[str, str]) -> str:
    title = str(paper.get("title") or titles.get(str(paper.get("section")), ""))
    return f"{title}（{paper['about']}）" if paper.get("about") else title


def _rows(paper: Facts) -> Iterator[str]:
    for block in (*paper["blocks"], *paper["after"]):
        for group in block.get("groups", ()):
            for row in group:
                if text := "　".join(filter(None, map(_cell, row))):
                    yield text
        for photo in block.get("photos", ()):
            yield f"照片：{photo['title']}　{photo['taken']}"
        if block.get("text"):
            yield str(block["text"])


def _cell(cell: Facts) -> str:
    fact = cell["fact"]
    options: Sequence[Sequence[Any]] = fact["options"]
    chosen = "、".join(str(said) for said, is_chosen in options if is_chosen)
    return str(fact["text"] or chosen)

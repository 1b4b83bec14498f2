"""What changed between two versions in the documents that are tables and forms, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

Facts = Mapping[str, Any]
#: Document, its title, what was printed, what would be printed now.
Change = tuple[str, str, str, str]
#: So many characters of a record's id end the key of its document.
SHORT = 8


def changes(old: Facts, new: Facts, roots: Mapping[str, str]) -> Iterator[Change]:
    """Every row that a reader would see changed, in the order of the file.

    A document that came or went is one line. roots: record -> the first version of it: the
    document of a record and that of its correction are the same one.
    """
    titles = {
        section["code"]: str(section["title"])
        for facts in (old, new)
        for section in (facts.get("plan") or {}).get("sections", ())
    }
    first = {record[:SHORT]: root[:SHORT] for record, root in roots.items()}
    before, after = _by_key(old, first), _by_key(new, first)
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


def record_of(key: str) -> str:
    """How the id begins of what the document of a key is about."""
    return key.rpartition("-")[2]


def _by_key(facts: Facts, first: Mapping[str, str]) -> dict[str, Facts]:
    return {_key(str(paper["key"]), first): paper for paper in facts.get("papers", ())}


def _key(key: str, first: Mapping[str, str]) -> str:
    about = record_of(key)
    return key.removesuffix(about) + first.get(about, about)


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

"""A household's facts as one HTML document, ready to be set on paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server.household_file import words
from server.household_file.content import layout
from server.household_file.content.blocks import Pictures
from server.household_file.content.facts import Fact, Item, Photo, Scan, Signature
from server.household_file.content.file import HouseholdFile, facts_hash
from server.household_file.content.sections import Document, documents, opens
from server.household_file.typeset import fonts
from server.household_file.typeset.code import DIGITS, Code
from server.household_file.typeset.marks import (
    any_unreviewed,
    mark,
    once_marked,
    stands,
    unmarked,
    unmarked_item,
)
from server.household_file.typeset.names import name, names_of, prose, whole
from server.household_file.typeset.setting import lines, set_block, set_pictures

TEMPLATES = Path(__file__).parent / "templates"
#: Rows of each table at least, so that hands can add.
ROWS = {"members": 7, "contents": 16, "visits": 12, "changes": 8}
#: In the members' table, characters of a name on a line, and lines that fit without more height.
NAME_LINE, NAME_LINES = 4, 3
#: What a household's parts are called on the cover.
KINDS = {"registered": "脱贫户", "monitored": "监测对象"}
#: A missing character is printed as printers always did.
MISSING = "〓"
#: So many characters at most share a row of a visit with another answer.
SHORT = 14


def page(file: HouseholdFile, version: int, public_url: str | None = None) -> str:
    """The whole file as HTML: cover, contents, forms, photos, closing note.

    public_url: where the township's web confirms a page by its square code. Photos and drawn
    signatures are named `photo:<sha256>`; whoever renders the page fetches them. What no face has
    is printed as 〓 and told in the closing note.
    """
    digest = facts_hash(file)
    sheet = {**file.facts, **_as_mapping(file.others)}
    sheet_unreviewed = not file.head.reviewed and not any(stands(fact) for fact in sheet.values())
    names = names_of(file)
    found = documents(file)
    context = {
        "file": file,
        "version": version,
        "digest": digest,
        "code": _code(file, version, digest, public_url),
        "documents": found,
        "items": [one for one in found if one.key != "closing"],
        "opens": opens(file),
        "committee": words.committee(file.village),
        "sheet_unreviewed": sheet_unreviewed,
        "facts": unmarked(file.facts) if sheet_unreviewed else file.facts,
        "others": [unmarked_item(one) for one in file.others] if sheet_unreviewed else file.others,
        "any_unreviewed": any_unreviewed(file),
        "names": names,
        "photos": _all_photos(found, file),
        "missing_photos": sum(not photo.sha256 for photo in _all_photos(found, file)),
        "layout": layout,
        "rows": ROWS,
        "spare_members": _spare_members(file),
        "basic": layout.basic_rows([n for n, fact in file.facts.items() if fact.text]),
        "anchor": f"h{file.household_id}",
        "lacking": "",
        "nobody": Signature(),
        "kind": _kind(file),
    }
    html = _templates().get_template("file.html").render(context)
    lacking = fonts.unprintable(html)
    if not lacking:
        return html
    told = _templates().get_template("file.html").render(context | {"lacking": _lacking(lacking)})
    return told.translate({ord(character): MISSING for character in lacking})


def _kind(file: HouseholdFile) -> str:
    """Which parts the file has, for its cover."""
    parts = [word for kind, word in KINDS.items() if kind in file.plan.kinds]
    return f"{'、'.join(parts)}档案" if parts else "农户档案"


def _spare_members(file: HouseholdFile) -> int:
    """Blank places below the members, so that all stay on one page though long names are high."""
    lines = (-(-len(member.name) // NAME_LINE) + 1 - NAME_LINES for member in file.members)
    higher = -(-sum(max(0, more) for more in lines) // NAME_LINES)
    return max(ROWS["members"] - len(file.members) - higher, 0)


def _lacking(characters: str) -> str:
    """Characters that no face has, by their numbers."""
    return "、".join(f"U+{ord(character):04X}" for character in characters)


def _all_photos(found: Iterable[Document], file: HouseholdFile) -> list[Photo]:
    """Every photo that has a place in the file."""
    of_papers = (
        photo
        for one in found
        if one.paper
        for block in (*one.paper.blocks, *one.paper.after)
        if isinstance(block, Pictures)
        for photo in block.photos
    )
    return [*file.photos, *of_papers]


def _text(facts: Mapping[str, Fact], name: str) -> str:
    return facts[name].text if name in facts else ""


def _code(file: HouseholdFile, version: int, digest: str, public_url: str | None) -> str:
    """What the square code of a page says, up to the number of the page."""
    number = file.household_no or file.household_id
    first = Code(number, version, digest[:DIGITS].upper(), page=1)
    return first.text(public_url).removesuffix("1")


def _joined(facts: Mapping[str, Fact], *names: str, between: str = "、") -> str:
    """The texts of several facts in one cell, blanks left out."""
    return between.join(text for name in names if (text := _text(facts, name)))


def _facts(facts: Mapping[str, Fact], names: Iterable[str]) -> list[Fact]:
    return [facts[name] for name in names if name in facts]


def _first(facts: Mapping[str, Fact], *names: str) -> Fact:
    """The first of several facts that is known."""
    found = _facts(facts, names)
    return next((fact for fact in found if fact.text), found[0] if found else Fact())


def _as_mapping(items: Iterable[Item]) -> dict[str, Fact]:
    return {item.name: item.fact for item in items}


def _paired(answers: Iterable[Item]) -> list[tuple[Item, ...]]:
    """Answers that have no place of their own, a row each; two short ones share a row."""
    rows: list[tuple[Item, ...]] = []
    for item in answers:
        if item.name in layout.VISIT_PLACED or not item.fact.text:
            continue
        if rows and len(rows[-1]) == 1 and _is_short(rows[-1][0]) and _is_short(item):
            rows[-1] = (*rows[-1], item)
        else:
            rows.append((item,))
    return rows


def _is_short(item: Item) -> bool:
    return len(item.fact.text) <= SHORT


def _scan_caption(scan: Scan, document: Document) -> str:
    """What stands above a scanned page."""
    if not scan.version:
        return f"{scan.title}　{words.long_date(scan.on)}扫描，{scan.by}归档"
    place = f"第 {scan.place} 页，共 {scan.pages} 页" if scan.pages > 1 else ""
    since = "，此后内容有变动" if scan.changed else ""
    return "　".join(
        filter(
            None,
            (
                f"{scan.title}签字件" if document.section.sign else scan.title,
                place,
                f"所扫为第 {scan.version} 版{since}",
                f"{words.long_date(scan.on)}扫描，{scan.by}归档",
            ),
        )
    )


@cache
def _templates() -> Environment:
    return environment_of(TEMPLATES)


def environment_of(*folders: Path) -> Environment:
    """Templates of paper: those of some folders, with all that our pages and blocks are set by."""
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "long_date": words.long_date,
        "said": words.said,
        "short_date": words.short_date,
        "long_month": words.long_month,
        "month": words.month,
        "short_hash": words.short_hash,
        "prose": prose,
        "whole": whole,
        "name": name,
        "lines": lines,
    }
    environment.globals |= {
        "joined": _joined,
        "once_marked": once_marked,
        "first": _first,
        "mark": mark,
        "facts_of": _facts,
        "as_mapping": _as_mapping,
        "text": _text,
        "paired": _paired,
        "scan_caption": _scan_caption,
        "set_block": set_block,
        "set_pictures": set_pictures,
    }
    return environment

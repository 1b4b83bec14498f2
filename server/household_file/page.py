"""A household's facts as one HTML document, ready to be set on paper."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from server.household_file import fonts, layout, words
from server.household_file.facts import Fact, HouseholdFile, Item, facts_hash
from server.household_file.marks import (
    any_unreviewed,
    mark,
    once_marked,
    stands,
    unmarked,
    unmarked_item,
)
from server.household_file.sections import committee, opens, sections

TEMPLATES = Path(__file__).parent / "templates"
#: Rows of each table at least, so that hands can add.
ROWS = {"members": 10, "contents": 16, "visits": 12, "changes": 8}
#: So many characters of a name share a line of the members' table.
NAME_LINE = 5
#: So many characters at most share a row of a visit with another answer.
SHORT = 14


def page(file: HouseholdFile, version: int) -> str:
    """The whole volume as HTML: cover, contents, forms, photos, closing note.

    Photos and drawn signatures are named `photo:<sha256>`; whoever renders the page fetches them.
    """
    digest = facts_hash(file)
    sheet = {**file.facts, **_as_mapping(file.others)}
    sheet_unreviewed = not file.head.reviewed and not any(stands(fact) for fact in sheet.values())
    return (
        _templates()
        .get_template("file.html")
        .render(
            file=file,
            version=version,
            digest=digest,
            code=_code(file, version, digest),
            sections=sections(file),
            opens=opens(file),
            committee=committee(file.village),
            sheet_unreviewed=sheet_unreviewed,
            facts=unmarked(file.facts) if sheet_unreviewed else file.facts,
            others=[unmarked_item(item) for item in file.others]
            if sheet_unreviewed
            else file.others,
            any_unreviewed=any_unreviewed(file),
            names=_names(file),
            missing_photos=sum(not photo.sha256 for photo in file.photos),
            unprintable=fonts.unprintable("".join(_names(file)) + file.address.text),
            layout=layout,
            rows=ROWS,
            spare_members=_spare_members(file),
            basic=layout.basic_rows([n for n, fact in file.facts.items() if fact.text]),
            anchor=f"h{file.household_id}",
        )
    )


def _spare_members(file: HouseholdFile) -> int:
    """Blank lines below the members, so that all stay on one page though long names are high."""
    count = len(file.members)
    higher = sum(max(0, (len(member.name) - 1) // NAME_LINE - 1) for member in file.members)
    return max(ROWS["members"] - count - higher, 0 if count > 8 else 1)


def _names(file: HouseholdFile) -> list[str]:
    """Every name that occurs in the file, longest first, to be kept whole in running text."""
    members = (member.name for member in (*file.members, *file.former))
    people = (name for visit in file.visits for name in (*visit.by, *visit.companions))
    found = {file.head.text, *members, *people}
    return sorted((name for name in found if name), key=lambda name: (-len(name), name))


def _text(facts: Mapping[str, Fact], name: str) -> str:
    return facts[name].text if name in facts else ""


def _code(file: HouseholdFile, version: int, digest: str) -> str:
    """The square code of the footer as a data address: household number, version, hash."""
    content = f"YIHU:{file.household_no or file.household_id}:{version}:{digest[:16].upper()}"
    return segno.make(content, error="m", micro=False).png_data_uri(scale=6, border=0)


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


def _name(value: str, wanted: str = fonts.SONG) -> Markup:
    """A name that stays in one face and, unless it is long, on one line."""
    css = fonts.name_class(value, wanted) + (" long" if len(value) > 4 else "")
    return Markup('<span class="nm {}">{}</span>').format(css, value)


def _prose(value: str, names: list[str]) -> Markup:
    """Running text, names in it kept whole and in one face."""
    if not names:
        return escape(value)
    pieces = re.split("(" + "|".join(map(re.escape, names)) + ")", value)
    known = set(names)
    return Markup().join(
        Markup('<span class="nk {}">{}</span>').format(fonts.name_class(piece, fonts.KAI), piece)
        if piece in known
        else escape(piece)
        for piece in pieces
    )


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
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
        "prose": _prose,
        "name": _name,
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
    }
    return environment

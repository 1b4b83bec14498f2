"""更正说明: the sheet that goes into a bound volume when something printed in it was corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server.household_file import words
from server.household_file.models import PrintedFile
from server.household_file.printed.compare import Difference
from server.household_file.printed.corrections import Carrier, Correction
from server.household_file.typeset.names import name, prose, whole
from server.household_file.typeset.pdf import pdf

#: Texts up to this length are told whole; of longer ones so much around what differs.
WHOLE, AROUND = 60, 15
TEMPLATES = Path(__file__).parent / "typeset" / "templates"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a 更正说明 says: of which volume, what was wrong, who corrected it, what carries it."""

    head: str
    household_no: str
    place: str
    version: PrintedFile
    lines: Sequence[Difference]
    corrections: Sequence[Correction]
    carriers: Sequence[Carrier]
    on: date


def notice(said: Notice) -> bytes:
    """The sheet as a PDF, with room for signature and seal."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "long_date": lambda day: words.long_date(day.isoformat()[:10]),
        "short_hash": words.short_hash,
        "name": name,
        "prose": prose,
        "whole": whole,
    }
    told = ((line, *apart(line.old, line.new)) for line in said.lines)
    lines = [replace(line, old=old, new=new) for line, old, new in told]
    html = environment.get_template("notice.html").render(n=replace(said, lines=lines))
    return pdf(html, _no_picture)


def apart(old: str, new: str) -> tuple[str, str]:
    """Two texts as far as they differ, with some words around; short ones whole."""
    if max(len(old), len(new)) <= WHOLE:
        return old, new
    alike = _alike(old, new)
    ends = _alike(old[alike:][::-1], new[alike:][::-1])
    first = max(alike - AROUND, 0)
    while first and old[first - 1].isascii():
        first -= 1
    left = max(ends - AROUND, 0)
    return _part(old, first, left), _part(new, first, left)


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _part(text: str, first: int, left: int) -> str:
    return f"{'……' * bool(first)}{text[first : len(text) - left]}{'……' * bool(left)}"


def _no_picture(sha256: str) -> bytes:
    raise FileNotFoundError(sha256)

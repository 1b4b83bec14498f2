"""更正说明: the sheet that goes into a bound volume when something printed in it was corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server.household_file import words
from server.household_file.models import PrintedFile
from server.household_file.pdf import pdf
from server.household_file.printed.compare import Difference
from server.household_file.printed.corrections import Carrier, Correction

TEMPLATES = Path(__file__).parent / "templates"


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
    }
    return pdf(environment.get_template("notice.html").render(n=said), _no_picture)


def _no_picture(sha256: str) -> bytes:
    raise FileNotFoundError(sha256)

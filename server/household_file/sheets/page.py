"""A sheet as one HTML document, ready to be set on paper."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import segno
from jinja2 import Environment

from server.household_file.content.facts import Signature
from server.household_file.sheets.facts import Sheet
from server.household_file.sheets.kinds import KINDS
from server.household_file.typeset import fonts
from server.household_file.typeset.code import DIGITS, Code
from server.household_file.typeset.page import MISSING, environment_of
from server.household_file.typeset.setting import columns

#: The sheets' own templates, and the parts that they share with the household's file.
TEMPLATES = (
    Path(__file__).parent / "templates",
    Path(__file__).parent.parent / "typeset" / "templates",
)


def page(
    sheet: Sheet, number: str, version: int, digest: str, public_url: str | None, fit: int = 0
) -> str:
    """The sheet as HTML, with the footer that says which one it is.

    public_url: where the township's web confirms it. fit: how small it is set. What no
    face has is printed as 〓 and told in the footer.
    """

    def text(page: int) -> str:
        return Code(number, version, digest[:DIGITS].upper(), page).text(public_url)

    def code(page: int = 1) -> str:
        """The square code of a page, as a data address."""
        return segno.make(text(page), error="m", micro=False).png_data_uri(scale=6, border=0)

    template = _templates().get_template(KINDS[sheet.kind].template)
    context = {
        "sheet": sheet,
        "kind": KINDS[sheet.kind],
        "number": number,
        "version": version,
        "digest": digest,
        "code": code,
        "code_before_page": text(1).removesuffix("1"),
        "names": sorted(filter(None, sheet.names), key=lambda one: (-len(one), one)),
        "said": sheet.content,
        "lacking": "",
        "fit": fit,
        "nobody": Signature(),
    }
    html = template.render(context)
    lacking = fonts.unprintable(html)
    if not lacking:
        return html
    told = "、".join(f"U+{ord(character):04X}" for character in lacking)
    html = template.render(context | {"lacking": told})
    return html.translate({ord(character): MISSING for character in lacking})


@cache
def _templates() -> Environment:
    environment = environment_of(*TEMPLATES)
    environment.globals |= {"columns": columns}
    return environment

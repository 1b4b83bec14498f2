"""付印单: the sheet that goes to the printer with the files, with their page ranges."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server.household_file import words
from server.household_file.issuing.leaf import Leaf, pages_in, sheets_in
from server.household_file.order import Order
from server.household_file.typeset.pdf import pdf

TEMPLATES = Path(__file__).parent.parent / "typeset" / "templates"
WAYS = {
    "double": "双面打印，每户从正面开始",
    "single": "单面打印",
    "manual": "手动双面：先印正面，整叠翻过来放回纸盒，再印反面",
}


def slip(volumes: Sequence[Sequence[Leaf]], order: Order) -> bytes:
    """Which household stands on which pages of which file, and how much paper it takes."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    html = environment.get_template("slip.html").render(
        order=order,
        day=words.long_date(order.as_of),
        way=WAYS[order.sheet],
        volumes=[_volume(leaves, order) for leaves in volumes],
        pages=sum(pages_in(leaf, order) for leaves in volumes for leaf in leaves),
        sheets=sum(sheets_in(leaves, order) for leaves in volumes),
    )
    return pdf(html, _no_picture)


def _volume(leaves: Sequence[Leaf], order: Order) -> dict[str, object]:
    first, lines = 1, []
    for leaf in leaves:
        lines.append((leaf, first, first + leaf.pages - 1))
        first += pages_in(leaf, order)
    return {"lines": lines, "pages": first - 1, "sheets": sheets_in(leaves, order)}


def _no_picture(sha256: str) -> bytes:
    raise FileNotFoundError(sha256)

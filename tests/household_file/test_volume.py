"""Contents tell the pages of what follows, though they are laid out last."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from weasyprint import CSS
from weasyprint.document import Document
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.text.fonts import FontConfiguration

from server.household_file.typeset.engine import Looks, parsed, typeset
from server.household_file.typeset.pdf import FOLDER, _none, _Pictures
from server.household_file.typeset.volume import lay_out

STYLE = """
@page { size: 100mm 100mm; margin: 10mm }
@page :right { @bottom-left { content: "right" } }
section, .next + .next { break-before: page }
p { margin: 0; line-height: 10mm }
"""


def volume(listed: int, pages: Sequence[int]) -> Document:
    """Contents of so many lines, and sections of so many pages that they list."""
    links = "".join(f'<p><a class="pg" href="#s{n}"></a></p>' for n in range(len(pages)))
    blank = "<p>行</p>" * (listed - len(pages))
    body = "".join(
        f'<section id="s{n}">{"<p class=next>字</p>" * count}</section>'
        for n, count in enumerate(pages)
    )
    html = (
        f"<!doctype html><body><section data-tells>{links}{blank}</section>{body}"
        '<section data-tells>共 <a class="pg" href="#end"></a> 页<div id="end"></div></section>'
    )
    fonts = FontConfiguration()
    looks = Looks([CSS(string=STYLE, font_config=fonts)], fonts)
    base = FOLDER.as_uri() + "/"
    return lay_out(parsed(html), lambda part: typeset(part, looks, base, _Pictures(_none)))


def texts(document: Document, number: int) -> list[str]:
    boxes = document.pages[number - 1]._page_box.descendants()
    return [box.text for box in boxes if isinstance(box, TextBox)]


@pytest.mark.parametrize(("listed", "before"), [(4, 1), (10, 2), (20, 3)])
def test_numbers_are_those_of_the_pages(listed: int, before: int) -> None:
    document = volume(listed, (1, 3, 1))
    first = before + 1
    assert len(document.pages) == before + 5 + 1
    assert texts(document, 1)[:3] == [str(first), str(first + 1), str(first + 4)]
    assert str(len(document.pages)) in texts(document, len(document.pages))


@pytest.mark.parametrize("listed", [4, 10, 20])
def test_every_second_page_is_a_right_one(listed: int) -> None:
    pages = volume(listed, (1, 3, 1)).pages
    assert [page._page_box.page_type.side for page in pages] == [
        "left" if number % 2 else "right" for number in range(len(pages))
    ]

"""Our way of laying out a page gives what WeasyPrint's own gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from weasyprint import CSS, HTML
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.text.fonts import FontConfiguration

from server.household_file.content.file import HouseholdFile
from server.household_file.typeset.engine import Looks, parsed, typeset
from server.household_file.typeset.page import page
from server.household_file.typeset.pdf import FOLDER, _Pictures
from tests.household_file.households import Pictures, empty, usual

BASE = FOLDER.as_uri() + "/"


def boxes(document: Any) -> Iterator[tuple[object, ...]]:
    """Every box of every page, with its place, its size and its text."""
    for number, one in enumerate(document.pages):
        for box in one._page_box.descendants():
            text = box.text if isinstance(box, TextBox) else ""
            size = (box.position_x, box.position_y, box.margin_width(), box.margin_height())
            yield number, type(box).__name__, text, *size, str(box.style["font_family"])


@pytest.fixture(scope="module")
def looks() -> Looks:
    fonts = FontConfiguration()
    sheet = CSS(filename=str(FOLDER / "file.css"), font_config=fonts)
    return Looks([sheet], fonts, places={})


@pytest.mark.parametrize("household", [empty, usual])
def test_every_box_stands_where_weasyprint_puts_it(
    household: Callable[[Pictures], HouseholdFile], looks: Looks
) -> None:
    pictures = Pictures()
    html = page(household(pictures), 7)
    fetcher = _Pictures(pictures)
    ours = list(boxes(typeset(parsed(html), looks, BASE, fetcher)))
    again = list(boxes(typeset(parsed(html), looks, BASE, fetcher)))
    theirs = HTML(string=html, base_url=BASE, url_fetcher=fetcher)
    expected = list(boxes(theirs.render(font_config=looks.fonts, stylesheets=looks.sheets)))
    assert ours == again == expected


def test_a_document_of_its_own_style_leaves_others_alone(looks: Looks) -> None:
    fetcher = _Pictures(Pictures())
    plain = "<!doctype html><body><p>甲</p></body>"
    styled = plain.replace("<body>", "<style>p { margin-left: 50mm }</style><body>")
    before = list(boxes(typeset(parsed(plain), looks, BASE, fetcher)))
    assert list(boxes(typeset(parsed(styled), looks, BASE, fetcher))) != before
    assert list(boxes(typeset(parsed(plain), looks, BASE, fetcher))) == before

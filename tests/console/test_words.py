"""Words of the one list stand in it alone: the desk's pages ask for them by name."""

from __future__ import annotations

from server.config import ROOT
from server.console.say import words

PAGES = ROOT / "server" / "console" / "templates" / "console"
#: Shorter ones are parts of other words.
SHORTEST = 3


def test_no_page_of_the_desk_repeats_a_word_of_the_list() -> None:
    listed = {
        text for group in words().values() for text in group.values() if len(text) >= SHORTEST
    }
    pages = {path.name: path.read_text("utf-8") for path in PAGES.glob("*.html")}
    assert pages
    repeated = {(name, text) for name, page in pages.items() for text in listed if text in page}
    assert repeated == set()

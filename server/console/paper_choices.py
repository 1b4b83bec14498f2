"""What can be chosen of sheets and files that are printed, read from a form or an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from server import clock
from server.household_file.order import Order

PURPOSES = ("年度户档归档", "日常查阅", "迎接检查", "交给农户")
#: The sheets of one household, and what each is usually printed for.
OF_HOUSEHOLD: Mapping[str, str] = {
    "wall_card": PURPOSES[3],
    "contact_card": PURPOSES[3],
    "income_account": PURPOSES[0],
}
#: Who keeps a contact card.
KEEPERS = (("guardian", "监护人或本人留存"), ("place", "学校或村留存"), ("file", "存档"))
PAPERS = ("A4", "A5")
#: So many years can be chosen.
YEARS = 4


def years() -> Sequence[str]:
    """The years that a sheet can be about, this one first."""
    this = clock.today().year
    return [str(this - ago) for ago in range(YEARS)]


def with_choices(order: Order, said: Mapping[str, str], copies: Sequence[str]) -> Order:
    """An order with what was chosen of its sheet."""
    year, paper = said.get("year", ""), said.get("paper", "")
    return replace(
        order,
        year=year if year in years() else "",
        paper=paper if paper in PAPERS else PAPERS[0],
        copies=tuple(one for one, _ in KEEPERS if one in copies),
        backs=said.get("backs") == "1",
        record=said.get("record", "")[:36],
    )

"""The place that a sheet of villages is about: its villages, their towns, the office above them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.accounts import queries as accounts

VILLAGE, TOWN = 12, 9


@dataclass(frozen=True)
class Place:
    """A village, a town or the county as far as somebody reaches it. names: code -> name."""

    code: str
    name: str
    villages: tuple[str, ...]
    names: Mapping[str, str]

    def village_of(self, area: str) -> str:
        """What a village is called."""
        return self.names.get(area, area)

    def town_of(self, area: str) -> str:
        """What the town of a village is called."""
        return self.names.get(area[:TOWN], "")

    @property
    def office(self) -> str:
        """Who issues what is about this place: the town's government, or the county."""
        town = self.names.get(self.code[:TOWN], "")
        return government(town) if town else self.name


def place_of(session: Session, code: str, villages: Collection[str]) -> Place:
    """A place with those of its villages that are given."""
    inside = tuple(sorted(one for one in villages if one.startswith(code)))
    codes = {code, *inside, *(one[:TOWN] for one in inside), code[:TOWN]}
    found = {one: area.name for one in codes if (area := accounts.area(session, one))}
    return Place(code, found.get(code, code), inside, found)


def government(town: str) -> str:
    """What the office of a town is called."""
    if town.endswith("街道"):
        return f"{town}办事处"
    return f"{town}人民政府" if town.endswith(("镇", "乡")) else town

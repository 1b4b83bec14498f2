"""Households' files in the order of a list, and the paper that they take."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from server.household_file.order import Order

#: As many files as a process may hold open, and as much as a reader of PDF likes.
MOST_IN_ONE = 300


@dataclass(frozen=True, slots=True)
class Leaf:
    """One household's file in its place of the list.

    pages: without the blank ones (`lead`) that a continuation (`continued`) begins with.
    """

    place: int
    head: str
    household_no: str
    village: str
    version: int
    pages: int
    digest: str
    path: Path
    continued: bool = False
    lead: int = 0

    @property
    def title(self) -> str:
        """How bookmarks and file names call it."""
        named = f"{self.head or '户主没登记'} {self.household_no or '待编号'}"
        return f"{named} 续页" if self.continued else named


def volumes_of(leaves: Sequence[Leaf], order: Order) -> Iterator[list[Leaf]]:
    """The files that the list makes: a village each, at most so many households as ordered."""
    most = min(order.per_batch or MOST_IN_ONE, MOST_IN_ONE)
    for _, village in itertools.groupby(leaves, key=lambda leaf: leaf.village):
        together = list(village)
        for start in range(0, len(together), most):
            yield together[start : start + most]


def pages_in(leaf: Leaf, order: Order) -> int:
    """The pages of a household with the blank ones that let it and the next begin on a front."""
    return leaf.pages if order.sheet == "single" else 2 * _both_sides(leaf)


def sheets_in(leaves: Sequence[Leaf], order: Order) -> int:
    """How many sheets of paper some files take."""
    return sum(leaf.pages if order.sheet == "single" else _both_sides(leaf) for leaf in leaves)


def _both_sides(leaf: Leaf) -> int:
    return (leaf.lead + leaf.pages + 1) // 2

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
    """One household's file in its place of the list."""

    place: int
    head: str
    household_no: str
    village: str
    version: int
    pages: int
    digest: str
    path: Path

    @property
    def title(self) -> str:
        """How bookmarks and file names call it."""
        return f"{self.head or '户主没登记'} {self.household_no or '待编号'}"


def volumes_of(leaves: Sequence[Leaf], order: Order) -> Iterator[list[Leaf]]:
    """The files that the list makes: a village each, at most so many households as ordered."""
    most = min(order.per_batch or MOST_IN_ONE, MOST_IN_ONE)
    for _, village in itertools.groupby(leaves, key=lambda leaf: leaf.village):
        together = list(village)
        for start in range(0, len(together), most):
            yield together[start : start + most]


def pages_in(leaf: Leaf, order: Order) -> int:
    """The pages of a household with the blank one that lets the next begin on a front."""
    return leaf.pages + (leaf.pages % 2 if order.sheet != "single" else 0)


def sheets_in(leaves: Sequence[Leaf], order: Order) -> int:
    """How many sheets of paper some files take."""
    return sum(leaf.pages if order.sheet == "single" else (leaf.pages + 1) // 2 for leaf in leaves)

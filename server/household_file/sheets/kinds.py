"""The kinds of sheets: what they are called, how they are numbered, which template sets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. prefix: what its numbers begin with.

    fits: in how many sizes it can be set, from roomy to as small as can still be read.
    """

    name: str
    word: str
    prefix: str
    fits: int = 4

    @property
    def template(self) -> str:
        """The template that sets it."""
        return f"{self.name}.html"

    def number(self, key: str) -> str:
        """What footer and square code call the sheet of a key."""
        return f"{self.prefix}-{key}"


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("wall_card", "帮扶明白卡", "MBK", fits=6),
        Kind("contact_card", "留守人员联系卡", "LXK"),
        Kind("income_account", "收入核算表", "SRB"),
        Kind("house_ledger", "危房改造台账", "WFT"),
        Kind("public_list", "公示", "GSB"),
        Kind("bulletin", "通报", "TB"),
    )
}

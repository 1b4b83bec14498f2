"""The card on the wall beside what the household's file says now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from server.household_file.checkup.findings import Finding
from server.household_file.checkup.subject import Subject

TITLE = "帮扶明白卡"


def check(subject: Subject) -> Iterator[Finding]:
    """A card whose amounts, or anything else on it, are no longer those of the file."""
    card = subject.card
    if card is None or card.said == card.now:
        return
    said, now = _amounts(card.said), _amounts(card.now)
    differs = [name for name in said if name in now and said[name] != now[name]]
    for name in differs:
        yield Finding(
            "card",
            f"{card.year}:{name}",
            TITLE,
            f"{name}：墙上的明白卡（{card.year}年，第 {card.version} 版）写 {said[name]}，"
            f"现在台账是 {now[name]}。重印明白卡，换下旧的。",
            "card",
            card.year,
        )
    if not differs:
        text = (
            f"墙上的明白卡（{card.year}年，第 {card.version} 版）印出后内容变了。"
            "重印明白卡，换下旧的。"
        )
        yield Finding("card_older", card.year, TITLE, text, "card", card.year)


def _amounts(card: Mapping[str, Any]) -> dict[str, str]:
    """Whose measure -> its amount, as the card words both."""
    return {
        f"{one['whom']}的{one['item']}": str(one["amount"]["text"]) or "空白"
        for one in card["measures"]
    }

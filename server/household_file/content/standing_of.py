"""What the basic sheet says of a household that follows from its cases, houses and welfare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server.household_file.content.facts import Fact
from server.household_file.content.papers.known import Thing

#: Decisions by which a household is or was monitored, with the word for it.
MONITORED = {"admitted": "纳入", "clear_town_agreed": "纳入", "cleared": "风险消除"}
RELOCATED = "relocated"


def standing_of(codes: Mapping[str, str], of: Mapping[str, Sequence[Thing]]) -> dict[str, Fact]:
    """Under which names the basic sheet has them. codes: of the household."""
    found = {"monitored_as": _monitored(of.get("cases", ()))}
    if "welfare" in codes:
        moved = RELOCATED in codes["welfare"].split()
        found["relocated"] = Fact("是" if moved else "否", (("是", moved), ("否", not moved)))
    found["house_renovated"] = _renovated(of.get("renovations", ()))
    return found


def _monitored(cases: Sequence[Thing]) -> Fact:
    decided = [one for one in cases if one.code("decision") in MONITORED]
    if not decided:
        return Fact()
    newest = max(decided, key=lambda one: one.code("decided_on"))
    category = newest.fact("category")
    what = MONITORED[newest.code("decision")]
    year = newest.code("decided_on")[:4]
    return Fact(f"{category.text}（{year}年{what}）", reviewed=category.reviewed)


def _renovated(works: Sequence[Thing]) -> Fact:
    done = [one for one in works if one.code("method") or one.code("finish_date")]
    said = (
        " ".join(
            filter(None, (one.code("finish_date")[:4] or one.code("plan_year"), one.text("method")))
        )
        for one in done
    )
    return Fact("；".join(said), reviewed=all(one.reviewed for one in done))

"""The register itself: what of it cannot all be true, and children who are not at school."""

from __future__ import annotations

from collections.abc import Iterator

from server.followup.case_states import OVER
from server.followup.contradictions import (
    Home,
    Person,
    birthdays,
    contradictions,
    out_of_school,
)
from server.followup.head import present
from server.followup.known import Known, Part
from server.followup.tasks import Needed
from server.registers import values

TASKS: frozenset[str] = frozenset({"register_odd", "dropout"})
READS: frozenset[str] = frozenset({"head", "household_type", "welfare", "house_area", "helper"})

LEFT = frozenset({"closed", "moved_away"})
#: Square metres a head in a relocated household's house.
AREA = 25


def part(known: Known) -> Part:
    """A task for each thing that does not fit together, and for each child that is not at school.

    They close by themselves once the facts agree; the office may close one that is in order.
    """
    facts = values.properties(known.home.live)
    if facts.get("household_type") in LEFT:
        return Part()
    here = sorted(present(known.people), key=lambda one: one.id)
    people = [Person(one.id, values.properties(one.live)) for one in here]
    home = Home(facts, people, _is_monitored(known))
    return Part(
        needed=[*_odd(known, home), *_dropouts(known, people)],
        turns=list(birthdays(people, known.today)),
    )


def _odd(known: Known, home: Home) -> Iterator[Needed]:
    said = known.policy.get("house.relocated_area")
    area = float(said) if isinstance(said, (int, float)) else AREA
    name = str(known.home.derived.get("head_name") or "户主没登记")
    for one in contradictions(home, known.today, area):
        yield Needed(
            "register_odd",
            f"{one.rule}:{one.about or known.home.id}",
            known.home,
            f"{name}：{one.text}",
            {"rule": one.rule, "text": one.text},
        )


def _dropouts(known: Known, people: list[Person]) -> Iterator[Needed]:
    for child in out_of_school(people, known.today):
        reason = child.facts.get("dropout_reason", "")
        title = f"{child.name}该上学没在上学" + (f"：{reason}" if reason else "")
        yield Needed("dropout", child.id, known.home, title, {"reason": reason})


def _is_monitored(known: Known) -> bool:
    """Whether a case of the household was admitted and is not over."""
    decided = (values.properties(one.approved) for one in known.all("cases") if one.known)
    return any(one.get("category") and one.get("decision") not in OVER for one in decided)

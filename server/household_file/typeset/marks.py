"""Where the paper says that something is not reviewed or not agreed."""

from collections.abc import Mapping
from dataclasses import replace

from markupsafe import Markup

from server.household_file.content.facts import Fact, Item
from server.household_file.content.file import HouseholdFile


def mark(*marked: Fact) -> Markup:
    """未核 or 待核实 behind a value, nothing where all is approved and agreed."""
    out = Markup()
    if any(not fact.reviewed for fact in marked):
        out += Markup('<span class="mk">未核</span>')
    if any(fact.disputed for fact in marked):
        out += Markup('<span class="mk">待核实</span>')
    elif any(fact.pending for fact in marked):
        out += Markup('<span class="mk">有新报</span>')
    return out


def stands(fact: Fact) -> bool:
    """Whether something is known and approved."""
    return bool(fact.text) and fact.reviewed


def unmarked(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Facts whose 未核 stands once in the heading instead of in every cell."""
    return {name: replace(fact, reviewed=True) for name, fact in facts.items()}


def unmarked_item(item: Item) -> Item:
    """The same for one item."""
    return replace(item, fact=replace(item.fact, reviewed=True))


def once_marked(facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """A person's facts; where none is approved, only the name says so."""
    if any(stands(fact) for fact in facts.values()) or "person_name" not in facts:
        return facts
    return {**unmarked(facts), "person_name": facts["person_name"]}


def any_unreviewed(file: HouseholdFile) -> bool:
    """Whether anything that the file prints is marked 未核."""
    facts = [file.head, file.address, *file.facts.values(), *(item.fact for item in file.others)]
    for member in (*file.members, *file.former):
        facts += [*member.facts.values(), *(item.fact for item in member.others)]
    return (
        any(fact.text and not fact.reviewed for fact in facts)
        or not all(visit.reviewed for visit in file.visits)
        or not all(paper.reviewed for paper in file.papers)
    )

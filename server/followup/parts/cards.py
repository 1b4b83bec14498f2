"""Contact cards of those who were left behind: whom to contact next, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from server.followup.head import present
from server.followup.known import Known, Part
from server.followup.tasks import Needed
from server.registers import values
from server.registers.models import Entity

TASKS: frozenset[str] = frozenset({"card_contact"})
READS: frozenset[str] = frozenset()

LEFT_BEHIND = {"child": "留守儿童", "woman": "留守妇女", "elderly": "留守老人"}
#: Answers of a guardian: without one of these nothing of a child is kept.
REFUSED = "no"
CHILD_DAYS, OTHER_DAYS = 30, 91


def part(known: Known) -> Part:
    """Of a person: card_due_on, the day until which somebody contacts him, blank for at once; of
    the household: cards_due, the earliest of them, and cards, how many there are.
    """
    cards = {
        facts["person"]: facts
        for card in known.all("contact_cards")
        if card.known and (facts := values.properties(card.live)).get("person")
    }
    due = {
        person.id: (person, kind, _due_on(cards.get(person.id, {}), kind, known))
        for person, kind in _left_behind(known.people, cards)
        if cards.get(person.id, {}).get("consent") != REFUSED
    }
    if not due:
        return Part()
    days = {person_id: day.isoformat() if day else "" for person_id, (_, _, day) in due.items()}
    return Part(
        {"cards": len(due), "cards_due": min(days.values())},
        {person_id: {"card_due_on": day} for person_id, day in days.items()},
        [_contact(known.home, *one) for one in due.values()],
    )


def _left_behind(
    people: Sequence[Entity], cards: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[Entity, str]]:
    """Who was left behind, as his card says or, where there is none, as the register says."""
    for person in present(people):
        known = values.text(person.live, "left_behind_type")
        kind = cards.get(person.id, {}).get("left_type") or known
        if kind in LEFT_BEHIND:
            yield person, kind


def _due_on(card: Mapping[str, str], kind: str, known: Known) -> date | None:
    """None where nobody has contacted him yet."""
    last = card.get("last_contact", "")
    if not last:
        return None
    if kind == "child":
        days = known.number("card.contact_days.child", CHILD_DAYS)
    else:
        days = known.number("card.contact_days.others", OTHER_DAYS)
    return date.fromisoformat(last) + timedelta(days=days)


def _contact(home: Entity, person: Entity, kind: str, day: date | None) -> Needed:
    name = values.text(person.live, "person_name") or "未取名"
    title = f"{name}（{LEFT_BEHIND[kind]}）：" + ("该联系一次" if day else "还没有联系卡")
    return Needed("card_contact", person.id, home, title, {}, due_on=day)

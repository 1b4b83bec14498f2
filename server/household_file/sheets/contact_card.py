"""留守人员联系卡: half a sheet for each person and each who keeps it, to be cut apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.household_file import words
from server.household_file.content.blocks import Block
from server.household_file.content.facts import Member
from server.household_file.content.gather import Basis
from server.household_file.content.papers import cards
from server.household_file.content.papers.known import Known, Thing
from server.household_file.content.records import Standing
from server.household_file.content.visit_of import Filled
from server.household_file.sheets.facts import Sheet
from server.problems import NotFound

TITLES = {"child": "留守儿童联系卡", "woman": "留守妇女联系卡", "elderly": "留守老人联系卡"}
#: Who keeps a card: of a child, of others.
KEEPERS: Mapping[str, tuple[str, str]] = {
    "guardian": ("监护人留存", "本人留存"),
    "place": ("学校留存", "村留存"),
    "file": ("存档", "存档"),
}
#: So many calls at most are printed on the back; the rest is for hands.
CALLS = 4


@dataclass(frozen=True)
class Call:
    """When somebody was called last, and how."""

    on: str
    way: str
    by: str


@dataclass(frozen=True)
class Person:
    """One person's card. kind: child, woman or elderly. child: whether others answer for him."""

    name: str
    title: str
    child: bool
    blocks: tuple[Block, ...]
    calls: tuple[Call, ...]
    reviewed: bool
    empty: bool


@dataclass(frozen=True)
class ContactCards:
    """The cards of a household: one for each person and keeper. duty: whom to call at once."""

    people: tuple[Person, ...]
    keepers: tuple[str, ...]
    backs: bool
    committee: str
    duty: str

    @property
    def cards(self) -> list[tuple[Person, str]]:
        """Each card with who keeps it, in the order in which they are printed."""
        return [
            (person, KEEPERS[keeper][0 if person.child else 1])
            for person in self.people
            for keeper in self.keepers
        ]


def contact_card(basis: Basis, keepers: Sequence[str] = (), *, backs: bool = False) -> Sheet:
    """The cards of everybody in a household who was left behind.

    keepers: for whom, all of KEEPERS if none is named. backs: with the calls on the back. Raises
    NotFound where nobody was left behind.
    """
    known = basis.known
    found = cards.left_behind(known)
    if not found:
        raise NotFound("这户没有登记留守人员，没有联系卡可以印。")
    people = tuple(_person(known, member, card) for member, card in found)
    committee = words.committee(known.place[2])
    content = ContactCards(
        people=people,
        keepers=tuple(one for one in KEEPERS if one in keepers) or tuple(KEEPERS),
        backs=backs,
        committee=committee,
        duty=str(basis.policy.get("duty.phone") or ""),
    )
    names = "、".join(person.name for person in people)
    return Sheet(
        kind="contact_card",
        key=known.household_no or basis.household_id,
        title=f"留守人员联系卡 {names}",
        author=f"{known.place[1]}{committee}",
        as_of=known.as_of,
        villages=(basis.village,),
        content=content,
        household_id=basis.household_id,
        pages=-(-len(content.cards) // 2) * (2 if backs else 1),
        options={"keepers": "、".join(content.keepers), "backs": "1" if backs else ""},
        names=(known.head, *(member.name for member in (*known.members, *known.former))),
        used=_used(basis, found),
    )


def _person(known: Known, member: Member, card: Thing) -> Person:
    kind = cards.kind_of(known, member, card)
    return Person(
        name=member.name,
        title=TITLES.get(kind, "留守人员联系卡"),
        child=kind == "child",
        blocks=cards.front(known, member, card, masked=True),
        calls=_calls(known, cards.records_of(known, member)),
        reviewed=card.reviewed or not card.id,
        empty=not card.id,
    )


def _calls(known: Known, records: Sequence[tuple[Standing, Filled]]) -> tuple[Call, ...]:
    """The newest calls, newest first; a record in which nobody was reached tells the one before."""
    found: dict[str, Call] = {}
    for one, form in records:
        if on := form.text("last_contact"):
            found.setdefault(on, Call(on, form.said("contact_way"), known.records.by(one)))
    return tuple(found.values())[:CALLS]


def _used(basis: Basis, found: Sequence[tuple[Member, Thing]]) -> tuple[str, ...]:
    records = {
        one.submission.instance_id
        for member, _ in found
        for one, _ in cards.records_of(basis.known, member)[:CALLS]
    }
    registers = ("households", "persons", "contact_cards")
    heads: frozenset[str] = frozenset().union(*(basis.heads.get(one, ()) for one in registers))
    return tuple(sorted({*heads, *records}))

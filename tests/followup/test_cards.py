"""Contact cards: whom to contact until when; a child whose guardian refuses is left alone."""

from __future__ import annotations

from datetime import date

from server.followup.known import Part
from server.followup.parts.cards import part
from tests.followup.known import entity, known, person

POLICY: dict[str, object] = {"card.contact_days.child": 30, "card.contact_days.others": 91}


def test_who_was_left_behind_and_has_no_card_is_to_be_contacted() -> None:
    old = person(left_behind_type="elderly")
    found = part(known(old, person(left_behind_type="none"), person(), policy=POLICY))
    assert found.entities == {old.id: {"card_due_on": ""}}
    assert found.home == {"cards": 1, "cards_due": ""}
    (task,) = found.needed
    assert (task.kind, task.subject, task.due_on) == ("card_contact", old.id, None)
    assert task.title == "赵桂兰（留守老人）：还没有联系卡"


def test_a_child_is_contacted_every_month_and_others_every_quarter() -> None:
    child = person(left_behind_type="child", birth_date="2017-05-01")
    old = person(left_behind_type="elderly")
    cards = [
        entity("contact_cards", person=one.id, last_contact="2026-11-01") for one in (child, old)
    ]
    found = part(known(child, old, of=cards, policy=POLICY))
    assert found.entities[child.id] == {"card_due_on": "2026-12-01"}
    assert found.entities[old.id] == {"card_due_on": "2027-01-31"}
    assert found.home == {"cards": 2, "cards_due": "2026-12-01"}
    assert {task.due_on for task in found.needed} == {date(2026, 12, 1), date(2027, 1, 31)}


def test_what_the_card_says_holds_over_the_register() -> None:
    woman = person(left_behind_type="child", birth_date="1990-01-01")
    card = entity("contact_cards", person=woman.id, left_type="woman", last_contact="2026-11-01")
    assert part(known(woman, of=[card], policy=POLICY)).home["cards_due"] == "2027-01-31"


def test_nobody_asks_again_for_a_child_whose_guardian_refused() -> None:
    child = person(left_behind_type="child", birth_date="2017-05-01")
    card = entity("contact_cards", person=child.id, consent="no")
    assert part(known(child, of=[card], policy=POLICY)) == Part()


def test_where_the_guardian_was_not_there_somebody_asks_again() -> None:
    child = person(left_behind_type="child", birth_date="2017-05-01")
    card = entity("contact_cards", person=child.id, consent="absent")
    assert len(part(known(child, of=[card], policy=POLICY)).needed) == 1


def test_who_left_is_not_contacted() -> None:
    gone = person(left_behind_type="elderly", member_status="removed", change_reason="death")
    assert part(known(gone, policy=POLICY)) == Part()

"""Everything that a record writes to has a name at the desk, and no id is read out."""

from __future__ import annotations

import pytest

from server.registers.models import Entity
from server.review.naming import TOLD_BY, knowing, named
from server.review.wording import Wording
from tests.forms.instances import our_dictionary

PERSON = "11111111-1111-4111-8111-111111111111"
WORDING = Wording(our_dictionary(), "town", {PERSON: "张宗信"})


@pytest.mark.parametrize(
    ("register", "known", "title"),
    [
        ("households", {}, "本户"),
        ("persons", {"person_name": "王㛃"}, "王㛃"),
        ("persons", {}, "家庭成员"),
        ("problems", {"description": "西屋漏雨"}, "问题和诉求：西屋漏雨"),
        ("problems", {"description": "漏" * 40}, f"问题和诉求：{'漏' * 16}…"),
        ("health_cases", {"person": PERSON}, "健康帮扶：张宗信"),
        ("houses", {"house_name": "东屋"}, "房屋：东屋"),
        ("houses", {}, "房屋"),
        ("cases", {"clue_date": "2026-11-02"}, "监测户：2026年11月2日"),
        ("incomes", {"period_end": "2026-09-30"}, "收入核算：2026年9月30日"),
        ("contact_cards", {"person": "nobody"}, "留守联系卡：（不在名单里的人）"),
    ],
)
def test_an_entity_is_called_by_what_tells_it_apart(
    register: str, known: dict[str, str], title: str
) -> None:
    assert named(WORDING, register, known) == title


def test_every_register_is_called_by_what_its_dictionary_has() -> None:
    dictionary = our_dictionary()
    assert {"households", "persons", *TOLD_BY} == set(dictionary.registers)
    for register, names in TOLD_BY.items():
        for name in names:
            assert dictionary.property(register, name) is not None, (register, name)


def test_ids_read_as_what_they_stand_for() -> None:
    house = Entity(id="h", register="houses", known=True, live=told(house_name="东屋"))
    work = Entity(id="r", register="renovations", known=True, live=told(house="h"))
    wording = knowing(WORDING, [work, house])
    prop = our_dictionary().property("renovations", "house")
    assert prop is not None
    assert wording.say(prop, "h") == "房屋：东屋"
    assert wording.names["r"] == "危房改造台账：房屋：东屋"
    assert WORDING.say(prop, "unheard of") == "已登记的"


def told(**said: str) -> dict[str, object]:
    return {"units": {name: [value, [0]] for name, value in said.items()}}

"""The contact card: consent first, a contact in two taps, nothing known asked again."""

from __future__ import annotations

from datetime import date

import pytest

from server.forms.check import check
from server.forms.extract import extract
from server.forms.instance import read_instance
from server.intake.summaries import summarise
from tests.forms.instances import compiled, instance_xml, new_id, our_dictionary

DAY = date(2026, 11, 20)
FORM = compiled("left_behind_card").definition
PERSON, CARD, HOUSEHOLD = new_id(), new_id(), new_id()
REACHED = {"face", "phone", "video", "school"}
CHILD = {
    "person_age": "9",
    "consent": "yes",
    "left_type": "child",
    "parent_away": "both",
    "guardian_name": "赵桂兰",
    "guardian_relation": "祖父母",
    "guardian_phone": "13900008468",
    "guardian_agreement": "yes",
    "guard_type": "fair",
}
OLD = {
    "person_age": "74",
    "left_type": "elderly",
    "relative_name": "陈小明",
    "relative_relation": "儿子",
    "relative_phone": "无",
    "living_alone": "yes",
    "self_care": "full",
}
LINKMAN = {"linkman_name": "刘敏", "linkman_phone": "13900001234"}


def card_xml(*, instance_id: str | None = None, **answers: str) -> str:
    """A card with the values that follow from the answers."""
    said = {
        "hh_uuid": HOUSEHOLD,
        "person_id": PERSON,
        "policy_signature": "optional",
        "recorded_mode": "onsite",
        "recorder_role": "village_committee",
        "event_date": "2026-11-20",
        "card_id": CARD,
        "card_household": HOUSEHOLD,
        "card_person": PERSON,
        **answers,
    }
    age = said.get("person_age", "")
    may = (age and int(age) >= 14) or said.get("consent") == "yes"
    said["may_record"] = "1" if may else "0"
    if may:
        now = said.get("contact_now", "")
        kind = said.get("left_type", "")
        reached = now in REACHED
        said |= {
            "reached": "1" if reached else "0",
            "last_contact": said["event_date"] if reached else said.get("known_last_contact", ""),
            "contact_way": now if reached else said.get("known_contact_way", ""),
            "is_child": "1" if kind == "child" else "0",
            "is_adult": "1" if kind in ("woman", "elderly") else "0",
            "is_elderly": "1" if kind == "elderly" else "0",
        }
    kind = said.get("left_type", "") if may else ""
    said["left_behind_type"] = kind or said.get("known_left_behind_type", "")
    filled = {name: value for name, value in said.items() if value != ""}
    return instance_xml(FORM, filled, instance_id=instance_id)


def findings(**answers: str) -> list[tuple[str, str]]:
    found = check(card_xml(**answers), FORM, filled_on=DAY)
    return [(one.path.rsplit("/", 1)[1], one.kind) for one in found]


def card_of(**answers: str) -> dict[str, str]:
    found = extract(card_xml(**answers), FORM, our_dictionary()).entities
    return dict(next(one for one in found if one.register == "contact_cards").properties)


def test_a_whole_card_of_a_child_and_of_an_old_person_is_fine() -> None:
    assert findings(**CHILD, **LINKMAN, contact_now="face") == []
    assert findings(**OLD, **LINKMAN, contact_now="phone") == []


@pytest.mark.parametrize("answer", ["no", "absent"])
def test_without_consent_nothing_but_that_is_recorded(answer: str) -> None:
    assert findings(person_age="9", consent=answer, known_left_behind_type="child") == []
    card = card_of(person_age="9", consent=answer)
    said = {name for name, value in card.items() if value}
    assert said == {"household", "person", "consent"}
    more = CHILD | LINKMAN | {"consent": answer, "contact_now": "face"}
    assert {kind for _, kind in findings(**more)} == {"relevant"}


def test_consent_is_asked_first_of_those_under_fourteen() -> None:
    assert findings(person_age="13") == [("consent", "required")]
    assert ("consent", "required") not in findings(person_age="14", left_type="child")
    assert findings() == [("consent", "required")]


def test_the_next_contact_is_two_taps() -> None:
    known = {"card_known": "1", "known_last_contact": "2026-10-20", "known_contact_way": "face"}
    assert findings(**OLD, **known, contact_now="phone") == []
    card = card_of(**OLD, **known, contact_now="phone")
    assert (card["last_contact"], card["contact_way"]) == ("2026-11-20", "phone")


@pytest.mark.parametrize("now", ["none", "refused", ""])
def test_who_was_not_reached_was_not_contacted(now: str) -> None:
    known = {"card_known": "1", "known_last_contact": "2026-10-20", "known_contact_way": "face"}
    card = card_of(**OLD, **known, contact_now=now)
    assert (card["last_contact"], card["contact_way"]) == ("2026-10-20", "face")
    assert findings(**OLD, **known, contact_now=now) == []


@pytest.mark.parametrize(
    ("kind", "age", "sex", "fits"),
    [
        ("child", "15", "female", True),
        ("child", "16", "female", False),
        ("woman", "20", "female", True),
        ("woman", "40", "male", False),
        ("woman", "60", "female", False),
        ("elderly", "59", "male", False),
        ("elderly", "60", "male", True),
    ],
)
def test_the_kind_fits_age_and_sex(kind: str, age: str, sex: str, *, fits: bool) -> None:
    known = {"card_known": "1", "person_age": age, "person_sex": sex, "left_type": kind}
    found = findings(**known, consent="yes" if int(age) < 14 else "")
    assert (("left_type", "constraint") not in found) is fits


def test_of_a_known_card_one_thing_is_corrected_alone() -> None:
    assert findings(card_known="1", person_age="74", left_type="elderly") == []


def test_who_cannot_care_for_himself_has_somebody_or_nobody() -> None:
    frail = OLD | LINKMAN | {"contact_now": "face", "self_care": "none"}
    assert findings(**frail) == [("caretaker", "required")]
    assert findings(**frail, caretaker="无") == []


def test_the_register_learns_who_was_left_behind_and_school_is_not_asked() -> None:
    found = extract(card_xml(**OLD, contact_now="face"), FORM, our_dictionary()).entities
    person = next(one for one in found if one.register == "persons")
    assert person.properties == {"left_behind_type": "elderly"}
    asked = {question.name for question in FORM.questions if question.is_asked}
    assert asked.isdisjoint({"school_name", "health_status", "person_age", "person_id"})


def test_only_a_contact_face_to_face_is_signed() -> None:
    required = OLD | LINKMAN | {"policy_signature": "required"}
    assert findings(**required, contact_now="phone") == []
    assert findings(**required, contact_now="face") == [("sign_way", "required")]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"contact_now": "phone"}, "电话联系"),
        ({"contact_now": "face", "needs": "care relief"}, "当面联系 · 有要帮的"),
        ({"contact_now": "none"}, "没联系上"),
        ({"card_known": "1"}, "改了资料"),
    ],
)
def test_the_line_of_a_record_says_how_he_was_contacted(
    answers: dict[str, str], words: str
) -> None:
    root = read_instance(card_xml(**OLD, **LINKMAN, **answers)).root
    assert summarise(root, FORM).line == f"留守人员联系卡 · {words}"


def test_the_line_of_a_refusal_says_no_more_than_that() -> None:
    root = read_instance(card_xml(person_age="9", consent="no")).root
    assert summarise(root, FORM).line == "留守人员联系卡 · 监护人不同意"

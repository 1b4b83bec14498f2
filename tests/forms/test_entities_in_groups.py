"""A form that speaks of a person in a group of its own, beside the household around it."""

from __future__ import annotations

import json

import pytest

from server.forms import definition as definitions
from server.forms.compile import CompiledForm, compile_form
from server.forms.extract import ExtractedEntity, extract
from server.forms.instance import BadInstance
from server.forms.publishable import reasons_against
from tests.forms.instances import instance_xml, new_id, our_dictionary

FORM = """
| survey |
| | type | name | label | relevant | calculation | save_to |
| | date | event_date | 日期 | | | |
| | hidden | hh_uuid | | | | |
| | hidden | known_phone | | | | |
{outside}
| | text | phone | 电话 | | | households#phone |
| | begin group | g_where | 住址 | | | |
| | text | address | 住址 | | | households#address_detail |
| | end group | | | | | |
| | begin group | g_person | 这个人 | ${{phone}} != 'none' | | |
{inside}
| | hidden | known_sex | | | | |
| | begin group | g_more | 更多 | | | |
| | text | name | 姓名 | | | persons#person_name |
| | end group | | | | | |
| | calculate | status | | | 'in' | persons#member_status |
| | end group | | | | | |
| entities |
| | list_name | entity_id | create_if | update_if | label |
| | households | ${{hh_uuid}} | | | |
| | persons | ${{person_id}} | ${{person_known}} = '' | ${{person_known}} != '' | ${{name}} |
| settings |
| | form_title | form_id | version |
| | 试 | trial | 2026112201 |
"""
IDS = "| | hidden | person_id | | | | |\n| | hidden | person_known | | | | |"


def form(inside: str = IDS, outside: str = "") -> CompiledForm:
    return compile_form(FORM.format(inside=inside, outside=outside).encode())


def reasons(text: str) -> str:
    return "\n".join(reasons_against(compile_form(text.encode()), our_dictionary()))


def said(**answers: str) -> list[ExtractedEntity]:
    definition = form().definition
    xml = instance_xml(definition, {"event_date": "2026-11-20", **answers})
    return list(extract(xml, definition, our_dictionary()).entities)


def test_each_question_is_saved_to_the_entity_around_it() -> None:
    definition = form().definition
    assert {entity.register: entity.path for entity in definition.entities} == {
        "households": "/data",
        "persons": "/data/g_person",
    }
    assert {
        question.name: question.save_to.register
        for question in definition.questions
        if question.save_to
    } == {"phone": "households", "address": "households", "name": "persons", "status": "persons"}
    households, persons = sorted(definition.entities, key=lambda entity: entity.register)
    assert [question.name for question in definition.bound(households)] == ["phone", "address"]
    assert [question.name for question in definition.bound(persons)] == ["name", "status"]
    assert persons.prefill
    assert definitions.from_json(json.loads(json.dumps(definitions.to_json(definition)))) == (
        definition
    )


def test_it_is_published_and_a_known_value_is_one_of_its_own_entity() -> None:
    assert reasons_against(form(), our_dictionary()) == ()
    strange = form(inside=f"{IDS}\n| | hidden | known_farmland_mu | | | | |")
    assert any("farmland_mu" in reason for reason in reasons_against(strange, our_dictionary()))


def test_an_instance_speaks_of_both() -> None:
    household, person = new_id(), new_id()
    home, member = said(
        hh_uuid=household, phone="139", person_id=person, name="陈广田", status="in"
    )
    assert (home.register, home.entity_id, home.path) == ("households", household, "/data")
    assert home.properties == {"phone": "139", "address_detail": ""}
    assert (member.register, member.entity_id, member.create) == ("persons", person, True)
    assert member.path == "/data/g_person"
    assert member.properties == {"person_name": "陈广田", "member_status": "in"}


def test_a_group_that_does_not_apply_speaks_of_nobody() -> None:
    (home,) = said(hh_uuid=new_id(), phone="none")
    assert home.register == "households"
    assert len(said(hh_uuid=new_id(), known_sex="male")) == 1


def test_what_was_said_of_a_person_without_an_id_is_not_passed_over() -> None:
    with pytest.raises(BadInstance):
        said(hh_uuid=new_id(), name="陈广田")


def test_an_id_outside_the_group_of_its_entity_is_refused() -> None:
    found = reasons_against(form(inside="", outside=IDS), our_dictionary())
    assert [reason for reason in found if "person_id：要放进“这个人”里面" in reason]
    assert [reason for reason in found if "person_known：要放进“这个人”里面" in reason]


def test_an_entity_in_a_group_of_a_repeat_is_refused() -> None:
    begin, end = "| | begin group | g_person", "| entities |"
    text = FORM.replace(begin, f"| | begin repeat | r | 每人 | | | |\n{begin}")
    text = text.replace(end, f"| | end repeat | | | | | |\n{end}")
    assert "在重复组里面，不能另外存 persons" in reasons(text.format(inside=IDS, outside=""))


def test_rows_of_a_repeat_in_a_group_are_named_one_by_one() -> None:
    text = FORM.replace("begin group | g_person", "begin repeat | g_person").replace(
        "| | end group | | | | | |\n| entities |", "| | end repeat | | | | | |\n| entities |"
    )
    definition = compile_form(text.format(inside=IDS, outside="").encode()).definition
    rows = [{"person_id": new_id(), "name": name} for name in ("甲", "乙")]
    xml = instance_xml(definition, {"hh_uuid": new_id(), "g_person": rows})
    paths = [entity.path for entity in extract(xml, definition).entities]
    assert paths == ["/data", "/data/g_person[1]", "/data/g_person[2]"]

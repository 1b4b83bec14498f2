"""An instance in words, for the reviewer and for paper."""

from __future__ import annotations

from server.forms.answers import Answer, answers
from tests.forms.instances import compiled, member, new_id, register_xml, visit_xml


def told(xml: str, people: dict[str, str] | None = None) -> dict[str, Answer]:
    return {answer.path: answer for answer in answers(xml, compiled("visit").definition, people)}


def test_choices_and_dates_are_words() -> None:
    said = told(visit_xml(new_id(), income_change="down", income_down_reason="illness wage"))
    assert said["/data/g_when/event_date"].text == "2026年11月20日"
    assert said["/data/g_check/food_ok"].label == "不愁吃"
    assert said["/data/g_check/food_ok"].text == "是"
    assert said["/data/g_check/food_ok"].group == "吃穿、三保障、饮水"
    assert said["/data/g_change/income_down_reason"].text == "有人生病、务工减少"
    assert said["/data/recorder_role"].text == "第一书记"


def test_rows_are_numbered_and_picked_people_are_named() -> None:
    wife = new_id()
    problems = [
        {"problem_type": "other", "problem_desc": "路灯不亮"},
        {"problem_type": "house_leak", "problem_desc": "西屋漏雨", "problem_person": wife},
    ]
    said = told(visit_xml(new_id(), problems=problems), {wife: "赵桂兰"})
    assert said["/data/problems[2]/problem_person"].text == "赵桂兰"
    assert said["/data/problems[2]/problem_desc"].row == 2
    assert list(said).index("/data/problems[1]/problem_desc") < list(said).index(
        "/data/problems[2]/problem_type"
    )


def test_what_only_machines_need_stays_out() -> None:
    names = {answer.name for answer in told(visit_xml(new_id())).values()}
    assert names.isdisjoint({"hh_uuid", "met_who", "policy_signature", "ask_satisfaction", "head"})


def test_an_answer_says_where_it_is_saved_so_that_it_can_be_masked() -> None:
    definition = compiled("household_register").definition
    said = answers(register_xml(members=[member()]), definition)
    number = next(answer for answer in said if answer.name == "id_number")
    assert number.save_to is not None
    assert (number.save_to.register, number.save_to.property) == ("persons", "id_number")

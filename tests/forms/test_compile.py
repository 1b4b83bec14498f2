"""What a form's definition tells phones beside its questions."""

from __future__ import annotations

import json

from server.forms import definition as definitions
from server.forms.compile import compile_form
from server.forms.definition import Definition

FORM = """
| survey |
| | type | name | label | hint | guidance_hint | repeat_count | choice_filter | parameters | image |
| | date | event_date | 日期 | 哪天 | 记不清就写大概 | | | | |
| | integer | rooms | 几间 | | | | | | |
| | select_one town | town | 哪个镇 | | | | | | town.png |
| | begin repeat | each | 每间 | | | ${rooms} | | | |
| | select_one village | village | 哪个村 | | | | in_town = ${town} | | |
| | end repeat | | | | | | | | |
| | range | score | 打分 | | | | | start=0 end=10 step=2 | |
| choices |
| | list_name | name | label | in_town | media::image |
| | town | t1 | 甲镇 | | |
| | town | t2 | 乙镇 | | |
| | village | v1 | 一村 | t1 | v1.png |
| | village | v2 | 二村 | t2 | |
| settings |
| | form_title | form_id | version |
| | 试 | trial | 2026112201 |
"""


def definition() -> Definition:
    return compile_form(FORM.encode()).definition


def test_filters_counts_bounds_and_guidance_are_in_the_definition() -> None:
    found = definition()
    questions = {question.name: question for question in found.questions}
    assert questions["event_date"].guidance == "记不清就写大概"
    assert questions["village"].choice_filter == "in_town = /data/town"
    assert questions["score"].parameters == {"start": "0", "end": "10", "step": "2"}
    assert questions["town"].media == {"image": "town.png"}
    assert found.groups_by_path["/data/each"].count == "/data/rooms"
    assert found.lists["village"] == (("v1", "一村"), ("v2", "二村"))
    assert found.columns == {
        "village": ({"in_town": "t1", "media::image": "v1.png"}, {"in_town": "t2"})
    }


def test_phones_get_the_other_columns_as_a_third_part_of_a_choice() -> None:
    stored = json.loads(json.dumps(definitions.to_json(definition())))
    assert stored["lists"]["town"] == [["t1", "甲镇"], ["t2", "乙镇"]]
    assert stored["lists"]["village"][1] == ["v2", "二村", {"in_town": "t2"}]
    assert definitions.from_json(stored) == definition()


def test_what_was_stored_before_there_were_such_columns_is_read() -> None:
    stored = json.loads(json.dumps(definitions.to_json(definition())))
    stored["lists"]["village"] = [choice[:2] for choice in stored["lists"]["village"]]
    del stored["languages"]
    for question in stored["questions"]:
        for name in ("guidance", "choice_filter", "parameters", "media"):
            del question[name]
    for group in stored["groups"]:
        del group["count"]
    assert definitions.from_json(stored).columns == {}


TWO_LANGUAGES = """
| survey |
| | type | name | label::English (en) | label::中文 (zh) |
| | select_one yn | ok | Is it? | 行吗 |
| choices |
| | list_name | name | label::English (en) | label::中文 (zh) |
| | yn | yes | yes | 行 |
| settings |
| | form_title | form_id | version |
| | 试 | two | 2026112201 |
"""


def test_a_form_in_two_languages_names_them_and_keeps_its_labels() -> None:
    form = compile_form(
        FORM.replace("| label | hint |", "| label::中文 (zh) | label::English (en) |", 1)
        .replace("| label | in_town |", "| label::中文 (zh) | in_town |")
        .replace("| 日期 | 哪天 |", "| 日期 | Date |")
        .encode()
    )
    assert form.definition.languages == ("中文 (zh)", "English (en)")
    assert form.definition.questions[0].label == "日期"
    assert "甲镇" in form.xform


def test_words_are_chinese_wherever_that_stands() -> None:
    form = compile_form(TWO_LANGUAGES.encode())
    assert form.definition.questions[0].label == "行吗"
    assert form.definition.lists["yn"] == (("yes", "行"),)

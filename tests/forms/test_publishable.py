"""Publishing refuses, with the reason, what phone or server could not run."""

from __future__ import annotations

import io

import openpyxl
import pytest

from server.forms.compile import CompiledForm, FormRefused, compile_form
from server.forms.dictionary import from_json
from server.forms.publishable import reasons_against
from tests.forms.instances import FORMS, our_dictionary

FORM = """
| survey |
| | type | name | label | relevant | calculation | save_to |
| | date | event_date | 日期 | | | |
| | hidden | hh_known | | | | |
| | calculate | hh_uuid | | | {uuid} | |
{rows}
| choices |
| | list_name | name | label |
| | yn | yes | 是 |
| | yn | no | 否 |
| | maybe | yes | 是 |
| | maybe | perhaps | 也许 |
| entities |
| | list_name | entity_id | create_if | update_if | label |
| | households | ${{hh_uuid}} | ${{hh_known}} = '' | ${{hh_known}} != '' | ${{hh_uuid}} |
| settings |
| | form_title | form_id | version | review_steps | kind | subject |
| | 试 | trial | 2026112201 | town | register | household |
"""


def form(*rows: str, uuid: str = "once(uuid())") -> CompiledForm:
    if not rows:
        rows = ("| | text | phone | 电话 | | | phone |",)
    return compile_form(FORM.format(uuid=uuid, rows="\n".join(rows)).encode())


def reasons(*rows: str, uuid: str = "once(uuid())") -> str:
    return "\n".join(reasons_against(form(*rows, uuid=uuid), our_dictionary()))


def test_a_small_good_form_is_published() -> None:
    assert reasons() == ""


@pytest.mark.parametrize("stable", ["once(uuid())", "coalesce(${hh_known}, once( uuid() ))"])
def test_an_id_that_survives_a_reopened_draft_is_accepted(stable: str) -> None:
    assert reasons(uuid=stable) == ""


@pytest.mark.parametrize(
    "unstable", ["uuid()", "coalesce(${hh_known}, uuid())", "concat(now(), '-1')"]
)
def test_an_id_that_changes_when_a_draft_is_reopened_is_refused(unstable: str) -> None:
    assert "编号不稳定" in reasons(uuid=unstable)


def test_an_unstable_id_is_found_through_other_calculations() -> None:
    made = "| | calculate | fresh | | | uuid() | |"
    phone = "| | text | phone | 电话 | | | phone |"
    assert "编号不稳定" in reasons(made, phone, uuid="${fresh}")


def test_a_function_that_nobody_can_run_is_refused() -> None:
    row = "| | text | phone | 电话 | pulldata('a', 'b', 'c', 'd') = '1' | | phone |"
    assert "函数 pulldata() 手机或服务器不会算" in reasons(row)


def test_an_expression_that_nobody_can_read_is_refused() -> None:
    assert "算式读不懂" in reasons("| | text | phone | 电话 | 1 + + = ( | | phone |")


def test_a_property_that_the_dictionary_lacks_is_refused() -> None:
    row = "| | text | pets | 猫狗 | | | pets |"
    assert "数据字典里没有 households#pets" in reasons(row)


def test_a_question_of_another_type_than_its_property_is_refused() -> None:
    row = "| | text | house_year | 哪年盖的 | | | house_year |"
    assert "题型 text 和数据字典的 integer 对不上" in reasons(row)


def test_a_choice_that_the_dictionary_lacks_is_refused() -> None:
    row = "| | select_one maybe | food_ok | 不愁吃 | | | food_ok |"
    assert "选项 perhaps 不在数据字典的 yn 里" in reasons(row)


def test_a_saved_question_that_hangs_on_one_of_another_unit_is_refused() -> None:
    first = "| | select_one yn | food_ok | 不愁吃 | | | food_ok |"
    second = "| | text | phone | 电话 | ${food_ok} = 'yes' | | phone |"
    assert "数据字典里要放在同一个单元" in reasons(first, second)


def test_questions_that_hang_together_in_one_unit_are_accepted() -> None:
    first = "| | select_one yn | lives_elsewhere | 在外 | | | lives_elsewhere |"
    second = "| | text | current_address | 住哪 | ${lives_elsewhere} = 'yes' | | current_address |"
    assert reasons(first, second) == ""


def test_a_known_value_that_the_phone_could_not_find_is_refused() -> None:
    row = "| | hidden | known_colour | | | | |"
    phone = "| | text | phone | 电话 | | | phone |"
    assert "数据字典里没有 colour" in reasons(row, phone)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04rubbish", b"| survey |\n| | a |\n"])
def test_what_is_no_xlsform_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(FormRefused) as refused:
        compile_form(content)
    assert refused.value.reasons


def test_an_excel_file_compiles_to_the_same_form() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for line in (FORMS / "visit.md").read_text().splitlines():
        cells = [c.strip().replace("\0", "|") for c in line.replace("\\|", "\0").split("|")[1:-1]]
        if cells and cells[0]:
            sheet = workbook.create_sheet(cells[0])
        elif cells and sheet is not None:
            sheet.append(cells[1:])
    file = io.BytesIO()
    workbook.save(file)
    assert compile_form(file.getvalue()) == compile_form(FORMS / "visit.md")


def test_a_dictionary_that_contradicts_itself_is_refused() -> None:
    prop = {"name": "a", "label": "甲", "type": "text", "rule": "set", "list": None}
    data = {"version": 1, "registers": {"x": {"label": "某", "properties": [prop]}}, "lists": {}}
    with pytest.raises(ValueError, match="多选"):
        from_json(data)

"""Every form goes out to Excel and comes back as it was."""

from __future__ import annotations

import io
from datetime import datetime

import openpyxl
import pytest

from server.forms.compile import compile_form
from server.forms.export import workbook
from server.forms.publish import Source
from server.forms.retyped import retyped
from server.forms.sheets import plain_workbook, read_sheets
from server.forms.uploads import read_form
from tests.forms.edited import excel, markdown
from tests.forms.instances import FORMS, compiled

OURS = sorted(path.stem for path in FORMS.glob("*.md") if path.stem != "README")


@pytest.mark.parametrize("form_id", OURS)
def test_an_exported_form_compiles_to_the_same(form_id: str) -> None:
    source = (FORMS / f"{form_id}.md").read_bytes()
    again = read_form(Source("form.xlsx", workbook(source))).compiled
    assert (again.definition, again.xform) == (
        compiled(form_id).definition,
        compiled(form_id).xform,
    )
    assert again.warnings == ()


@pytest.mark.parametrize("form_id", OURS)
def test_an_exported_form_can_be_exported_again(form_id: str) -> None:
    once = workbook((FORMS / f"{form_id}.md").read_bytes())
    assert read_sheets(workbook(once)) == read_sheets(once)
    assert compile_form(plain_workbook(read_sheets(once))).warnings == ()


def test_the_workbook_is_laid_out_to_be_edited() -> None:
    book = openpyxl.load_workbook(io.BytesIO(excel()))
    assert book.sheetnames == ["survey", "choices", "entities", "settings", "说明"]
    survey = book["survey"]
    assert survey.freeze_panes == "C2"
    assert survey.column_dimensions["D"].width >= 30
    assert survey["A1"].font.bold
    bold = {str(row[0].value) for row in survey.iter_rows(min_row=2) if row[0].font.bold}
    assert bold == {"begin group", "end group", "begin repeat", "end repeat"}
    longest = max(len(str(row[0].value)) for row in survey.iter_rows(min_row=2))
    assert survey.column_dimensions["A"].width >= longest, "types stand in one line"
    assert book["settings"]["C2"].data_type == "s"


def test_what_looks_like_a_formula_stays_text() -> None:
    source = markdown(changes={"说说是什么问题": "=1+1"})
    book = openpyxl.load_workbook(io.BytesIO(workbook(source)))
    cells = [cell for row in book["survey"] for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]
    assert "=1+1" in str(read_sheets(workbook(source))["survey"])


def test_what_excel_and_input_methods_make_of_cells_is_put_right() -> None:
    book = openpyxl.load_workbook(io.BytesIO(excel("household_register")))
    settings, choices, survey = book["settings"], book["choices"], book["survey"]
    titles = {str(cell.value): at for at, cell in enumerate(survey[1], 1)}
    rows = {survey.cell(row, titles["name"]).value: row for row in range(2, survey.max_row + 1)}
    version = [cell.value for cell in settings[1]].index("version") + 1
    settings.cell(2, version).value = 2027010101
    for row in range(2, choices.max_row + 1):
        if choices.cell(row, 2).value == "1":
            choices.cell(row, 2).value = 1.0
    survey.cell(rows["phone"], titles["name"]).value = " phone "
    survey.cell(rows["phone"], titles["label"]).value = "电话\xa0“手机”  "
    survey.cell(rows["phone"], titles["relevant"]).value = "${hh_known}　!＝ ‘no’，（1=1）"
    survey.cell(rows["phone"], titles["default"]).value = datetime(2026, 11, 22)  # noqa: DTZ001
    out = io.BytesIO()
    book.save(out)
    sheet = read_sheets(out.getvalue())["survey"]
    found = dict(zip(sheet[0], sheet[rows["phone"] - 1], strict=False))
    assert found["name"] == "phone"
    assert found["label"] == "电话 “手机”"
    assert found["relevant"] == "${hh_known} != 'no',(1=1)"
    assert found["default"] == "2026-11-22"
    plain = io.BytesIO()
    survey.cell(rows["phone"], titles["relevant"]).value = "${hh_known} !＝ ‘no’"
    survey.cell(rows["phone"], titles["default"]).value = None
    book.save(plain)
    form = read_form(Source("form.xlsx", plain.getvalue())).compiled.definition
    assert form.version == "2027010101"
    assert form.lists["education"] == compiled("household_register").definition.lists["education"]


def test_a_text_within_an_expression_stays_as_it_was_typed() -> None:
    rows = [["name", "calculation"], ["said", "if(${a} = ‘x’, '他说“好”，走了', \"（）\")"]]
    assert retyped(rows)[1][1] == "if(${a} = 'x', '他说“好”，走了', \"（）\")"

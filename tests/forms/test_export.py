"""Every form goes out to Excel and comes back as it was."""

from __future__ import annotations

import io

import openpyxl
import pytest

from server.forms.compile import compile_form
from server.forms.export import workbook
from server.forms.publish import Source
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
    assert book["settings"]["C2"].data_type == "s"


def test_what_looks_like_a_formula_stays_text() -> None:
    source = markdown(changes={"说说是什么问题": "=1+1"})
    book = openpyxl.load_workbook(io.BytesIO(workbook(source)))
    cells = [cell for row in book["survey"] for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]
    assert "=1+1" in str(read_sheets(workbook(source))["survey"])

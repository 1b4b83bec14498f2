"""The file sent back explains every line and holds nothing that runs."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from server.roster.report import Outcome, annotated, safe_csv
from tests.roster.making_rosters import DIRTY, HEADER, a_row, sorted_rows, table_of, villages_of
from tests.roster.making_rosters import workbook as made


def sheet_of(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content)).worksheets[0]


def dirty_report(*, only_refused: bool = False) -> Any:
    found, passed = sorted_rows(DIRTY.read_bytes(), villages_of(DIRTY))
    outcomes = {one.number: Outcome("不是人员", one.why) for one in passed}
    for household in found.households:
        for row in household.rows:
            outcomes[row] = Outcome("新增", " ".join(found.remarks.get(row, ())))
    outcomes |= {row: Outcome("不能导入", " ".join(why)) for row, why in found.refused.items()}
    return sheet_of(annotated(table_of(DIRTY.read_bytes()), outcomes, only_refused))


def test_every_line_below_the_header_is_in_the_report() -> None:
    numbers = [row[0] for row in dirty_report().iter_rows(min_row=2, values_only=True)]
    assert numbers == list(range(4, 67))


def test_only_what_needs_attention_can_be_asked_for() -> None:
    rows = list(dirty_report(only_refused=True).iter_rows(min_row=2, values_only=True))
    assert len(rows) == 18 + 3 + 3
    assert all(row[2] for row in rows)


def test_the_report_holds_no_formula_though_the_file_did() -> None:
    sheet = dirty_report()
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)
    link = next(cell for cell in cells if str(cell.value).startswith("=HYPERLINK"))
    assert (link.data_type, link.quotePrefix) == ("s", True)


def test_refused_rows_are_coloured_and_explained() -> None:
    row = next(row for row in dirty_report().iter_rows(min_row=2) if row[0].value == 41)
    assert row[1].value == "不能导入"
    assert "其他亲属" in row[2].value
    assert row[1].fill.fgColor.rgb == "FFF4D6D2"


@settings(deadline=None)
@given(
    st.one_of(
        st.sampled_from(["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "|x", "张三"]),
        st.text(max_size=30),
        st.integers(-(10**15), 10**15),
        st.floats(allow_nan=False, allow_infinity=False),
        st.booleans(),
        st.datetimes(datetime.fromisoformat("1950-01-01"), datetime.fromisoformat("2050-01-01")),
    )
)
def test_no_content_whatever_becomes_a_formula(value: Any) -> None:
    table = table_of(made(HEADER, a_row(), a_row()))
    line = table.lines[0]
    object.__setattr__(line, "cells", (value,))
    cells = sheet_of(annotated(table, {line.number: Outcome("新增", str(value))}))[2]
    assert not any(cell.data_type == "f" for cell in cells)
    for cell in cells:
        if isinstance(cell.value, str) and cell.value[:1] in set("=+-@"):
            assert cell.quotePrefix


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_a_csv_cell_that_would_run_is_quoted(text: str) -> None:
    assert safe_csv(text) == "'" + text


def test_a_csv_cell_that_would_not_run_stays() -> None:
    assert safe_csv("张三") == "张三"

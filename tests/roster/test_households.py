"""Households go in whole or not at all, and what contradicts itself is said."""

from __future__ import annotations

from typing import Any

import pytest

from tests.roster.making_rosters import (
    HEADER,
    NUMBER,
    SANLI,
    SON_ID,
    WIFE_ID,
    YIJIA,
    a_row,
    a_wife,
    sorted_rows,
    workbook,
)


def refused(*rows: Any, header: tuple[str, ...] = HEADER) -> dict[int, str]:
    sorted_file, _ = sorted_rows(workbook(header, *rows))
    return {row: " ".join(reasons) for row, reasons in sorted_file.refused.items()}


def test_a_household_without_head_is_refused() -> None:
    assert "没有户主" in refused(a_wife())[2]


def test_a_household_with_two_heads_is_refused() -> None:
    found = refused(a_row(), a_wife(relation="户主"))
    assert "有 2 个户主（第 2、3 行）" in found[2]
    assert "有 2 个户主（第 2、3 行）" in found[3]


def test_a_person_in_two_households_is_in_neither() -> None:
    found = refused(a_row(), a_row(number=SANLI + "00002", name="李兆海"))
    assert "与第 3 行（在另一户）重复" in found[2]
    assert "与第 2 行（在另一户）重复" in found[3]


def test_the_very_same_row_twice_counts_once() -> None:
    sorted_file, _ = sorted_rows(workbook(HEADER, a_row(), a_wife(), a_wife()))
    assert sorted_file.refused == {}
    assert len(sorted_file.households[0].persons) == 2
    assert "与第 3 行完全相同，只导入一次" in sorted_file.remarks[4][0]


def test_a_household_number_of_another_village_is_refused() -> None:
    found = refused(a_row(number=YIJIA + "00001"))
    assert "是“伊家村”的编号，村代码却是“三里村”" in found[2]


def test_a_household_number_of_a_village_that_is_gone_is_only_remarked() -> None:
    sorted_file, _ = sorted_rows(workbook(HEADER, a_row(number="37032111099900001")))
    assert sorted_file.refused == {}
    assert "前 12 位不是村代码" in sorted_file.remarks[2][0]


def test_code_and_name_of_different_villages_are_refused() -> None:
    assert "是“三里村”，行政村却填“伊家村”" in refused(a_row(village="伊家村"))[2]


@pytest.mark.parametrize("name", ["三里村", "三里", "三里村委会", " 三里村 "])
def test_a_village_may_be_named_without_its_code(name: str) -> None:
    sorted_file, _ = sorted_rows(workbook(HEADER, a_row(village=name, code=None)))
    assert sorted_file.households[0].values["village_code"] == SANLI


def test_rows_of_one_household_in_two_villages_are_refused() -> None:
    found = refused(
        a_row(number="37032111099900001"),
        a_wife(number="37032111099900001", village="伊家村", code=YIJIA),
    )
    assert "同一户编号的几行村代码不同" in found[2]


def test_a_fact_on_which_rows_disagree_is_left_out_and_said() -> None:
    sorted_file, _ = sorted_rows(workbook(HEADER, a_row(), a_wife(phone="13900000001")))
    assert "phone" not in sorted_file.households[0].values
    assert "联系电话各行不同" in sorted_file.remarks[2][0]


def test_a_fact_that_only_the_heads_row_gives_is_the_households() -> None:
    sorted_file, _ = sorted_rows(workbook(HEADER, a_row(), a_wife(phone=None)))
    assert sorted_file.households[0].values["phone"] == "13900008468"


def test_a_newborn_without_number_needs_a_birth_date() -> None:
    header = (*HEADER, "出生日期")
    child = a_row("杨小宝", None, "之子")
    found = refused((*a_row(), ""), (*child, ""), header=header)
    assert "加一列“出生日期”并填上" in found[3]
    sorted_file, _ = sorted_rows(workbook(header, (*a_row(), ""), (*child, "2026年8月1日")))
    assert sorted_file.refused == {}
    assert sorted_file.households[0].persons[1].values["birth_date"] == "2026-08-01"


def test_sex_and_birth_date_follow_the_number_and_contradictions_are_said() -> None:
    header = (*HEADER, "性别", "出生日期")
    sorted_file, _ = sorted_rows(workbook(header, (*a_row(), "女", "1967-03-25")))
    values = sorted_file.households[0].persons[0].values
    assert (values["sex"], values["birth_date"]) == ("male", "1967-03-24")
    assert len(sorted_file.remarks[2]) == 2


def test_a_row_without_number_below_another_village_is_refused_alone() -> None:
    stray = a_row("张宗信", SON_ID, "之子", number=None, village="伊家村", code=YIJIA)
    assert refused(a_row(), stray).keys() == {3}


def test_a_repeated_header_and_a_line_of_column_numbers_are_no_persons() -> None:
    numbers = tuple(range(1, len(HEADER) + 1))
    sorted_file, passed = sorted_rows(workbook(HEADER, numbers, a_row(), HEADER, a_wife()))
    assert sorted_file.refused == {}
    assert [one.why for one in passed] == ["列号行", "表头重复"]
    assert sorted_file.households[0].rows == (3, 5)


def test_numbers_stored_as_numbers_are_read_where_nothing_is_lost() -> None:
    row = a_row(code=int(SANLI), phone=13900008468)
    sorted_file, _ = sorted_rows(workbook(HEADER, row))
    assert sorted_file.households[0].values["village_code"] == SANLI
    assert sorted_file.households[0].values["phone"] == "13900008468"


def test_a_household_number_that_excel_rounded_is_refused() -> None:
    assert "户编号已被 Excel 改成近似数" in refused(a_row(number=float(NUMBER)))[2]


def test_an_id_number_that_excel_rounded_is_refused() -> None:
    assert "后几位丢失" in refused(a_row(), a_wife(id_number=float(WIFE_ID)))[3]

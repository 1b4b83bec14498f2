"""Each fault planted in the dirty sample is found, named and explained, and good rows go in."""

from __future__ import annotations

import pytest

from server.roster.as_of import stated_day
from server.roster.households import Household, Sorted
from server.roster.passed import Passed
from tests.roster.making_rosters import DIRTY, sorted_rows, table_of, villages_of

#: Row → what its reason must say. Every other row of the 61 persons goes in.
REFUSED = {
    5: "同一户第 6 行有问题",
    6: "证号校验位不对",
    8: "与第 9 行重复",
    9: "与第 8 行重复",
    11: "没有证件号码，无法确认是谁",
    12: "同一户第 11 行有问题",
    13: "同一户第 11 行有问题",
    15: "证号已被 Excel 改成近似数（3.70321E+17），后几位丢失",
    16: "同一户第 15 行有问题",
    22: "第 23 行没有户编号，看位置像是这一户",
    23: "没有户编号，不知道是哪一户",
    31: "没有“不存在村”（村代码 370321110999）这个村",
    32: "同一户第 31 行有问题",
    33: "姓名是公式，系统不计算公式",
    34: "同一户第 33 行有问题",
    39: "同一户第 41 行有问题",
    40: "同一户第 41 行有问题",
    41: "与户主关系“女婿的弟弟”不在选项里",
}
REMARKED = {
    19: "住房面积“约80平”不是数字",
    27: "主要致贫原因“因病致贫、缺劳力”写了 2 项",
    35: "人数填 9，表里这一户是 2 人",
}


@pytest.fixture(scope="module")
def dirty() -> tuple[Sorted, list[Passed]]:
    return sorted_rows(DIRTY.read_bytes(), villages_of(DIRTY))


def the_household(dirty: tuple[Sorted, list[Passed]], row: int) -> Household:
    return next(one for one in dirty[0].households if row in one.rows)


@pytest.mark.parametrize(("row", "words"), REFUSED.items())
def test_a_faulty_row_is_refused_with_its_own_reason(
    dirty: tuple[Sorted, list[Passed]], row: int, words: str
) -> None:
    assert words in " ".join(dirty[0].refused[row])


def test_no_other_row_is_refused(dirty: tuple[Sorted, list[Passed]]) -> None:
    assert dirty[0].refused.keys() == REFUSED.keys()


def test_every_reason_says_what_to_do(dirty: tuple[Sorted, list[Passed]]) -> None:
    for reasons in dirty[0].refused.values():
        assert all("请" in reason or "改好" in reason for reason in reasons)


@pytest.mark.parametrize(("row", "words"), REMARKED.items())
def test_a_fault_in_an_optional_cell_leaves_only_the_cell_out(
    dirty: tuple[Sorted, list[Passed]], row: int, words: str
) -> None:
    assert words in " ".join(dirty[0].remarks[row])
    assert the_household(dirty, row)


def test_the_unreadable_area_and_the_composite_cause_are_blank(
    dirty: tuple[Sorted, list[Passed]],
) -> None:
    assert "house_area" not in the_household(dirty, 19).values
    assert "cause_main" not in the_household(dirty, 27).values


def test_good_households_go_in_whole(dirty: tuple[Sorted, list[Passed]]) -> None:
    households = dirty[0].households
    assert len(households) == 22
    assert sum(len(one.persons) for one in households) == 42
    refused = dirty[0].refused.keys()
    assert not any(row in refused for one in households for row in one.rows)


def test_no_household_comes_in_half(dirty: tuple[Sorted, list[Passed]]) -> None:
    table = table_of(DIRTY.read_bytes())
    column = table.column_of("household_no")
    assert column is not None
    at = column.index
    lines: dict[str, set[int]] = {}
    for line in table.lines:
        if len(line.cells) > at and line.cells[at]:
            lines.setdefault(str(line.cells[at]), set()).add(line.number)
    for one in dirty[0].households:
        assert set(one.rows) == lines[one.household_no]


def test_a_family_divided_by_a_blank_line_is_one_household(
    dirty: tuple[Sorted, list[Passed]],
) -> None:
    assert the_household(dirty, 47).rows == (42, 43, 45, 46, 47)


def test_blank_lines_sums_and_signatures_are_no_persons(
    dirty: tuple[Sorted, list[Passed]],
) -> None:
    assert [one.number for one in dirty[1]] == [44, 65, 66]
    assert [one.why for one in dirty[1]] == ["空行", "“合计”行，不是人员", "“填表人:”行，不是人员"]


def test_spaces_short_words_and_units_of_years_are_put_right(
    dirty: tuple[Sorted, list[Passed]],
) -> None:
    assert the_household(dirty, 25).head_name == "张三"
    assert "phone" not in the_household(dirty, 21).values
    assert the_household(dirty, 29).values["identify_year"] == "2015"
    assert the_household(dirty, 37).persons[0].values["health_status"] == "chronic disabled"


def test_the_row_whose_sex_contradicts_a_shared_number_is_pointed_at(
    dirty: tuple[Sorted, list[Passed]],
) -> None:
    assert "第 9 行的性别与证号不符，多半是这一行录错" in " ".join(dirty[0].refused[8])


def test_the_day_of_the_file_is_read_from_its_second_line() -> None:
    from datetime import date

    table = table_of(DIRTY.read_bytes())
    assert table.header_top == 3
    assert stated_day(table.preamble, date(2026, 11, 22)) == date(2026, 10, 31)
    assert stated_day(table.preamble, date(2026, 10, 30)) is None

"""Columns are recognised by meaning, wherever the header stands and whatever it is called."""

from __future__ import annotations

import pytest
from openpyxl import Workbook

from server.roster.columns import corrected, find_table, signature
from server.roster.workbook import read_workbook
from tests.roster.making_rosters import (
    FIELDS,
    HEADER,
    NUMBER,
    SANLI,
    SON_ID,
    a_row,
    a_wife,
    saved,
    sorted_rows,
    table_of,
    workbook,
)


@pytest.mark.parametrize("line", range(1, 6))
def test_a_header_is_found_on_any_of_the_first_lines(line: int) -> None:
    above = [("桓台县监测对象花名册",), ("填报单位：果里镇",), (), ("单位：人、元",)][: line - 1]
    table = table_of(workbook(*above, HEADER, a_row(), a_wife()))
    assert (table.header_top, table.header_bottom) == (line, line)
    assert table.missing == ()


@pytest.mark.parametrize(
    "header",
    [
        ("村名", "行政村代码", "户编码", "姓名", "身份证号", "关系", "手机号"),
        ("所在村", "村编码", "家庭编号", "成员姓名", "公民身份号码", "与户主的关系", "电话"),
        ("村（居）", "区划代码", "户号", "家庭成员", "身份证号码（18位）", "户主关系", "联系方式"),
        ("* 行政村", "村代码：", "户 编 号", "姓　名", "证件号码*", "与户主\n关系", "联系电话"),
        ("1.村庄", "2.村代码", "3.户编号", "4.姓名", "5.居民身份证号", "6.家庭关系", "7.手机"),
    ],
)
def test_offices_may_use_their_own_words(header: tuple[str, ...]) -> None:
    table = table_of(workbook(header, a_row(), a_wife()))
    assert [column.key for column in table.columns] == [
        "village_name",
        "village_code",
        "household_no",
        "person_name",
        "id_number",
        "relation",
        "phone",
    ]


def test_columns_may_come_in_any_order() -> None:
    rows = [tuple(reversed(row)) for row in (HEADER, a_row(), a_wife())]
    sorted_file, _ = sorted_rows(workbook(*rows))
    assert sorted_file.refused == {}
    assert [person.name for person in sorted_file.households[0].persons] == ["杨洪涛", "陈雪莲"]


def test_a_header_of_two_lines_is_read_through_its_merged_cells() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["行政村", "村代码", "户编号", "家庭成员", None, None, "帮扶责任人", None])
    sheet.append([None, None, None, "姓名", "证件号码", "与户主关系", "姓名", "电话"])
    for merged in ("A1:A2", "B1:B2", "C1:C2", "D1:F1", "G1:H1"):
        sheet.merge_cells(merged)
    sheet.append([*a_row()[:6], "韩庆祥", "13900015130"])
    table = table_of(saved(book))
    assert (table.header_top, table.header_bottom) == (1, 2)
    assert [column.key for column in table.columns] == [
        "village_name",
        "village_code",
        "household_no",
        "person_name",
        "id_number",
        "relation",
        "helper_name",
        "helper_phone",
    ]


def test_cells_merged_over_a_household_hold_for_each_of_its_rows() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER)
    sheet.append(a_row())
    sheet.append((None, None, None, *a_wife()[3:]))
    for merged in ("A2:A3", "B2:B3", "C2:C3"):
        sheet.merge_cells(merged)
    sorted_file, _ = sorted_rows(saved(book))
    assert sorted_file.refused == {}
    assert len(sorted_file.households[0].persons) == 2


def test_the_sheet_with_the_roster_is_chosen_by_its_content() -> None:
    book = Workbook()
    cover = book.active
    assert cover is not None
    cover.append(["说明：请按要求填写"])
    cover.append(["姓名", "单位", "电话"])
    sheet = book.create_sheet("表2")
    sheet.append(HEADER)
    sheet.append(a_row())
    assert table_of(saved(book)).sheet == "表2"


def test_a_hidden_sheet_is_read_only_when_no_other_has_a_roster() -> None:
    book = Workbook()
    old = book.active
    assert old is not None
    old.title = "去年"
    for row in (HEADER, a_row(), a_wife()):
        old.append(row)
    new = book.create_sheet("今年")
    new.append(HEADER)
    new.append(a_row())
    old.sheet_state = "hidden"
    assert table_of(saved(book)).sheet == "今年"


def test_an_unknown_header_word_is_recognised_by_what_stands_below() -> None:
    header = ("行政村", "村代码", "唯一标识", "姓名", "号码", "身份", "联系电话")
    rows = [a_row(), a_wife(), a_row("张宗信", SON_ID, "之子")]
    table = table_of(workbook(header, *rows))
    by_content = {column.label: column.key for column in table.columns if column.by == "内容"}
    assert by_content == {"唯一标识": "household_no", "号码": "id_number", "身份": "relation"}


def test_a_corrected_mapping_is_remembered_by_the_words_of_the_header() -> None:
    header = ("行政村", "村代码", "户编号", "姓名", "证件号码", "与户主关系", "电话", "座机")
    content = workbook(header, (*a_row(), "0533-8181234"))
    table = table_of(content)
    mine = corrected(table, {**table.mapping, "电话": "", "座机": "phone"}, FIELDS)
    column = mine.column_of("phone")
    assert column is not None
    assert column.label == "座机"
    again = find_table(read_workbook(content), FIELDS, {signature(table.labels): mine.mapping})
    assert again is not None
    assert again.mapping == mine.mapping


def test_a_mapping_cannot_name_one_meaning_twice_or_an_unknown_one() -> None:
    table = table_of(workbook(HEADER, a_row()))
    mine = corrected(
        table, {"姓名": "person_name", "联系电话": "person_name", "行政村": "x"}, FIELDS
    )
    assert [column.key for column in mine.columns].count("person_name") == 1
    assert mine.mapping["行政村"] == ""


def test_what_is_missing_is_named() -> None:
    header = ("姓名", "性别", "证件号码", "民族")
    table = table_of(workbook(header, ("杨洪涛", "男", "37999919670324159X", "汉族")))
    assert table.missing == ("户编号", "与户主关系", "村代码或行政村")


def test_a_list_of_heads_names_them_as_heads() -> None:
    header = ("行政村", "户编号", "户主姓名", "户主证件号码", "与户主关系", "联系电话")
    row = ("三里村", NUMBER, "杨洪涛", "37999919670324159X", "户主", "13900008468")
    sorted_file, _ = sorted_rows(workbook(header, row))
    assert sorted_file.households[0].head_name == "杨洪涛"
    assert sorted_file.households[0].values["village_code"] == SANLI


def test_a_sheet_without_a_header_has_no_table() -> None:
    assert find_table(read_workbook(workbook(("甲", "乙"), ("丙", "丁"))), FIELDS, {}) is None

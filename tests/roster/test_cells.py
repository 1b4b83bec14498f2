"""One cell at a time: what offices write becomes what registers hold, or a reason."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.roster.cells import read_cell
from server.roster.choices import code_of
from server.roster.fields import BY_KEY
from server.roster.identity import checksum_holds, entity_id
from server.roster.texts import Fault, Read, canonical
from server.roster.workbook import Broken, Formula
from tests.roster.making_rosters import FIELDS, LISTS


def read(key: str, value: Any) -> str:
    found = read_cell(BY_KEY[key], value, LISTS)
    return found.value if isinstance(found, Read) else found.text


@pytest.mark.parametrize(
    ("key", "written", "value"),
    [
        ("person_name", "\u3000张\u3000三 ", "张三"),
        ("person_name", "买买提.艾力", "买买提·艾力"),
        ("person_name", "王㛃𬭎\u200b", "王㛃𬭎"),
        ("id_number", " 37999919460709018x\u3000", "37999919460709018X"),
        ("id_number", "３７９９９９１９４６０７０９０１８Ｘ", "37999919460709018X"),
        ("id_number", "'379999196912084586", "379999196912084586"),
        ("household_no", 37032111.0, "37032111"),
        ("village_code", "370321 110 217", "370321110217"),
        ("phone", 13900008468, "13900008468"),
        ("phone", "139 0000 8468", "13900008468"),
        ("phone", "0533—8181234", "0533-8181234"),
        ("phone", "无", ""),
        ("phone", "/", ""),
        ("identify_year", "2015年", "2015"),
        ("identify_year", "2015年度", "2015"),
        ("identify_year", 2015.0, "2015"),
        ("identify_year", datetime.fromisoformat("2015-03-08"), "2015"),
        ("house_area", "80.50", "80.5"),
        ("house_area", "1,000", "1000"),
        ("house_area", 96.0, "96"),
        ("house_area", "０", "0"),
        ("farmland_mu", 4.6, "4.6"),
        ("work_months", "11", "11"),
        ("birth_date", "1967年3月24日", "1967-03-24"),
        ("birth_date", "1967.3.24", "1967-03-24"),
        ("birth_date", "1967/03/24", "1967-03-24"),
        ("birth_date", "19670324", "1967-03-24"),
        ("birth_date", 24555, "1967-03-24"),
        ("birth_date", datetime.fromisoformat("1967-03-24"), "1967-03-24"),
        ("relation", "之子", "20"),
        ("relation", "之女", "30"),
        ("relation", "之儿媳", "38"),
        ("relation", "之孙子", "41"),
        ("relation", "户主之孙女", "42"),
        ("relation", "长子", "20"),
        ("relation", "妻", "12"),
        ("relation", "之父", "51"),
        ("relation", "02", "02"),
        ("ethnicity", "汉", "01"),
        ("ethnicity", "汉族", "01"),
        ("ethnicity", "土家族", "15"),
        ("education", "文盲", "1"),
        ("education", "高中", "4"),
        ("education", "本科", "6"),
        ("student_status", "初中三年级", "5"),
        ("student_status", "高职高专", "8"),
        ("health_status", "长期慢性病,残疾", "chronic disabled"),
        ("health_status", "残疾、长期慢性病", "chronic disabled"),
        ("labour", "弱劳动力", "weak"),
        ("work", "乡镇内", "in_town"),
        ("work", "县外省内", "in_province"),
        ("work", "省外务工", "out_province"),
        ("medical_insured", "是", "yes"),
        ("medical_insured", True, "yes"),
        ("pension_insured", "不适用", "na"),
        ("household_type", "脱贫户", "out_policy"),
        ("household_type", "脱贫户（不享受政策）", "out_no_policy"),
        ("household_type", "突发严重困难户", "monitored_sudden"),
        ("cause_main", "因病致贫", "illness"),
        ("cause_main", "缺劳动力", "no_labour"),
        ("house_structure", "砖混结构", "zhuanhun"),
        ("house_structure", "框架", "kuangjia"),
        ("house_grade", "B", "B"),
        ("house_grade", "c级", "C"),
        ("left_behind_type", "否", "none"),
        ("water_safe", "否", "no"),
    ],
)
def test_a_cell_becomes_what_registers_hold(key: str, written: Any, value: str) -> None:
    assert read(key, written) == value


@pytest.mark.parametrize(
    ("key", "written", "words"),
    [
        ("id_number", 3.703211950010113e17, "改成近似数（3.70321E+17），后几位丢失"),
        ("id_number", 370321195001011300, "改成近似数"),
        ("id_number", "3.70321E+17", "改成近似数"),
        ("id_number", "379999197202012510", "校验位不对，可能录错一位"),
        ("id_number", "37999919460709018", "是 17 位，应为 18 位"),
        ("id_number", "379999460709018", "15 位的旧号"),
        ("id_number", "37999919461309018X", "出生日期 19461309 不存在"),
        ("id_number", "3799991946070901XX", "不该有的字符"),
        ("person_name", "张", "不像姓名"),
        ("person_name", "张三1", "不像姓名"),
        ("person_name", "张\ue863", "旧系统自造的字"),
        ("person_name", 5, "不是姓名"),
        ("person_name", Formula("=A1"), "是公式，系统不计算公式"),
        ("house_area", Broken("#N/A"), "错误值 #N/A"),
        ("house_area", "约80平", "不是数字"),
        ("house_area", 5000, "应在 0 到 1000 之间"),
        ("house_area", datetime.fromisoformat("2020-01-01"), "被 Excel 当成了日期"),
        ("work_months", 13, "应在 0 到 12 之间"),
        ("work_months", 2.5, "不是整数"),
        ("identify_year", "不详", "不是年份"),
        ("identify_year", 215, "不是年份"),
        ("birth_date", "2026.13.2", "这个日期不存在"),
        ("birth_date", "1967年3月", "不是完整的日期"),
        ("phone", "13900008468/13900000001", "不是一个电话号码"),
        ("relation", "女婿的弟弟", "不在选项里"),
        ("cause_main", "因病致贫、缺劳力", "写了 2 项"),
        ("health_status", "健康、挺好", "“挺好”不在选项里"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(key: str, written: Any, words: str) -> None:
    found = read_cell(BY_KEY[key], written, LISTS)
    assert isinstance(found, Fault)
    assert words in found.text
    assert "请" in found.cure


def test_a_message_shows_no_whole_id_number() -> None:
    assert "379999194607090181" not in read("id_number", "379999194607090181")


def test_every_label_and_code_of_every_list_is_read_as_itself() -> None:
    for field in FIELDS:
        for code, label in LISTS.get(field.options, ()):
            assert code_of(field.options, LISTS[field.options], label) == code
            assert code_of(field.options, LISTS[field.options], code) == code


def test_every_list_of_a_field_is_in_the_dictionary() -> None:
    assert [field.key for field in FIELDS if field.options and not LISTS[field.options]] == []


BLANKS = st.text(alphabet=" \u3000\t\n\u00a0\u200b\ufeff", max_size=3)
NAMES = st.text(
    alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=6
)


@settings(deadline=None)
@given(NAMES, BLANKS, BLANKS, BLANKS)
def test_spaces_never_change_a_name(name: str, before: str, within: str, after: str) -> None:
    assert read("person_name", before + name[:1] + within + name[1:] + after) == (
        "" if name in {"没有", "暂无"} else name
    )


@settings(deadline=None)
@given(st.dates(date(1890, 1, 1), date(2026, 11, 22)), st.integers(0, 999), BLANKS)
def test_every_right_id_number_is_read_however_it_is_written(
    birth: date, order: int, blank: str
) -> None:
    body = f"379999{birth:%Y%m%d}{order:03}"
    last = next(sign for sign in "0123456789X" if checksum_holds(body + sign))
    written = f"{blank}{body[:6]} {body[6:14]}{blank}{body[14:]}{last.lower()}"
    assert read("id_number", written) == body + last


@settings(deadline=None)
@given(st.dates(date(1910, 1, 3), date(2026, 11, 22)))
def test_a_date_is_the_same_in_every_style(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    styles = [
        datetime.combine(day, time()),
        day,
        serial,
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        f" {day.year}/{day.month:02}/{day.day:02} ",
        f"{day.year} 年 {day.month} 月 {day.day} 日",
    ]
    assert {read("birth_date", style) for style in styles} == {day.isoformat()}


@settings(deadline=None)
@given(st.decimals(min_value=0, max_value=1000, places=2))
def test_a_number_is_the_same_as_text_and_as_number_and_when_read_again(number: Decimal) -> None:
    value = read("house_area", str(number))
    assert value == read("house_area", float(number)) == read("house_area", value)
    assert Decimal(value) == number
    assert value == canonical(Decimal(value))


@settings(deadline=None)
@given(
    st.sampled_from([field for field in FIELDS if field.kind != "check"]),
    st.one_of(
        st.none(),
        st.text(max_size=40),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.booleans(),
        st.datetimes(),
        st.timedeltas(timedelta(0), timedelta(days=2)),
        st.times(),
        st.builds(Formula, st.text(max_size=9)),
        st.builds(Broken, st.text(max_size=9)),
    ),
)
def test_no_cell_whatever_makes_reading_fail(field: Any, value: Any) -> None:
    found = read_cell(field, value, LISTS)
    assert isinstance(found, Fault) or "\n" not in found.value


def test_entity_ids_are_uuids_that_follow_from_secret_and_key_only() -> None:
    one = entity_id("secret", "roster", "households", "37032111021700001")
    assert one == entity_id("secret", "roster", "households", "37032111021700001")
    assert one != entity_id("other", "roster", "households", "37032111021700001")
    assert one != entity_id("secret", "roster", "households", "37032111021700002")
    assert one == one.lower()
    assert len(one) == 36

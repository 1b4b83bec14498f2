"""A form from Excel to the phones: what is refused, compared, published, withdrawn."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date, timedelta

import openpyxl
import pytest
from flask import Flask

from server import clock
from server.forms import queries
from server.forms.compare import breaks, differences, new_questions
from server.forms.compile import FormRefused, compile_form
from server.forms.definition import Definition
from server.forms.models import FormUpload, Mode
from server.forms.publish import Source
from server.forms.sheets import MAX_BYTES, read_sheets
from server.forms.uploads import Order, keep, publish_form, read, read_form, restore, withdraw
from tests.forms.edited import NEXT, excel, line, markdown
from tests.forms.instances import compiled, our_dictionary
from tests.making import a_person, looking, publish_forms, writing

TODAY = date(2027, 1, 1)
NOTE = line("visit", "check_note")
PHONE = line("household_register", "phone")
ROAD = "| | text | road_note | 路好不好走 | | | | | | | | | | | |"
WITH_ROAD = {NOTE: f"{NOTE}\n{ROAD}"}


def edited(form_id: str, changes: Mapping[str, str]) -> Definition:
    return compile_form(markdown(form_id, changes)).definition


def broken(form_id: str, changes: Mapping[str, str]) -> str:
    before, source = compiled(form_id).definition, excel(form_id, changes)
    form = read_form(Source("form.xlsx", source))
    after, rows = form.compiled.definition, form.compiled.rows
    return "\n".join(breaks(before, after, our_dictionary(), rows))


def said(form_id: str, changes: Mapping[str, str]) -> list[tuple[str, str, str]]:
    found = differences(compiled(form_id).definition, edited(form_id, changes))
    return [(one.kind, one.about, one.what) for one in found]


def test_a_form_that_is_only_worded_otherwise_breaks_nothing() -> None:
    assert broken("visit", {"说说是什么问题": "写明是什么问题"}) == ""
    assert said("visit", {"说说是什么问题": "写明是什么问题"}) == [
        ("words", "“写明是什么问题”", "题目")
    ]


def test_a_property_that_nobody_fills_any_more_is_refused_with_a_way_on() -> None:
    refused = broken("household_register", {f"{PHONE}\n": ""})
    assert "少了“联系电话”" in refused
    assert "relevant 写 false()" in refused
    hidden = PHONE.replace("| | . = '无'", "| false() | . = '无'")
    assert hidden != PHONE
    assert broken("household_register", {PHONE: hidden}) == ""


def test_another_type_for_a_property_is_refused_with_its_row() -> None:
    months = line("household_register", "work_months")
    asked = next(
        q for q in compiled("household_register").definition.questions if q.name == "work_months"
    )
    row = compiled("household_register").rows[asked.path]
    survey = read_sheets(excel("household_register"))["survey"]
    assert "work_months" in survey[row - 1]
    refused = broken("household_register", {months: months.replace("| integer |", "| text |")})
    assert refused.startswith(f"第 {row} 行“今年打工几个月”：原来是整数，现在是文字")


def test_an_id_from_elsewhere_and_another_kind_of_form_are_refused() -> None:
    uuid = line("household_register", "hh_uuid")
    refused = broken("household_register", {uuid: "| | hidden | hh_uuid | | | | | | | | | | | |"})
    assert "households 的编号换了来历" in refused
    assert "kind 要照旧写 visit" in broken("visit", {"| town | visit |": "| town | card |"})


def test_what_is_new_gone_and_otherwise_is_said_in_words() -> None:
    found = said("visit", WITH_ROAD | {"| housing_ok | ok | 安全 |": "| housing_ok | ok | 稳固 |"})
    assert found == [
        ("added", "“路好不好走”", "“吃穿、三保障、饮水”里的文字"),
        ("choices", "“住房安全”", "选项的说法"),
    ]
    rule = {"string-length(.) <= 500": "string-length(.) <= 300"}
    assert ("rule", "“说说是什么问题”", "填写要求") in said("visit", rule)
    assert ("gone", "“说说是什么问题”", "“吃穿、三保障、饮水”里的文字") in said(
        "visit", {f"{NOTE}\n": ""}
    )
    assert ("settings", "整张表", "审核步骤") in said(
        "visit", {"| town | vis": "| town county | vis"}
    )


def test_rules_are_said_with_questions_called_as_people_know_them() -> None:
    found = differences(
        compiled("visit").definition, edited("visit", {" or ${water_ok} = 'problem'": ""})
    )
    assert found[0].before.endswith(" 或 “饮水安全”是“存在问题”")
    assert found[0].after.startswith("“不愁吃”是“否” 或 ")
    assert found[0].after.endswith("“住房安全”是“需鉴定”或“危险”")
    assert "/data" not in found[0].before + found[0].after


def test_another_wording_of_a_question_changes_no_rule_that_speaks_of_it() -> None:
    found = said("visit", {"| water_ok | 饮水安全 |": "| water_ok | 喝水 |"})
    assert found == [("words", "“喝水”", "题目")]


def test_a_question_moved_into_another_group_is_the_same_question() -> None:
    end = "| | end group |"
    text = markdown().decode()
    after_group = text.index(end, text.index(NOTE))
    moved = text[:after_group].replace(f"{NOTE}\n", "") + text[after_group:]
    shock = line("visit", "expense_shock")
    moved = moved.replace(shock, f"{shock}\n{NOTE}")
    found = differences(compiled("visit").definition, compile_form(moved.encode()).definition)
    assert [(one.kind, one.what) for one in found] == [("rule", "所在小节")]


def publish(
    app: Flask, source: bytes, *, mode: Mode = "onwards", days: int = 1, today: date = TODAY
) -> None:
    form = read_form(Source("visit.xlsx", source))
    with writing(app) as session:
        order = Order(mode, today + timedelta(days), None)
        publish_form(session, form, order, clock.now(), today)


def in_force(app: Flask, day: date) -> str:
    with looking(app) as session:
        found = queries.version_in_force(session, "visit", day)
    return found.version if found else ""


def test_a_version_holds_from_its_day_and_the_one_before_until_then(app: Flask) -> None:
    publish_forms(app)
    publish(app, excel(changes=WITH_ROAD))
    assert in_force(app, TODAY) == compiled("visit").definition.version
    assert in_force(app, TODAY + timedelta(1)) == NEXT


def test_a_withdrawn_version_leaves_its_place_to_the_one_before(app: Flask) -> None:
    publish_forms(app)
    publish(app, excel(changes=WITH_ROAD), days=0)
    with writing(app) as session:
        row = queries.form_version(session, "visit", NEXT)
        assert row
        withdraw(row, clock.now())
    assert in_force(app, TODAY) == compiled("visit").definition.version
    with writing(app) as session:
        row = queries.form_version(session, "visit", NEXT)
        assert row
        restore(row)
    assert in_force(app, TODAY) == NEXT


def test_what_is_to_be_asked_once_more_is_kept_with_the_version(app: Flask) -> None:
    publish_forms(app)
    publish(app, excel(changes=WITH_ROAD), mode="supplement")
    with looking(app) as session:
        row = queries.form_version(session, "visit", NEXT)
        assert row
        assert (row.mode, row.supplements) == ("supplement", compiled("visit").definition.version)
        assert row.new_questions == ["/data/g_check/road_note"]
    plain = edited("visit", {"说说是什么问题": "写明是什么问题"})
    assert new_questions(compiled("visit").definition, plain) == []


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        (
            compiled("visit").definition.version,
            "已经发布过，内容不一样；请把 settings 表里的 version",
        ),
        ("2020010101", "version 要比已经发布的"),
    ],
)
def test_a_version_number_is_never_used_twice_and_only_grows(
    app: Flask, version: str, reason: str
) -> None:
    publish_forms(app)
    with pytest.raises(FormRefused, match=reason):
        publish(app, excel(changes=WITH_ROAD, version=version))


def test_the_very_same_version_and_a_day_gone_by_are_refused(app: Flask) -> None:
    publish_forms(app)
    with pytest.raises(FormRefused, match="不用再发布"):
        publish(app, excel(version=compiled("visit").definition.version))
    with pytest.raises(FormRefused, match="已经过去"):
        publish(app, excel(changes=WITH_ROAD), days=-1)


def test_an_upload_is_kept_with_its_reasons_and_thrown_away_later(app: Flask) -> None:
    publish_forms(app)
    person, now = a_person(app, "county_admin", "370321"), clock.now()
    gone = excel("household_register", {f"{PHONE}\n": ""})
    with writing(app) as session:
        row = keep(session, read(Source("登记.xlsx", gone)), person, now, TODAY)
        assert row.reasons
        assert (row.form_id, row.version) == ("household_register", NEXT)
        unreadable = keep(session, read(Source("x.xlsx", b"PK\x03\x04...")), person, now, TODAY)
        assert unreadable.reasons
        assert unreadable.definition is None
    with writing(app) as session:
        later = now + timedelta(31)
        keep(session, read(Source("visit.xlsx", excel(changes=WITH_ROAD))), person, later, TODAY)
        assert [one.name for one in session.query(FormUpload)] == ["visit.xlsx"]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b"0" * (70 * 1024 * 1024))
    return out.getvalue()


def with_declaration() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(excel())) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "xl/workbook.xml":
                content = b'<!DOCTYPE x [<!ENTITY a "b">]>' + content
            new.writestr(part, content)
    return out.getvalue()


def long_form() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(excel()))
    for number in range(1_600):
        book["survey"].append(["text", f"q{number}", "题"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bomb(), "大得不正常"),
        (with_declaration(), "不该有的内容"),
        (long_form(), "超过 1500 行"),
        (b"PK\x03\x04" + b"x" * 200, "坏了"),
        (b"\xd0\xcf\x11\xe0", "不是 Excel"),
        ("只是文字".encode(), "不是 Excel"),
        (b"x" * (MAX_BYTES + 1), "超过 5MB"),
    ],
    ids=["bomb", "declaration", "long", "torn", "old", "text", "large"],
)
def test_a_file_that_is_no_form_is_refused_before_it_does_harm(content: bytes, reason: str) -> None:
    with pytest.raises(FormRefused, match=reason):
        read_sheets(content)

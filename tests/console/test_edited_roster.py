"""An exported roster corrected in Excel and imported again: only what was changed is written."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import func, select

from server.accounts.models import AuditEvent
from server.registers import values
from server.registers.models import Entity
from server.roster.base import SHEET
from server.submissions.models import Submission, Write
from tests.console.desk import Desk, text_of
from tests.console.test_roster import run_jobs, upload
from tests.forms.instances import HEAD_ID, WIFE_ID, member, new_id, register_xml
from tests.making import looking
from tests.phone import Phone

Edit = Callable[[Worksheet], object]
NEW_ID = "379999199303031810"


def exported(desk: Desk) -> Workbook:
    """The roster of all households, as the desk gives it to be corrected."""
    desk.page("/console/households/")
    answer = desk.post("/console/households/export", kind="edit", purpose="核对花名册")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return load_workbook(io.BytesIO(answer.data))


def sheet_of(book: Workbook) -> Worksheet:
    sheet = book["农户信息"]
    assert isinstance(sheet, Worksheet)
    return sheet


def cell(sheet: Worksheet, name: str, label: str) -> Any:
    """The cell of a person's row under a heading."""
    labels = [one.value for one in sheet[1]]
    who = labels.index("姓名")
    row = next(row for row in sheet.iter_rows(min_row=2) if row[who].value == name)
    return row[labels.index(label)]


def put(**cells: str) -> Edit:
    """Types over the head's cells, heading by heading."""

    def edit(sheet: Worksheet) -> None:
        for label, text in cells.items():
            cell(sheet, "李秀英", label).value = text

    return edit


def brought(app: Flask, desk: Desk, book: Workbook) -> tuple[str, str]:
    """The preview of an edited file, in words, and what its import says at its end."""
    written = io.BytesIO()
    book.save(written)
    there = upload(desk, written.getvalue()).headers["Location"]
    seen = text_of(desk.page(there))
    shown = desk.post(f"{there}/import").headers["Location"]
    run_jobs(app)
    return seen, text_of(desk.page(f"{shown}/progress"))


def refusal(desk: Desk, book: Workbook) -> str:
    """What the desk says of a file that it does not take."""
    written = io.BytesIO()
    book.save(written)
    answer = desk.get(upload(desk, written.getvalue()).headers["Location"])
    return text_of(answer.get_data(as_text=True))


def submissions(app: Flask) -> int:
    with looking(app) as session:
        return session.scalar(select(func.count()).select_from(Submission)) or 0


def state(app: Flask, entity_id: str) -> Mapping[str, Any]:
    with looking(app) as session:
        return session.get_one(Entity, entity_id).live


def persons(app: Flask) -> dict[str, str]:
    """Person's id → name."""
    with looking(app) as session:
        found = session.scalars(select(Entity).where(Entity.register == "persons"))
        return {one.id: values.text(one.live, "person_name") for one in found}


@pytest.fixture
def household(alice: Phone) -> str:
    """李秀英 and 赵桂兰, whom Alice registered; the household has no number yet."""
    household = new_id()
    members = [member(HEAD_ID, name="李秀英"), member(WIFE_ID, name="赵桂兰", relation="10")]
    alice.send(
        "household_register", lambda i: register_xml(household, members=members, instance_id=i)
    )
    alice.pull()
    return household


def phones_change(alice: Phone, household: str, phone: str) -> None:
    """Alice records another telephone number upon what she sees."""
    alice.pull()
    alice.send(
        "household_register",
        lambda i: register_xml(household, known=True, members=[], phone=phone, instance_id=i),
        shown=alice.shown(household),
    )


def test_an_export_that_nobody_touched_changes_nothing(
    app: Flask, desk: Desk, household: str
) -> None:
    book = exported(desk)
    before = submissions(app)
    seen, said = brought(app, desk, book)
    assert "新增 0，变化 0" in seen
    assert "不能导入 0 行" in seen
    assert "没变化 1 户" in said
    assert submissions(app) == before


def test_one_changed_cell_is_the_one_change(app: Flask, desk: Desk, household: str) -> None:
    book = exported(desk)
    put(文化程度="高中")(sheet_of(book))
    people = persons(app)
    seen, said = brought(app, desk, book)
    assert "新增 0，变化 1" in seen
    changed = seen.partition("现在 花名册")[2]
    assert changed.startswith(" 2 李秀英 文化程度 小学 高中(含中专) 没变化"), "no other cell"
    assert "有变化 1 户" in said
    assert persons(app) == people, "nobody is doubled"
    with looking(app) as session:
        wrote = session.scalars(
            select(Write.unit)
            .join(Submission, Submission.instance_id == Write.instance_id)
            .where(Submission.source == "roster")
        ).all()
    assert wrote == ["education"]


def test_a_change_replaces_what_the_export_showed(app: Flask, desk: Desk, household: str) -> None:
    book = exported(desk)
    put(联系电话="13911110000")(sheet_of(book))
    seen, _ = brought(app, desk, book)
    assert "不会盖掉" not in seen
    live = state(app, household)
    assert values.text(live, "phone") == "13911110000"
    assert not values.disputed(live)


def test_what_a_phone_changed_after_the_export_is_a_conflict(
    app: Flask, desk: Desk, household: str, alice: Phone
) -> None:
    book = exported(desk)
    phones_change(alice, household, "13922220000")
    put(联系电话="13911110000")(sheet_of(book))
    seen, _ = brought(app, desk, book)
    assert "上次导入以后有人改过" not in seen
    assert "导出以后有人改过，导入后不会盖掉，两种说法由镇里核定" in seen
    sides = values.disputed(state(app, household))["phone"]
    assert {side["value"] for side in sides} == {"13911110000", "13922220000"}
    assert "13911110000" not in text_of(desk.page("/console/households/"))
    assert "联系电话" in text_of(desk.page(f"/console/disputes/{household}"))


def test_a_cell_left_alone_keeps_what_a_phone_changed_meanwhile(
    app: Flask, desk: Desk, household: str, alice: Phone
) -> None:
    book = exported(desk)
    phones_change(alice, household, "13922220000")
    put(文化程度="高中")(sheet_of(book))
    seen, _ = brought(app, desk, book)
    assert "新增 0，变化 1" in seen
    live = state(app, household)
    assert values.text(live, "phone") == "13922220000"
    assert not values.disputed(live)


def test_the_same_edited_file_again_changes_nothing(
    app: Flask, desk: Desk, household: str, alice: Phone
) -> None:
    book = exported(desk)
    put(联系电话="13911110000")(sheet_of(book))
    brought(app, desk, book)
    phones_change(alice, household, "13922220000")
    before = submissions(app)
    seen, _ = brought(app, desk, book)
    assert "新增 0，变化 0" in seen
    assert submissions(app) == before
    assert values.text(state(app, household), "phone") == "13922220000"


def test_rows_may_be_sorted_and_left_out(app: Flask, desk: Desk, household: str) -> None:
    book = exported(desk)
    sheet = sheet_of(book)
    cell(sheet, "赵桂兰", "文化程度").value = "初中"
    sheet.delete_rows(cell(sheet, "李秀英", "姓名").row)
    seen, _ = brought(app, desk, book)
    assert "李秀英。不会删除" in seen
    assert sorted(persons(app).values()) == ["李秀英", "赵桂兰"]


def test_a_corrected_name_stays_the_same_person(app: Flask, desk: Desk, household: str) -> None:
    book = exported(desk)
    before = set(persons(app))
    cell(sheet_of(book), "赵桂兰", "姓名").value = "赵桂蘭"
    brought(app, desk, book)
    assert set(persons(app)) == before
    assert "赵桂蘭" in persons(app).values()


def test_numbers_of_people_are_masked_and_a_new_one_is_for_the_office(
    app: Flask, desk: Desk, household: str
) -> None:
    book = exported(desk)
    texts = [str(one.value) for row in sheet_of(book).iter_rows() for one in row]
    assert not any(HEAD_ID in text or WIFE_ID in text for text in texts)
    assert any(text.endswith(WIFE_ID[-4:]) and "********" in text for text in texts)
    cell(sheet_of(book), "赵桂兰", "证件号码").value = NEW_ID
    seen, _ = brought(app, desk, book)
    assert "两种说法由镇里核定" in seen
    assert sorted(persons(app).values()) == ["李秀英", "赵桂兰"]


def test_a_new_row_in_a_numbered_household_is_a_new_person_once(
    app: Flask, desk: Desk, household: str
) -> None:
    number = cell(sheet_of(exported(desk)), "李秀英", "户编号").value
    if not number:
        book = exported(desk)
        put(户编号="37032111021700077")(sheet_of(book))
        brought(app, desk, book)
    book = exported(desk)
    sheet = sheet_of(book)
    labels = [one.value for one in sheet[1]]
    newcomer = {
        "户编号": cell(sheet, "李秀英", "户编号").value,
        "姓名": "李小强",
        "证件号码": NEW_ID,
        "与户主关系": "之子",
    }
    sheet.append([newcomer.get(str(label)) for label in labels])
    for _ in range(2):
        brought(app, desk, book)
        assert sorted(persons(app).values()) == ["李小强", "李秀英", "赵桂兰"]
    assert not values.disputed(state(app, household))


def test_the_head_changes_with_the_relations(app: Flask, desk: Desk, household: str) -> None:
    book = exported(desk)
    sheet = sheet_of(book)
    cell(sheet, "李秀英", "与户主关系").value = "配偶"
    seen, _ = brought(app, desk, book)
    assert "改过以后这一户没有户主" in seen
    cell(sheet, "赵桂兰", "与户主关系").value = "户主"
    seen, _ = brought(app, desk, book)
    assert "不能导入 0 行" in seen
    head = values.text(state(app, household), "head")
    assert persons(app)[head] == "赵桂兰"


def test_a_blank_cell_is_remarked_and_erases_nothing(
    app: Flask, desk: Desk, household: str
) -> None:
    book = exported(desk)
    put(联系电话="")(sheet_of(book))
    seen, _ = brought(app, desk, book)
    assert "联系电话空着：不会清除原来填的" in seen
    assert values.text(state(app, household), "phone") == "13900008468"


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda sheet: put(**{"系统标识（勿改）": "x"})(sheet), "系统标识不认识"),
        (
            lambda sheet: put(
                **{"系统标识（勿改）": cell(sheet, "赵桂兰", "系统标识（勿改）").value}
            )(sheet),
            "行相同。新增的人请把这一格清空",
        ),
        (lambda sheet: put(姓名="2")(sheet), "不像姓名"),
    ],
)
def test_rows_that_cannot_go_in_say_why(desk: Desk, household: str, edit: Edit, said: str) -> None:
    book = exported(desk)
    edit(sheet_of(book))
    assert said in refusal(desk, book)


def test_a_torn_file_is_refused_with_advice(desk: Desk, household: str) -> None:
    copied = exported(desk)
    del copied[SHEET]
    assert "不见了" in refusal(desk, copied)
    forged = exported(desk)
    forged[SHEET]["A2"] = "eJx" + str(forged[SHEET]["A2"].value)[3:-4] + "AAAA"
    assert "被改动过" in refusal(desk, forged)
    unnamed = exported(desk)
    last = sheet_of(unnamed).max_column
    sheet_of(unnamed).delete_cols(last)
    assert "“系统标识”这一列不见了" in refusal(desk, unnamed)


def test_an_export_to_correct_is_in_the_audit_trail(app: Flask, desk: Desk, household: str) -> None:
    exported(desk)
    with looking(app) as session:
        entry = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "households.exported")
        ).one()
        assert entry.reason == "核对花名册"

"""The list of households, one household's page, due visits, and a whole ID number."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from openpyxl import load_workbook

from server.accounts.models import AuditEvent
from server.registers.models import Entity
from tests.console.desk import Desk, text_of
from tests.forms.instances import (
    CHILD_ID,
    HEAD_ID,
    member,
    new_id,
    register_xml,
    visit_xml,
)
from tests.making import COUNTY, SANLI, YIJIA, looking
from tests.phone import Phone


def register(alice: Phone, name: str) -> str:
    household = new_id()
    _, outcome = alice.send(
        "household_register",
        lambda i: register_xml(household, instance_id=i, members=[member(CHILD_ID, name=name)]),
    )
    assert outcome == "stored"
    return household


def found(page: str) -> int:
    return page.count("<tr data-row>")


@pytest.mark.parametrize("words", ["陈广田", "cgt", "1016", "赵桂兰", "CGT"])
def test_a_household_is_found(desk: Desk, alice: Phone, household: str, words: str) -> None:
    register(alice, "王㛃")
    page = desk.page("/console/households/", q=words)
    assert found(page) == 1
    assert household in page
    assert "没有找到" in desk.page("/console/households/", q="没有这个人%")


def test_the_list_is_narrowed_sorted_and_paged(
    desk: Desk, alice: Phone, household: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = register(alice, "王㛃")
    assert found(desk.page("/console/households/", village=SANLI)) == 2
    assert found(desk.page("/console/households/", village=YIJIA)) == 0
    smallest = desk.page("/console/households/", order="size")
    assert smallest.index(second) < smallest.index(household)
    largest = desk.page("/console/households/", order="-size")
    assert largest.index(household) < largest.index(second)
    monkeypatch.setattr("server.console.households.PAGE", 1)
    pages = [desk.page("/console/households/", page=n) for n in (1, 2)]
    assert [found(page) for page in pages] == [1, 1]
    assert (household in pages[0]) != (household in pages[1])


def test_columns_of_the_dictionary_can_be_added(desk: Desk, household: str) -> None:
    page = desk.page("/console/households/?cols=house_grade&cols=phone")
    assert "B级" in page
    assert "139****8468" in page


def test_a_household_shows_facts_members_and_history(
    desk: Desk, alice: Phone, household: str
) -> None:
    alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    words = text_of(desk.page(f"/console/households/{household}"))
    assert "耕地面积（亩） 3.5" in words
    assert "王" not in words.split("家庭成员")[0][-20:]
    assert "379999********1016" in words
    assert "未审核" in words
    assert "见到户主" in words
    sources = text_of(desk.page(f"/console/households/{household}?tab=all"))
    assert "李明远 11月20日" in sources
    members = text_of(desk.page(f"/console/households/{household}?tab=members"))
    assert "赵桂兰" in members


def test_a_whole_id_number_needs_a_reason_that_is_kept(
    app: Flask, desk: Desk, household: str
) -> None:
    with looking(app) as session:
        people = session.query(Entity).filter_by(household_id=household).all()
        head = next(p.id for p in people if HEAD_ID in str(p.live))
    desk.page(f"/console/households/{household}")
    silent = desk.post("/console/id-number", person=head, reason=" ")
    assert silent.status_code == 422
    assert HEAD_ID not in silent.get_data(as_text=True)
    told = desk.post("/console/id-number", person=head, reason="核对证件")
    assert HEAD_ID in told.get_data(as_text=True)
    assert told.headers["Cache-Control"] == "no-store"
    with looking(app) as session:
        kept = session.query(AuditEvent).filter_by(action="id_number.seen").all()
        assert [(e.person_id, e.subject, e.reason) for e in kept] == [
            (desk.person_id, head, "核对证件")
        ]


def test_due_visits_are_listed_by_day(desk: Desk, alice: Phone, household: str) -> None:
    page = text_of(desk.page("/console/due/?tab=30"))
    assert "陈广田" in page
    alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    assert "没有到期的户" in desk.page("/console/due/?tab=30")


def test_the_list_is_exported_masked_and_for_a_purpose(
    app: Flask, desk: Desk, alice: Phone, household: str
) -> None:
    evil = register(alice, "=1+1")
    desk.page("/console/households/")
    assert desk.post("/console/households/export", purpose=" ").status_code == 422
    answer = desk.post("/console/households/export?cols=phone", purpose="下村核对")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][-1] == "联系电话"
    assert {row[-1] for row in rows[1:]} == {"139****8468"}
    assert {row[0] for row in rows[1:]} == {"陈广田", "=1+1"}
    assert not [c for line in sheet.iter_rows() for c in line if c.data_type == "f"]
    with looking(app) as session:
        (kept,) = session.query(AuditEvent).filter_by(action="households.exported").all()
        assert kept.reason == "下村核对"
    assert evil
    inspector = Desk(app, "inspector", COUNTY)
    assert inspector.post("/console/households/export", purpose="看看").status_code == 403

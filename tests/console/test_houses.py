"""危房改造台账: from an assessment by phone over the office's steps to leaving the ledger."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from server import clock
from server.followup.models import Task
from server.intake.office import derived_id
from server.registers.models import Entity
from server.registers.values import text
from tests.console.desk import Desk, hidden, text_of
from tests.forms.instances import compiled, instance_xml
from tests.forms.test_housing_assessment import assessment, calculated
from tests.making import YIJIA, looking
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds

DAY = clock.today().isoformat()
BEFORE = (clock.today() - timedelta(days=1)).isoformat()
DANGEROUS = {"c_wall": "d", "action": "rebuild", "evacuated": "no", "household_agrees": "yes"}


def house_of(household: str) -> str:
    return derived_id("house", household, "1")


def assess(phone: Phone, household: str, **answers: str) -> str:
    """An assessment as a phone sends it, its calculations included."""
    usual = {"hh_uuid": household, "house_id": house_of(household), "event_date": DAY}
    said = assessment(**(usual | answers))
    filled = said | calculated(said)
    form = compiled("housing_assessment").definition
    instance_id, outcome = phone.send(
        "housing_assessment", lambda i: instance_xml(form, filled, instance_id=i)
    )
    assert outcome == "stored"
    return instance_id


def approve(desk: Desk, instance_id: str) -> None:
    address = f"/console/review/{instance_id}"
    answer = desk.post(address, decision="approve", seen=hidden(desk.page(address), "seen"))
    assert answer.status_code == 302, text_of(answer.get_data(as_text=True))


def reading_of(app: Flask, entity_id: str) -> Entity:
    with looking(app) as session:
        return session.get_one(Entity, entity_id)


def open_tasks(app: Flask, household: str) -> dict[str, Any]:
    with looking(app) as session:
        found = session.query(Task).filter_by(household_id=household, state="open")
        return {task.kind: task for task in found}


@pytest.fixture
def dangerous(alice: Phone, desk: Desk, household: str) -> str:
    """The household's house, of grade D by an assessment that was approved."""
    approve(desk, assess(alice, household, event_date=BEFORE, **DANGEROUS))
    return house_of(household)


def test_a_grade_reaches_the_household_only_once_it_was_approved(
    app: Flask, alice: Phone, desk: Desk, household: str
) -> None:
    one = assess(alice, household, **DANGEROUS)
    assert text(reading_of(app, household).live, "house_grade") == "B"
    approve(desk, one)
    home = reading_of(app, household)
    assert text(home.live, "house_grade") == "D"
    assert text(home.approved, "house_grade") == "D"
    assert home.derived["house_state"] == "dangerous"
    assert_rebuilds(app)


def test_living_in_a_dangerous_house_opens_a_task_that_moving_out_mends(
    app: Flask, alice: Phone, desk: Desk, household: str, dangerous: str
) -> None:
    task = open_tasks(app, household)["renovation"]
    assert (task.subject, task.due_on) == (dangerous, clock.today() + timedelta(days=1))
    out = {**DANGEROUS, "evacuated": "yes", "evacuated_to": "村幸福院", "guarantee": "relatives"}
    approve(desk, assess(alice, household, **out))
    task = open_tasks(app, household)["renovation"]
    assert (task.title.endswith("愿意改造，等列入计划"), task.due_on) == (True, None)


def test_a_clue_of_a_first_secretary_asks_for_an_assessment_and_changes_no_grade(
    app: Flask, alice: Phone, desk: Desk, household: str
) -> None:
    approve(desk, assess(alice, household, recorder_role="first_secretary", **DANGEROUS))
    home = reading_of(app, household)
    assert text(home.live, "house_grade") == "B"
    assert text(home.live, "housing_ok") == "needs_assessment"
    assert "初评 D 级，请安排鉴定" in open_tasks(app, household)["house_assess"].title
    assert "待鉴定" in text_of(desk.page("/console/houses/", state="to_assess"))
    desk.page(f"/console/houses/{house_of(household)}")
    given = {"what": "appraisal", "house_grade": "C", "assessed_on": DAY, "reason": "县鉴定报告"}
    answer = desk.post(f"/console/houses/{house_of(household)}", **given)
    assert answer.status_code == 302, text_of(answer.get_data(as_text=True))
    assert text(reading_of(app, household).approved, "house_grade") == "C"


def test_the_ledger_is_walked_to_its_end_and_back(
    app: Flask, desk: Desk, household: str, dangerous: str
) -> None:
    address = f"/console/houses/{dangerous}"

    def told(**fields: str) -> str:
        desk.page(address)
        answer = desk.post(address, reason="县住建局", **fields)
        assert answer.status_code == 302, text_of(answer.get_data(as_text=True))
        return str(reading_of(app, derived_id("renovation", dangerous)).derived["state"])

    assert told(plan_year="2026", method="rebuild", target_type="dibao") == "planned"
    assert told(start_date="2026-03-01") == "started"
    assert told(finish_date="2026-06-01") == "finished"
    assert told(acceptance_date="2026-06-20", acceptance_result="mend") == "finished"
    assert told(acceptance_result="pass") == "accepted"
    assert told(subsidy_amount="20000", subsidy_paid_date="2026-07-01") == "paid"
    assert told(moved_in="yes") == "closed"
    assert "renovation" not in open_tasks(app, household)
    assert reading_of(app, household).derived["house_state"] == "closed"
    decision = "/console/decisions/" + desk.page(address).split("/console/decisions/")[1][:36]
    seen = hidden(desk.page(decision), "seen")
    desk.post(decision, decision="withdraw", reason="还没搬", seen=seen)
    assert reading_of(app, derived_id("renovation", dangerous)).derived["state"] == "paid"
    assert_rebuilds(app)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"plan_year": "明年"}, "“计划年度”填得不对"),
        ({"plan_year": "26"}, "“计划年度”要写四位年份"),
        ({"start_date": "2026-05-01", "finish_date": "2026-04-01"}, "竣工日期不能早于开工日期"),
        ({"start_date": "2999-01-01"}, "开工日期不能晚于今天"),
        ({"method": "paint"}, "“改造方式”里没有这个选项"),
        ({}, "没有改动"),
        ({"plan_year": "2026", "reason": ""}, "请写一句依据"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    desk: Desk, dangerous: str, fields: dict[str, str], says: str
) -> None:
    desk.page(f"/console/houses/{dangerous}")
    answer = desk.post(f"/console/houses/{dangerous}", **{"reason": "住建局", **fields})
    assert answer.status_code == 422
    assert says in text_of(answer.get_data(as_text=True))


def test_the_list_is_narrowed_and_says_what_is_missing(desk: Desk, dangerous: str) -> None:
    words = text_of(desk.page("/console/houses/", state="dangerous", grade="D"))
    assert "陈广田" in words
    assert "D级" in words
    assert "没有这样的记录" in text_of(desk.page("/console/houses/", grade="C"))
    assert "没有这样的记录" in text_of(desk.page("/console/houses/", state="closed"))
    page = text_of(desk.page(f"/console/houses/{dangerous}"))
    assert "鉴定 D 级 · 承重墙 · 住着人" in page
    assert "还没有" in page
    assert "等级怎么来的" in page
    assert BEFORE not in page
    assert "承重墙 d级：严重开裂；部分严重歪斜；局部倒塌或有倒塌危险" in page


def test_a_changed_grade_is_told_to_who_looks_at_it(
    alice: Phone, desk: Desk, household: str
) -> None:
    reason = "只有东山墙下部一处，其余完好，可以局部加固"
    changed = {**DANGEROUS, "grade_other": "C", "grade_reason": reason, "action": "strengthen"}
    approve(desk, assess(alice, household, **changed))
    page = text_of(desk.page(f"/console/houses/{house_of(household)}"))
    assert f"按构件算是 D 级，改成了 C 级：{reason}" in page
    assert "下一步要填" in page


def test_the_renovations_photo_stands_in_its_place(
    alice: Phone, desk: Desk, household: str, dangerous: str
) -> None:
    said = {
        "purpose": "photos", "stage": "under", "stage_photo": "1.jpg", "hh_uuid": household,
        "house_id": dangerous, "event_date": DAY, "house_known": "1",
    }  # fmt: skip
    form = compiled("housing_assessment").definition
    alice.send(
        "housing_assessment",
        lambda i: instance_xml(form, said | calculated(said), instance_id=i),
    )
    page = desk.page(f"/console/houses/{dangerous}")
    assert page.count("/1.jpg?size=full") == 1
    assert "改造照片 · 改造中" in text_of(page)


def test_the_workbook_has_the_columns_of_the_paper_ledger(desk: Desk, dangerous: str) -> None:
    desk.page("/console/houses/")
    assert desk.post("/console/houses/export", purpose="").status_code == 422
    answer = desk.post("/console/houses/export", purpose="报县住建局")
    rows = list(load_workbook(io.BytesIO(answer.data)).active.values)  # type: ignore[union-attr]
    line = dict(zip(rows[0], rows[1], strict=True))
    assert (line["户主"], line["等级"], line["结构"]) == ("陈广田", "D级", "砖木")
    assert line["证号"] == "379999********1016"
    assert line["现在到哪一步"] == "台账登记"


def test_another_villages_house_is_not_found(
    app: Flask, client: FlaskClient, dangerous: str
) -> None:
    stranger = Desk(app, area=YIJIA)
    assert stranger.get(f"/console/houses/{dangerous}").status_code == 404
    assert (
        stranger.post(f"/console/houses/{dangerous}", plan_year="2026", reason="x").status_code
        == 404
    )
    assert "陈广田" not in stranger.page("/console/houses/")

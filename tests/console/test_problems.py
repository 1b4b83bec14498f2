"""问题和诉求 at the desk: what is open and whose turn it is, decided there, and taken along."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from server import clock
from server.registers import values
from server.registers.models import Entity
from tests.console.desk import Desk, text_of
from tests.forms.instances import new_id
from tests.making import a_device, looking, publish_forms
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds
from tests.sync.test_problems import register, told, visit

DAY = clock.today()


@pytest.fixture
def alice(app: Flask, client: FlaskClient) -> Phone:
    publish_forms(app)
    return Phone(client, a_device(client))


def derived(app: Flask, problem: str) -> dict[str, object]:
    with looking(app) as session:
        return dict(session.get_one(Entity, problem).derived)


def ago(days: int) -> str:
    return (DAY - timedelta(days=days)).isoformat()


def test_open_problems_are_listed_by_level_and_deadline_with_the_way_to_the_household(
    app: Flask, alice: Phone
) -> None:
    household, leak, old = register(alice), new_id(), new_id()
    visit(alice, household, told(household, leak))
    earlier = told(household, old, problem_desc="水压不够")
    visit(alice, household, earlier, event_date=ago(9))
    desk = Desk(app)
    page = desk.page("/console/problems/")
    assert page.index("水压不够") < page.index("西屋漏雨")
    assert f"/console/households/{household}" in page
    late = text_of(desk.page("/console/problems/", state="late"))
    assert "水压不够" in late
    assert "西屋漏雨" not in late
    assert "镇级" in late
    village = desk.page("/console/problems/", level="village")
    assert "西屋漏雨" in village
    assert "水压不够" not in village
    assert "没有这样的记录" in desk.page("/console/problems/", kind="need")


def test_the_township_gives_level_and_deadline_and_says_what_is_solved(
    app: Flask, alice: Phone
) -> None:
    household, leak = register(alice), new_id()
    visit(alice, household, told(household, leak))
    desk = Desk(app)
    desk.page("/console/problems/")
    until = (DAY + timedelta(days=20)).isoformat()
    decision = {"what": "level", "level": "county", "deadline": until, "problem": leak}
    assert desk.post("/console/problems/", **decision, reason="").status_code == 422
    assert derived(app, leak)["level"] == "village"
    answer = desk.post("/console/problems/", **decision, owner="吴晓梅", reason="要县里修路")
    assert answer.status_code == 302
    with looking(app) as session:
        assert values.text(session.get_one(Entity, leak).approved, "owner") == "吴晓梅"
    assert derived(app, leak) == {"state": "open", "level": "county", "deadline": until}
    desk.post("/console/problems/", what="solved", problem=leak, reason="村里回了电话")
    assert derived(app, leak) == {"state": "solved"}
    assert "西屋漏雨" in desk.page("/console/problems/", state="solved")
    alice.pull()
    assert alice.rows[("problems", leak)]["derived"]["state"] == "solved"
    assert_rebuilds(app)


def test_a_level_without_its_deadline_is_refused_with_what_was_filled_in(
    app: Flask, alice: Phone
) -> None:
    household, leak = register(alice), new_id()
    visit(alice, household, told(household, leak))
    desk = Desk(app)
    desk.page("/console/problems/")
    given = {"what": "level", "level": "county", "deadline": "", "problem": leak}
    answer = desk.post("/console/problems/", **given, reason="要县里修路")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "请选哪级办，填限期" in page
    assert f'value="{leak}" data-one checked' in page
    assert 'value="county" selected' in page
    assert 'value="要县里修路"' in page


def test_the_list_can_be_taken_along_for_a_purpose(app: Flask, alice: Phone) -> None:
    household, leak = register(alice), new_id()
    visit(alice, household, told(household, leak, problem_urgency="urgent"))
    desk = Desk(app)
    desk.page("/console/problems/")
    assert desk.post("/console/problems/export").status_code == 422
    answer = desk.post("/console/problems/export?level=village", purpose="交县里")
    [sheet] = load_workbook(io.BytesIO(answer.data)).worksheets
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[4] for row in rows] == ["情况", "西屋漏雨"]
    assert rows[1][5] == "紧急"


def test_what_is_not_his_is_neither_seen_nor_decided(app: Flask, alice: Phone) -> None:
    household, leak = register(alice), new_id()
    visit(alice, household, told(household, leak))
    stranger = Desk(app, "county_admin", "370321")
    assert stranger.get("/console/problems/").status_code in (200, 403)
    elsewhere = Desk(app, "first_secretary", "370321110223")
    assert "西屋漏雨" not in elsewhere.get("/console/problems/").get_data(as_text=True)

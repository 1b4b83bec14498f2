"""可能未享受 at the desk and on phones: listed, exported, checked, and not to be seen by all."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from server import clock
from server.followup.models import Task
from server.registers.models import HouseholdRow
from server.sync import upkeep
from tests.console.desk import Desk, hidden, text_of
from tests.console.test_policy import WHY, county, on, work
from tests.forms.instances import visit_xml
from tests.making import COUNTY, looking
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds

__all__ = ["county"]
RULE = "/console/policy/rule.over70"
OVER_70 = "名称 七十岁以上慰问\n对象 人\n条件 年龄 满 70"


def ask(app: Flask, county: Desk, typed: str, rule: str = RULE) -> None:
    """Have a rule hold from today, and what follows from it computed."""
    given = {"value": typed, "from": on(0), **WHY}
    assert "要重新算一遍" in text_of(county.page(f"{rule}/enter", **given))
    assert county.post(f"{rule}/enter", **given).status_code == 302
    work(app)


def asked(app: Flask) -> dict[str, str]:
    """Title -> state of all such tasks."""
    with looking(app) as session:
        tasks = session.scalars(select(Task).where(Task.kind == "unclaimed"))
        return {task.title: task.state for task in tasks}


def told(phone: Phone) -> list[str]:
    return [
        row["title"]
        for row in phone.rows.values()
        if row["kind"] == "task" and row["task"] == "unclaimed" and row["state"] == "open"
    ]


def test_a_rule_lists_whom_it_may_concern_until_somebody_has_checked(
    app: Flask, county: Desk, desk: Desk, alice: Phone, household: str
) -> None:
    ask(app, county, OVER_70)
    titles = sorted(asked(app))
    assert len(titles) == 2
    assert all(title.endswith("：七十岁以上慰问") for title in titles)
    alice.pull()
    assert sorted(told(alice)) == titles
    assert "七十岁以上慰问" in text_of(desk.page("/console/unclaimed/"))
    assert "可能未享受，请核实" in text_of(desk.page(f"/console/households/{household}"))
    with looking(app) as session:
        subject = session.scalars(select(Task.subject).where(Task.title == titles[0])).one()
    check = f"/console/checks/unclaimed/{subject}"
    page = desk.page(check)
    assert "已核实，不再提醒" in text_of(page)
    assert '<a href="/console/unclaimed/">回可能未享受</a>' in page
    assert desk.post(check, decision="close", reason="已在办").status_code == 302
    assert asked(app)[titles[0]] == "done"
    alice.pull()
    assert told(alice) == titles[1:]
    alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    assert asked(app)[titles[0]] == "done", "what was checked is not asked again"
    done = text_of(desk.page("/console/unclaimed/", tab="done"))
    assert titles[0].partition("：")[0] in done
    assert "看结果" in done
    assert_rebuilds(app)

    desk.page("/console/unclaimed/")
    for tab, who in (("", titles[1]), ("?tab=done", titles[0])):
        answer = desk.post(f"/console/unclaimed/export{tab}", purpose="入户核实")
        [sheet] = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets
        [row] = sheet.iter_rows(min_row=2, values_only=True)
        assert f"{row[3]}：{row[4]}" == who


def test_a_rule_that_no_longer_holds_asks_nobody(app: Flask, county: Desk, household: str) -> None:
    assert household
    ask(app, county, OVER_70)
    county.page(RULE)
    county.post(f"{RULE}/withdraw", area="", entry="1", reason="不发了", **{"from": on(0)})
    work(app)
    assert set(asked(app).values()) == {"done"}


def test_what_tells_of_illness_is_not_told_to_who_may_not_know(
    app: Flask, county: Desk, alice: Phone, household: str
) -> None:
    assert household
    ask(app, county, f"{OVER_70}\n条件 健康查体 不是 done")
    assert len(asked(app)) == 2
    alice.pull()
    assert len(told(alice)) == 2
    inspector = Desk(app, "inspector", COUNTY)
    assert "没有要核实的" in text_of(inspector.page("/console/unclaimed/"))
    assert "可能未享受，请核实" not in text_of(inspector.page(f"/console/households/{household}"))


def test_on_a_birthday_only_that_household_is_looked_at_again(
    app: Flask, county: Desk, alice: Phone, household: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(app, county, OVER_70.replace("70", "74"))
    with app.app_context():
        upkeep.begin_day()
    work(app)
    with looking(app) as session:
        row = session.get_one(HouseholdRow, household)
        born = row.next_turn
    before = asked(app)
    assert born, "somebody of them comes to that age one day"
    real = clock.now
    left = (born - clock.today()).days
    for days, jobs in ((left - 1, 0), (left, 1)):
        monkeypatch.setattr(clock, "now", lambda days=days: real() + timedelta(days=days))
        with app.app_context():
            upkeep.begin_day()
        assert len(work(app)) == jobs
    assert len(asked(app)) == len(before) + 1


EDITOR = {
    "title": "高龄津贴",
    "about": "person",
    "when_fact": ["age", "household_type", ""],
    "when_op": ["at_least", "is_not", "is"],
    "when_values": ["70", "即时帮扶户", ""],
    "unless_fact": ["measures"],
    "unless_op": ["is"],
    "unless_values": [""],
    "since": "",
}


def test_a_rule_is_filled_in_without_codes_and_says_whom_it_would_mark(
    app: Flask, county: Desk, household: str
) -> None:
    assert household
    given = {**EDITOR, "unless_fact": [""], "from": on(0), **WHY}
    page = county.page(RULE)
    assert "household_type" not in text_of(page)
    told = text_of(county.page(f"{RULE}/enter", **given))
    assert "年龄满70，户类型不是即时帮扶户" in told
    assert "会提醒 1 户、2 处去核实" in told, told
    shown = county.page(f"{RULE}/enter", **given)
    value = hidden(shown, "value")
    assert county.post(f"{RULE}/enter", value=value, **{"from": on(0)}, **WHY).status_code == 302
    work(app)
    assert len(asked(app)) == 2
    assert "年龄满70" in text_of(county.page("/console/policy/?group=可能未享受"))


def test_a_word_that_no_fact_has_is_refused_with_those_that_it_has(county: Desk) -> None:
    county.page(RULE)
    wrong = {**EDITOR, "when_values": ["70", "富裕户", ""], "from": on(0), **WHY}
    page = text_of(county.get(f"{RULE}/enter", **wrong).get_data(as_text=True))
    assert "户类型没有“富裕户”，可以写：" in page
    page = text_of(
        county.get(f"{RULE}/enter", **EDITOR, **{"from": on(0)}, **WHY).get_data(as_text=True)
    )
    assert "“在享受的措施”那一行没有填全" in page

"""Every register has its list at the desk: empty, filled, narrowed, printed, taken along."""

from __future__ import annotations

import io
from datetime import date

import pytest
from flask import Flask
from openpyxl import load_workbook

from server.accounts.models import AuditEvent
from server.console.audit import ACTIONS
from server.policy.models import PolicyValue
from server.review.checks import CLOSABLE
from tests.console.desk import Desk, text_of
from tests.forms.instances import compiled, instance_xml, new_id
from tests.forms.test_income_account import EXAMPLE, on_the_server
from tests.making import TOWN, looking, writing
from tests.phone import Phone

#: Address -> what is said where nothing is there yet.
LISTS = {
    "incomes": "还没有收入核算",
    "left-behind": "没有登记留守人员",
    "measures": "还没有帮扶措施",
    "exit-checks": "还没有退出核查",
    "members": "还没有登记家庭成员",
    "problems": "没有没解决的问题",
    "cases": "还没有监测",
    "houses": "台账上没有房子",
    "unclaimed": "没有要核实的",
    "health": "还没有要做“八个一”的人",
    "checkup": "先选一个村",
}


@pytest.mark.parametrize(("address", "empty"), LISTS.items(), ids=LISTS)
def test_an_empty_list_says_what_will_stand_there(desk: Desk, address: str, empty: str) -> None:
    page = desk.page(f"/console/{address}/")
    assert empty in text_of(page)
    narrowed = desk.page(f"/console/{address}/", village="370321110217", print="1", page="99999999")
    assert "打印本表" in text_of(narrowed)


def account(alice: Phone, household: str) -> str:
    """The worked example of 30,700 yuan for three: 10,233.33 a head."""
    said = {**EXAMPLE, "hh_uuid": household, "income_id": new_id()}
    sums = {name: text for name, text in on_the_server(said).items() if name.startswith("s_")}
    definition = compiled("income_account").definition
    record, outcome = alice.send(
        "income_account", lambda i: instance_xml(definition, {**said, **sums}, instance_id=i)
    )
    assert outcome == "stored"
    return record


def draw(app: Flask, amount: float, area: str = "") -> None:
    """A monitoring line since 2025."""
    with writing(app) as session:
        session.add(
            PolicyValue(
                key="line.monitoring",
                area=area,
                valid_from=date(2025, 1, 1),
                entry=1,
                value=amount,
                source="",
            )
        )


def test_an_account_stands_beside_the_line_of_its_town(
    app: Flask, desk: Desk, alice: Phone, household: str
) -> None:
    record = account(alice, household)
    page = desk.page("/console/incomes/")
    assert f"/console/records/{record}" in page
    words = text_of(page)
    assert "10,233.33" in words
    assert "没有定线" in words
    draw(app, 9000)
    assert "10,233.33" in desk.page("/console/incomes/", standing="above", year="2026")
    draw(app, 12000, TOWN)
    assert "10,233.33" in desk.page("/console/incomes/", standing="below", kind="annual")
    for other in ({"standing": "above"}, {"year": "2024"}, {"village": "370321110218"}):
        assert "没有这样的记录" in desk.page("/console/incomes/", **other)


def test_every_check_that_is_closed_has_a_name_in_the_audit_trail() -> None:
    assert {f"check.{kind}.closed" for kind in CLOSABLE} - {"check.fork.closed"} <= ACTIONS.keys()
    assert "set" in ACTIONS


def test_every_export_has_a_name_in_the_audit_trail() -> None:
    assert all(
        f"{name.replace('-', '_')}.exported" in ACTIONS for name in LISTS if name != "health"
    )


def test_what_is_taken_along_is_what_is_shown_with_every_sum_and_its_purpose(
    app: Flask, desk: Desk, alice: Phone, household: str
) -> None:
    account(alice, household)
    desk.page("/console/incomes/")
    assert desk.post("/console/incomes/export").status_code == 422
    answer = desk.post("/console/incomes/export?year=2026", purpose="交县里")
    [sheet] = load_workbook(io.BytesIO(answer.data)).worksheets
    head, row = ([cell.value for cell in line] for line in sheet.iter_rows())
    said = dict(zip(head, row, strict=True))
    assert (said["人均纯收入"], said["工资性收入"]) == ("10,233.33", "18,000.00")
    with looking(app) as session:
        kept = session.query(AuditEvent).filter_by(action="incomes.exported").one()
        assert (kept.reason, kept.detail) == ("交县里", {"rows": 1, "asked": {"year": "2026"}})


def test_an_inspector_sees_no_incomes(app: Flask, desk: Desk) -> None:
    assert desk
    inspector = Desk(app, "inspector", "370321")
    assert inspector.get("/console/incomes/").status_code == 403
    assert "/console/incomes/" not in inspector.page("/console/measures/")


def test_people_are_listed_by_village_masked(desk: Desk, household: str) -> None:
    words = text_of(desk.page("/console/members/", village="370321110217"))
    assert "赵桂兰" in words
    assert "379999********" in words
    assert f"/console/households/{household}" in desk.page(
        "/console/members/", village="370321110217"
    )


def test_a_household_has_every_register_with_what_was_recorded_of_it(
    desk: Desk, alice: Phone, household: str
) -> None:
    page = f"/console/households/{household}"
    empty = text_of(desk.page(page, tab="records"))
    for register in ("问题和诉求", "健康帮扶", "房屋", "危房改造台账", "帮扶措施", "退出核查"):
        assert f"{register} 没有记过" in empty
    record = account(alice, household)
    filled = desk.page(page, tab="records")
    assert "收入核算 1 条" in text_of(filled)
    assert "收入核算：2026年9月30日" in text_of(filled)
    assert f"/console/records/{record}" in filled


def test_lists_that_belong_together_lead_to_each_other(desk: Desk) -> None:
    for here, beside in (
        ("cases", "exit-checks"),
        ("measures", "cases"),
        ("members", "households"),
    ):
        assert f'href="/console/{beside}/"' in desk.page(f"/console/{here}/")

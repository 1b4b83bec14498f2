"""Hints to the reviewer: what a record says against what else the server knows."""

from __future__ import annotations

from flask import Flask

from tests.console.desk import Desk, text_of
from tests.forms.instances import compiled, instance_xml, new_id
from tests.forms.test_income_account import account, wage
from tests.forms.test_monitoring import event
from tests.making import COUNTY
from tests.phone import Phone


def test_an_account_is_held_against_the_register(
    app: Flask, desk: Desk, alice: Phone, household: str
) -> None:
    answers = account("5", wage=[wage("12", "1500")], hh_uuid=household, income_id=new_id(),
                      s_household=household)  # fmt: skip
    record, _ = alice.send(
        "income_account",
        lambda i: instance_xml(compiled("income_account").definition, answers, instance_id=i),
    )
    address = f"/console/records/{record}"
    page = text_of(desk.page(f"/console/review/{record}"))
    assert "按 5 人算，户档里是 2 人" in page
    assert "没有他的养老金" in page
    inspector = Desk(app, "inspector", COUNTY)
    assert "按 5 人算" not in text_of(inspector.page(address)), "whoever reviews is told"


def test_a_verification_by_one_alone_is_pointed_out(
    desk: Desk, alice: Phone, household: str
) -> None:
    said = event("verify", "2026-11-20", hh_uuid=household, case_id=new_id(),
                 recorder_role="helper")  # fmt: skip
    record, _ = alice.send(
        "monitoring",
        lambda i: instance_xml(compiled("monitoring").definition, said, instance_id=i),
    )
    page = text_of(desk.page(f"/console/review/{record}"))
    assert "要两个人一起核实" in page
    assert "填的身份是帮扶责任人，当天登记的是第一书记" in page
    assert "有情况" in page, "nobody approves it unread"

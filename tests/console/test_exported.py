"""An exported table is named with its lines when a value in it is corrected, and only then."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import pytest
from flask import Flask

from server.household_file.issuing.printing import print_household
from tests.console.desk import Desk, text_of
from tests.forms.instances import member, new_id, register_xml
from tests.household_file.households import id_number
from tests.household_file.recording import Office

PERSON = "00000001-0000-4000-8000-00000000abcd"


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def desk(app: Flask, office: Office) -> Desk:
    return Desk(app)


class Wang:
    """A household of one man that is registered, and corrected."""

    def __init__(self, office: Office) -> None:
        self.office, self.household, self.record = office, new_id(), ""

    def told(self, *, name: str = "王建国", phone: str = "13900001111", **answers: Any) -> None:
        """Register it, or correct what was registered last."""
        instance, before = new_id(), self.record
        he = member(id_number("19680412", 11), person_id=PERSON, name=name, member_phone=phone)
        xml = register_xml(
            self.household,
            instance_id=instance,
            deprecated_id=before or None,
            members=[he],
            **answers,
        )
        self.office.decide(
            self.office.send("household_register", instance, xml, replaces=before or None)
        )
        self.record = instance


@pytest.fixture
def wang(office: Office) -> Wang:
    office.register("赵桂兰")
    told = Wang(office)
    told.told()
    return told


def corrections(desk: Desk) -> str:
    return text_of(desk.page("/console/print/corrections"))


def export(desk: Desk, name: str, purpose: str, **fields: str) -> None:
    answer = desk.post(f"/console/{name}/export", purpose=purpose, **fields)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:400]


def test_a_corrected_name_is_found_in_the_tables_that_said_it(desk: Desk, wang: Wang) -> None:
    export(desk, "members", "发给卫生院")
    export(desk, "households", "开会用", kind="list")
    wang.told(name="王建民")
    page = corrections(desk)
    assert re.search(r"家庭成员表第 [12] 行（\d+年\d+月\d+日导出，用途：发给卫生院）", page)
    assert re.search(r"农户表第 [12] 行（[^）]*用途：开会用）", page)


def test_a_table_without_the_value_is_not_named(desk: Desk, wang: Wang) -> None:
    """No column of the two lists says the telephone of a member."""
    export(desk, "members", "发给卫生院")
    export(desk, "households", "开会用", kind="list")
    wang.told(phone="13900002222")
    assert "没有印过以后又更正的" in corrections(desk)
    export(desk, "households", "核对电话", kind="edit")
    wang.told(phone="13900003333")
    page = corrections(desk)
    assert re.search(r"农户表第 [12] 行（[^）]*核对电话）", page)
    assert "发给卫生院" not in page


def test_a_table_of_after_the_correction_is_not_named(desk: Desk, wang: Wang) -> None:
    wang.told(name="王建民")
    export(desk, "members", "发给卫生院")
    assert "没有印过以后又更正的" in corrections(desk)


def test_the_notice_names_when_who_and_what_for(desk: Desk, wang: Wang) -> None:
    with desk.app.app_context():
        print_household(wang.household)
    export(desk, "members", "发给卫生院")
    wang.told(name="王建民")
    page = desk.page("/console/print/corrections")
    there = re.search(r'href="([^"]+/correction)"', page)
    assert there
    sheet = desk.get(there[1])
    said = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=sheet.data, capture_output=True, check=True
    ).stdout.decode()
    assert re.search(r"家庭成员表第 [12] 行", said)
    assert "赵国强，发给卫生院" in said
    assert "可能" not in said


def test_a_withdrawn_record_is_found_in_the_tables_that_said_it(
    office: Office, desk: Desk, wang: Wang
) -> None:
    problem = {
        "problem_id": new_id(),
        "entry_kind": "problem",
        "problem_type": "house_leak",
        "problem_desc": "西屋漏雨",
        "problem_household": wang.household,
        "problem_found_on": "2026-11-18",
    }
    visit = office.visit(wang.household, problems=[problem])  # type: ignore[arg-type]
    export(desk, "problems", "交给住建办")
    office.decide(visit, "reject", "写错了户")
    assert re.search(r"问题诉求表第 1 行（[^）]*用途：交给住建办）", corrections(desk))

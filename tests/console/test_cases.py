"""Monitoring cases at the desk: phones propose, township and county decide, phones see it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from server import clock
from server.policy.models import PolicyValue
from server.registers import values
from server.registers.models import Entity
from tests.console.desk import Desk, hidden, text_of
from tests.forms.instances import (
    compiled,
    instance_xml,
    member,
    new_id,
    register_xml,
    visit_xml,
)
from tests.forms.test_exit_check import checked
from tests.forms.test_monitoring import event
from tests.making import COUNTY, looking, writing
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds


@pytest.fixture
def county(app: Flask, alice: Phone) -> Desk:
    return Desk(app, "county_admin", COUNTY)


class Casework:
    """A household's case as Alice's phone records it, `ago` days before today."""

    def __init__(self, phone: Phone, household: str) -> None:
        self.phone = phone
        self.household = household
        self.id = new_id()

    def record(self, step: str, ago: int, **answers: object) -> str:
        on = (clock.today() - timedelta(days=ago)).isoformat()
        usual: dict[str, object] = {"hh_uuid": self.household, "case_id": self.id}
        if step == "clue":
            usual |= {"case_known": "", "clue_date": on}
        said = event(step, on, **(usual | answers))
        definition = compiled("monitoring").definition
        instance_id, outcome = self.phone.send(
            "monitoring", lambda i: instance_xml(definition, said, instance_id=i)
        )
        assert outcome == "stored"
        return instance_id

    def propose(self) -> None:
        """All that the village does until it is the township's turn."""
        self.record("clue", 12)
        self.record("verify", 11)
        self.record("apply", 10)
        self.record("appraise", 9)
        self.record("notice_posted", 9)
        self.record("notice_ended", 4)

    def check(self, ago: int) -> str:
        """The household passes a check of the risk's end."""
        said = checked(
            hh_uuid=self.household,
            exit_id=new_id(),
            check_kind="clear",
            co_recorders="王芳",
            event_date=(clock.today() - timedelta(days=ago)).isoformat(),
        )
        definition = compiled("exit_check").definition
        instance_id, outcome = self.phone.send(
            "exit_check", lambda i: instance_xml(definition, said, instance_id=i)
        )
        assert outcome == "stored"
        return instance_id

    def state(self) -> str:
        """The state as the phone shows it after a pull."""
        self.phone.pull()
        return str(self.phone.rows[("cases", self.id)]["derived"].get("state"))

    def decision(self, name: str) -> str:
        """What the phone shows of the newest decision."""
        said = self.phone.value(self.id, "decision", "cases")
        assert isinstance(said, dict)
        return str(said[name])


@pytest.fixture
def work(alice: Phone, household: str) -> Casework:
    return Casework(alice, household)


def decide(desk: Desk, case_id: str, decision: str, **fields: str) -> int:
    address = f"/console/cases/{case_id}"
    seen = hidden(desk.page(address), "seen")
    given = {"decision": decision, "seen": seen, "reason": "10月18日镇党委会研究", **fields}
    return desk.post(address, **given).status_code


def home_of(app: Flask, household: str) -> Entity:
    with looking(app) as session:
        return session.get_one(Entity, household)


def test_a_clue_becomes_a_monitored_household_that_the_phone_shows(
    app: Flask, desk: Desk, county: Desk, work: Casework
) -> None:
    work.record("clue", 12)
    assert work.state() == "clue"
    home = work.phone.rows[("households", work.household)]["derived"]
    assert (home["case_id"], home["case_next"]) == (work.id, "verify")
    assert ("task", f"clue:{work.id}") in work.phone.rows
    for step, ago, state in (
        ("verify", 11, "applying"),
        ("apply", 10, "applying"),
        ("appraise", 9, "appraised"),
        ("notice_posted", 9, "notice"),
        ("notice_ended", 4, "town_review"),
    ):
        work.record(step, ago)
        assert work.state() == state
    assert decide(county, work.id, "admitted", category="monitored_edge") != 302, "not its turn"
    assert work.state() == "town_review"
    assert decide(desk, work.id, "town_agreed") == 302
    assert work.state() == "county_approval"
    assert decide(county, work.id, "admitted", category="monitored_sudden") == 302
    assert work.state() == "admitted"
    assert work.phone.value(work.household, "household_type") == "monitored_sudden"
    assert work.decision("decision") == "admitted"
    assert_rebuilds(app)


def test_a_decision_has_a_way_back_and_takes_the_households_type_with_it(
    app: Flask, desk: Desk, county: Desk, work: Casework
) -> None:
    before = values.text(home_of(app, work.household).live, "household_type")
    work.propose()
    decide(desk, work.id, "town_agreed")
    assert "现在等县里定" in text_of(desk.page(f"/console/cases/{work.id}"))
    decide(county, work.id, "admitted", category="monitored_edge")
    page = county.page(f"/console/cases/{work.id}")
    assert "电脑上填写：纳入监测" in text_of(page)
    assert "电脑上填写：镇里同意" in text_of(page)
    assert "下一步由村里" in text_of(page)
    history = text_of(desk.page(f"/console/households/{work.household}", tab="history"))
    assert "电脑上填写：纳入监测" in history
    found = re.search(r'href="(/console/decisions/[0-9a-f-]{36})"', page)
    assert found
    seen = hidden(county.page(found[1]), "seen")
    county.post(found[1], decision="withdraw", seen=seen, reason="类别定错了")
    assert work.state() == "county_approval"
    assert values.text(home_of(app, work.household).live, "household_type") == before
    assert_rebuilds(app)


def admit(desk: Desk, county: Desk, work: Casework) -> None:
    work.propose()
    decide(desk, work.id, "town_agreed")
    assert decide(county, work.id, "admitted", category="monitored_edge") == 302


def number_of(work: Casework) -> object:
    work.phone.pull()
    return work.phone.rows[("cases", work.id)]["units"].get("case_no", [""])[0]


def test_a_case_is_numbered_once_and_no_number_is_given_twice(
    app: Flask, desk: Desk, county: Desk, work: Casework, alice: Phone
) -> None:
    admit(desk, county, work)
    assert number_of(work) == "JC37032111021700001"
    page = county.page(f"/console/cases/{work.id}")
    assert "JC37032111021700001" in text_of(page)
    found = re.search(r'href="(/console/decisions/[0-9a-f-]{36})"', page)
    assert found
    seen = hidden(county.page(found[1]), "seen")
    county.post(found[1], decision="withdraw", seen=seen, reason="类别定错了")
    assert not number_of(work)
    other = new_id()
    alice.send("household_register", lambda i: register_xml(other, instance_id=i))
    second = Casework(alice, other)
    admit(desk, county, second)
    assert number_of(second) == "JC37032111021700002"
    decide(county, work.id, "admitted", category="monitored_edge")
    assert number_of(work) == "JC37032111021700003"
    assert_rebuilds(app)


def test_a_risk_is_cleared_once_its_exit_check_was_accepted(
    app: Flask, desk: Desk, county: Desk, work: Casework
) -> None:
    admit(desk, county, work)
    work.record("plan", 3)
    work.record("clear", 3, last_per_capita="12000", monitoring_line="8800")
    for step, ago in (("appraise", 3), ("notice_posted", 9), ("notice_ended", 0)):
        work.record(step, ago, case_phase="clear")
    assert work.state() == "clearing_town"
    page = text_of(desk.page(f"/console/cases/{work.id}"))
    assert "还没有通过的退出核查" in page
    assert decide(desk, work.id, "clear_town_agreed") == 302
    assert decide(county, work.id, "cleared") != 302
    check = work.check(1)
    assert decide(county, work.id, "cleared") != 302, "nobody accepted the check"
    for who in (desk, county):
        address = f"/console/review/{check}"
        seen = hidden(who.page(address), "seen")
        assert who.post(address, decision="approve", seen=seen).status_code == 302
    assert decide(county, work.id, "cleared") == 302
    assert work.state() == "cleared"
    assert work.phone.value(work.household, "household_type") == "risk_cleared"
    assert_rebuilds(app)


def test_sent_back_goes_on_when_the_village_adds_something(desk: Desk, work: Casework) -> None:
    work.propose()
    decide(desk, work.id, "sent_back", reason="缺诊断书")
    assert work.state() == "notice_ended"
    row = work.phone.rows[("cases", work.id)]
    assert row["derived"]["next"] == "supplement"
    assert work.decision("decision_note") == "缺诊断书"
    work.record("supplement", 0)
    assert work.state() == "town_review"


def test_nothing_is_decided_upon_what_nobody_saw(desk: Desk, work: Casework) -> None:
    work.propose()
    address = f"/console/cases/{work.id}"
    seen = hidden(desk.page(address), "seen")
    work.record("notice_ended", 1, objection="yes", objection_result="有车",
                objection_settled="no")  # fmt: skip
    answer = desk.post(address, decision="town_agreed", seen=seen, reason="同意")
    assert "刚有了变化" in text_of(answer.get_data(as_text=True))
    assert work.state() == "notice_ended"


def test_a_decision_needs_a_reason_and_its_turn(desk: Desk, work: Casework) -> None:
    work.propose()
    address = f"/console/cases/{work.id}"
    seen = hidden(desk.page(address), "seen")
    without = desk.post(address, decision="town_agreed", seen=seen, reason=" ")
    assert "依据" in text_of(without.get_data(as_text=True))
    seen = hidden(desk.page(address), "seen")
    other = desk.post(address, decision="cleared", seen=seen, reason="同意")
    assert "现在不能这样定" in text_of(other.get_data(as_text=True))


def test_only_people_of_the_place_see_a_case(app: Flask, work: Casework) -> None:
    work.record("clue", 3)
    elsewhere = Desk(app, area="370321110223")
    assert elsewhere.get(f"/console/cases/{work.id}").status_code == 404
    inspector = Desk(app, "inspector", COUNTY)
    page = inspector.page(f"/console/cases/{work.id}")
    assert "老伴查出肺癌" in page
    assert 'name="decision"' not in page


def test_policy_that_changes_moves_the_clock(app: Flask, desk: Desk, work: Casework) -> None:
    work.record("clue", 3)
    with writing(app) as session:
        session.add(
            PolicyValue(key="case.admission_days", valid_from=clock.today(), value=40, source="t")
        )
    work.record("verify", 2)
    work.phone.pull()
    deadline = work.phone.rows[("cases", work.id)]["derived"]["deadline"]
    assert deadline == (clock.today() + timedelta(days=37)).isoformat()


def test_a_visit_is_the_follow_up(desk: Desk, county: Desk, work: Casework) -> None:
    work.propose()
    decide(desk, work.id, "town_agreed")
    decide(county, work.id, "admitted", category="monitored_edge")
    work.phone.send(
        "visit",
        lambda i: visit_xml(work.household, instance_id=i, event_date=clock.today().isoformat()),
    )
    work.phone.pull()
    due = work.phone.rows[("cases", work.id)]["derived"]["follow_due"]
    assert due == (clock.today() + timedelta(days=35)).isoformat()
    page = text_of(desk.page(f"/console/cases/{work.id}"))
    assert "入户走访" in page


def test_without_labour_the_desk_offers_no_clearing(
    app: Flask, desk: Desk, county: Desk, alice: Phone
) -> None:
    old, alone = new_id(), [member(labour="none")]
    alice.send("household_register", lambda i: register_xml(old, instance_id=i, members=alone))
    work = Casework(alice, old)
    work.propose()
    decide(desk, work.id, "town_agreed")
    decide(county, work.id, "admitted", category="monitored_edge")
    work.record("plan", 3)
    income = {"last_per_capita": "12000", "monitoring_line": "8800"}
    work.record("clear", 2, **income)
    for step, ago in (("appraise", 2), ("notice_posted", 2), ("notice_ended", 0)):
        work.record(step, ago, case_phase="clear")
    with looking(app) as session:
        assert session.get_one(Entity, old).derived["labour_count"] == 0
    assert work.state() == "helping"
    assert "家里没有劳动能力" in text_of(desk.page(f"/console/cases/{work.id}"))


def test_the_desk_opens_a_case_and_takes_over_who_is_monitored(
    app: Flask, desk: Desk, alice: Phone, household: str
) -> None:
    address = f"/console/households/{household}/cases"
    desk.page(f"/console/households/{household}", tab="cases")
    answer = desk.post(address, on=clock.today().isoformat(), source="dept", risk=["illness"],
                       reason="医保部门推送：住院自付 4 万")  # fmt: skip
    assert answer.status_code == 302
    case_id = answer.location.rsplit("/", 1)[1]
    alice.pull()
    row = alice.rows[("cases", case_id)]
    assert row["derived"]["state"] == "clue"
    again = desk.post(address, on=clock.today().isoformat(), source="dept", reason="再报")
    assert "tab=cases" in again.location
    assert decide(desk, case_id, "closed") == 302
    desk.page(f"/console/households/{household}", tab="cases")
    later = desk.post(address, on=clock.today().isoformat(), source="dept", reason="又推送")
    next_id = later.location.rsplit("/", 1)[1]
    alice.pull()
    assert alice.value(next_id, "previous", "cases") == case_id
    assert "上一次监测" in desk.page(f"/console/cases/{next_id}")


def test_the_list_says_whose_turn_it_is(desk: Desk, work: Casework) -> None:
    work.propose()
    page = text_of(desk.page("/console/cases/", tab="town"))
    assert "陈广田" in page
    assert "镇里定" in page
    assert "陈广田" not in text_of(desk.page("/console/cases/", tab="county"))
    assert "data-print" in desk.page("/console/cases/", print="1")

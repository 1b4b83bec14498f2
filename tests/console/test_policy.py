"""政策 at the county's desk: entered with its source, told before, kept, withdrawn."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from server import clock
from server.accounts.models import AuditEvent
from server.forms.queries import definition_of, dictionary_in_force
from server.intake.again import KIND, moved_by
from server.jobs import queries as job_table
from server.jobs.models import Job
from server.jobs.queue import run
from server.policy.keys import every
from server.policy.values import in_force
from server.policy.vocabulary import vocabulary
from server.registers.models import HouseholdRow
from server.sync import upkeep
from tests.console.desk import Desk, text_of
from tests.forms.instances import compiled, visit_xml
from tests.making import COUNTY, TOWN, looking
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds

ORDINARY = "/console/policy/interval.ordinary"
WHY = {"source": "桓乡振〔2026〕5 号", "reason": "县里要求加密"}


@pytest.fixture
def county(app: Flask, alice: Phone) -> Desk:
    """The county's administrator, signed in."""
    assert alice
    return Desk(app, "county_admin", COUNTY)


def on(days: int) -> str:
    return (clock.today() + timedelta(days)).isoformat()


def held(app: Flask, key: str, days: int = 0) -> object:
    with looking(app) as session:
        return in_force(session, clock.today() + timedelta(days)).get(key)


def work(app: Flask) -> list[Job]:
    """Do what waits of computing anew; returns those jobs."""
    with looking(app) as session:
        waiting = [one.id for one in job_table.recent(session, KIND) if one.state == "queued"]
    with app.app_context():
        for job_id in waiting:
            run(job_id)
    with looking(app) as session:
        return [session.get_one(Job, job_id) for job_id in waiting]


def due(app: Flask, household: str) -> date | None:
    with looking(app) as session:
        return session.get_one(HouseholdRow, household).next_due_on


def test_an_interval_is_told_entered_and_computed_at_once_then_withdrawn(
    app: Flask, county: Desk, alice: Phone, household: str
) -> None:
    alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    alice.pull()
    before = due(app, household)
    county.page(ORDINARY)
    given = {"value": "45", "from": on(0), **WHY}
    told = text_of(county.page(f"{ORDINARY}/enter", **given))
    assert "365 天 → 45 天" in told
    assert "1 户的下次走访日子要重新算。马上" in told
    assert held(app, "interval.ordinary") == 365
    assert county.post(f"{ORDINARY}/enter", **given).status_code == 302
    assert held(app, "interval.ordinary") == 45
    assert "正在重新计算" in text_of(county.page(ORDINARY))
    (job,) = work(app)
    assert (job.state, job.done, job.total) == ("done", 1, 1)
    assert "其中 1 户有变化" in text_of(county.page("/console/policy/progress"))
    after = due(app, household)
    assert before
    assert after == before - timedelta(days=320)
    alice.pull()
    derived = alice.rows[("households", household)]["derived"]
    assert derived["next_due_on"] == after.isoformat()
    assert_rebuilds(app)

    page = county.page(ORDINARY)
    assert "桓乡振〔2026〕5 号" in text_of(page)
    assert "以前用的" in text_of(page)
    address = {"area": "", "from": on(0), "entry": "1"}
    assert "改回：365 天" in text_of(county.page(f"{ORDINARY}/withdraw", **address))
    refused = county.post(f"{ORDINARY}/withdraw", **address)
    assert "请写为什么撤回" in text_of(refused.get_data(as_text=True))
    county.page(ORDINARY)
    county.post(f"{ORDINARY}/withdraw", **address, reason="文号看错了")
    assert held(app, "interval.ordinary") == 365
    work(app)
    assert due(app, household) == before
    history = text_of(county.page(ORDINARY))
    assert "撤回：文号看错了" in history
    assert "45 天" in history
    with looking(app) as session:
        trail = session.scalars(
            select(AuditEvent)
            .where(AuditEvent.action.startswith("policy."))
            .order_by(AuditEvent.id)
        ).all()
    assert [(one.action, one.subject) for one in trail] == [
        ("policy.entered", "interval.ordinary"),
        ("policy.withdrawn", "interval.ordinary"),
    ]


def test_what_holds_from_a_future_day_is_computed_when_the_day_comes(
    app: Flask, county: Desk, alice: Phone, household: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    before = due(app, household)
    with app.app_context():
        upkeep.begin_day()
    work(app)
    given = {"value": "60", "from": on(1), **WHY}
    county.page(ORDINARY)
    assert "零点以后" in text_of(county.page(f"{ORDINARY}/enter", **given))
    county.post(f"{ORDINARY}/enter", **given)
    assert work(app) == []
    assert "还没到日子" in text_of(county.page(ORDINARY))
    assert held(app, "interval.ordinary") == 365
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(days=1))
    with app.app_context():
        upkeep.begin_day()
    assert [job.state for job in work(app)] == ["done"]
    assert before
    assert due(app, household) == before - timedelta(days=305)


def test_phones_learn_what_held_and_what_will_hold(app: Flask, county: Desk, alice: Phone) -> None:
    alice.pull()
    line = "/console/policy/line.monitoring"
    for value, days, area in (("7600", -30, ""), ("8200", 20, ""), ("8000", 0, TOWN)):
        county.page(line)
        given = {"value": value, "from": on(days), "area": area, **WHY}
        assert county.post(f"{line}/enter", **given).status_code == 302
    rows = {row["id"]: row for row in alice.pull() if row["kind"] == "policy"}
    assert rows["line.monitoring"]["value"] == 7600
    assert rows["line.monitoring"]["dated"] == [[on(-30), 7600], [on(20), 8200]]
    assert rows[f"line.monitoring@{TOWN}"]["value"] == 8000
    me = alice.client.get("/api/v1/devices/me", headers=alice.device.headers).get_json()
    assert me["policy"]["line.monitoring"] == 7600
    assert me["policy_dated"]["line.monitoring"] == [[on(-30), 7600], [on(20), 8200]]
    assert "interval.ordinary" not in me["policy_dated"]
    assert "果里镇" in text_of(county.page(line))


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"value": "0"}, "1 到 731"),
        ({"value": "很久"}, "请填数字"),
        ({"source": ""}, "依据的文件"),
        ({"from": ""}, "从哪一天起"),
        ({"from": "1999-01-01"}, "太早"),
        ({"area": TOWN}, "没有这一项"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    app: Flask, county: Desk, given: dict[str, str], why: str
) -> None:
    county.page(ORDINARY)
    answer = county.post(f"{ORDINARY}/enter", **{"value": "45", "from": on(0), **WHY, **given})
    assert answer.status_code >= 400
    assert why in text_of(answer.get_data(as_text=True))
    assert held(app, "interval.ordinary") == 365


def test_a_second_word_about_a_day_holds_and_the_first_stays_to_be_read(
    app: Flask, county: Desk
) -> None:
    for value in ("45", "50"):
        county.page(ORDINARY)
        county.post(f"{ORDINARY}/enter", **{"value": value, "from": on(0), **WHY})
    assert held(app, "interval.ordinary") == 50
    page = text_of(county.page(ORDINARY))
    assert "45 天 后来又改过" in page
    county.post(f"{ORDINARY}/withdraw", area="", entry="2", reason="错了", **{"from": on(0)})
    assert held(app, "interval.ordinary") == 45


def test_another_accounting_year_is_computed_for_every_household(
    app: Flask, household: str
) -> None:
    with looking(app) as session:
        assert household in moved_by(session, "income.period_start")


def test_only_who_sets_policy_sees_it(app: Flask, desk: Desk) -> None:
    for path in ("/console/policy/", ORDINARY, f"{ORDINARY}/enter"):
        assert desk.get(path).status_code == 403
    assert desk.post(f"{ORDINARY}/enter", value="9").status_code == 403
    assert held(app, "interval.ordinary") == 365


def test_every_group_has_a_page(county: Desk) -> None:
    for group in {key.group for key in every().values()}:
        assert group in text_of(county.page("/console/policy/", group=group))
    for key in every():
        assert "新填一条" in text_of(county.page(f"/console/policy/{key}"))
    assert county.get("/console/policy/no.such").status_code == 404


LISTED = "/console/policy/list.problem_type"


def test_a_county_adds_a_choice_ends_it_and_its_words_stay(
    app: Flask, county: Desk, alice: Phone
) -> None:
    assert "问题类别" in text_of(county.page("/console/policy/?group=选项"))
    county.page(LISTED)
    first = {"value": ["光伏板坏了", "solar 逆变器坏了", ""], "from": on(-900), **WHY}
    told = text_of(county.page(f"{LISTED}/enter", **first))
    assert "没有填 → 光伏板坏了（x1）、逆变器坏了（solar）" in told
    county.post(f"{LISTED}/enter", **first)
    alice.pull()
    dated = alice.rows[("policy", "list.problem_type")]["dated"]
    assert dated == [[on(-900), {"x1": "光伏板坏了", "solar": "逆变器坏了"}]]

    county.page(LISTED)
    county.post(f"{LISTED}/enter", value=["solar 逆变器坏了"], **{"from": on(-600)}, **WHY)
    alice.pull()
    assert len(alice.rows[("policy", "list.problem_type")]["dated"]) == 2
    told = alice.client.get("/api/v1/dictionary", headers=alice.device.headers).get_json()
    assert ["x1", "光伏板坏了"] in told["lists"]["problem_type"]
    with looking(app) as session:
        words = vocabulary(session, clock.today())
        assert dict(words.offered)["problem_type"] == (("solar", "逆变器坏了"),)
        label = dictionary_in_force(session).label("problem_type", "x1")
        definition = definition_of(session, "visit", compiled("visit").definition.version)
    assert label == "光伏板坏了"
    assert definition
    assert definition.choice_label("problem_type", "x1") == "光伏板坏了"
    page = county.page(LISTED)
    assert "x1 光伏板坏了" in page


def test_what_is_offered_again_has_the_code_that_it_had(app: Flask, county: Desk) -> None:
    for value, day in ((["光伏板坏了"], 0), (["路灯不亮"], 1), (["光伏板坏了", "井坏了"], 2)):
        county.page(LISTED)
        county.post(f"{LISTED}/enter", value=value, **{"from": on(day)}, **WHY)
    with looking(app) as session:
        offered = dict(vocabulary(session, clock.today() + timedelta(2)).offered)
    assert offered["problem_type"] == (("x1", "光伏板坏了"), ("x3", "井坏了"))


def test_a_rule_has_a_code_that_its_tasks_can_carry_in_the_feed(county: Desk) -> None:
    assert county.get("/console/policy/rule." + "a" * 30).status_code == 200
    assert county.get("/console/policy/rule." + "a" * 31).status_code == 404


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("x1 路灯不亮", "代码 x1 一直是“光伏板坏了”，不能改成别的意思"),
        ("water 断水", "代码 water 是表里自带的“断水水质”"),
        ("断水水质", "已经有“断水水质”这个选项了"),
        ("X-1 路灯", "不能用：小写字母开头"),
    ],
)
def test_a_code_never_changes_its_meaning(app: Flask, county: Desk, value: str, why: str) -> None:
    county.page(LISTED)
    county.post(f"{LISTED}/enter", value=["光伏板坏了"], **{"from": on(0)}, **WHY)
    county.page(LISTED)
    refused = county.post(f"{LISTED}/enter", value=[value], **{"from": on(0)}, **WHY)
    assert why in text_of(refused.get_data(as_text=True))
    assert held(app, "list.problem_type") == {"x1": "光伏板坏了"}


def test_what_is_not_open_is_no_list_to_add_to(county: Desk) -> None:
    assert county.client.get("/console/policy/list.sex").status_code == 404


def test_a_term_holds_from_its_day_and_earlier_records_keep_theirs(
    app: Flask, county: Desk
) -> None:
    term = "/console/policy/term.household_type"
    county.page(term)
    county.post(f"{term}/enter", value="out_policy 防止返贫致贫对象", **{"from": on(0)}, **WHY)
    with looking(app) as session:
        day = clock.today()
        assert (
            dictionary_in_force(session).label("household_type", "out_policy") == "防止返贫致贫对象"
        )
        before = dictionary_in_force(session, day - timedelta(days=1))
    assert before.label("household_type", "out_policy") == "脱贫户(享受政策)"

"""Who may open which page, and that nobody sees another village's people."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.console.desk import Desk, text_of
from tests.forms.instances import visit_xml
from tests.making import COUNTY, SANLI, TOWN, YIJIA
from tests.phone import Phone

PAGES = ("review", "disputes", "checks", "households", "due", "print", "roster", "people", "audit")
MAY = {
    ("town_reviewer", TOWN): PAGES[:-1],
    ("county_admin", COUNTY): PAGES,
    ("inspector", COUNTY): ("households", "due"),
    ("sysadmin", COUNTY): ("people",),
    ("auditor", COUNTY): ("audit",),
}


@pytest.mark.parametrize(("role", "area"), MAY)
def test_each_role_opens_its_pages_and_no_others(
    app: Flask, alice: Phone, role: str, area: str
) -> None:
    desk = Desk(app, role, area)
    opened = {name: desk.get(f"/console/{name}/").status_code for name in PAGES}
    assert opened == {name: 200 if name in MAY[role, area] else 403 for name in PAGES}
    assert desk.get("/console/").status_code == 302


def test_a_refusal_is_a_page_in_chinese(app: Flask, alice: Phone) -> None:
    answer = Desk(app, "inspector", COUNTY).get("/console/review/")
    assert answer.status_code == 403
    assert answer.mimetype == "text/html"
    assert "没有这项权限" in answer.get_data(as_text=True)
    missing = Desk(app).get("/console/households/nothing")
    assert missing.status_code == 404
    assert "不在您管的村里" in missing.get_data(as_text=True)


def test_the_api_still_answers_problems(app: Flask, alice: Phone) -> None:
    assert app.test_client().get("/api/v1/devices/me").mimetype == "application/problem+json"


def test_a_reviewer_of_another_village_finds_nothing(
    app: Flask, alice: Phone, household: str
) -> None:
    visit, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    charlie = Desk(app, "town_reviewer", YIJIA)
    for path in (
        f"households/{household}",
        f"records/{visit}",
        f"review/{visit}",
        f"disputes/{household}",
        f"files/{visit}/p.jpg",
    ):
        assert charlie.get(f"/console/{path}").status_code == 404, path
    refused = charlie.post(f"/console/review/{visit}", decision="approve", seen="received:0::")
    assert refused.status_code == 404
    assert charlie.post("/console/print/", village=SANLI).status_code == 404
    assert "陈广田" not in text_of(charlie.page("/console/households/"))


def test_that_somebody_is_ill_is_for_who_sees_health(
    app: Flask, alice: Phone, desk: Desk, household: str
) -> None:
    place = f"/console/households/{household}?tab=records"
    assert 'id="health_cases"' in desk.page(place)
    seen = Desk(app, "inspector", COUNTY).page(place)
    assert 'id="health_cases"' not in seen
    assert 'id="problems"' in seen


def test_an_inspector_only_reads(app: Flask, alice: Phone, household: str) -> None:
    visit, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    inspector = Desk(app, "inspector", COUNTY)
    page = inspector.page(f"/console/records/{visit}")
    assert "只看，不能处理" in page
    assert 'name="decision"' not in page
    home = inspector.page(f"/console/households/{household}")
    assert "379999********1016" in home
    assert "看全号" not in home
    assert "379999195203151016" not in home
    refused = inspector.post("/console/id-number", person="x", reason="看看")
    assert refused.status_code == 403

"""Forms at the county's desk: refused, mended, looked at, published, withdrawn."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import timedelta

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from server import clock
from server.accounts.models import AuditEvent, Device
from server.console.form_words import pointed
from server.forms.models import FormUpload
from server.sync import upkeep
from tests.console.desk import Desk, text_of
from tests.forms.edited import NEXT, excel, line
from tests.forms.instances import compiled, visit_xml
from tests.making import COUNTY, a_device, looking, writing
from tests.phone import Phone

OLD = compiled("visit").definition.version
NOTE = line("visit", "check_note")
ROAD = "| | text | road_note | 路好不好走 | | | | | | | | | | | |"
WITH_ROAD = {NOTE: f"{NOTE}\n{ROAD}"}
PHONE = line("household_register", "phone")


@pytest.fixture
def county(app: Flask, alice: Phone) -> Desk:
    """The county's administrator, signed in."""
    assert alice
    return Desk(app, "county_admin", COUNTY)


def upload(desk: Desk, content: bytes, name: str = "入户走访.xlsx") -> str:
    """The address of what was found of an uploaded workbook."""
    desk.get("/console/forms/")
    answer = desk.post("/console/forms/uploads", file=(io.BytesIO(content), name))
    assert answer.status_code == 302, answer.get_data(as_text=True)[:500]
    return str(answer.headers["Location"])


def publish(
    desk: Desk, changes: Mapping[str, str], *, days: int, mode: str = "onwards"
) -> TestResponse:
    address = upload(desk, excel(changes=changes))
    day = (clock.today() + timedelta(days)).isoformat()
    desk.page(f"{address}/publish", **{"from": day, "mode": mode})
    return desk.post(f"{address}/publish", **{"from": day, "mode": mode})


def listed(phone: Phone, have: str = "") -> dict[str, bool]:
    """The versions of the visit that a phone is told of; True: new records begin with it."""
    answer = phone.client.get(
        "/api/v1/forms", query_string={"have": have}, headers=phone.device.headers
    ).get_json()
    return {one["version"]: one["current"] for one in answer["forms"] if one["form_id"] == "visit"}


def test_a_form_comes_from_excel_to_the_phone_and_drafts_of_the_old_one_still_send(
    app: Flask, county: Desk, alice: Phone, household: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    months = line("household_register", "work_months")
    wrong = {months: months.replace("| integer |", "| text |"), f"{PHONE}\n": ""}
    refused = text_of(county.page(upload(county, excel("household_register", wrong))))
    assert re.search("还不能发布，有 [23] 处要改", refused)
    assert "少了“联系电话”" in refused
    assert "原来是整数，现在是文字" in refused
    assert "下一步" not in refused

    address = upload(county, excel(changes=WITH_ROAD))
    found = text_of(county.page(address))
    assert "“路好不好走”" in found
    assert f"和现在用的 {OLD} 版比" in found
    tomorrow = clock.today() + timedelta(1)
    told = text_of(
        county.page(f"{address}/publish", **{"from": tomorrow.isoformat(), "mode": "onwards"})
    )
    assert f"照旧用 {OLD} 版" in told
    assert "照常上传" in told
    done = county.post(f"{address}/publish", **{"from": tomorrow.isoformat(), "mode": "onwards"})
    assert done.headers["Location"] == "/console/forms/visit"
    assert f"已发布“入户走访”{NEXT} 版" in text_of(county.page("/console/forms/visit"))

    alice.pull()
    assert listed(alice) == {OLD: True}
    with app.app_context():
        upkeep.begin_day()
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(days=1))
    with app.app_context():
        upkeep.begin_day()
    assert ("form", "visit") in {(row["kind"], row["id"]) for row in alice.pull()}
    assert listed(alice, have=f"visit:{OLD}") == {NEXT: True, OLD: False}
    _, outcome = alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    assert outcome == "stored"


def test_a_withdrawn_version_leaves_its_place_and_can_come_back(
    app: Flask, county: Desk, alice: Phone
) -> None:
    assert publish(county, WITH_ROAD, days=0).status_code == 302
    alice.pull()
    assert listed(alice) == {NEXT: True}
    address = f"/console/forms/visit/{NEXT}/withdraw"
    assert f"改回 {OLD} 版" in text_of(county.page(address))
    county.post(address, decision="withdraw", reason="第 3 题问错了")
    assert ("form", "visit") in {(row["kind"], row["id"]) for row in alice.pull()}
    assert listed(alice, have=f"visit:{NEXT}") == {OLD: True, NEXT: False}
    assert "已撤回" in text_of(county.page("/console/forms/visit"))
    county.page(address)
    county.post(address, decision="restore")
    assert listed(alice) == {NEXT: True}
    with looking(app) as session:
        trail = session.execute(
            select(AuditEvent.action, AuditEvent.subject, AuditEvent.reason)
            .where(AuditEvent.action.startswith("form."))
            .order_by(AuditEvent.id)
        ).all()
    assert [tuple(row) for row in trail] == [
        ("form.published", f"visit {NEXT}", ""),
        ("form.withdrawn", f"visit {NEXT}", "第 3 题问错了"),
        ("form.restored", f"visit {NEXT}", ""),
    ]


def test_withdrawing_the_only_version_says_that_nothing_is_left(county: Desk) -> None:
    told = text_of(county.page(f"/console/forms/visit/{OLD}/withdraw"))
    assert "没有更早的版本" in told
    assert "照这一版填完" in told


def test_what_is_asked_once_more_reaches_the_phone(county: Desk, alice: Phone) -> None:
    publish(county, WITH_ROAD, days=0, mode="supplement")
    row = alice.client.get(f"/api/v1/forms/visit/{NEXT}", headers=alice.device.headers).get_json()
    assert row["mode"] == "supplement"
    assert row["supplements"] == OLD
    assert row["new_questions"] == ["/data/g_check/road_note"]
    assert "补问 1 题" in text_of(county.page("/console/forms/visit"))


def test_done_and_drafts_are_counted_by_version(
    app: Flask, county: Desk, alice: Phone, household: str
) -> None:
    alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    drafts = [{"form_id": "visit", "version": OLD, "count": 3}]
    told = alice.client.post(
        "/api/v1/sync/drafts", json={"drafts": drafts}, headers=alice.device.headers
    )
    assert told.status_code == 204
    other = Phone(alice.client, a_device(alice.client))
    other.client.post("/api/v1/sync/drafts", json={"drafts": drafts}, headers=other.device.headers)
    assert numbers(county) == ("1", "6")
    address = upload(county, excel(changes=WITH_ROAD))
    day = clock.today().isoformat()
    told_words = text_of(county.page(f"{address}/publish", **{"from": day, "mode": "onwards"}))
    assert "手机上 6 份填了一半的" in told_words
    assert "已经交上来的 1 份不变" in told_words
    with writing(app) as session:
        session.get_one(Device, other.device.id).revoked_at = clock.now()
    assert numbers(county) == ("1", "3")
    alice.client.post("/api/v1/sync/drafts", json={"drafts": []}, headers=alice.device.headers)
    assert numbers(county) == ("1", "0")


def numbers(desk: Desk) -> tuple[str, ...]:
    row = re.search(
        rf'{OLD}</td>.*?class="num">([\d,]+)</td><td class="num">([\d,]+)</td>',
        desk.page("/console/forms/visit"),
    )
    assert row
    return row.groups()


@pytest.mark.parametrize(
    "drafts",
    [
        [{"form_id": "visit", "version": "1", "count": 0}],
        [{"form_id": "visit", "count": 1}],
        [{"form_id": "visit\0", "version": "1", "count": 1}],
        [{"form_id": "visit", "version": "1" * 41, "count": 1}],
        [{"form_id": "visit", "version": str(n), "count": 1} for n in range(21)],
    ],
)
def test_a_count_that_makes_no_sense_is_refused(alice: Phone, drafts: list[object]) -> None:
    answer = alice.client.post(
        "/api/v1/sync/drafts", json={"drafts": drafts}, headers=alice.device.headers
    )
    assert answer.status_code == 422


def test_every_version_is_given_as_a_workbook(county: Desk) -> None:
    answer = county.get(f"/console/forms/visit/{OLD}.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.get_data()))
    assert book.sheetnames[:2] == ["survey", "choices"]
    assert "attachment" in answer.headers["Content-Disposition"]
    assert county.get("/console/forms/visit/1.xlsx").status_code == 404
    assert county.get("/console/forms/nothing").status_code == 404


def test_the_preview_gets_what_a_phone_needs_and_nothing_of_anybody(county: Desk) -> None:
    address = upload(county, excel(changes=WITH_ROAD))
    answer = county.get(f"{address}/form.json")
    assert answer.headers["Cache-Control"] == "no-store"
    found = answer.get_json()
    assert set(found) == {"form", "dictionary", "policy", "files"}
    assert found["files"] == {}
    assert found["form"]["version"] == NEXT
    assert "road_note" in found["form"]["xform"]
    assert "households" in found["dictionary"]["registers"]


def test_a_published_version_is_shown_as_phones_show_it(county: Desk) -> None:
    version = compiled("visit").definition.version
    page = county.page(f"/console/forms/visit/{version}/preview")
    assert f'src="/preview/preview.html#visit/{version}"' in page
    assert f"/console/forms/visit/{version}/preview" in county.page("/console/forms/visit")
    answer = county.client.get(f"/console/forms/visit/{version}/form.json").get_json()
    assert answer["form"]["definition"]["version"] == version
    assert answer["form"]["xform"] == compiled("visit").xform
    assert county.client.get("/console/forms/visit/1/preview").status_code == 404


def test_nothing_is_published_that_another_version_has_overtaken(app: Flask, county: Desk) -> None:
    slow = upload(county, excel(changes=WITH_ROAD))
    assert publish(county, WITH_ROAD, days=0).status_code == 302
    day = clock.today().isoformat()
    late = county.post(f"{slow}/publish", **{"from": day, "mode": "onwards"})
    assert late.status_code == 422
    assert "已经发布过" in text_of(late.get_data(as_text=True))
    gone = (clock.today() - timedelta(1)).isoformat()
    assert county.post(f"{slow}/publish", **{"from": gone}).status_code == 422
    assert county.post(f"{slow}/publish", **{"from": "x"}).status_code == 422
    with looking(app) as session:
        assert [one.name for one in session.scalars(select(FormUpload))] == ["入户走访.xlsx"]


@pytest.mark.parametrize("content", [b"PK\x03\x04torn", "不是表格".encode()])
def test_a_file_that_cannot_be_read_says_so_and_another_is_chosen(
    county: Desk, content: bytes
) -> None:
    page = county.page(upload(county, content))
    assert "还不能发布" in page
    assert 'type="file"' in page


def test_what_is_refused_has_no_way_to_be_published(county: Desk) -> None:
    address = upload(county, excel("household_register", {f"{PHONE}\n": ""}))
    day = clock.today().isoformat()
    assert "还不能发布" in county.page(f"{address}/publish", **{"from": day, "mode": "onwards"})
    refused = county.post(f"{address}/publish", **{"from": day, "mode": "onwards"})
    assert refused.status_code == 422
    assert "没有发布：" in text_of(refused.get_data(as_text=True))


def test_no_file_at_all_is_asked_for(county: Desk) -> None:
    county.get("/console/forms/")
    answer = county.post("/console/forms/uploads")
    assert answer.status_code == 422
    assert "请先选一个" in text_of(answer.get_data(as_text=True))


def test_only_the_county_sees_and_changes_forms(app: Flask, desk: Desk, county: Desk) -> None:
    address = upload(county, excel(changes=WITH_ROAD))
    assert "表单</a>" not in desk.page("/console/review/")
    for path in (
        "/console/forms/",
        "/console/forms/visit",
        f"/console/forms/visit/{OLD}.xlsx",
        f"/console/forms/visit/{OLD}/withdraw",
        address,
        f"{address}/form.json",
        f"{address}/publish",
    ):
        assert desk.get(path).status_code == 403, path
    assert desk.post(f"{address}/publish", **{"from": "2026-12-01"}).status_code == 403
    assert desk.post(f"/console/forms/visit/{OLD}/withdraw").status_code == 403
    assert desk.post("/console/forms/uploads").status_code == 403


@pytest.mark.parametrize(
    ("reason", "place"),
    [
        ("第 12 行“电话”：题型不对", ("survey", "12")),
        ("settings 表：version 要换", ("settings", "")),
        ("choices 表第 3 行：重复了", ("choices", "3")),
        ("这个文件坏了", ("", "")),
    ],
)
def test_a_reason_points_to_its_place(reason: str, place: tuple[str, str]) -> None:
    found = pointed(reason)
    assert (found.sheet, found.row) == place
    assert found.text
    assert "行" not in found.text[:6]

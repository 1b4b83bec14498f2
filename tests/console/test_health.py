"""健康八个一 at the desk: who needs them, one item for many at once, the health centre's list."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from openpyxl import Workbook

from server import clock
from server.followup.models import Task
from server.intake.office import derived_id
from server.registers.models import Entity
from server.registers.values import properties
from tests.console.desk import Desk, hidden, text_of
from tests.forms.instances import CHILD_ID, HEAD_ID, WIFE_ID, member, new_id, register_xml
from tests.making import COUNTY, SANLI, YIJIA, looking
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds

HEAD, WIFE, SON = new_id(), new_id(), new_id()


@pytest.fixture
def household(alice: Phone) -> str:
    """Two who are ill and one who is well, in a household that policy names."""
    household = new_id()
    people = [
        member(HEAD_ID, person_id=HEAD, health_status="chronic", chronic_disease="diabetes"),
        member(
            WIFE_ID,
            person_id=WIFE,
            name="赵桂兰",
            relation="10",
            health_status="serious",
            serious_disease="esrd",
        ),
        member(CHILD_ID, person_id=SON, name="陈小明", relation="20"),
    ]
    _, outcome = alice.send(
        "household_register",
        lambda i: register_xml(
            household,
            instance_id=i,
            members=people,
            type_proposal="out_policy",
            household_type="out_policy",
        ),
    )
    assert outcome == "stored"
    return household


def case_of(app: Flask, person: str) -> dict[str, str]:
    with looking(app) as session:
        found = session.get(Entity, derived_id("health_case", person))
        return properties(found.live) if found else {}


def today() -> str:
    return clock.today().isoformat()


def batch(desk: Desk, *people: str, **said: str) -> str:
    """Record one item for some people; the answer's place or page."""
    fields = {"item": "hb3", "on": today(), "org": "果里镇卫生院", **said}
    answer = desk.post("/console/health/", person=list(people), **fields)
    if answer.status_code == 302:
        return answer.location or ""
    return text_of(answer.get_data(as_text=True))


def test_who_needs_them_is_listed_with_sums_by_village(desk: Desk, household: str) -> None:
    page = text_of(desk.page("/console/health/"))
    assert "2 人，0 人做齐 · 落实率 0.0%" in page
    assert "陈广田" in page
    assert "赵桂兰" in page
    assert "陈小明" not in page
    assert "三里村 0/2 0%" in page
    homes = text_of(desk.page("/console/health/", tab="homes"))
    assert "0/2 0/16" in homes
    assert "陈小明" not in homes


def test_one_item_for_many_is_one_act_that_can_be_withdrawn(
    app: Flask, desk: Desk, alice: Phone, household: str
) -> None:
    place = batch(desk, HEAD, WIFE)
    assert "已记 2 人" in text_of(desk.page(place))
    for person in (HEAD, WIFE):
        case = case_of(app, person)
        assert (case["household"], case["person"]) == (household, person)
        assert (case["hb3_status"], case["hb3_on"]) == ("done", today())
        assert case["hb3_org"] == "果里镇卫生院"
    alice.pull()
    row = alice.rows[("health_cases", derived_id("health_case", WIFE))]
    assert row["units"]["hb3"][0]["hb3_status"] == "done"
    assert alice.rows[("persons", WIFE)]["derived"]["hb_done"] == 1
    assert "落实率 12.5%" in text_of(desk.page("/console/health/"))
    act = desk.page(place)
    assert '<a href="/console/health/">回健康八个一</a>' in act
    assert "所在户" not in act
    desk.post(place, decision="withdraw", seen=hidden(act, "seen"), reason="勾错了人")
    assert "落实率 0.0%" in text_of(desk.page("/console/health/"))
    assert_rebuilds(app)


def test_what_is_on_file_is_not_recorded_twice_nor_put_back(
    app: Flask, desk: Desk, household: str
) -> None:
    batch(desk, HEAD)
    assert "没有新的要记" in batch(desk, HEAD)
    assert "没有新的要记" in batch(desk, HEAD, on="2026-01-05")
    assert batch(desk, HEAD, WIFE).startswith("/console/decisions/")
    assert case_of(app, HEAD)["hb3_on"] == today()


def test_a_signed_doctor_is_known_as_one(app: Flask, desk: Desk, household: str) -> None:
    batch(desk, HEAD, item="hb2", org="李文静")
    case = case_of(app, HEAD)
    assert (case["sign_status"], case["sign_date"]) == ("signed", today())


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"on": ""}, "请选是哪天做的"),
        ({"on": "2099-01-01"}, "日期不能晚于今天"),
        ({"item": "hb9"}, "请选是哪一项"),
        ({"org": "院" * 51}, "机构请写在 50 个字以内"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    desk: Desk, household: str, said: dict[str, str], words: str
) -> None:
    assert words in batch(desk, HEAD, **said)


def test_nobody_ticked_is_refused(desk: Desk, household: str) -> None:
    assert "请先勾选" in batch(desk)


def test_who_needs_no_such_thing_or_lives_elsewhere_is_not_found(
    app: Flask, desk: Desk, household: str
) -> None:
    fields = {"item": "hb3", "on": today()}
    assert desk.post("/console/health/", person=[SON], **fields).status_code == 404
    other = Desk(app, "town_reviewer", YIJIA)
    assert "赵桂兰" not in text_of(other.page("/console/health/"))
    assert other.post("/console/health/", person=[HEAD], **fields).status_code == 404


def test_it_is_narrowed_by_village_progress_and_item(desk: Desk, household: str) -> None:
    batch(desk, HEAD)

    def found(**wanted: str) -> int:
        return desk.page("/console/health/", **wanted).count("<tr data-row>")

    assert found(village=SANLI) == 2
    assert found(village=YIJIA) == 0
    assert found(item="hb3") == 1
    assert found(show="full") == 0
    assert found(show="open") == 2
    assert found(show="due") == 0


def test_an_examination_of_last_year_is_due_again(app: Flask, desk: Desk, household: str) -> None:
    batch(desk, HEAD, WIFE, item="hb6", on="2024-03-08")
    page = desk.page("/console/health/", show="due")
    assert page.count("<tr data-row>") == 2
    with looking(app) as session:
        task = session.get_one(Task, ("health_renewal", HEAD))
        assert (task.state, str(task.due_on)) == ("open", "2025-03-08")
    batch(desk, HEAD, item="hb6")
    with looking(app) as session:
        task = session.get_one(Task, ("health_renewal", HEAD))
        assert task.due_on is not None
        assert task.due_on > clock.today()


def test_an_inspector_sees_no_illness(app: Flask, household: str) -> None:
    assert Desk(app, "inspector", COUNTY).get("/console/health/").status_code == 403


def a_list(*rows: tuple[str, ...], head: tuple[str, ...] = ()) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["果里镇卫生院查体名单"])
    sheet.append(head or ("姓名", "身份证号后四位", "项目", "日期", "机构", "备注"))
    for row in rows:
        sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def upload(desk: Desk, content: bytes, **given: str) -> str:
    """Upload a list; where its preview is."""
    desk.page("/console/health/")
    answer = desk.post("/console/health/lists", file=(io.BytesIO(content), "名单.xlsx"), **given)
    assert answer.status_code == 302
    return answer.location or ""


def test_a_list_is_matched_previewed_and_taken_in_once(
    app: Flask, desk: Desk, household: str
) -> None:
    content = a_list(
        ("陈广田", "1016", "健康查体", "2026-03-08", "果里镇卫生院", "血压高"),
        ("赵桂兰", WIFE_ID, "查体", "2026年3月9日", "果里镇卫生院", ""),
        ("赵桂兰", "9999", "查体", "2026-03-09", "果里镇卫生院", ""),
        ("王不在", "1234", "查体", "2026-03-09", "", ""),
        ("陈广田", "1016", "理发", "2026-03-09", "", ""),
        ("陈广田", "1016", "查体", "2099-03-09", "", ""),
        ("陈小明", CHILD_ID, "查体", "2026-03-09", "", ""),
        ("陈广田", "1016", "查体", "2026-01-05", "县医院", ""),
    )
    place = upload(desk, content)
    page = text_of(desk.page(place))
    assert "要记 2 条" in page
    assert "不能记 6 行" in page
    assert "行是同一个人、同一项，只记那一行" in page
    assert "证号对不上" in page
    assert "项目“理发”看不懂" in page
    assert "日期在今天以后" in page
    assert WIFE_ID not in page
    act = desk.post(place).location or ""
    assert "已记 2 人" in text_of(desk.page(act))
    case = case_of(app, HEAD)
    assert (case["hb6_on"], case["hb6_ref"]) == ("2026-03-08", "血压高")
    assert case_of(app, WIFE)["hb6_on"] == "2026-03-09"
    again = text_of(desk.page(upload(desk, content)))
    assert "要记 0 条" in again
    assert "已经记过 2 条" in again
    assert_rebuilds(app)


def test_a_list_without_item_and_day_takes_those_that_are_given(
    app: Flask, desk: Desk, household: str
) -> None:
    content = a_list(("陈广田", "1016", "村卫生室"), head=("姓名", "身份证号码", "机构"))
    place = upload(desk, content, item="hb4", on="2026-03-08")
    desk.page(place)
    desk.post(place)
    case = case_of(app, HEAD)
    assert (case["hb4_on"], case["hb4_org"]) == ("2026-03-08", "村卫生室")


def test_a_list_without_names_is_refused(desk: Desk, household: str) -> None:
    place = upload(desk, a_list(("甲", "乙", "丙"), head=("子", "丑", "寅")))
    answer = desk.get(place)
    assert answer.status_code == 422
    assert "没有找到表头" in text_of(answer.get_data(as_text=True))


def test_the_list_of_somebody_else_is_not_found(app: Flask, desk: Desk, household: str) -> None:
    place = upload(desk, a_list(("陈广田", "1016", "查体", "2026-03-08", "", "")))
    assert Desk(app, "town_reviewer", YIJIA).get(place).status_code == 404

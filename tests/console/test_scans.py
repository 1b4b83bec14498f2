"""Scanned pages at the desk: handed in, placed by hand, taken back; the page of the square code."""

from __future__ import annotations

import io
import re
from contextlib import closing

import pytest
from flask import Flask
from PIL import Image

from server import clock
from server.config import current
from server.database import reading
from server.household_file import kept
from server.household_file.issuing.printing import Printed, print_household
from server.household_file.models import PrintedFile
from server.household_file.printed.pages import Placed, placed
from server.household_file.returned import filing, queries
from server.household_file.typeset.code import Code
from server.jobs.queue import run
from tests.console.desk import Desk, text_of
from tests.household_file.recording import Office
from tests.household_file.scanning import a_page, as_pdf, scanned
from tests.making import YIJIA, writing


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def desk(app: Flask, office: Office) -> Desk:
    return Desk(app)


def printed(office: Office, household: str) -> tuple[Printed, dict[str, Placed]]:
    with office.app.app_context():
        one = print_household(household)
        found = placed(current().printed, kept.path_of(one.path.stem))
    return one, {each.key: each for each in found or ()}


def code_of(one: Printed, page: int | None) -> Code:
    return Code(one.household_no or one.household_id, one.version, one.path.stem[:16].upper(), page)


def batch_of(*pages: Image.Image) -> bytes:
    """A PDF small enough for the test client to hold in memory."""
    return as_pdf([scanned(page, dpi=150) for page in pages])


def hand_in(desk: Desk, *files: bytes, path: str = "/console/scans/", **fields: object) -> str:
    """The address of a batch, read to its end."""
    desk.get(path)
    given = [(io.BytesIO(one), f"扫描{number}.pdf") for number, one in enumerate(files)]
    answer = desk.post(path, file=given, **fields)
    assert answer.status_code == 302, text_of(answer.get_data(as_text=True))
    batch = str(answer.location)
    with desk.app.app_context():
        with reading() as session:
            found = queries.batch(session, batch.rpartition("/")[2])
        assert found is not None
        run(str(found.job_id))
    return batch


def pages_in(page: str) -> list[str]:
    found = re.findall(r'href="(/console/scans/pages/[0-9a-f-]{36})"', page)
    return list(dict.fromkeys(found))


def test_a_batch_is_read_and_what_is_not_found_is_placed_by_hand(
    office: Office, desk: Desk
) -> None:
    household, registration = office.register("张㛃", "王䶮")
    office.decide(registration)
    one, documents = printed(office, household)
    basic = a_page(code_of(one, documents["basic"].first))
    batch = hand_in(desk, batch_of(basic, a_page(), a_page(text="第二张")))
    page = desk.page(batch)
    assert "共 3 页：已归档 1，等您指定 2。" in text_of(page)
    first, second = pages_in(page)
    assert filing.NO_CODE in text_of(desk.page(first))
    found = desk.page(first, q="张㛃")
    assert f"{first}?household={household}" in found
    chosen = desk.page(first, household=household)
    assert f'value="{one.version}/members"' in chosen
    answer = desk.post(first, act="file", household=household, shows=f"{one.version}/members")
    assert answer.location.startswith(second)
    assert "已经归档" in text_of(desk.page(first))
    answer = desk.post(second, act="aside")
    assert answer.location == batch

    paper = text_of(desk.page(f"/console/households/{household}/paper"))
    assert "农户基本信息表 第 1 版，第 1/1 页" in paper
    assert "家庭成员表 第 1 版，第 1/1 页" in paper

    desk.page(first)
    desk.post(first, act="back", reason="看错了")
    assert "家庭成员表" not in text_of(desk.page(f"/console/households/{household}/paper"))
    assert "等您指定 1" in text_of(desk.page(batch))
    again = desk.post(first, act="file", household=household, shows="3:居民身份证")
    assert again.status_code == 302
    assert "居民身份证" in text_of(desk.page(f"/console/households/{household}/paper"))
    assert "扫描件归档" in text_of(desk.page(f"/console/households/{household}?tab=history"))


def picture_of(desk: Desk, page: str) -> bytes:
    with closing(desk.get(f"{page}/picture")) as answer:
        return bytes(answer.data)


def test_a_page_can_be_turned_before_it_is_filed(office: Office, desk: Desk) -> None:
    batch = hand_in(desk, batch_of(a_page()))
    (page, *_) = pages_in(desk.page(batch))
    before = picture_of(desk, page)
    desk.page(page)
    assert desk.post(page, act="left").status_code == 302
    assert picture_of(desk, page) != before


def test_a_page_without_a_picture_is_not_filed(office: Office, desk: Desk) -> None:
    household, _ = office.register("张㛃")
    out = io.BytesIO()
    scanned(a_page(), dpi=100).save(out, "JPEG")
    batch = hand_in(desk, out.getvalue()[:5000])
    (page, *_) = pages_in(desk.page(batch))
    assert "归档，看下一页" not in desk.page(page, household=household)
    refused = desk.post(page, act="file", household=household, shows="3:居民身份证")
    assert "这一页没有图，不能归档" in text_of(refused.get_data(as_text=True))


def test_nobody_places_a_page_in_a_strangers_village_or_sees_a_strangers_batch(
    office: Office, desk: Desk
) -> None:
    household, _ = office.register("张㛃")
    batch = hand_in(desk, batch_of(a_page()))
    (page, *_) = pages_in(desk.page(batch))
    stranger = Desk(office.app, area=YIJIA)
    for path in (batch, page, f"{page}/picture", f"/console/households/{household}/paper"):
        assert stranger.get(path).status_code == 404
    other = pages_in(stranger.page(hand_in(stranger, batch_of(a_page()))))[0]
    stranger.page(other)
    refused = stranger.post(other, act="file", household=household, shows="3:居民身份证")
    assert "请先选一户" in text_of(refused.get_data(as_text=True))
    inspector = Desk(office.app, role="inspector")
    assert inspector.get("/console/scans/").status_code == 403


def test_copies_and_materials_of_one_household(office: Office, desk: Desk) -> None:
    household, registration = office.register("张㛃", identify_year="2014")
    office.decide(registration)
    path = f"/console/households/{household}/paper"
    hand_in(desk, batch_of(a_page()), path=path, material="3:残疾人证")
    desk.page(path)
    said = {"section": "4", "name": "申请书", "copies": "1", "pages": "2", "kept_at": "镇档案室"}
    assert desk.post(f"{path}/material", **said).status_code == 302
    page = desk.page(path)
    assert "残疾人证" in text_of(page)
    assert 'value="镇档案室"' in page
    desk.get(path)
    assert "请先选扫描的文件" in desk.post(path, material="3:残疾人证").get_data(as_text=True)


def test_a_stranger_learns_of_a_paper_only_whether_it_is_true(office: Office, desk: Desk) -> None:
    household, registration = office.register("张㛃")
    one, documents = printed(office, household)
    code = code_of(one, documents["basic"].first)
    there = f"/Z/{code.number}/{code.version}/{code.digits}/{code.page}"
    anybody = office.app.test_client()
    page = text_of(anybody.get(there).get_data(as_text=True))
    assert "是这里印的" in page
    assert "这是最新的一版" in page
    for private in ("张㛃", "三里村", code.number):
        assert private not in page
    with writing(office.app) as session:
        volume = session.query(PrintedFile).filter_by(version=one.version).one()
        volume.bound_on = clock.today()
        session.add(
            PrintedFile(
                household_id=household,
                facts_hash="f" * 64,
                version=volume.version + 1,
                as_of=clock.today(),
                path="x",
                used=[],
                made_at=clock.now(),
                continues=volume.id,
            )
        )
    page = text_of(anybody.get(there).get_data(as_text=True))
    assert "这是最新的一版" in page
    office.decide(registration)
    printed(office, household)
    assert "后来又印过新的一版" in anybody.get(there.lower()).get_data(as_text=True)
    wrong = f"/z/37032199999999999/{code.version}/{code.digits}"
    assert anybody.get(wrong).status_code == 404
    for part in ("", code.digits[:1], code.digits[:15]):
        assert anybody.get(f"/z/{code.number}/{code.version}/{part}").status_code == 404
    assert anybody.get(f"/z/1/{10**20}/{code.digits}").status_code == 404

    there_too = desk.client.get(there)
    assert there_too.status_code == 302
    found = text_of(desk.page(str(there_too.location)))
    assert "这是第 3 页：农户基本信息表" in found
    assert "张㛃 户" in found
    assert "没有印过" in text_of(desk.page("/console/print/check", code="Z" * 4 + "0" * 16))


def test_strangers_cannot_try_codes_by_the_thousand(office: Office) -> None:
    anybody = office.app.test_client()
    answers = [anybody.get(f"/z/1/1/{number:016X}").status_code for number in range(40)]
    assert answers[0] == 404
    assert answers[-1] == 429

"""公示: whatever the registers hold, nothing reaches the wall but what may be public."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import clock
from server.accounts import queries as accounts
from server.cli import demo_town
from server.config import Settings
from server.database import reading
from server.forms.dictionary import Dictionary
from server.forms.queries import dictionary_in_force
from server.household_file.sheets.facts import Sheet
from server.household_file.sheets.page import page
from server.household_file.sheets.places import Place, place_of
from server.household_file.sheets.public_list import (
    NOTICES,
    USUAL,
    Candidate,
    Entry,
    PublicList,
    candidates,
    columns_of,
    contact_of,
    gather,
    is_group,
    is_name,
    widths_of,
)
from server.household_file.typeset.pdf import pdf
from server.policy.keys import PUBLIC_COLUMNS, key_of
from server.policy.kinds import Unreadable, read
from server.policy.values import in_force
from server.registers import values
from server.registers.models import Entity, HouseholdRow
from server.roster.preview import Source
from server.roster.run import import_file
from tests.forms.instances import new_id
from tests.household_file.recording import Office
from tests.making import SANLI, TOWN, looking, publish_forms, writing


@pytest.mark.parametrize(
    "name",
    ["陈广田", "欧阳建国", "张㛃", "王䶮", "买买提明·阿卜杜热合曼", "古丽•热娜", "𠀾明", "〇明"],
)
def test_a_name_is_a_name(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "text",
    [
        *("", "张", "张三13800138000", "张三１３８", "张三（因病）", "张三 李四", "zhang", "张三,"),
        *(
            "张三患癌症",
            "病号张",
            "张三残疾人",
            "张三低保",
            "张三电话",
            "张三家住在村东头",
            "张·",
            "·张三",
        ),
    ],
)
def test_what_is_more_than_a_name_is_none(text: str) -> None:
    assert not is_name(text)


@pytest.mark.parametrize(
    "group", ["3组", "第3组", "三组", "第三村民小组", "东庄", "前街2组", "一社"]
)
def test_a_group_is_a_group(group: str) -> None:
    assert is_group(group)


@pytest.mark.parametrize(
    "text",
    ["", "3组 13800138000", "13800138000", "3组（低保）", "贫困3组", "3组，尿毒症", "123456组"],
)
def test_what_is_more_than_a_group_is_none(text: str) -> None:
    assert not is_group(text)


def test_a_county_chooses_columns_and_their_order_among_what_may_be_public() -> None:
    policy = {"public.columns": [["head", "户主"], ["people", ""], ["id_number", "证号"]]}
    assert columns_of(policy) == [("head", "户主"), ("people", "人口")]
    assert [code for code, _ in columns_of({})] == list(USUAL)
    assert set(USUAL) == set(PUBLIC_COLUMNS)


@pytest.mark.parametrize(
    "code", ["id_number", "phone", "bank_account", "health_status", "cause_main", "risk_main"]
)
def test_what_may_not_be_public_is_refused_with_the_reason(code: str) -> None:
    spec = key_of("public.columns")
    assert spec is not None
    with pytest.raises(Unreadable, match="证号、电话、银行账号、健康状况、致贫和风险原因不能公示"):
        read(spec.kind, [f"no\n{code}"])


def test_objections_are_heard_by_the_townships_own_telephone() -> None:
    place = Place(SANLI, "三里村", (SANLI,), {SANLI: "三里村", TOWN: "果里镇"})
    policy = {"duty.phone": "0533-1", "supervision.phone": "0533-2"}
    assert "三里村村民委员会或果里镇人民政府反映。监督电话：0533-2。" in contact_of(place, policy)
    own = {f"supervision.phone@{TOWN}": "0533-3"}
    assert "0533-3" in contact_of(place, policy | own)
    assert "0533-1" in contact_of(place, {"duty.phone": "0533-1"})
    assert "监督电话：　" in contact_of(place, {})


def test_a_candidate_knows_nothing_that_may_not_be_public() -> None:
    known = {one.name for one in fields(Candidate)}
    assert known == {"household_id", "head", "group", "people", "category", "fault", "used"}


#: Of these properties no value may be read on a wall, whoever's it is.
PRIVATE = ("id_number", "health", "income", "account", "minor")
ALSO_PRIVATE = ("phone", "member_phone", "helper_phone", "clue_desc", "cause_detail", "birth_date")


#: What somebody may have written where a notice looks.
HOSTILE = {
    "group_name": "3组 13800138000",
    "clue_desc": "老伴查出肺癌，自费花了六万",
    "cause_detail": "因病致贫，缺劳力",
    "phone": "13800138000",
    "bank_account": "6217000010001234567",
}


def test_of_a_village_nothing_gets_out_but_what_may_be_public(ground: Flask) -> None:
    office = Office(ground)
    for names in (("张㛃", "王䶮"), ("陈广田",), ("欧阳建国", "李四", "王五")):
        office.register(*names)
    assert_only_what_is_public(ground, {SANLI: "三里村"})


@pytest.mark.deep
def test_of_a_whole_town_nothing_gets_out_but_what_may_be_public(
    ground: Flask, settings: Settings
) -> None:
    """Every household of the demo town stands at every step, and hides what it can."""
    publish_forms(ground)
    with writing(ground) as session:
        demo_town.add_areas(session, settings)
    with ground.app_context():
        with reading() as session:
            areas = accounts.areas_on(session, clock.today())
            villages = {area.code: area.name for area in areas if area.level == "village"}
        import_file(Source(demo_town.ROSTER.read_bytes(), villages), person_id=None)
    assert_only_what_is_public(ground, villages)


def assert_only_what_is_public(ground: Flask, villages: Mapping[str, str]) -> None:
    """Post every notice of every village with all that may be posted, and read it."""
    with writing(ground) as session:
        heads = _stand_everywhere(session)
    said: list[str] = []
    today, options = clock.today(), {"paper": "a4"}
    days = today, today + timedelta(days=6), today
    with looking(ground) as session:
        dictionary, policy = dictionary_in_force(session), in_force(session, clock.today())
        secrets = {*_secrets(session, dictionary), *HOSTILE.values()}
        for village, kind in product(villages, NOTICES):
            place = place_of(session, village, [village])
            found = candidates(session, place, kind, dictionary)
            chosen = [one.household_id for one in found if not one.fault]
            if chosen:
                sheet = gather(session, place, kind, chosen, *days, dictionary, policy, options)
                content = sheet.content
                said += [sheet.title, content.body, content.period, content.committee]
                said += [cell for row in content.rows for cell in row.cells]
    assert len(said) > heads
    text = "\n".join(said)
    assert not re.search(r"\d{5,}", text)
    assert [secret for secret in secrets if secret in text] == []


def _stand_everywhere(session: Session) -> int:
    """Give every household a case and a house at the step of a notice; returns how many."""
    homes = list(session.scalars(select(Entity).where(Entity.register == "households")))
    for number, home in enumerate(homes):
        heads, units = ["x"], {name: [value, [0]] for name, value in HOSTILE.items()}
        home.live = {**home.live, "units": {**home.live["units"], **units}}  # type: ignore[dict-item]
        if number % 9 == 0:
            row = session.get_one(HouseholdRow, home.id)
            row.head_name += "，电话13800138000"
        proposal = {"category_proposed": "monitored_sudden", "risk_main": "illness"}
        reason = {"clue_desc": ["肺癌", [0]], "proposal": [proposal, [0]]}
        settled = {"assessment": [{"house_grade": "D", "assess_no": "370321"}, [0]]}
        for register, state, live, approved in (
            ("cases", ("appraised", "clearing_appraised")[number % 2], reason, {}),
            ("houses", "dangerous", {}, settled),
        ):
            session.add(
                Entity(
                    id=new_id(),
                    register=register,
                    household_id=home.id,
                    area=home.area,
                    known=True,
                    component="x",
                    live={"heads": heads, "units": live},
                    approved={"heads": heads, "units": approved},
                    disputed=0,
                    derived={"state": state},
                )
            )
    session.flush()
    return len(homes)


def _secrets(session: Session, dictionary: Dictionary) -> Iterator[str]:
    """Every private value of every household and person, long enough to be told from a number."""
    for one in session.scalars(select(Entity).where(Entity.known.is_(True))):
        for name, value in values.properties(one.live).items():
            prop = dictionary.property(one.register, name)
            private = (prop is not None and prop.class_ in PRIVATE) or name in ALSO_PRIVATE
            if private and len(value) >= 4:
                yield value


def a_notice(kind: str, count: int, paper: str) -> Sheet:
    notice = NOTICES[kind]
    rows = tuple(
        Entry((str(n), "买买提明·阿卜杜热合曼", "三里村3组", "4", "突发严重困难户", notice.reason))
        for n in range(1, count + 1)
    )
    said = PublicList(
        notice=kind,
        title=notice.title,
        body=notice.body.format(village="三里村", homes=count, people=4 * count),
        period="公示期：2026年11月24日至2026年11月30日，共7天。",
        contact="监督电话：0533-8180001。",
        columns=tuple(PUBLIC_COLUMNS.values()),
        widths=widths_of(USUAL),
        names=1,
        rows=rows,
        committee="三里村村民委员会",
        on="2026年11月24日",
        paper=paper,
    )
    return Sheet("public_list", "1", "公示", "村委会", "2026-11-24", (SANLI,), said)


def made(sheet: Sheet) -> bytes:
    return pdf(page(sheet, "GSB-1", 1, "ab" * 32, None), no_picture)


def no_picture(sha256: str) -> bytes:
    raise FileNotFoundError(sha256)


@pytest.mark.parametrize(("count", "paper"), [(1, "a4"), (31, "a4"), (9, "a3")])
def test_the_signature_never_stands_alone_on_a_page(count: int, paper: str, tmp_path: Path) -> None:
    sheet = a_notice("admit", count, paper)
    file = tmp_path / "notice.pdf"
    file.write_bytes(made(sheet))
    told = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True)
    pages = told.stdout.split("\f")[:-1]
    last = next(one for one in pages if "（盖章）" in one)
    assert last is pages[-1]
    assert "拟纳入监测" in last
    assert "序号" in last.replace("\n", "")
    assert made(sheet) == file.read_bytes()


def test_each_page_names_itself_in_its_square_code(tmp_path: Path) -> None:
    file = tmp_path / "notice.pdf"
    file.write_bytes(made(a_notice("admit", 31, "a4")))
    subprocess.run(["pdftoppm", "-r", "110", "-png", file, tmp_path / "page"], check=True)
    pictures = sorted(tmp_path.glob("page-*.png"))
    seen = [one.text for picture in pictures for one in zxingcpp.read_barcodes(Image.open(picture))]
    assert len(seen) >= 3
    assert seen == [f"YIHU:GSB-1:1:{'AB' * 8}:{n}" for n in range(1, len(pictures) + 1)]

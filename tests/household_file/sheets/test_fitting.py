"""Sheets that stay what they should be, one page or half a page, whatever there is to tell."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest
from flask import Flask

from server.household_file.content.blocks import pairs
from server.household_file.content.facts import Fact
from server.household_file.sheets.contact_card import Call, ContactCards
from server.household_file.sheets.contact_card import Person as Left
from server.household_file.sheets.issue import Issued, issue
from server.household_file.sheets.wall_card import Income, Measure, Person, WallCard
from tests.household_file.households import RARE
from tests.household_file.sheets.test_issue import NOBODY, SHEET

LONG = "买买提·吐尔逊江·阿不都热合曼"
CROWDED = replace(
    NOBODY,
    head=Fact(LONG),
    household_no="37999900100100001",
    address=Fact("果里镇三里村新农村建设示范小区二期第十二居民小组"),
    household_type=Fact("脱贫户（享受政策）", reviewed=False),
    identified=Fact("2014"),
    left_poverty=Fact("2018"),
    cause="自身发展动力不足",
    members=tuple(Person(name, "女", "之曾孙子或曾孙女", "1999") for name in (*RARE, LONG) * 2)[
        :12
    ],
    helper={
        "name": Fact("阿卜杜勒萨拉木·艾尔肯"),
        "unit": Fact("桓台县果里镇人民政府农业综合服务中心乡村振兴工作办公室"),
        "post": Fact("副主任、驻村第一书记"),
        "phone": Fact("13900001122"),
    },
    measures=(
        Measure(
            "社会保障兜底",
            "一次性创业补贴和技能培训（电焊工中级班）",
            LONG,
            Fact("实物 3000.00", reviewed=False),
            "2026-04-20",
        ),
    )
    * 12,
    left_out=7,
    income=Income("2025", "59672.00", "14918.00", reviewed=False),
    supervision="0533-8180002",
)


def issued(app: Flask, content: WallCard | ContactCards, kind: str, pages: int) -> Issued:
    with app.app_context():
        return issue(replace(SHEET, kind=kind, content=content, pages=pages, names=(LONG, *RARE)))


def text_of(one: Issued) -> str:
    command = ["pdftotext", "-layout", str(one.path), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("paper", ["A4", "A5"])
def test_a_crowded_household_has_one_sheet_on_its_wall(ground: Flask, paper: str) -> None:
    card = issued(ground, replace(CROWDED, paper=paper), "wall_card", 1)
    assert card.pages == 1
    told = "".join(text_of(card).split())
    for words in ("张㛃", "李𬭎", "13900001122", "0533-8180002", "填发日期"):
        assert words in told
    assert "项见户档" in told


def test_a_household_of_which_little_is_known_has_one_too(ground: Flask) -> None:
    card = issued(ground, NOBODY, "wall_card", 1)
    assert card.pages == 1
    assert "本年还没有登记帮扶措施" in text_of(card)


def test_a_card_of_long_answers_stays_half_a_sheet(ground: Flask) -> None:
    place = "江苏省苏州市昆山市玉山镇城北富士康科技集团第三宿舍区"
    rows = [("务工地点、电话", f"{place}，1390000557{n}", "学校", place) for n in range(6)]
    person = Left(
        name=LONG,
        title="留守儿童联系卡",
        child=True,
        blocks=(
            pairs((15, 35, 15, 35), *rows),
            pairs((15, 35, 15, 35), *[("监护情况", "祖父母", "寄宿", "是")] * 7, join=True),
        ),
        calls=(Call("2026-11-18", "电话", "田野"),) * 4,
        reviewed=False,
        empty=False,
    )
    content = ContactCards((person,), ("guardian", "place", "file"), True, "三里村民委员会", "110")
    cards = issued(ground, content, "contact_card", 4)
    assert cards.pages == 4
    assert text_of(cards).count("13900005575") == 3

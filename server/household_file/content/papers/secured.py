"""两不愁三保障及饮水安全核查表: what was found of each item, by what."""

from __future__ import annotations

from server.household_file import words
from server.household_file.content.blocks import Paper, Row, cell, label, labels, table
from server.household_file.content.catalogue import Section
from server.household_file.content.facts import Fact
from server.household_file.content.papers.known import Known, Thing

ITEMS = ("food_ok", "clothes_ok", "edu_ok", "medical_ok", "housing_ok", "water_ok")
GOOD = frozenset({"yes", "ok"})
WATER = ("water_quantity", "water_quality", "water_convenience", "water_reliability")
NAMES = ("水量", "水质", "方便程度", "保证率")


def secured(known: Known, section: Section) -> list[Paper]:
    """The sheet of the year, by what the household's register says now."""
    home = known.home
    rows = (
        _item(home, "不愁吃", "food_ok", ""),
        _item(home, "不愁穿", "clothes_ok", ""),
        _item(home, "义务教育", "edu_ok", _pupils(known)),
        _item(home, "基本医疗", "medical_ok", _insured(known)),
        _item(home, "住房安全", "housing_ok", _house(home)),
        _item(home, "饮水安全", "water_ok", _water(home)),
    )
    block = table(
        (13, 34, 23, 30),
        rows,
        [labels("项目", "情况", "结论", "说明")],
    )
    on = max(home.code(f"{name}_on") for name in ITEMS)
    return [
        Paper(
            section=section.code,
            key="secured",
            blocks=(block,),
            on=on,
            right=known.period.in_words or words.long_date(on),
            reviewed=all(home.fact(name).reviewed for name in ("food_ok", "edu_ok", "housing_ok")),
        )
    ]


def _item(home: Thing, title: str, name: str, told: str) -> Row:
    fact = home.fact(name)
    code = home.code(name)
    verdict = Fact(
        "",
        (
            ("达标", code in GOOD or code == "na"),
            ("不达标", bool(code) and code not in (*GOOD, "na")),
        ),
        reviewed=fact.reviewed,
        disputed=fact.disputed,
        pending=fact.pending,
    )
    on = words.long_date(home.code(f"{name}_on"))
    found = f"{on}核实：{fact.text}" if fact.text and on else fact.text
    return (label(title), cell(told, "l high"), cell(verdict, "box"), cell(found, "l"))


def _pupils(known: Known) -> str:
    """Children of school age and where they are."""
    told = []
    for member in known.members:
        codes = known.people[member.id]
        age = _age(codes.get("birth_date", ""), known.as_of)
        if 6 <= age <= 15:
            status = member.facts.get("student_status", Fact()).text or "不详"
            school = member.facts.get("school_name", Fact()).text
            told.append(f"{member.name}：{status}{f'（{school}）' if school else ''}")
    return "；".join(told) or "没有义务教育阶段的孩子"


def _age(birth: str, on: str) -> int:
    if len(birth) < 10:
        return -1
    return int(on[:4]) - int(birth[:4]) - (on[5:10] < birth[5:10])


def _insured(known: Known) -> str:
    insured = [known.people[m.id].get("medical_insured") == "yes" for m in known.members]
    return f"{len(insured)} 人，参加基本医保 {sum(insured)} 人"


def _house(home: Thing) -> str:
    parts = (home.text("house_grade"), home.text("security_path"), home.text("guarantee_way"))
    return "，".join(filter(None, parts))


def _water(home: Thing) -> str:
    parts = [home.text("water_source")]
    parts += [
        f"{said}{home.text(name)}"
        for name, said in zip(WATER, NAMES, strict=True)
        if home.text(name)
    ]
    return "，".join(filter(None, parts))

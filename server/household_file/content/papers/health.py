"""健康“八个一”: one table for each ill person."""

from __future__ import annotations

from server.household_file import words
from server.household_file.content.blocks import (
    Block,
    Paper,
    Row,
    cell,
    label,
    labels,
    pairs,
    table,
)
from server.household_file.content.catalogue import Section
from server.household_file.content.facts import Fact, Member, Signature
from server.household_file.content.papers.known import Known, Thing
from server.household_file.content.records import Standing
from server.household_file.content.visit_of import Filled, signed, signed_by

ITEMS = (
    "明确一所定点医院",
    "确定一名家庭医生",
    "签订一份承诺书",
    "制定一张健康卡",
    "建立一个健康档案",
    "进行一次健康查体",
    "组织一次健康会诊",
    "发放一张健康明白纸",
)
ILL = ("chronic", "serious")


def eight(known: Known, section: Section) -> list[Paper]:
    """A table for everybody with a case, and an empty one for who is ill and has none yet."""
    cases = {case.code("person"): case for case in known.all("health_cases")}
    ill = {
        person_id
        for person_id, codes in known.people.items()
        if set(codes.get("health_status", "").split()) & set(ILL)
    }
    return [
        _paper(known, section, member, cases.get(member.id))
        for member in known.members
        if member.id in cases or member.id in ill
    ]


def _paper(known: Known, section: Section, member: Member, case: Thing | None) -> Paper:
    case = case or Thing("", {}, {})
    records = [
        (one, form) for one, form in known.filled("health") if form.text("person_id") == member.id
    ]
    newest = records[0] if records else None
    form = newest[1] if newest else None
    done = sum(case.code(f"hb{n}_status") == "done" for n in range(1, 9))
    owed = 8 - sum(case.code(f"hb{n}_status") == "na" for n in range(1, 9))
    blocks: tuple[Block, ...] = (
        _about(known, member, case),
        table(
            (6, 24, 11, 12, 20, 19, 8),
            [
                *(_item(n, case, records) for n in range(1, 9)),
                (
                    label("已落实 / 应落实", 2),
                    cell(f"{done} / {owed}" if case.id else "", "d sum"),
                    label("签约"),
                    cell(_contract(case), "l", 3),
                ),
            ],
            [labels("序号", "内容", "落实情况", "日期", "机构或责任人", "编号或说明", "佐证")],
            join=True,
        ),
        _fees(form, case),
    )
    return Paper(
        section=section.code,
        key=f"eight-{member.id[:8]}",
        blocks=blocks,
        about=member.name,
        on=newest[0].on if newest else "",
        by=known.records.by(newest[0]) if newest else "",
        note="" if case.id else "空白表",
        right=words.long_date(newest[0].on) if newest else "",
        reviewed=case.reviewed or not case.id,
        signed={
            "household": signed(form) if form else Signature(),
            "doctor": signed_by(form, "signature_doctor") if form else Signature(),
        },
        notes=known.records.passed(newest[0]) if newest else (),
    )


def _about(known: Known, member: Member, case: Thing) -> Block:
    facts = member.facts
    illness = "、".join(
        facts[name].text
        for name in ("serious_disease", "chronic_disease", "disease_note")
        if name in facts and facts[name].text
    )
    kinds = known.dictionary.lists.get("illness_class", ())
    options = tuple((said, code == case.code("illness_class")) for code, said in kinds)
    classed = Fact(case.text("illness_class"), options)
    rows = (
        ("患者姓名", member.name, "性别", _of(member, "sex"), "出生年月", _month(member)),
        ("与户主关系", _of(member, "relation"), "联系电话", _of(member, "member_phone")),
        ("公民身份号码", _of(member, "id_number"), "确诊日期", case.fact("diagnosed_on")),
        ("病种", illness, "参加医保", _of(member, "medical_insured")),
        ("分类", classed),
        (
            *("救治分类", case.fact("treatment_class"), "救治进展", case.fact("treatment_state")),
            *("慢特病资格", case.fact("chronic_card")),
        ),
    )
    return pairs((15, 24, 13, 17, 13, 18), *rows)


def _of(member: Member, name: str) -> Fact:
    return member.facts.get(name, Fact())


def _month(member: Member) -> str:
    return words.month(_of(member, "birth_date").text)


def _item(number: int, case: Thing, records: list[tuple[Standing, Filled]]) -> Row:
    named = f"hb{number}"
    photos = sum(bool(form.text(f"{named}_photo")) for _, form in records)
    reason = case.text(f"{named}_reason")
    note = "；".join(filter(None, (reason, case.text(f"{named}_ref"))))
    if number == 6 and case.text("exam_items"):
        note = "；".join(filter(None, (note, case.text("exam_items"))))
    return (
        cell(str(number), "d"),
        label(ITEMS[number - 1], style="l"),
        cell(case.fact(f"{named}_status")),
        cell(words.short_date(case.text(f"{named}_on")), "d s"),
        cell(case.fact(f"{named}_org"), "song s"),
        cell(note, "l s"),
        cell(f"照片{photos}张" if photos else "", "s"),
    )


def _contract(case: Thing) -> str:
    on, follow = case.text("sign_date"), case.text("next_follow_up")
    parts = (
        case.text("sign_status"),
        words.long_date(on) if on else "",
        f"医生电话 {case.text('doctor_phone')}" if case.text("doctor_phone") else "",
        f"下次随访 {words.long_date(follow)}" if follow else "",
    )
    return "，".join(filter(None, parts))


def _fees(form: Filled | None, case: Thing) -> Block:
    def money(name: str) -> str:
        return words.money(form.text(name)) if form and form.text(name) else ""

    return pairs_of_money(
        ("总费用（元）", money("total_fee")),
        ("医保报销（元）", money("insurance_paid")),
        ("医疗救助（元）", money("relief_paid")),
        ("自付（元）", money("self_paid")),
        ("就诊医院", form.text("hospital") if form else ""),
        ("先诊疗后付费", form.said("treat_first_pay_later") if form else ""),
    )


def pairs_of_money(*said: tuple[str, str]) -> Block:
    """Label and answer, three to a row."""
    rows = []
    for start in range(0, len(said), 3):
        row: list[str | Fact] = []
        for title, text in said[start : start + 3]:
            row += [title, text]
        rows.append(row)
    return pairs((17, 17, 17, 16, 17, 16), *rows, join=True)

"""留守人员联系卡: half a page for each person."""

from __future__ import annotations

from dataclasses import replace

from server.household_file import words
from server.household_file.content.blocks import Block, Paper, pairs
from server.household_file.content.catalogue import Section
from server.household_file.content.facts import Fact, Member, Signature
from server.household_file.content.papers.known import Known, Thing
from server.household_file.content.records import Standing
from server.household_file.content.visit_of import Filled, signed

LEFT = frozenset({"child", "woman", "elderly"})


def cards(known: Known, section: Section) -> list[Paper]:
    """A card for everybody who was left behind, empty where nobody filled it in yet."""
    return [_paper(known, section, member, card) for member, card in left_behind(known)]


def left_behind(known: Known) -> list[tuple[Member, Thing]]:
    """Everybody who was left behind with his card, an empty one where nobody filled it in yet."""
    found = {card.code("person"): card for card in known.all("contact_cards")}
    return [
        (member, found.get(member.id) or Thing("", {}, {}))
        for member in known.members
        if member.id in found or known.people[member.id].get("left_behind_type") in LEFT
    ]


def kind_of(known: Known, member: Member, card: Thing) -> str:
    """What he was left behind as: one of LEFT."""
    return card.code("left_type") or known.people[member.id].get("left_behind_type", "")


def records_of(known: Known, member: Member) -> list[tuple[Standing, Filled]]:
    """The records of his card, newest first."""
    return [
        (one, form) for one, form in known.filled("card") if form.text("person_id") == member.id
    ]


def front(known: Known, member: Member, card: Thing, *, masked: bool = False) -> tuple[Block, ...]:
    """Who he is, who is away, who looks after him, who calls. masked: without his whole number."""
    rows = _CHILD if kind_of(known, member, card) == "child" else _ADULT
    return (
        _about(known, member, card, masked=masked),
        pairs(
            (15, 35, 15, 35),
            *([part for name, said in row for part in (said, _said(card, name))] for row in rows),
            join=True,
        ),
    )


def _paper(known: Known, section: Section, member: Member, card: Thing) -> Paper:
    records = records_of(known, member)
    newest = records[0] if records else None
    return Paper(
        section=section.code,
        key=f"card-{member.id[:8]}",
        blocks=front(known, member, card),
        about=member.name,
        on=newest[0].on if newest else "",
        by=known.records.by(newest[0]) if newest else "",
        note="" if card.id else "空白表",
        reviewed=card.reviewed or not card.id,
        signed={"household": signed(newest[1]) if newest else Signature()},
        notes=known.records.passed(newest[0]) if newest else (),
    )


def _about(known: Known, member: Member, card: Thing, *, masked: bool) -> Block:
    facts = member.facts

    def of(name: str) -> Fact:
        return facts.get(name, Fact())

    number = of("id_number")
    if masked:
        number = replace(number, text=words.masked(number.text), pending=(), disputed=())
    kind = card.fact("left_type") if card.text("left_type") else of("left_behind_type")
    school = " ".join(filter(None, (of("school_name").text, of("school_class").text)))
    return pairs(
        (15, 24, 10, 17, 13, 21),
        ("姓名", member.name, "性别", of("sex"), "出生年月", words.month(of("birth_date").text)),
        ("公民身份号码", number, "类别", kind),
        ("家庭住址", known.address),
        ("学校班级", school, "健康状况", of("health_status"), "电话", of("member_phone")),
    )


def _said(card: Thing, names: str) -> Fact:
    """Several properties in one cell; a single one keeps its marks and its boxes."""
    if " " not in names:
        fact = card.fact(names)
        return Fact(words.said(fact.text), fact.options, fact.reviewed, fact.disputed, fact.pending)
    texts = (words.said(card.text(name)) for name in names.split())
    return Fact("，".join(filter(None, texts)))


_END = (
    (("linkman_name", "结对联系人"), ("linkman_phone", "联系人电话")),
    (("last_contact", "最近联系日期"), ("contact_way", "联系方式")),
)
_CHILD = (
    (("parent_away", "外出情况"), ("away_since", "外出起始")),
    (("father_name", "父亲姓名"), ("father_place father_phone", "务工地点、电话")),
    (("mother_name", "母亲姓名"), ("mother_place mother_phone", "务工地点、电话")),
    (("guardian_name guardian_relation", "受委托监护人"), ("guardian_age", "监护人年龄")),
    (("guardian_phone", "监护人电话"), ("guardian_agreement", "委托照护书")),
    (("guard_type", "监护情况"), ("boarding", "寄宿")),
    (("teacher_name teacher_phone", "班主任、电话"), ("consent", "监护人同意")),
    *_END,
)
_ADULT = (
    (("relative_name relative_relation", "外出亲属"), ("relative_place", "外出地点")),
    (("relative_phone", "亲属电话"), ("living_alone", "独居")),
    (("self_care", "自理能力"), ("caretaker", "照料人")),
    *_END,
)

"""Causes and needs, who helps, the plan, the measures, aid for pupils."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from server.household_file import words
from server.household_file.content import visit_of
from server.household_file.content.blocks import Paper, Row, cell, label, labels, pairs, table
from server.household_file.content.catalogue import Section
from server.household_file.content.facts import Fact
from server.household_file.content.papers.known import Known, Step, Thing
from server.household_file.content.papers.monitoring import case_line, cases, joined

NEEDS = ("industry", "employment", "education", "health", "housing", "relief", "other")
ROWS = {"helpers": 8, "plan": 8, "measures": 12, "education": 8}
PUPILS = frozenset({"", "0"})
#: The month in which a school year begins.
SCHOOL_YEAR = "08"
AID = frozenset({"edu_aid", "yulu"})
UNITS = {"once": "元", "month": "元/月", "year": "元/年", "goods": ""}


def causes(known: Known, section: Section) -> list[Paper]:
    """Why the household is poor and what it asks for."""
    home = known.home
    told = [
        one
        for one in known.all("problems")
        if one.code("entry_kind") == "need" and known.period.holds(one.code("found_on"))
    ]
    wanted = {one.code("need_type") for one in told}
    kinds = known.dictionary.lists.get("need_type", ())
    options = tuple(
        (said, code in wanted) for code, said in kinds if code in NEEDS or code in wanted
    )
    blocks = (
        pairs(
            (18, 32, 18, 32),
            (
                "主要致贫\n（风险）原因",
                home.fact("cause_main"),
                "其他原因",
                home.fact("cause_other"),
            ),
            ("具体说明", home.fact("cause_detail")),
            ("帮扶需求", Fact("、".join(said for said, is_on in options if is_on), options)),
        ),
        table(
            (8, 14, 14, 46, 18),
            [
                (
                    cell(str(number), "d"),
                    cell(words.short_date(one.code("found_on")), "d s"),
                    cell(one.fact("need_type")),
                    cell(_about(known, one), "l"),
                    cell(one.fact("result")),
                )
                for number, one in enumerate(told, 1)
            ],
            [labels("序号", "日期", "类别", "需求内容", "解决情况")],
            spare=max(6 - len(told), 2),
            join=True,
        ),
        table((18, 82), [(label("自我发展意愿"), cell(_willingness(known), "l high"))], join=True),
    )
    on = max((one.code("found_on") for one in told), default="")
    return [Paper(section.code, "causes", blocks, on=on, right=known.period.in_words)]


def _willingness(known: Known) -> Fact:
    plans = [one for one in _plans(known) if one.code("willingness")]
    if not plans:
        return Fact()
    fact = plans[-1].fact("willingness")
    said = (plans[-1].text("plan_year") + "年", fact.text, plans[-1].text("willingness_note"))
    return replace(fact, text="，".join(filter(None, said)), options=())


def _about(known: Known, one: Thing) -> Fact:
    fact = one.fact("description")
    name = known.name(one.code("person"))
    return replace(fact, text=f"{name}：{fact.text}") if name else fact


def helpers(known: Known, section: Section) -> list[Paper]:
    """Who has been helping, since when and until when, the oldest first."""
    served = _served(known.helpers)
    rows = [
        (
            cell(str(number), "d"),
            cell(Fact(step.said.get("helper_name", ""), reviewed=step.reviewed), "song"),
            cell(known.label("sex", step.said.get("helper_sex", "")), "s"),
            cell(known.label("party", step.said.get("helper_party", "")), "s"),
            cell(step.said.get("helper_unit", ""), "l s"),
            cell(known.label("unit_level", step.said.get("helper_unit_level", "")), "s"),
            cell(step.said.get("helper_post", ""), "s"),
            cell(step.said.get("helper_phone", ""), "d s"),
            cell(words.short_date(_since(step)), "d s"),
            cell(words.short_date(_since(after)) if after else "", "d s"),
            cell(after.said.get("helper_reason", "") if after else "", "l s"),
        )
        for number, (step, after) in enumerate(zip_longest(served, served[1:]), 1)
        if step
    ]
    head = ("序号", "姓名", "性别", "政治\n面貌", "单位", "隶属", "职务", "电话")
    block = table(
        (4.5, 9, 5, 6.5, 14, 7, 8.5, 13.5, 12, 12, 8),
        rows,
        [labels(*head, "起始日期", "结束日期", "变更\n原因")],
        spare=max(ROWS["helpers"] - len(rows), 2),
    )
    on = _since(served[-1]) if served else ""
    return [
        Paper(
            section.code,
            "helpers",
            (block,),
            on=on,
            note=f"{len(rows)} 人" if rows else "空白表",
            notes=("责任人变更时接着往下写，写明起始日期和变更原因。",),
        )
    ]


def _since(step: Step) -> str:
    return step.said.get("helper_from") or step.on


def _served(steps: Sequence[Step]) -> list[Step]:
    """Each helper once, since he began, with what was said of him last."""
    found: list[Step] = []
    for step in steps:
        if found and found[-1].said.get("helper_name") == step.said.get("helper_name"):
            begun = {"helper_from": _since(found[-1])}
            reason = {"helper_reason": found[-1].said.get("helper_reason", "")}
            found[-1] = replace(step, said={**step.said, **begun, **reason})
        else:
            found.append(step)
    return found


def plan(known: Known, section: Section) -> list[Paper]:
    """What was planned, with room for what hands add."""
    meant = _measures(known)
    rows = [
        (
            cell(str(number), "d"),
            cell(one.fact("measure_group")),
            cell(one.fact("measure_item"), "l"),
            cell(_content(known, one), "l s"),
            cell(_funds(one), "s"),
            cell(one.fact("owner"), "song s"),
            cell(_days(one), "s"),
            cell(one.fact("expected_income"), "d s"),
        )
        for number, one in enumerate(meant, 1)
    ]
    plans = _plans(known)
    goal = plans[-1].fact("income_goal") if plans else Fact()
    blocks = (
        pairs(
            (14, 36, 14, 36),
            ("计划年度", _years(known, plans, meant), "收入目标", _goal(goal)),
            ("三保障目标", plans[-1].fact("secured_goal") if plans else ""),
        ),
        table(
            (6, 9, 13, 19, 15, 11, 15, 12),
            rows,
            [
                labels(
                    *("序号", "措施\n类别", "项目名称", "内容与规模、\n对象", "资金（元）\n及来源"),
                    *("责任单位\n或责任人", "起止时间", "预期收益\n（元）"),
                )
            ],
            spare=max(ROWS["plan"] - len(rows), 2),
            join=True,
        ),
    )
    newest = next(iter(known.filled("plan")), None) if plans else None
    return [
        Paper(
            section.code,
            "plan",
            blocks,
            on=_newest(meant) or (newest[0].on if newest else ""),
            note="" if meant or plans else "空白表",
            right=known.period.in_words,
            reviewed=_is_reviewed([*plans, *meant]),
            signed={"household": visit_of.signed(newest[1])} if newest else {},
            notes=known.records.passed(newest[0]) if newest else (),
        )
    ]


def _plans(known: Known) -> list[Thing]:
    """The plans of the years that are printed, the oldest first."""
    plans = [
        one
        for one in known.all("plans")
        if not known.period.chosen
        or known.period.meets(f"{one.code('plan_year')}-01-01", f"{one.code('plan_year')}-12-31")
    ]
    return sorted(plans, key=lambda one: (one.code("plan_year"), one.id))


def _goal(fact: Fact) -> Fact:
    amount = words.money(fact.text) if fact.text else "　　　　　"
    return replace(fact, text=f"{amount} 元/人")


def _content(known: Known, one: Thing) -> Fact:
    fact = one.fact("content")
    return replace(fact, text="；".join(filter(None, (fact.text, for_whom(known, one)))))


def _funds(one: Thing) -> Fact:
    fact = amount_of(one)
    return replace(fact, text="，".join(filter(None, (fact.text, one.text("fund_source")))))


def measures(known: Known, section: Section) -> list[Paper]:
    """What was done for the household."""
    meant = [one for one in _measures(known) if one.code("status") != "planned"]
    return [_ledger(known, section, "measures", meant)]


def case_measures(known: Known, section: Section) -> list[Paper]:
    """What was planned and done for each monitoring case."""
    papers = []
    for case in cases(known):
        own = {case.id, *(one.id for one in joined(known, case))}
        meant = [one for one in known.all("measures") if one.code("case") in own]
        if case.code("decision") not in ("not_admitted", "") or meant:
            papers.append(_case_ledger(known, section, case, meant))
    return papers


def _ledger(known: Known, section: Section, key: str, meant: Sequence[Thing]) -> Paper:
    rows = [
        (
            cell(str(number), "d"),
            cell(one.fact("measure_group")),
            cell(one.fact("measure_item"), "l"),
            cell(for_whom(known, one), "song s"),
            cell(amount_of(one), "d s"),
            cell(words.short_date(one.code("start_date")), "d s"),
            cell(one.fact("effect"), "l s"),
            cell(one.fact("owner"), "song s"),
            cell(one.fact("status"), "s"),
            cell(),
        )
        for number, one in enumerate(meant, 1)
    ]
    head = ("序号", "措施\n类别", "具体政策\n或项目", "享受人", "标准或\n金额（元）")
    block = table(
        (5, 8, 13, 9, 13, 12.2, 12.8, 9, 8, 10),
        rows,
        [labels(*head, "到户时间", "成效\n（增收元）", "经办人", "落实\n情况", "户主\n签字")],
        spare=max(ROWS["measures"] - len(rows), 2),
    )
    return Paper(
        section.code,
        key,
        (block,),
        on=_newest(meant),
        note=f"{len(rows)} 项" if rows else "空白表",
        right=known.period.in_words,
        reviewed=_is_reviewed(meant),
    )


def _case_ledger(known: Known, section: Section, case: Thing, meant: Sequence[Thing]) -> Paper:
    rows = [
        (
            cell(str(number), "d"),
            cell(one.fact("measure_risk")),
            cell(one.fact("measure_group")),
            cell(one.fact("measure_item"), "l"),
            cell(for_whom(known, one), "song s"),
            cell(amount_of(one), "d s"),
            cell(_days(one), "s"),
            cell(one.fact("owner"), "song s"),
            cell(one.fact("status"), "s"),
            cell(one.fact("effect"), "l s"),
        )
        for number, one in enumerate(meant, 1)
    ]
    head = ("序号", "针对\n风险", "措施\n类别", "具体措施", "享受人", "金额（元）", "起止时间")
    block = table(
        (5, 9, 8, 12.5, 9, 12.5, 15, 9, 8, 12),
        rows,
        [labels(*head, "责任人", "落实\n情况", "成效")],
        spare=max(6 - len(rows), 2),
    )
    return Paper(
        section.code,
        f"case-measures-{case.id[:8]}",
        (block,),
        about=words.long_month(case.code("clue_date")),
        on=_newest(meant),
        note=f"{len(rows)} 项" if rows else "空白表",
        right=case_line(case),
        reviewed=_is_reviewed(meant),
    )


def education(known: Known, section: Section) -> list[Paper]:
    """Aid for pupils; left out where nobody goes to school and nothing was given."""
    given = [
        one
        for one in _measures(known)
        if one.code("measure_group") == "education" or one.code("measure_item") in AID
    ]
    pupils = [
        member.id
        for member in known.members
        if known.people[member.id].get("student_status", "") not in PUPILS
    ]
    if not given and not pupils:
        return []
    told = {one.code("person") for one in given}
    rows = [_aid(known, one.code("person"), one) for one in given]
    rows += [_aid(known, person_id, None) for person_id in pupils if person_id not in told]
    block = table(
        (6, 10, 10, 18, 15, 12, 12, 14, 11),
        [(cell(str(number), "d"), *row) for number, row in enumerate(rows, 1)],
        [
            labels(
                *("序号", "学生", "学段", "学校、年级、班", "学年\n学期", "资助项目"),
                *("金额或\n免除（元）", "到账日期", "监护人\n签字"),
            )
        ],
        spare=max(ROWS["education"] - len(rows), 2),
    )
    return [
        Paper(
            section.code,
            "education",
            (block,),
            on=_newest(given),
            note=f"{len(given)} 项" if given else "空白表",
            right=known.period.in_words,
            reviewed=_is_reviewed(given),
        )
    ]


def _aid(known: Known, person_id: str, one: Thing | None) -> Row:
    member = known.member(person_id)
    facts = member.facts if member else {}

    def text(name: str) -> str:
        return facts[name].text if name in facts else ""

    one = one or Thing("", {}, {})
    return (
        cell(member.name if member else "", "song"),
        cell(text("student_status"), "s"),
        cell(" ".join(filter(None, (text("school_name"), text("school_class")))), "l s"),
        cell(_term(one), "s"),
        cell(one.fact("measure_item"), "s"),
        cell(amount_of(one), "d s"),
        cell(words.short_date(one.code("paid_on")), "d s"),
        cell(),
    )


def _term(one: Thing) -> str:
    """The term that aid is for, with the school year in which it begins."""
    start = one.code("start_date")
    if not start:
        return ""
    first = int(start[:4]) - (start[5:7] < SCHOOL_YEAR)
    return f"{first}－{first + 1}学年\n{one.text('school_term')}".strip()


def _measures(known: Known) -> list[Thing]:
    """The measures of the period, the oldest first."""
    period = known.period
    meant = [
        one
        for one in known.all("measures")
        if not period.chosen or period.meets(one.code("start_date") or "0", one.code("end_date"))
    ]
    return sorted(meant, key=lambda one: (one.code("start_date"), one.id))


def for_whom(known: Known, one: Thing) -> str:
    """Who gets a measure."""
    return known.name(one.code("person")) or ("全家" if one.id else "")


def amount_of(one: Thing) -> Fact:
    """What a measure comes to, with what it is counted by."""
    fact = one.fact("amount")
    unit = UNITS.get(one.code("amount_unit"), "")
    if one.code("amount_unit") == "goods":
        return replace(fact, text=f"实物 {fact.text}".strip())
    return replace(fact, text=f"{fact.text}{unit.removeprefix('元')}") if fact.text else fact


def _days(one: Thing) -> str:
    first, last = (words.short_date(one.code(name)) for name in ("start_date", "end_date"))
    if first and last:
        return f"{first}－{last}"
    return f"{first}起" if first else f"至{last}" if last else ""


def _years(known: Known, plans: Sequence[Thing], meant: Sequence[Thing]) -> str:
    if known.period.chosen:
        return known.period.in_words
    if plans:
        return plans[-1].code("plan_year")
    years = sorted({one.code("start_date")[:4] for one in meant if one.code("start_date")})
    return "、".join(years)


def _newest(meant: Sequence[Thing]) -> str:
    return max((one.code("start_date") for one in meant), default="")


def _is_reviewed(meant: Sequence[Thing]) -> bool:
    return all(one.reviewed for one in meant)

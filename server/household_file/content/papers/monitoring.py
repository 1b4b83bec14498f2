"""A monitored household: clue, verification, application, what was collected, follow-ups."""

from __future__ import annotations

from collections.abc import Iterator

from server.household_file import words
from server.household_file.content import visit_of
from server.household_file.content.blocks import (
    Block,
    Paper,
    Pictures,
    Row,
    cell,
    label,
    labels,
    pairs,
    table,
)
from server.household_file.content.catalogue import Section
from server.household_file.content.facts import Fact, Photo, Signature
from server.household_file.content.papers.known import Known, Step, Thing
from server.household_file.content.records import Standing
from server.household_file.content.visit_of import Filled, signed, signed_by

Record = tuple[Standing, Filled]

UNMET = frozenset({"absent", "refused"})
NOT_MONITORED = frozenset({"", "not_admitted", "watch"})
CHECKED = (
    ("v_edu", "义务教育"),
    ("v_medical", "基本医疗"),
    ("v_housing", "住房安全"),
    ("v_water", "饮水安全"),
)
FOLLOWED = 12
#: So much of a visit is told among the follow-ups.
TOLD = 120


def steps(known: Known, case: Thing, step: str, phase: str = "") -> list[Record]:
    """The records of one step of a case at which somebody was met, newest first."""
    own = {case.id, *(one.id for one in joined(known, case))}
    return [
        (one, form)
        for one, form in known.filled("case_event")
        if form.text("case_id") in own
        and form.text("case_step") == step
        and form.text("visit_result") not in UNMET
        and (not phase or (form.text("case_phase") or "admit") == phase)
    ]


def cases(known: Known) -> list[Thing]:
    """The cases of the household, oldest first."""
    return [one for one in _by_date(known) if not one.into]


def joined(known: Known, case: Thing) -> list[Thing]:
    """The clues of the same trouble that joined a case."""
    return [one for one in _by_date(known) if one.into == case.id]


def _by_date(known: Known) -> list[Thing]:
    return sorted(known.all("cases"), key=lambda one: (one.code("clue_date"), one.id))


def began(case: Thing) -> str:
    """What a case is told apart by on paper."""
    number = case.code("case_no")
    return number or words.long_month(case.code("clue_date"))


def case_line(case: Thing) -> str:
    """What stands above a document about a case."""
    number = f"监测编号 {case.code('case_no')}" if case.code("case_no") else "监测编号　待编号"
    return "　".join(
        filter(None, (number, case.text("category") or case.text("category_proposed")))
    )


def clues(known: Known, section: Section) -> list[Paper]:
    """Each clue: where it came from, what it says, what became of it."""
    papers = []
    for case in cases(known):
        told = steps(known, case, "clue")
        outcome = case.text("decision") or "正在核实"
        day = case.code("decided_on")
        if day:
            outcome += f"（{words.long_date(day)}）"
        block = pairs(
            (17, 33, 17, 33),
            (
                "线索来源",
                case.fact("clue_source"),
                "发现日期",
                words.long_date(case.code("clue_date")),
            ),
            ("户主姓名", known.head, "紧急程度", case.fact("clue_urgency")),
            ("家庭住址", known.address),
            ("风险类型", case.fact("clue_risks")),
            ("情况", case.fact("clue_desc")),
            ("处理情况", outcome),
        )
        papers.append(
            Paper(
                section=section.code,
                key=f"clue-{case.id[:8]}",
                blocks=(block, *_further(known, case), _room("处理经过")),
                about=began(case),
                on=case.code("clue_date"),
                by=known.records.by(told[0][0]) if told else "",
                right=case_line(case),
                reviewed=case.reviewed,
                signed={"recorder": signed_by(told[0][1], "signature_recorder")} if told else {},
                notes=known.records.passed(told[0][0]) if told else (),
            )
        )
    return papers


def _further(known: Known, case: Thing) -> Iterator[Block]:
    """The clues that joined a case."""
    rows = [
        (
            cell(words.short_date(one.code("clue_date")), "d s"),
            cell(one.fact("clue_source"), "s"),
            cell(one.fact("clue_risks"), "s"),
            cell(one.fact("clue_desc"), "l"),
        )
        for one in joined(known, case)
    ]
    if rows:
        head = labels("并入的线索", "来源", "风险类型", "情况")
        yield table((17, 20, 20, 43), rows, [head], join=True, style="low")


def _room(title: str) -> Block:
    return table((17, 83), [(label(title), cell("", "higher"))], join=True)


def verifications(known: Known, section: Section) -> list[Paper]:
    """What was seen at the door after each clue."""
    return [
        _verified(known, section, case, *record)
        for case in cases(known)
        for record in steps(known, case, "verify")
    ]


def _verified(known: Known, section: Section, case: Thing, one: Standing, form: Filled) -> Paper:
    name, relation = visit_of.met(form)
    home = known.home
    blocks: tuple[Block, ...] = (
        pairs(
            (17, 33, 17, 33),
            ("户主姓名", known.head, "家庭人口", home.fact("family_size")),
            (
                "核实日期",
                words.long_date(one.on),
                "受访人",
                f"{name}（{relation}）" if relation else name,
            ),
            ("核实人", _came(known, one, form)),
            (
                *("人均纯收入（元）", words.money(form.text("last_per_capita"))),
                *("监测线（元）", words.money(form.text("monitoring_line"))),
            ),
            (
                *("劳动力（人）", form.text("labour_count")),
                *("刚性支出自付（元）", words.money(form.text("rigid_total"))),
            ),
        ),
        _secured(form),
        pairs(
            (17, 83),
            ("突出困难", form.text("hardship")),
            ("自身应对能力", choices(form, "self_capacity")),
            ("核实结论", choices(form, "verify_conclusion")),
            join=True,
        ),
        pairs(
            (17, 33, 17, 33),
            ("建议类别", form.said("category_proposed"), "主要风险", form.said("risk_main")),
            ("其他风险", form.said("risk_other")),
            ("理由", form.text("conclude_reason")),
            join=True,
        ),
    )
    return Paper(
        section=section.code,
        key=f"verify-{one.submission.instance_id[:8]}",
        blocks=blocks,
        about=words.long_date(one.on),
        on=one.on,
        by=known.records.by(one),
        right=case_line(case),
        reviewed=one.approved,
        signed=_signed(form),
        said={"recorder": _came(known, one, form)},
        notes=known.records.passed(one),
    )


def _signed(form: Filled) -> dict[str, Signature]:
    return {"household": signed(form), "recorder": signed_by(form, "signature_recorder")}


def _came(known: Known, one: Standing, form: Filled) -> str:
    return "、".join(filter(None, (known.records.by(one), *visit_of.companions(form))))


def choices(form: Filled, name: str) -> Fact:
    """An answer with all that could have been answered, to be drawn as boxes."""
    question = form.question(name)
    said = form.definition.lists.get(question.list or "", ()) if question else ()
    raw = form.text(name)
    return Fact(form.said(name), tuple((words.wide(text), code == raw) for code, text in said))


def _secured(form: Filled) -> Block:
    rows = [(label(title), cell(choices(form, name), "box l")) for name, title in CHECKED]
    return table((17, 83), rows, join=True, style="low")


def applications(known: Known, section: Section) -> list[Paper]:
    """The application of each case, empty where a case is run and nobody filled it in."""
    papers = []
    for case in cases(known):
        told = steps(known, case, "apply")
        if told or case.code("decision") not in NOT_MONITORED:
            papers.append(_application(known, section, case, told[0] if told else None))
    return papers


def _application(known: Known, section: Section, case: Thing, told: Record | None) -> Paper:
    one, form = told or (None, None)
    risks = case.text("risk_main") or case.text("clue_risks")
    county, _, village = known.place
    why = risks.removeprefix("因") or "　" * 8
    asked = (
        f"{words.committee(village)}：本户因{why}，生活遇到困难，"
        "存在返贫致贫风险，自愿申请纳入防止返贫监测帮扶。"
    )
    promised = (
        "本户承诺：所报家庭人口、收入、支出、财产等情况真实。本户授权"
        f"{county}有关部门依法查询、核对全体家庭成员的就业、社保、医保、银行存款、"
        "车辆、房产、工商登记等信息，仅用于监测对象的识别和帮扶。"
    )
    blocks: tuple[Block, ...] = (
        pairs(
            (17, 33, 17, 33),
            ("申请人（户主）", known.head, "家庭人口", known.home.fact("family_size")),
            ("家庭住址", known.address),
        ),
        table((100,), [(cell(asked, "prose"),), (cell(promised, "prose"),)], join=True),
        pairs(
            (17, 83),
            ("申请方式", choices(form, "apply_way") if form else ""),
            ("代填人", form.text("proxy_name") if form else ""),
            ("信息查询授权", choices(form, "authorized") if form else ""),
            join=True,
        ),
    )
    photos = _evidence(known, told, "apply_photo", "申请书和授权书") if told else ()
    return Paper(
        section=section.code,
        key=f"apply-{case.id[:8]}",
        blocks=blocks,
        about=began(case),
        on=one.on if one else "",
        by=known.head if one else "",
        note="" if one else "空白表",
        right=case_line(case),
        reviewed=one.approved if one else True,
        signed={"household": signed(form)} if form else {},
        notes=known.records.passed(one) if one else (),
        after=(Pictures(photos, "申请书和授权书照片"),) if photos else (),
    )


def _evidence(known: Known, told: Record, name: str, title: str) -> tuple[Photo, ...]:
    one, form = told
    if not form.text(name):
        return ()
    day = words.long_date(one.on)
    by = known.records.by(one)
    return (form.photo(form.text(name), title=title, taken=day, by=by, reviewed=one.approved),)


def monitored(known: Known, section: Section) -> list[Paper]:
    """What is collected of a household that is monitored, for each admission."""
    return [
        _collected(known, section, case)
        for case in cases(known)
        if case.code("decision") not in NOT_MONITORED
    ]


def _collected(known: Known, section: Section, case: Thing) -> Paper:
    home = known.home
    admitted = next(
        (
            step
            for step in known.decisions
            if step.of == case.id and step.said.get("decision") == "admitted"
        ),
        None,
    )
    on = (admitted.said.get("decided_on", "") if admitted else "") or case.code("decided_on")
    blocks: tuple[Block, ...] = (
        pairs(
            (17, 33, 17, 33),
            ("户主姓名", known.head, "联系电话", home.fact("phone")),
            ("家庭住址", known.address),
            ("户类型", home.fact("household_type"), "救助类别", home.fact("welfare")),
            ("家庭人口", home.fact("family_size"), "劳动力（人）", home.fact("labour_count")),
            ("务工人数", home.fact("working_count"), "在校生（人）", home.fact("student_count")),
            ("开户银行", home.fact("bank_name"), "账号", home.fact("bank_account")),
            ("住房等级", home.fact("house_grade"), "住房保障", home.fact("security_path")),
            ("饮水安全", home.fact("water_ok"), "人均纯收入（元）", home.fact("last_year_income")),
        ),
        pairs(
            (17, 33, 17, 33),
            ("监测类别", case.fact("category"), "认定日期", words.long_date(on)),
            ("主要风险", case.fact("risk_main"), "其他风险", case.fact("risk_other")),
            ("有劳动能力", case.fact("has_labour"), "风险变化", case.fact("risk_trend")),
            ("风险说明", case.fact("clue_desc")),
            join=True,
        ),
    )
    return Paper(
        section=section.code,
        key=f"monitored-{case.id[:8]}",
        blocks=blocks,
        about=began(case),
        on=on,
        right=case_line(case),
        reviewed=case.reviewed,
        notes=("家庭成员见“家庭成员表”，住房、饮水等其他各项见“农户基本信息表”。",),
    )


def follow_ups(known: Known, section: Section) -> list[Paper]:
    """What was seen since each admission: the case's own records, and visits that were made."""
    papers = []
    for case in cases(known):
        if case.code("decision") in NOT_MONITORED:
            continue
        found = sorted(_followed(known, case), key=lambda row: row[0])
        rows = [(cell(str(number), "d"), *row, cell()) for number, (_, row) in enumerate(found, 1)]
        block = table(
            (5, 11.5, 11.5, 7, 9, 43, 13),
            rows,
            [
                labels(
                    *(
                        "序号",
                        "日期",
                        "走访人",
                        "方式",
                        "风险\n变化",
                        "情况和措施落实",
                        "受访人\n签字",
                    )
                )
            ],
            spare=max(FOLLOWED - len(rows), 2),
        )
        papers.append(
            Paper(
                section=section.code,
                key=f"follow-{case.id[:8]}",
                blocks=(block,),
                about=began(case),
                on=found[-1][0] if found else "",
                note=f"{len(rows)} 次" if rows else "空白表",
                right=case_line(case),
            )
        )
    return papers


def _followed(known: Known, case: Thing) -> list[tuple[str, Row]]:
    told = [step for step in known.decisions if step.of == case.id]
    since = min((_decided_on(step) for step in told), default=case.code("clue_date"))
    found = [
        (one.on, _follow_row(known, one, form, form.said("risk_trend"), form.text("follow_note")))
        for one, form in steps(known, case, "follow")
        if known.period.holds(one.on)
    ]
    found += [
        (one.on, _follow_row(known, one, form, "", _shortened(form.text("account_text"))))
        for one, form in known.filled("visit")
        if known.period.holds(one.on) and one.on >= since
        if form.text("visit_result") not in UNMET
    ]
    return found


def _shortened(told: str) -> str:
    """What was told of a visit, which is printed in full at its own place."""
    return told if len(told) <= TOLD else f"{told[:TOLD].rstrip()}……（全文见入户走访记录）"


def _decided_on(step: Step) -> str:
    return step.said.get("decided_on") or step.on


def _follow_row(known: Known, one: Standing, form: Filled, trend: str, told: str) -> Row:
    way = "电话" if form.text("visit_result") == "phone" else "入户"
    return (
        cell(words.short_date(one.on), "d s"),
        cell(_came(known, one, form), "song s"),
        cell(way, "s"),
        cell(trend, "s"),
        cell(Fact(" ".join(told.split()), reviewed=one.approved), "l s"),
    )

"""What is decided of a household in village, township and county: admission, clearing, exit."""

from __future__ import annotations

from collections.abc import Sequence

from server.household_file import words
from server.household_file.content import visit_of
from server.household_file.content.blocks import Block, Paper, Pictures, cell, label, pairs, table
from server.household_file.content.catalogue import Section
from server.household_file.content.facts import Photo
from server.household_file.content.papers.known import Known, Step, Thing
from server.household_file.content.papers.monitoring import (
    CHECKED,
    NOT_MONITORED,
    Record,
    began,
    case_line,
    cases,
    choices,
    steps,
)
from server.household_file.content.records import STEPS, Standing
from server.household_file.content.visit_of import Filled, signed, signed_by

CLEARED = frozenset({"clear_town_agreed", "cleared"})
EXIT_KINDS = frozenset({"exit", "look_back", "survey"})
UNMET = frozenset({"absent", "refused"})
EVIDENCE = (
    ("appraise", "minutes_photo", "评议记录"),
    ("notice_posted", "posted_photo", "公示张贴"),
    ("notice_ended", "ended_photo", "公示结束"),
)


def approvals(known: Known, section: Section) -> list[Paper]:
    """How each case came to be decided on."""
    papers = []
    for case in cases(known):
        told = {step: steps(known, case, step, "admit") for step, _, _ in EVIDENCE}
        decided = [one for one in _decisions(known, case) if one.said["decision"] not in CLEARED]
        if any(told.values()) or case.code("decision") not in NOT_MONITORED:
            papers.append(_approval(known, section, case, told, decided))
    return papers


def _approval(
    known: Known,
    section: Section,
    case: Thing,
    told: dict[str, list[Record]],
    decided: Sequence[Step],
) -> Paper:
    photos = _evidence(known, told)
    blocks: tuple[Block, ...] = (
        pairs(
            (17, 33, 17, 33),
            ("户主姓名", known.head, "家庭人口", known.home.fact("family_size")),
            ("家庭住址", known.address),
            ("拟定类别", case.fact("category_proposed"), "主要风险", case.fact("risk_main")),
        ),
        _published(known, told),
    )
    newest = [record for found in told.values() for record in found[:1]]
    return Paper(
        section=section.code,
        key=f"approval-{case.id[:8]}",
        blocks=blocks,
        about=began(case),
        on=max((*(one.on for one, _ in newest), *(one.on for one in decided)), default=""),
        right=case_line(case),
        reviewed=all(one.approved for one, _ in newest),
        said={
            "village": _appraised(told["appraise"]),
            **{level: _opinion(known, decided, level) for level in ("town", "county")},
        },
        after=(Pictures(photos, "评议、公示照片"),) if photos else (),
    )


def _published(known: Known, told: dict[str, list[Record]]) -> Block:
    """Appraisal and notice in three lines."""
    appraise, posted, ended = (told[step][0] if told[step] else None for step, _, _ in EVIDENCE)
    meeting = notice = end = ""
    if appraise:
        one, form = appraise
        meeting = (
            f"{words.long_date(one.on)}，到会 {form.text('attendees')} 人，"
            f"同意 {form.text('votes_for')} 人。记录人：{known.records.by(one)}"
        )
    if posted:
        notice = f"{words.long_date(posted[0].on)}张贴。经办人：{known.records.by(posted[0])}"
    if ended:
        one, form = ended
        objection = form.text("objection_result") or "没有异议"
        end = f"{words.long_date(one.on)}结束，{objection}。经办人：{known.records.by(one)}"
    rows = (("民主评议", meeting), ("公示", notice), ("公示结果", end))
    return table(
        (17, 83),
        [(label(title), cell(text, "l" if text else "l high")) for title, text in rows],
        join=True,
    )


def _appraised(told: Sequence[Record]) -> str:
    if not told:
        return ""
    form = told[0][1]
    votes, all_ = form.text("votes_for"), form.text("attendees")
    if votes.isdecimal() and all_.isdecimal():
        return (
            "经民主评议，同意。" if 2 * int(votes) > int(all_) else "经民主评议，未获过半数同意。"
        )
    return ""


def _decisions(known: Known, case: Thing) -> list[Step]:
    return [one for one in known.decisions if one.of == case.id and one.said.get("decision")]


def _opinion(known: Known, decided: Sequence[Step], level: str) -> str:
    """What a level decided last, by whom and when."""
    own = [one for one in decided if one.said.get("decision_level") == level]
    if not own:
        return ""
    last = own[-1]
    said = known.label("case_decision", last.said["decision"])
    category = known.label("monitor_category", last.said.get("category", ""))
    day = words.long_date(last.said.get("decided_on") or last.on)
    parts = (
        said,
        category if last.said["decision"] == "admitted" else "",
        last.said.get("decision_note"),
    )
    return f"{'，'.join(filter(None, parts))}。（{last.by} {day}）"


def _evidence(known: Known, told: dict[str, list[Record]]) -> tuple[Photo, ...]:
    return tuple(
        form.photo(
            form.text(name),
            title=title,
            taken=words.long_date(one.on),
            by=known.records.by(one),
            reviewed=one.approved,
        )
        for step, name, title in EVIDENCE
        for one, form in reversed(told[step])
        if form.text(name)
    )


def clearings(known: Known, section: Section) -> list[Paper]:
    """How the risk of each case was found to be over."""
    papers = []
    for case in cases(known):
        proposed = steps(known, case, "clear")
        if not proposed:
            continue
        told = {step: steps(known, case, step, "clear") for step, _, _ in EVIDENCE}
        decided = [one for one in _decisions(known, case) if one.said["decision"] in CLEARED]
        one, form = proposed[0]
        photos = _evidence(known, told)
        name, relation = visit_of.met(form)
        checked = table(
            (17, 83),
            [(label(title), cell(choices(form, at), "box l")) for at, title in CHECKED],
            join=True,
            style="low",
        )
        blocks: tuple[Block, ...] = (
            pairs(
                (17, 33, 17, 33),
                ("户主姓名", known.head, "监测类别", case.fact("category")),
                ("核实日期", words.long_date(one.on), "受访人", f"{name} {relation}".strip()),
                ("消除原因", form.said("clear_reason"), "收入稳定", _months(form)),
                (
                    *("人均纯收入（元）", words.money(form.text("last_per_capita"))),
                    *("监测线（元）", words.money(form.text("monitoring_line"))),
                ),
                (
                    "原风险已消除",
                    choices(form, "risk_gone"),
                    "没有新风险",
                    choices(form, "no_new_risk"),
                ),
                ("情况", form.text("clear_note")),
            ),
            checked,
            _published(known, told),
        )
        papers.append(
            Paper(
                section=section.code,
                key=f"clear-{case.id[:8]}",
                blocks=blocks,
                about=began(case),
                on=max((one.on, *(step.on for step in decided))),
                by=known.records.by(one),
                right=case_line(case),
                reviewed=one.approved,
                signed={
                    "household": signed(form),
                    "recorder": signed_by(form, "signature_recorder"),
                },
                said={
                    "recorder": _came(known, one, form),
                    "village": _appraised(told["appraise"]),
                    **{level: _opinion(known, decided, level) for level in ("town", "county")},
                },
                notes=known.records.passed(one),
                after=(Pictures(photos, "评议、公示照片"),) if photos else (),
            )
        )
    return papers


def _came(known: Known, one: Standing, form: Filled) -> str:
    return "、".join(filter(None, (known.records.by(one), *visit_of.companions(form))))


def _months(form: Filled) -> str:
    return f"{form.text('stable_months')} 个月" if form.text("stable_months") else ""


def exits(known: Known, section: Section) -> list[Paper]:
    """Each check of whether the household is out of poverty, with room for its way up."""
    return [
        _exit(known, section, one, form)
        for one, form in known.filled("check")
        if form.text("check_kind") in EXIT_KINDS
        and form.text("visit_result") not in UNMET
        and (known.period.holds(one.on) or not known.period.chosen)
    ]


def _exit(known: Known, section: Section, one: Standing, form: Filled) -> Paper:
    name, relation = visit_of.met(form)
    checked = ("food_ok", "clothes_ok", "edu_ok", "medical_ok", "house_ok", "water_ok")
    rows = [(label(form.label(at)), cell(choices(form, at), "box l")) for at in checked]
    blocks: tuple[Block, ...] = (
        pairs(
            (17, 33, 17, 33),
            ("户主姓名", known.head, "家庭人口", known.home.fact("family_size")),
            ("核查类型", choices(form, "check_kind")),
            ("核查日期", words.long_date(one.on), "受访人", f"{name} {relation}".strip()),
            (
                *("人均纯收入（元）", words.money(form.text("last_per_capita"))),
                *("当年标准（元）", words.money(form.text("line_amount"))),
            ),
            ("稳定收入来源", choices(form, "stable_source"), "核查人", _came(known, one, form)),
        ),
        table((17, 83), rows, join=True, style="low"),
        pairs(
            (17, 33, 17, 33),
            ("住房保障方式", choices(form, "security_path")),
            (
                "户主认可",
                choices(form, "household_agrees"),
                "不认可原因",
                form.text("disagree_reason"),
            ),
            ("结论", choices(form, "conclusion"), "不达标说明", form.text("fail_note")),
            join=True,
        ),
    )
    return Paper(
        section=section.code,
        key=f"exit-{one.submission.instance_id[:8]}",
        blocks=blocks,
        about="，".join((form.said("check_kind"), words.long_date(one.on))),
        on=one.on,
        by=known.records.by(one),
        right=words.long_date(one.on),
        reviewed=one.approved,
        signed={"household": signed(form), "recorder": signed_by(form, "signature_recorder")},
        said={"recorder": _came(known, one, form), **_by_level(known, one)},
        notes=known.records.passed(one),
    )


def _by_level(known: Known, one: Standing) -> dict[str, str]:
    """What each level has said of a check by letting it pass."""
    passed = {
        s.step: f"审核通过。（{s.by} {words.long_date(s.on)}）" for s in known.records.steps(one)
    }
    return {level: passed[said] for level, said in STEPS.items() if said in passed}

"""The lists of registers that are looked at and taken along, and decided elsewhere."""

from __future__ import annotations

from flask import Response, request
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.console.blueprint import blueprint
from server.console.listing import Cell, Column, Condition, Listing, by_village, exported, shown
from server.console.page import village_names
from server.console.register_rows import Row, about, fact, head, rows, village
from server.database import reading, transaction
from server.forms.queries import dictionary_in_force

MEASURE_SHAPES = {"done": "ok", "planned": "", "failed": "bad", "ended": "none"}
CONCLUSION_SHAPES = {"pass": "ok", "fail": "bad"}


@blueprint.get("/measures/")
@needs("households")
def measures() -> Response:
    """What is done for whom, by village, kind and how far it is."""
    with reading() as session:
        found = _measures(session, current_actor())
    return shown(found)


@blueprint.post("/measures/export")
@needs("roster")
def export_measures() -> Response:
    """The measures as a workbook."""
    with transaction() as session:
        return exported(session, _measures(session, current_actor()))


@blueprint.get("/exit-checks/")
@needs("households")
def exit_checks() -> Response:
    """What was found by exit checks, looking back and surveys."""
    with reading() as session:
        found = _exit_checks(session, current_actor())
    return shown(found)


@blueprint.post("/exit-checks/export")
@needs("roster")
def export_exit_checks() -> Response:
    """The checks as a workbook."""
    with transaction() as session:
        return exported(session, _exit_checks(session, current_actor()))


@blueprint.get("/members/")
@needs("households")
def members() -> Response:
    """The people of one village."""
    with reading() as session:
        found = _members(session, current_actor())
    return shown(found)


@blueprint.post("/members/export")
@needs("roster")
def export_members() -> Response:
    """The people of one village as a workbook, masked as on the screen."""
    with transaction() as session:
        return exported(session, _members(session, current_actor()))


def _measures(session: Session, actor: Actor) -> Listing[Row]:
    lists = dictionary_in_force(session).lists
    return Listing(
        name="measures",
        title="帮扶措施",
        unit="项",
        rows=rows(session, actor, "measures"),
        about=about,
        columns=(
            head("records"),
            village(),
            fact("针对风险", "measure_risk", 128),
            fact("措施类别", "measure_group", 112),
            fact("具体措施", "measure_item"),
            fact("享受人", "person", 96),
            Column("金额", _amount, 112, number=True, of=("amount", "amount_unit")),
            fact("开始", "start_date", 140),
            fact("结束", "end_date", 140),
            fact("责任人", "owner", 92),
            _badge("落实情况", "status", MEASURE_SHAPES, 100),
            fact("成效", "effect", only_file=True),
        ),
        tabs=_by("status", "落实情况", lists.get("measure_status", ())),
        conditions=(
            by_village(actor, lambda row: row.home.area),
            _by("measure_group", "类别", lists.get("measure_group", ())),
            _by("measure_risk", "风险", lists.get("risk_type", ())),
        ),
        empty=("还没有帮扶措施", "监测户定了帮扶计划，措施会列在这里。"),
    )


def _exit_checks(session: Session, actor: Actor) -> Listing[Row]:
    lists = dictionary_in_force(session).lists
    return Listing(
        name="exit_checks",
        title="退出核查",
        unit="次",
        rows=rows(session, actor, "exit_checks"),
        about=about,
        columns=(
            head("records"),
            village(),
            fact("核查类型", "check_kind", 120),
            fact("核查日期", "checked_on", 140),
            _badge("结论", "conclusion", CONCLUSION_SHAPES, 110),
            fact("户主认可", "household_agrees", 110),
            Column("审核", lambda row: _reviewed(row)),
        ),
        tabs=_by("conclusion", "结论", lists.get("exit_conclusion", ())),
        conditions=(
            by_village(actor, lambda row: row.home.area),
            _by("check_kind", "类型", lists.get("check_kind", ())),
        ),
        empty=("还没有退出核查", "退出、回头看、风险消除和普查的核查会列在这里。"),
    )


def _members(session: Session, actor: Actor) -> Listing[Row]:
    """Of one village at a time: a town has tens of thousands."""
    villages = sorted(village_names(actor).items())
    first = villages[0] if villages else ("", "")
    asked = request.args.get("village") or first[0]
    lists = dictionary_in_force(session).lists
    return Listing(
        name="members",
        title="家庭成员",
        unit="人",
        rows=rows(session, actor, "persons", [asked]),
        about=about,
        columns=(
            fact("姓名", "person_name", 104),
            head("members"),
            fact("关系", "relation", 84),
            fact("性别", "sex", 52),
            fact("出生日期", "birth_date", 148),
            fact("证号", "id_number", 180),
            fact("健康", "health_status", 128),
            fact("劳动能力", "labour", 140),
            fact("务工", "work"),
            Column("现在", _present, 92, of=("member_status",)),
            fact("在校", "student_status", 120, only_file=True),
            fact("残疾等级", "disability_level", 100, only_file=True),
            fact("医保", "medical_insured", 80, only_file=True),
            fact("养老保险", "pension_insured", 80, only_file=True),
        ),
        conditions=(
            Condition("village", "村", villages[1:], lambda row: row.home.area, all=first[1]),
            _by("health_status", "健康", lists.get("health_status", ())),
            _by("labour", "劳动能力", lists.get("labour", ())),
            _by("left_behind_type", "留守", lists.get("left_behind", ())),
        ),
        empty=("这个村还没有登记家庭成员", "导入花名册、登记农户以后会列在这里。"),
    )


def _by(name: str, label: str, options: object) -> Condition[Row]:
    """To narrow by a fact that is one of a list, or by one of several."""
    pairs = tuple(options) if isinstance(options, (list, tuple)) else ()
    return Condition(name, label, pairs, lambda row: row.facts.get(name, "").split())


def _badge(title: str, name: str, shapes: dict[str, str], width: int) -> Column[Row]:
    def say(row: Row) -> Cell:
        text = row.say(name)
        return Cell(text, badge=shapes.get(row.facts.get(name, ""), "") if text else None)

    return Column(title, say, width, of=(name,))


def _reviewed(row: Row) -> Cell:
    return Cell("已通过", badge="ok") if row.settled else Cell("未审核", badge="")


def _present(row: Row) -> Cell:
    if row.facts.get("member_status") == "removed":
        return Cell("已减少", badge="none")
    return Cell("在册")


def _amount(row: Row) -> str:
    return f"{row.say('amount')} {row.say('amount_unit')}".strip()

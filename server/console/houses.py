"""危房改造台账: every dangerous house with its step, what is missing, its photos; and one house."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from server import clock
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.console.blueprint import blueprint
from server.console.listing import (
    Cell,
    Column,
    Condition,
    Listing,
    by_village,
    note_export,
    shown,
)
from server.console.page import page, village_names
from server.console.register_rows import HEAD as WHOSE
from server.console.register_rows import SIZE, VILLAGE, saying
from server.console.say import day, word
from server.console.workbook import workbook
from server.database import reading, transaction
from server.followup import queries as followup
from server.followup.events import events_of
from server.followup.house_ledger import STATES, Row, head_numbers, ledger, row_of
from server.followup.house_states import STEPS, missing
from server.followup.known import Event
from server.forms.dictionary import Dictionary
from server.forms.queries import definition_of, dictionary_in_force
from server.problems import DecisionRefused, NotFound, Problem
from server.registers import queries as registers
from server.review import acts, renovating
from server.review import queries as review
from server.submissions import queries as submissions

STAGES = (("before", "改造前"), ("under", "改造中"), ("after", "改造后"))
GRADES = (("D", "D 级"), ("C", "C 级"))
BADGES = {
    "dangerous": "bad",
    "to_assess": "",
    "left": "warn",
    "renovating": "part",
    "accepted": "ok",
    "closed": "none",
    "safe": "ok",
}


@dataclass(frozen=True, slots=True)
class Photo:
    """One of the three photos; instance_id is blank where nobody took it yet."""

    stage: str
    title: str
    instance_id: str = ""
    name: str = ""
    on: str = ""


@blueprint.get("/houses/")
@needs("households")
def houses() -> Response:
    """The houses of the ledger, by state, village and grade."""
    with reading() as session:
        found = _listing(session, current_actor())
    return shown(found)


def _listing(session: Session, actor: Actor) -> Listing[Row]:
    dictionary = dictionary_in_force(session)
    return Listing(
        name="houses",
        title="危房改造台账",
        unit="座房",
        rows=ledger(session, actor.villages),
        columns=_columns(village_names(actor), dictionary),
        about=lambda row: (row.id, row.home.household_id, renovating.renovation_id(row.id)),
        tabs=Condition(
            "state",
            "现在怎样",
            [(name, word(name, "house_state")) for name in STATES],
            lambda row: row.state,
        ),
        conditions=(
            by_village(actor, lambda row: row.home.area),
            Condition("grade", "等级", GRADES, lambda row: row.grade),
        ),
        empty=("台账上没有房子", "鉴定为 C、D 级的房子，和等着鉴定的房子，会列在这里。"),
        note="等级以通过审核的鉴定为准。验收要合格，并且住进去了，才从台账销号。",
    )


def _columns(villages: Mapping[str, str], dictionary: Dictionary) -> tuple[Column[Row], ...]:
    say, labels = saying(dictionary), _labels(dictionary)

    def whose(row: Row) -> Cell:
        href = url_for("console.house", house_id=row.id)
        return Cell(row.home.head_name or "没登记", href, note=row.name)

    def lacking(row: Row) -> Cell:
        if row.state == "to_assess":
            return Cell("鉴定结果")
        wanted = missing(row.renovation) if row.step else ()
        said = "、".join(labels[name] for name in wanted)
        return Cell(said, title=said)

    def renovated(name: str) -> Callable[[Row], str]:
        return lambda row: say("renovations", name, row.renovation.get(name, ""))

    return (
        Column("户主", whose, 120),
        Column("村", lambda row: villages.get(row.home.area, row.home.area), 92),
        Column("等级", lambda row: say("houses", "house_grade", row.grade), 64),
        Column("现在怎样", _state, 132),
        Column("鉴定日期", lambda row: day(row.house.get("assessed_on")), 96),
        Column("农户类型", renovated("target_type"), 124),
        Column("改造方式", renovated("method"), 104),
        Column("到哪一步", lambda row: word(row.step, "renovation_state") if row.step else "", 108),
        Column("下一步还缺", lacking),
    )


def _state(row: Row) -> Cell:
    return Cell(word(row.state, "house_state"), badge=BADGES.get(row.state, ""))


@blueprint.get("/houses/<house_id>")
@needs("households")
def house(house_id: str) -> Response:
    """One house: its grade and how it came about, its photos, its steps."""
    return _screen(house_id)


@blueprint.post("/houses/<house_id>")
@needs("review")
def tell_of_house(house_id: str) -> Response:
    """Write what is new of its renovation, or the result of an appraisal on paper."""
    form, now = request.form, clock.now()
    verb = renovating.appraise if form.get("what") == "appraisal" else renovating.tell
    try:
        with transaction() as session:
            verb(session, current_actor(), house_id, form, form.get("reason", ""), now)
    except DecisionRefused as problem:
        return _screen(house_id, problem)
    flash("已登记。填错了可以在“以前填的”里撤回。", "ok")
    return redirect(url_for("console.house", house_id=house_id))


@blueprint.post("/houses/export")
@needs("roster")
def export_houses() -> Response:
    """The ledger as a workbook, with the columns of the paper one; the purpose is kept."""
    actor = current_actor()
    with transaction() as session:
        found = _listing(session, actor)
        rows = found.narrowed(found.asked)
        dictionary = dictionary_in_force(session)
        heads = head_numbers(session, [row.home.household_id for row in rows])
        about = [found.about(row) for row in rows]
        note_export(session, "houses", {"rows": len(rows), "asked": found.asked}, about, SAYS)
    villages = village_names(actor)
    lines = (_line(n, row, villages, heads, dictionary) for n, row in enumerate(rows, 1))
    return workbook("危房改造台账", [(title, WIDTH) for title in HEAD], lines)


def _screen(house_id: str, problem: Problem | None = None) -> Response:
    actor = current_actor()
    with reading() as session:
        found = registers.entity(session, house_id)
        if found is None or found.register != "houses" or found.area not in actor.villages:
            raise NotFound("没有这座房，或者不在您管的村里。")
        home = registers.household_row(session, found.household_id or "")
        if home is None:
            raise NotFound("没有这座房，或者不在您管的村里。")
        work = registers.entity(session, renovating.renovation_id(house_id))
        row = row_of(found, home, work if work and work.known else None)
        dictionary = dictionary_in_force(session)
        events = _assessments(session, home.household_id, house_id)
        graded = [one for one in events if one.facts.get("grade")]
        parts = _parts(session, graded[-1]) if graded else []
        said = [
            act
            for act in review.office_acts(session, actor.villages, ("office-set",), 200)
            if act[0].household_id == home.household_id
        ]
        lines = acts.lines(session, actor, [one for one, _, _ in said])
    return page(
        "house.html",
        "houses",
        status=int(problem.status) if problem else 200,
        row=row,
        steps=STEPS,
        badges=BADGES,
        labels=_labels(dictionary),
        house_labels={n: p.label for n, p in dictionary.registers["houses"].properties.items()},
        properties=dictionary.registers["renovations"].properties,
        lists=dictionary.lists,
        say=saying(dictionary),
        filled=renovating.FILLED,
        wanted=missing(row.renovation),
        photos=_photos(events),
        assessed=graded[-1] if graded else None,
        parts=parts,
        events=events[::-1],
        acts=said[:20],
        lines=lines,
        kinds=acts.KINDS,
        village_names=village_names(actor),
        today=clock.today(),
        given=request.form,
        problem=problem.detail if problem else None,
    )


def _assessments(session: Session, household_id: str, house_id: str) -> list[Event]:
    events = events_of(followup.records_of(session, [household_id]))
    return [
        one for one in events if one.kind == "assessment" and one.facts.get("house_id") == house_id
    ]


def _parts(session: Session, event: Event) -> list[tuple[str, str, bool]]:
    """Each part that was graded, in the words of the form, and whether the grade comes from it."""
    said = submissions.submission(session, event.instance_id)
    definition = definition_of(session, event.form_id, said.form_version) if said else None
    graded = event.facts.get("parts")
    if definition is None or not isinstance(graded, Mapping):
        return []
    worst = str(event.facts.get("grade_calc", "")).lower()
    return [
        (
            one.label,
            definition.choice_label(one.list or "", graded[one.name]),
            graded[one.name] == worst,
        )
        for one in definition.questions
        if one.name in graded
    ]


def _photos(events: Sequence[Event]) -> list[Photo]:
    """The three photos; the first assessment shows the house before, where nobody else did."""
    taken: dict[str, Photo] = {}
    titles = dict(STAGES)
    for event in events:
        front = str(event.facts.get("photo_front", ""))
        if front and "before" not in taken:
            taken["before"] = Photo(
                "before", titles["before"], event.instance_id, front, _day(event)
            )
    for event in events:
        stage, name = str(event.facts.get("stage", "")), str(event.facts.get("stage_photo", ""))
        if name and stage in titles:
            taken[stage] = Photo(stage, titles[stage], event.instance_id, name, _day(event))
    return [taken.get(stage, Photo(stage, title)) for stage, title in STAGES]


def _day(event: Event) -> str:
    return event.on.isoformat()


def _labels(dictionary: Dictionary) -> dict[str, str]:
    return {n: p.label for n, p in dictionary.registers["renovations"].properties.items()}


WIDTH = 104
HEAD = (
    *(
        "序号",
        "村",
        "户主",
        "证号",
        "农户类型",
        "人口",
        "结构",
        "面积",
        "等级",
        "鉴定日期",
        "鉴定编号",
    ),
    *("改造方式", "计划年度", "施工方", "开工", "竣工", "验收日期", "验收结果", "改造后面积"),
    *("补助标准", "补助金额", "拨付日期", "已入住", "现居住地", "旧房已拆", "现在到哪一步"),
)
RENOVATED = (
    *("method", "plan_year", "contractor", "start_date", "finish_date", "acceptance_date"),
    *("acceptance_result", "new_area", "subsidy_standard", "subsidy_amount", "subsidy_paid_date"),
    "moved_in",
)
#: What of the registers the columns say.
SAYS = (
    *(*WHOSE, *VILLAGE, *SIZE, "head.id_number", "renovations.target_type"),
    *("structure", "area", "house_grade", "assessed_on", "assess_no", "evacuated_to"),
    *(f"renovations.{name}" for name in (*RENOVATED, "old_house_demolished")),
)


def _line(
    number: int,
    row: Row,
    villages: Mapping[str, str],
    heads: Mapping[str, str],
    dictionary: Dictionary,
) -> list[str | int]:
    def of(register: str, name: str) -> str:
        facts = row.house if register == "houses" else row.renovation
        prop = dictionary.property(register, name)
        value = facts.get(name, "")
        return dictionary.label(prop.list, value) if prop and prop.list and value else value

    return [
        number,
        villages.get(row.home.area, row.home.area),
        row.home.head_name,
        heads.get(row.home.household_id, ""),
        of("renovations", "target_type"),
        row.home.family_size,
        of("houses", "structure"),
        of("houses", "area"),
        of("houses", "house_grade"),
        of("houses", "assessed_on"),
        of("houses", "assess_no"),
        *(of("renovations", name) for name in RENOVATED),
        of("houses", "evacuated_to"),
        of("renovations", "old_house_demolished"),
        word(row.step, "renovation_state") if row.step else word(row.state, "house_state"),
    ]

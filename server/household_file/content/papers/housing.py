"""The assessment of a house with what was seen of each part, and its renovation."""

from __future__ import annotations

from server.household_file import words
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
from server.household_file.content.facts import Fact, Photo
from server.household_file.content.papers.known import Known, Thing
from server.household_file.content.papers.materials import USUAL
from server.household_file.content.records import Standing
from server.household_file.content.visit_of import Filled, signed, signed_by, taken

GRADES = ("a", "b", "c", "d")
ABSENT = "n"
VIEWS = ("photo_front", "photo_side", "photo_inside")
WALLS = (
    ("wall_front", "前墙"),
    ("wall_back", "后墙"),
    ("wall_gable", "山墙"),
    ("wall_inner", "内横墙"),
)


def houses(known: Known, section: Section) -> list[Paper]:
    """The newest assessment of each house, or every one of the days that somebody chose."""
    seen: set[str] = set()
    papers = []
    for one, form in known.filled("assessment"):
        house = form.text("house_id")
        if form.text("purpose") == "photos" or form.text("looked") == "none":
            continue
        wanted = known.period.holds(one.on) if known.period.chosen else house not in seen
        seen.add(house)
        if wanted:
            papers.append(_paper(known, section, one, form))
    return papers


def _paper(known: Known, section: Section, one: Standing, form: Filled) -> Paper:
    counts = form.text("counts") == "yes"
    photos = _photos(known, one, form)
    blocks: list[Block] = [_house(known, one, form), _parts(form), _result(form)]
    if defects := _defects(form):
        blocks.append(defects)
    return Paper(
        section=section.code,
        key=f"house-{one.submission.instance_id[:8]}",
        blocks=tuple(blocks),
        about=form.text("house_name"),
        title="" if counts else f"{section.title}（初评）",
        on=one.on,
        by=form.text("assessor_org") or known.records.by(one),
        note=f"{form.text('grade')} 级" if form.text("grade") else "",
        right=f"编号：{form.text('assess_no')}" if form.text("assess_no") else "",
        number=form.text("assess_no"),
        reviewed=one.approved,
        signed={
            "household": signed(form),
            "assessor": signed_by(form, "signature_assessor"),
        },
        said={"assessor": "、".join(filter(None, (known.records.by(one), _second(known, form))))},
        notes=("" if counts else "本表是初评，等级以鉴定为准。", *known.records.passed(one)),
        after=(Pictures(photos, "房屋和缺陷照片"),) if photos else (),
    )


def _second(known: Known, form: Filled) -> str:
    said = form.text("assessor_2")
    return known.records.person(said) or ("" if len(said) == 36 else said)


def _house(known: Known, one: Standing, form: Filled) -> Block:
    head = known.member(known.home.code("head"))
    number = head.facts.get("id_number", Fact()) if head else Fact()
    walls = "，".join(f"{said}{form.text(name)}" for name, said in WALLS if form.text(name))
    roof = "，".join(
        filter(None, (form.said(f"roof_{name}") for name in ("form", "structure", "material")))
    )
    site = _choices(form, "site_danger")
    return table(
        (11.5, 12, 11.5, 12, 11, 15, 11, 16),
        [
            (
                *(label("户主姓名"), cell(known.head, "song"), label("证号")),
                *(cell(number, "d", 3), label("农户类型"), cell(_target(known, form), "s")),
            ),
            (
                *(label("房屋地址"), cell(known.address, "l", 3)),
                *(label("联系电话"), cell(known.home.fact("phone"), "d s")),
                *(label("建造年代"), cell(form.text("year_built"), "d")),
            ),
            (
                *(label("结构形式"), cell(form.said("structure"))),
                *(label("层数、开间", style="s"), cell(_size(form))),
                *(label("建筑面积"), cell(f"{form.text('house_area')} m²", "d")),
                *(label("设防烈度"), cell(_degree(form), "d")),
            ),
            (
                *(label("墙体材料"), cell(walls, "l s", 3)),
                *(label("屋面"), cell(roof, "l s", 3)),
            ),
            (
                *(label("鉴定类别"), cell(form.said("assess_kind"), "s")),
                *(label("鉴定单位"), cell(form.text("assessor_org"), "l s", 3)),
                *(label("评定日期"), cell(words.short_date(one.on), "d s")),
            ),
            (
                *(label("场地"), cell(site, "box l", 3)),
                *(label("现有人住"), cell(_choices(form, "occupied"), "box l", 3)),
            ),
        ],
        style="low",
    )


def _choices(form: Filled, name: str) -> Fact:
    """An answer with all that could have been answered."""
    question = form.question(name)
    choices = form.definition.lists.get(question.list or "", ()) if question else ()
    raw = form.text(name)
    return Fact(form.said(name), tuple((said, code == raw) for code, said in choices))


def _target(known: Known, form: Filled) -> str:
    return known.label("house_target", form.text("target_type")) or known.home.text(
        "household_type"
    )


def _size(form: Filled) -> str:
    storeys, bays = form.text("storeys"), form.text("bays")
    return " ".join(filter(None, (storeys and f"{storeys} 层", bays and f"{bays} 间")))


def _degree(form: Filled) -> str:
    return f"{form.text('seismic_degree')} 度" if form.text("seismic_degree") else ""


def _parts(form: Filled) -> Block:
    rows = [
        (label("一、各组成部分危险程度", 5, style="g"),),
        labels("部位", *(f"{grade} 级" for grade in GRADES)),
    ]
    for question in form.definition.questions:
        if not (question.list or "").startswith("grade_"):
            continue
        raw = form.text(question.name)
        said = dict(form.definition.lists.get(question.list or "", ()))
        gone = raw in ("", ABSENT)
        cells = [
            cell(Fact("", ((_words(said.get(grade, "")), grade == raw),)), "box l s part")
            for grade in GRADES
        ]
        note = "（无此构件）" if gone else ""
        rows.append((label(question.label + note, style="s" if gone else ""), *cells))
    return table((15, 19, 21, 24, 21), rows, join=True, style="low")


def _words(choice: str) -> str:
    """What a grade says, without the grade that stands in the head."""
    return choice.partition("：")[2] or choice


def _result(form: Filled) -> Block:
    calculated, given = form.text("grade_calc"), form.text("grade")
    how = f"按构件算 {calculated} 级" if calculated else "照鉴定报告"
    if calculated and given != calculated:
        how += f"，综合判定 {given} 级：{form.text('grade_reason')}"
    grades = tuple((f"{grade}级", grade == given) for grade in "ABCD")
    rows: list[Row] = [
        (label("二、房屋整体等级"), cell(Fact("", grades), "box l"), cell(how, "l s")),
        (label("三、防灾措施"), cell(_choices(form, "prevention"), "box l", 2)),
        (label("四、处理建议"), cell(_choices(form, "action"), "box l", 2)),
    ]
    if form.text("household_agrees") or form.text("evacuated"):
        out = "，".join(
            filter(
                None,
                (
                    form.said("household_agrees"),
                    form.text("evacuated") and f"搬离危房：{form.said('evacuated')}",
                    form.text("evacuated_to"),
                    form.said("guarantee"),
                ),
            )
        )
        rows.append((label("户主意愿、搬离"), cell(out, "l", 2)))
    return table((20, 40, 40), rows, join=True, style="low")


def _defects(form: Filled) -> Block | None:
    rows = [
        (
            cell(str(number), "d"),
            cell(form.said("defect_part", row)),
            cell(form.text("defect_position", row), "l s"),
            cell(form.text("defect_desc", row), "l s"),
            cell(form.text("crack_width_mm", row), "d"),
            cell(form.text("tilt_mm", row), "d"),
            cell("有" if form.text("defect_photo", row) else ""),
        )
        for number, row in enumerate(form.rows("defects"), 1)
    ]
    if not rows:
        return None
    head = ("序号", "部位", "位置", "缺陷情况", "裂缝\n（mm）", "倾斜\n（mm）", "照片")
    return table((7, 14, 20, 31, 10, 10, 8), rows, [labels(*head)], join=True, style="low")


def _photos(known: Known, one: Standing, form: Filled) -> tuple[Photo, ...]:
    by, found = known.records.by(one), []
    for name in VIEWS:
        if file := form.text(name):
            day = words.long_date(one.on)
            title = f"房屋{form.label(name)}"
            found.append(
                form.photo(
                    file,
                    title=title,
                    taken=day,
                    place=known.address.text,
                    by=by,
                    reviewed=one.approved,
                )
            )
    for number, row in enumerate(form.rows("defects"), 1):
        if file := form.text("defect_photo", row):
            place = form.text("defect_position", row)
            title = f"缺陷 {number}：{form.said('defect_part', row)}，{place}"
            album = form.text("photo_source", row) == "album"
            found.append(
                form.photo(
                    file,
                    title=title,
                    taken=taken(form, row),
                    place="" if album else known.address.text,
                    by="" if album else by,
                    reviewed=one.approved,
                )
            )
    return tuple(found)


def renovations(known: Known, section: Section) -> list[Paper]:
    """What was done to each dangerous house, with the photos before, during and after."""
    return [_renovation(known, section, one) for one in known.all("renovations")]


def _renovation(known: Known, section: Section, one: Thing) -> Paper:
    house = next((h for h in known.all("houses") if h.id == one.code("house")), None)
    house = house or Thing("", {}, {})
    photos = tuple(
        form.photo(
            form.text("stage_photo"),
            title=form.said("stage"),
            taken=words.long_date(record.on),
            by=known.records.by(record),
            reviewed=record.approved,
        )
        for record, form in reversed(known.filled("assessment"))
        if form.text("stage_photo") and form.text("house_id") == one.code("house")
    )
    acceptance = Fact(
        "，".join(
            filter(
                None,
                (
                    words.long_date(one.code("acceptance_date")),
                    one.text("acceptance_result"),
                ),
            )
        )
    )
    blocks: tuple[Block, ...] = (
        pairs(
            (17, 33, 17, 33),
            ("户主姓名", known.head, "农户类型", one.fact("target_type")),
            ("房屋地址", known.address),
            ("改造前结构", house.fact("structure"), "改造前面积（m²）", house.fact("area")),
            ("鉴定等级", house.fact("house_grade"), "鉴定日期", _day(house, "assessed_on")),
            ("计划年度", one.fact("plan_year"), "改造方式", one.fact("method")),
            ("开工日期", _day(one, "start_date"), "竣工日期", _day(one, "finish_date")),
            ("施工方", one.fact("contractor"), "改造后面积（m²）", one.fact("new_area")),
            ("验收日期、结果", acceptance, "旧房已拆", one.fact("old_house_demolished")),
            (
                "补助标准（元）",
                _money(one, "subsidy_standard"),
                "补助金额（元）",
                _money(one, "subsidy_amount"),
            ),
            ("拨付日期", _day(one, "subsidy_paid_date"), "已入住", one.fact("moved_in")),
        ),
        table(
            (8, 52, 12, 28),
            _materials(known, section),
            [labels("序号", "应附材料", "页数", "存放处、备注")],
            join=True,
            style="low",
        ),
    )
    return Paper(
        section=section.code,
        key=f"renovation-{one.id[:8]}",
        blocks=blocks,
        about=house.text("house_name"),
        on=one.code("finish_date") or one.code("start_date"),
        note=one.text("plan_year"),
        reviewed=one.reviewed,
        after=(Pictures(photos, "改造前、改造中、改造后"),) if photos else (),
    )


def _materials(known: Known, section: Section) -> list[Row]:
    """What belongs to a renovation, with where it lies as far as the office noted it."""
    noted = {one.name: one for one in known.materials if one.section == section.code}
    rows: list[Row] = []
    for number, name in enumerate(dict.fromkeys((*USUAL["renovations"], *noted)), 1):
        one = noted.get(name)
        said = (one.kept_at, one.archive_no, one.note) if one else ()
        pages = str(one.pages) if one and one.pages else ""
        where = "，".join(filter(None, said))
        rows.append(
            (cell(str(number), "d"), label(name, style="l"), cell(pages), cell(where, "l s"))
        )
    return rows


def _day(one: Thing, name: str) -> Fact:
    fact = one.fact(name)
    return Fact(words.long_date(fact.text), (), fact.reviewed, fact.disputed, fact.pending)


def _money(one: Thing, name: str) -> Fact:
    fact = one.fact(name)
    text = words.money(fact.text) if fact.text else ""
    return Fact(text, (), fact.reviewed, fact.disputed, fact.pending)

"""What lies in the volume as it came: a sheet for each of two groups, and copies behind it."""

from __future__ import annotations

from collections.abc import Collection

from server.household_file import words
from server.household_file.content.blocks import (
    Block,
    Cell,
    Paper,
    Pictures,
    cell,
    label,
    labels,
    table,
)
from server.household_file.content.catalogue import Section
from server.household_file.content.facts import Photo
from server.household_file.content.papers.known import Known
from server.intake.paper import Material

#: Source of a section -> what usually lies in it.
USUAL = {
    "identity": (
        "户口簿首页、户主页",
        "户口簿成员页",
        "居民身份证",
        "残疾人证",
        "低保证、特困供养证",
        "其他证明",
    ),
    "identification": (
        "申请书",
        "承诺授权书",
        "入户核实表",
        "民主评议记录（摘录）",
        "公示照片",
        "审核审批表",
    ),
    "renovations": (
        "申请书",
        "户口簿、身份证、身份类别证明",
        "民主评议记录",
        "鉴定（评定）表",
        "公示照片",
        "审批表",
        "改造协议或承诺书",
        "施工安全责任书",
        "质量安全巡查记录",
        "竣工验收表",
        "改造前、中、后照片",
        "资金拨付凭证",
        "农户档案信息表（系统打印）",
    ),
}
SCANNED = "本卷，扫描件附后"
SPARE = 4


def identity(known: Known, section: Section) -> list[Paper]:
    """What proves who they are, with what was photographed of it."""
    return [_slip(known, section, tuple(_hukou(known)))]


def identification(known: Known, section: Section) -> list[Paper]:
    """What the household was identified by."""
    return [_slip(known, section, ())]


def _slip(known: Known, section: Section, photos: tuple[Photo, ...]) -> Paper:
    scanned: dict[str, set[str]] = {}
    for one in known.scanned:
        if one.page.section == section.code and one.page.material:
            scanned.setdefault(one.page.material, set()).add(one.sha256)
    noted = {one.name: one for one in known.materials if one.section == section.code}
    names = tuple(dict.fromkeys((*USUAL[section.source], *noted, *scanned)))
    rows = [
        (cell(str(number), "d"), label(name, style="l"), *_line(noted.get(name), scanned, name))
        for number, name in enumerate(names, 1)
    ]
    block: Block = table(
        (8, 36, 10, 10, 20, 16),
        rows,
        [labels("序号", "材料", "份数", "页数", "原件存放处", "备注")],
        spare=max(SPARE + len(USUAL[section.source]) - len(names), 1),
    )
    return Paper(
        section=section.code,
        key=section.source,
        blocks=(block,),
        note=_note(noted.values()),
        notes=("材料复印件按本表顺序附后，逐页编号；不在本卷的，写明存放处和档号。",),
        after=(Pictures(photos, "手机拍的证件页"),) if photos else (),
    )


def _line(noted: Material | None, scanned: dict[str, set[str]], name: str) -> tuple[Cell, ...]:
    """What is known of a material: as the office noted it, else as it was scanned."""
    pages = len(scanned.get(name, ()))
    copies = noted.copies if noted else 0
    kept_at = "，".join(filter(None, (noted.kept_at, noted.archive_no))) if noted else ""
    remark = noted.note if noted else ""
    where = kept_at or (SCANNED if pages else "")
    also = SCANNED if kept_at and pages else ""
    return (
        cell(str(copies or ("1" if pages else "")), "d"),
        cell(str((noted.pages if noted else 0) or pages or ""), "d"),
        cell(where, "l s"),
        cell("；".join(filter(None, (remark, also))), "l s"),
    )


def _note(noted: Collection[Material]) -> str:
    """What the contents say of the sheet."""
    elsewhere = sum(one.pages for one in noted if one.kept_at)
    return f"插页；存他处 {elsewhere} 页" if elsewhere else "插页"


def _hukou(known: Known) -> list[Photo]:
    return [
        form.photo(
            form.text("photo_hukou"),
            title="户口簿",
            taken=words.long_date(one.on),
            by=known.records.by(one),
            reviewed=one.approved,
        )
        for one, form in known.filled("register")
        if form.text("photo_hukou")
    ][:1]
